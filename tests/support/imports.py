"""Reads which modules a Python file of this project imports."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.processes import ROOT

OURS = ("callin", "rehearsal", "util", "main", "tests", "bench")


@dataclass(frozen=True)
class Import:
    """One import of one module, its line, and whether loading the file runs it."""

    module: str
    line: int
    at_load: bool


@functools.cache
def tree_of(path: Path) -> ast.Module:
    """The file's syntax tree. Many tests read the same files, and none changes a tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


@functools.cache
def imports_of(path: Path, *, for_types: bool = False) -> tuple[Import, ...]:
    """Every import in the file, including those inside functions, with relative names made absolute.

    ``for_types`` adds those under ``if TYPE_CHECKING:``.
    """
    package = module_name(path).split(".")
    if path.name != "__init__.py":
        package.pop()

    def walk(node: ast.AST, *, at_load: bool) -> Iterator[Import]:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for child in [*(node.body if for_types else []), *node.orelse]:
                yield from walk(child, at_load=at_load and child in node.orelse)
            return
        if isinstance(node, ast.Import | ast.ImportFrom):
            for module in _modules(node, package):
                yield Import(module, node.lineno, at_load)
        deferred = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            yield from walk(child, at_load=at_load and not deferred)

    return tuple(walk(tree_of(path), at_load=True))


def _modules(node: ast.Import | ast.ImportFrom, package: list[str]) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = package[: len(package) - node.level + 1] if node.level else []
    source = ".".join([*base, *(node.module or "").split(".")]).strip(".")
    for alias in node.names:
        # "from callin import model" names a module, "from callin.model import Call" something in one.
        inner = f"{source}.{alias.name}"
        yield inner if is_our_module(inner) or source == "twilio" else source


def module_name(path: Path) -> str:
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    if parts[-1] == "__init__":
        parts.pop()
    return ".".join(parts)


def top(module: str) -> str:
    return module.split(".", maxsplit=1)[0]


@functools.cache
def is_our_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return top(name) in OURS and (path.with_suffix(".py").exists() or (path / "__init__.py").exists())


def within(module: str, part: str) -> bool:
    """Whether the module is that part of the project or is in it."""
    return module == part or module.startswith(part + ".")
