"""Holds the house's plan: who may import whom, where the outside world is touched, and what stays out of pages."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.support.arrows import ARROWS, REHEARSAL_LAYERS
from tests.support.imports import OURS, ROOT, Import, imports_of, is_our_module, module_name, top, within

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
TEMPLATES = sorted((ROOT / "templates").rglob("*.html")) + sorted((ROOT / "rehearsal").rglob("*.html"))

LONGEST_FILE_LINES = 300
IN_THE_EVENT_LOOP = {"callin.rsgi", "callin.front"}
# An address, a class of a handlers' module, and the roles that may ask.
ROW = re.compile(r"Route\('(/[\w./-]*)', \w+\.\w+, (?:OPEN|TWILIO|EVERYONE|DJS|ADMINS)\)")


def part_of(module: str) -> str:
    """The line of ARROWS that holds for the module: the longest that fits."""
    fitting = [part for part in ARROWS if within(module, part)]
    return max(fitting, key=len) if fitting else ""


def where(path: Path, found: Import) -> str:
    return f"{path.relative_to(ROOT)}:{found.line} imports {found.module}"


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("path", APP_FILES, ids=names(APP_FILES))
def test_a_part_of_the_product_imports_only_what_the_plan_allows(path: Path) -> None:
    module = module_name(path)
    part = part_of(module)
    assert part, f"{module} has no line in ARROWS: decide what it may import"
    assert part != "callin" or module == "callin", f"{module} has no line in ARROWS: decide what it may import"
    allowed = ARROWS[part] | {part}
    wrong = [
        where(path, found)
        for found in imports_of(path)
        if within(found.module, "callin") or top(found.module) in OURS
        if found.module != "callin" and not any(within(found.module, one) for one in allowed)
    ]
    assert wrong == []


@pytest.mark.parametrize("path", REHEARSAL_FILES, ids=names(REHEARSAL_FILES))
def test_the_rehearsal_knows_nothing_of_the_product(path: Path) -> None:
    foreign = ("callin", "main", "util", "tests", "bench")
    assert [where(path, found) for found in imports_of(path) if top(found.module) in foreign] == []


@pytest.mark.parametrize("path", REHEARSAL_FILES, ids=names(REHEARSAL_FILES))
def test_a_folder_of_the_rehearsal_imports_only_the_folders_below_it(path: Path) -> None:
    folder = layer_of(module_name(path))
    if not folder:
        return
    allowed = {"", folder} | REHEARSAL_LAYERS[folder]
    wrong = [found for found in imports_of(path, for_types=True) if layer_of(found.module) not in allowed]
    assert [where(path, found) for found in wrong] == []


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
    """The modules that are left when all that import no other, or are imported by no other, are taken away."""
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


SHORT_FILES = [*APP_FILES, *REHEARSAL_FILES, *BENCH_FILES, *TEST_FILES, *SCRIPTS_AND_STYLES]


@pytest.mark.parametrize("path", SHORT_FILES, ids=names(SHORT_FILES))
def test_no_file_is_longer_than_a_reader_keeps_in_mind(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE_LINES


@pytest.mark.parametrize("path", APP_FILES, ids=names(APP_FILES))
def test_the_product_knows_nothing_of_the_rehearsal_or_its_packages(path: Path) -> None:
    foreign = {"rehearsal", "aiohttp", "asyncio", "aiortc", "av", "numpy", "tests", "bench"}
    if module_name(path) in IN_THE_EVENT_LOOP:
        foreign.remove("asyncio")
    assert [where(path, found) for found in imports_of(path) if top(found.module) in foreign] == []


@pytest.mark.parametrize("path", APP_FILES, ids=names(APP_FILES))
def test_only_one_module_imports_twilios_rest_client_and_never_while_loading(path: Path) -> None:
    rest = [found for found in imports_of(path) if within(found.module, "twilio.rest")]
    if module_name(path) != "callin.twilio.client":
        assert [where(path, found) for found in rest] == []
    assert [where(path, found) for found in rest if found.at_load] == []


@pytest.mark.parametrize("path", APP_FILES, ids=names(APP_FILES))
def test_only_the_store_and_the_settings_import_googles_libraries_and_never_while_loading(path: Path) -> None:
    found = [one for one in imports_of(path) if top(one.module) in {"google", "grpc"}]
    if module_name(path) not in {"callin.stores.firestore_library", "callin.config.secret_manager"}:
        assert [where(path, one) for one in found] == []
    assert [where(path, one) for one in found if one.at_load] == []


@pytest.mark.parametrize("path", APP_FILES, ids=names(APP_FILES))
def test_only_the_keyring_signs_and_seals_and_loads_its_libraries_on_first_use(path: Path) -> None:
    found = [one for one in imports_of(path) if top(one.module) in {"itsdangerous", "cryptography", "hmac"}]
    if module_name(path) == "callin.web.webhook":  # it checks the signatures that Twilio makes
        found = [one for one in found if one.module != "hmac"]
    if module_name(path) != "callin.keyring":
        assert [where(path, one) for one in found] == []
    assert [where(path, one) for one in found if one.at_load and one.module != "hmac"] == []


@pytest.mark.parametrize("path", APP_FILES, ids=names(APP_FILES))
def test_only_config_reads_the_environment(path: Path) -> None:
    if module_name(path) == "callin.config":
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    touched = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv", "environb"})
        and not (isinstance(node.value, ast.Attribute | ast.Name) and ast.unparse(node).startswith("self.request"))
    ]
    assert touched == []


@pytest.mark.parametrize("path", APP_FILES, ids=names(APP_FILES))
def test_what_decides_or_changes_is_given_the_time(path: Path) -> None:
    if part_of(module_name(path)) not in {
        "callin.rules",
        "callin.twiml",
        "callin.model",
        "callin.line",
        "callin.live",
        "callin.accounts",
        "callin.audit",
        "callin.messages",
        "callin.sounds",
        "callin.refreshed",
        "callin.station",
        "callin.callers",
    }:
        return
    clocks = {"time.time", "datetime.now", "datetime.datetime.now", "datetime.utcnow"}
    tree = ast.parse(path.read_text(encoding="utf-8"))
    read = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and ast.unparse(node) in clocks]
    assert [f"{path.relative_to(ROOT)}:{node.lineno}" for node in read] == []


@pytest.mark.parametrize("name", ["rules", "twiml", "model", "live/lineup", "live/recent", "live/answers", "live/rows"])
def test_what_is_pure_imports_nothing_that_reaches_outside(name: str) -> None:
    outside = {
        "os",
        "socket",
        "sqlite3",
        "requests",
        "urllib",
        "http",
        "threading",
        "time",
        "random",
        "webapp2",
        "webob",
    }
    folder = ROOT / "callin" / name
    paths = sorted(folder.rglob("*.py")) if folder.is_dir() else [folder.with_suffix(".py")]
    assert paths
    for path in paths:
        taken = [one for one in imports_of(path) if one.module != "urllib.parse"]  # it only takes words apart
        assert [where(path, one) for one in taken if top(one.module) in outside] == []


def loaded_with(module: str) -> dict[str, set[str]]:
    """Every module of ours that loading this one loads, each with all that its file imports while it loads."""
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


@pytest.mark.parametrize("path", sorted((ROOT / "callin" / "web").glob("*.py")), ids=lambda path: path.stem)
def test_no_handler_decides_by_role_who_may_ask(path: Path) -> None:
    """The table of routes in `main` does, for all to read in one place."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names}
    assert not imported & ROLES


def test_main_is_a_table_of_contents() -> None:
    """It loads, lists the routes, and has two functions, whose one line hands them to the builder."""
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


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_no_page_holds_a_script_or_a_style_of_its_own(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page) == []
    assert re.findall(r"<style\b", page) == []
    assert re.findall(r"<[^>]*\s(?:style|on[a-z]+)\s*=", page) == []
    assert re.findall(r"javascript:", page, re.IGNORECASE) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_no_page_loads_anything_from_another_host(path: Path) -> None:
    page = path.read_text(encoding="utf-8")
    assert re.findall(r"<(?:script|link|img|audio|source|iframe)\b[^>]*(?:src|href)=[\"']?(?:https?:)?//", page) == []


@pytest.mark.parametrize("path", [*APP_FILES, *REHEARSAL_FILES], ids=names([*APP_FILES, *REHEARSAL_FILES]))
def test_a_module_opens_with_one_sentence_about_its_job(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if not tree.body:
        return
    opening = (ast.get_docstring(tree) or "").split("\n\n")[0]
    assert opening, f"{path.relative_to(ROOT)} does not say what it is for"
    assert re.search(r"[.:?](?: https://\S+)?$", opening), opening
