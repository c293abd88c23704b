"""Checks the architecture: which module may import which, and what may reach outside."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.arrows import ARROWS, REHEARSAL_LAYERS
from tests.support.imports import OURS, Import, imports_of, is_our_module, module_name, top, tree_of, within
from tests.support.processes import ROOT

APP_FILES = sorted([ROOT / "main.py", ROOT / "util.py", *(ROOT / "callin").rglob("*.py")])
REHEARSAL_FILES = sorted((ROOT / "rehearsal").rglob("*.py"))
BENCH_FILES = sorted((ROOT / "bench").rglob("*.py"))
TEST_FILES = sorted((ROOT / "tests").rglob("*.py"))
SCRIPTS_AND_STYLES = sorted(
    path
    for folder in ("static", "rehearsal")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".js", ".css"} and path.parent != ROOT / "static" / "built"
)

LONGEST_FILE_LINES = 300
IN_THE_EVENT_LOOP = {"callin.rsgi", "callin.front"}
# A path, a handler class of a module, and the roles that may ask.
ROW = re.compile(r"Route\('(/[\w./-]*)', '\w+\.\w+', (?:OPEN|TWILIO|EVERYONE|DJS|ADMINS)\)")


def part_of(module: str) -> str:
    """The key of ARROWS for the module: the longest that fits."""
    fitting = [part for part in ARROWS if within(module, part)]
    return max(fitting, key=len) if fitting else ""


def where(path: Path, found: Import) -> str:
    return f"{name_of(path)}:{found.line} imports {found.module}"


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def imported(paths: list[Path], *, for_types: bool = False) -> Iterator[tuple[Path, Import]]:
    """Every import in these files."""
    for path in paths:
        for found in imports_of(path, for_types=for_types):
            yield path, found


def test_a_part_of_the_product_imports_only_what_the_plan_allows() -> None:
    parts = {path: part_of(module_name(path)) for path in APP_FILES}
    unplanned = [name_of(path) for path, part in parts.items() if part in ("", "callin") and part != module_name(path)]
    assert unplanned == [], "decide what these may import, in ARROWS"
    wrong = [
        where(path, found)
        for path, found in imported(APP_FILES, for_types=True)
        if within(found.module, "callin") or top(found.module) in OURS
        if found.module != "callin"
        and not any(within(found.module, one) for one in ARROWS[parts[path]] | {parts[path]})
    ]
    assert wrong == []


def test_the_rehearsal_knows_nothing_of_the_product() -> None:
    foreign = ("callin", "main", "util", "tests", "bench")
    assert [where(path, found) for path, found in imported(REHEARSAL_FILES) if top(found.module) in foreign] == []


def test_a_folder_of_the_rehearsal_imports_only_the_folders_below_it() -> None:
    wrong = [
        where(path, found)
        for path, found in imported(REHEARSAL_FILES, for_types=True)
        if (folder := layer_of(module_name(path)))
        and layer_of(found.module) not in {"", folder} | REHEARSAL_LAYERS[folder]
    ]
    assert wrong == []


def layer_of(module: str) -> str:
    return next((folder for folder in REHEARSAL_LAYERS if within(module, folder)), "")


@pytest.mark.parametrize("package", ["callin", "rehearsal", "bench"])
def test_no_modules_import_each_other_in_a_circle(package: str) -> None:
    """Imports that only types need count: files in a circle can only be read together."""
    files = sorted((ROOT / package).rglob("*.py"))
    graph = {
        module_name(path): {found.module for found in imports_of(path, for_types=True)} - {module_name(path)}
        for path in files
    }
    assert len(graph) > 10
    assert in_circles(graph) == set()


def in_circles(graph: dict[str, set[str]]) -> set[str]:
    """The modules that remain after repeatedly removing those that import no other, or that no other imports."""
    left = {module: imports & graph.keys() for module, imports in graph.items()}
    while True:
        imported = set().union(*left.values())
        inner = {module: imports for module, imports in left.items() if imports and module in imported}
        inner = {module: imports & inner.keys() for module, imports in inner.items()}
        if inner == left:
            return set(inner)
        left = inner


def test_a_circle_is_found() -> None:
    graph = {"a": {"b", "d"}, "b": {"c"}, "c": {"b"}, "d": set[str](), "e": {"a", "os"}}
    assert in_circles(graph) == {"b", "c"}
    assert in_circles(graph | {"c": {"d"}}) == set()


@pytest.mark.parametrize("part", ["product", "rehearsal", "bench", "tests/support"])
def test_no_two_classes_of_a_part_have_one_name(part: str) -> None:
    """The rehearsal has some of the product's names, because both have Twilio's nouns."""
    files = APP_FILES if part == "product" else sorted((ROOT / part).rglob("*.py"))
    names = [node.name for path in files for node in tree_of(path).body if isinstance(node, ast.ClassDef)]
    assert len(names) > 10
    assert [name for name in dict.fromkeys(names) if names.count(name) > 1] == []


def test_no_file_is_longer_than_a_reader_keeps_in_mind() -> None:
    files = [*APP_FILES, *REHEARSAL_FILES, *BENCH_FILES, *TEST_FILES, *SCRIPTS_AND_STYLES]
    lines = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert {name: count for name, count in lines.items() if count > LONGEST_FILE_LINES} == {}


def test_the_product_knows_nothing_of_the_rehearsal_or_its_packages() -> None:
    foreign = {"rehearsal", "aiohttp", "asyncio", "aiortc", "av", "numpy", "tests", "bench"}
    wrong = [
        where(path, found)
        for path, found in imported(APP_FILES)
        if top(found.module) in foreign and not (found.module == "asyncio" and module_name(path) in IN_THE_EVENT_LOOP)
    ]
    assert wrong == []


def test_only_one_module_imports_twilios_rest_client_and_never_while_loading() -> None:
    rest = [one for one in imported(APP_FILES) if within(one[1].module, "twilio.rest")]
    assert {module_name(path) for path, _ in rest} == {"callin.twilio.client"}
    assert [where(path, found) for path, found in rest if found.at_load] == []


def test_only_the_store_and_the_settings_import_googles_libraries_and_never_while_loading() -> None:
    googles = [one for one in imported(APP_FILES) if top(one[1].module) in {"google", "grpc"}]
    may = {"callin.stores.firestore_library", "callin.config.secret_manager"}
    assert [where(path, found) for path, found in googles if module_name(path) not in may] == []
    assert [where(path, found) for path, found in googles if found.at_load] == []


def test_only_the_keyring_signs_and_seals_and_loads_its_libraries_on_first_use() -> None:
    for path, found in imported(APP_FILES):
        if top(found.module) not in {"itsdangerous", "cryptography", "hmac"}:
            continue
        # The webhooks' module checks the signatures that Twilio makes.
        checks = found.module == "hmac" and module_name(path) == "callin.web.webhook"
        assert module_name(path) == "callin.keyring" or checks, where(path, found)
        assert not found.at_load or found.module == "hmac", where(path, found)


def test_only_config_reads_the_environment() -> None:
    touched = [
        f"{name_of(path)}:{node.lineno}"
        for path in APP_FILES
        if module_name(path) != "callin.config"
        for node in ast.walk(tree_of(path))
        if (isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"})
        and not (isinstance(node.value, ast.Attribute | ast.Name) and ast.unparse(node).startswith("self.request"))
    ]
    assert touched == []


GIVEN_THE_TIME = (
    *("accounts", "audit", "callers", "line", "live", "messages", "model", "refreshed", "rules", "sounds", "station"),
    "twiml",
)


def test_what_decides_or_changes_is_given_the_time() -> None:
    clocks = {"time.time", "datetime.now", "datetime.datetime.now", "datetime.utcnow"}
    read = [
        f"{name_of(path)}:{node.lineno}"
        for path in APP_FILES
        if part_of(module_name(path)).removeprefix("callin.") in GIVEN_THE_TIME
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in clocks
    ]
    assert read == []


@pytest.mark.parametrize("name", ["rules", "twiml", "model", "live/lineup", "live/recent", "live/answers", "live/rows"])
def test_pure_modules_import_nothing_that_reaches_outside(name: str) -> None:
    outside = {
        "http",
        "os",
        "random",
        "requests",
        "socket",
        "sqlite3",
        "threading",
        "time",
        "urllib",
        "webapp2",
        "webob",
    }
    folder = ROOT / "callin" / name
    paths = sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]
    assert paths
    for path in paths:
        taken = [one for one in imports_of(path) if one.module != "urllib.parse"]  # it only splits text
        assert [where(path, one) for one in taken if top(one.module) in outside] == []


def loaded_with(module: str) -> dict[str, set[str]]:
    """Every module of ours that loading this one loads, each with what its file imports while it is loaded."""
    found: dict[str, set[str]] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = ROOT.joinpath(*name.split("."))
        path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        if name in found or not path.exists():
            continue
        found[name] = {one.module for one in imports_of(path) if one.at_load}
        # Loading a.b.c loads a and a.b first.
        waiting += [one for one in found[name] if is_our_module(one)] + [name.rpartition(".")[0] or name]
    return found


@pytest.mark.parametrize("module", ["rehearsal.exchange.network", "rehearsal.server", "rehearsal.__main__"])
def test_calls_without_sound_run_without_webrtc(module: str) -> None:
    loaded = loaded_with(module)
    assert module in loaded
    heavy = {
        name: {one for one in imports if top(one) in {"aiortc", "av", "aioice"}} for name, imports in loaded.items()
    }
    assert {name: imports for name, imports in heavy.items() if imports} == {}


ROLES = {"ADMINS", "DJS", "EVERYONE", "Role"}


def test_no_handler_decides_by_role_who_may_ask() -> None:
    """The table of routes in `main` does, for all to read in one place."""
    handlers = sorted((ROOT / "callin" / "web").glob("*.py"))
    assert handlers
    taken = {name_of(path): set(filter(None, map(named, ast.walk(tree_of(path))))) & ROLES for path in handlers}
    assert {file: roles for file, roles in taken.items() if roles} == {}


def named(node: ast.AST) -> str:
    """The name that a node imports, reads, or takes from an object or a module."""
    if isinstance(node, ast.alias):
        return node.name
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def test_main_is_a_table_of_contents() -> None:
    """It loads modules, lists the routes, and has two one-line functions that pass them to the builder."""
    docstring, *body = ast.parse((ROOT / "main.py").read_text(encoding="utf-8")).body
    assert isinstance(docstring, ast.Expr)
    only_for_types = {ast.unparse(node) for node in body if isinstance(node, ast.If)}
    types = "    from wsgiref.types import WSGIApplication\n    from callin.front import Front"
    assert only_for_types == {"if TYPE_CHECKING:\n" + types}
    rest = [node for node in body if not isinstance(node, ast.Import | ast.ImportFrom | ast.If)]
    kinds = [ast.unparse(node) if isinstance(node, ast.Expr) else type(node) for node in rest]
    assert kinds == ["gc.disable()", "gc.freeze()", "gc.enable()", ast.Assign, ast.FunctionDef, ast.FunctionDef]
    routes, application, front = rest[3:]
    assert isinstance(routes, ast.Assign)
    assert isinstance(routes.value, ast.List)
    assert [ast.unparse(target) for target in routes.targets] == ["ROUTES"]
    assert [ast.unparse(row) for row in routes.value.elts if not ROW.fullmatch(ast.unparse(row))] == []
    for function, name, what in ((application, "application", "application"), (front, "front", "behind_front()")):
        assert isinstance(function, ast.FunctionDef)
        assert function.name == name
        assert [ast.unparse(node) for node in function.body[1:]] == [f"return app.from_environment(ROUTES).{what}"]


def test_a_module_opens_with_one_sentence_about_its_job() -> None:
    modules = [path for path in (*APP_FILES, *REHEARSAL_FILES) if tree_of(path).body]
    openings = {name_of(path): (ast.get_docstring(tree_of(path)) or "").split("\n\n")[0] for path in modules}
    assert {name: text for name, text in openings.items() if not re.search(r"[.:?](?: https://\S+)?$", text)} == {}
