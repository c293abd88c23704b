"""Keeps the documentation true: the README's tables and commands agree with the code."""

from __future__ import annotations

import fnmatch
import json
import re
from pathlib import Path

import pytest

import main
from callin import config
from callin.model import Opening
from callin.web.presses import READERS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def table_under(heading: str) -> list[list[str]]:
    """The rows of the first table after the heading, cells stripped, without its two header lines."""
    _, _, rest = README.partition(f"\n{heading}\n")
    assert rest, f"the README has no heading {heading!r}"
    lines = rest.split("\n## ")[0].splitlines()
    rows = [line for line in lines if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def test_the_readmes_routes_are_the_apps() -> None:
    told = [row[0].strip("`") for row in table_under("## Routes")]
    assert told == [route.template for route in main.ROUTES]


def test_the_readmes_settings_of_a_show_are_those_that_the_desk_may_change() -> None:
    told = next(row[2] for row in table_under("## Routes") if row[0] == "`/desk/settings`")
    opening = {one.value for one in Opening}
    assert [name for name in re.findall(r"`([a-z_]+)`", told) if name not in opening] == list(READERS)


def test_the_readmes_settings_are_the_apps() -> None:
    told = [row for row in table_under("## Settings") if row[0] != "`REHEARSAL_PORT`"]
    expected = []
    for setting in config.SETTINGS:
        default = (
            "required" if setting.default is config.REQUIRED else f"`{setting.default}`" if setting.default else "empty"
        )
        name = f"`{setting.name}`" + (" (secret)" if setting.is_secret else "")
        expected.append([name, default, setting.help])
    assert told == expected


def test_the_readmes_commands_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    asked = set(re.findall(r"(?:`| {4})make ([a-z-]+)", README))
    assert {"demo", "test", "check", "bench", "soak"} <= asked
    assert asked <= targets


def test_the_readmes_pictures_and_files_exist() -> None:
    local = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]
    assert any(link.endswith(".png") for link in local)
    assert [link for link in local if not (ROOT / link).exists()] == []


def test_what_the_guide_to_the_code_names_exists() -> None:
    guide = (ROOT / "docs/code.md").read_text(encoding="utf-8")
    sources = [path for folder in ("callin", "static") for path in (ROOT / folder).rglob("*.[pj][ys]")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in [ROOT / "main.py", *sources])
    files = {path.name for path in sources}
    quoted = re.findall(r"`([^`]+)`", guide)
    paths = [one for one in quoted if re.match(r"(callin|static|templates|rehearsal|deploy|tests|bench)/", one)]
    names = [one.rpartition(".")[2] for one in quoted if re.fullmatch(r"[A-Za-z_.]+", one) and one not in files]
    assert len(paths) > 30
    assert len(names) > 20
    assert [one for one in paths if not (ROOT / one).exists()] == []
    assert [one for one in names if one not in text and one != "main.py"] == []


def test_what_the_guide_to_the_code_names_is_in_a_file_that_it_names_beside_it() -> None:
    guide = (ROOT / "docs/code.md").read_text(encoding="utf-8")
    sources = [ROOT / "main.py", *(ROOT / "callin").rglob("*.py"), *(ROOT / "static").rglob("*.js")]
    elsewhere, checked = [], 0
    for part in re.split(r"\n\n|\n(?=- |\d\. |\|)", guide):
        quoted = re.findall(r"`([^`]+)`", part)
        beside = [path for path in sources if any(str(path).endswith(f"/{one}") for one in quoted)]
        text = "\n".join(path.read_text(encoding="utf-8") for path in beside)
        for one in quoted:
            if text and re.fullmatch(r"[A-Za-z_.]+", one) and not one.endswith((".py", ".js")):
                checked += 1
                if not re.search(rf"\b{one.rpartition('.')[2]}\b", text):
                    elsewhere.append(one)
    assert checked > 30
    assert elsewhere == []


@pytest.mark.parametrize("name", sorted(path.name for path in ROOT.glob("requirements*.txt")))
def test_every_python_package_is_pinned_by_version_and_hash(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", "")
    lines = [line for line in text.splitlines() if line and not line.startswith(("#", "-r "))]
    pinned = re.compile(r"[\w.-]+==[\w.]+(; [^#]+?)?( +--hash=sha256:[0-9a-f]{64})+")
    assert [line for line in lines if not pinned.fullmatch(line)] == []


def test_every_npm_package_is_pinned_and_the_lock_holds_hashes_but_no_addresses() -> None:
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    wanted = {**package["dependencies"], **package["devDependencies"]}
    assert [name for name, version in wanted.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    installed = {name: entry for name, entry in packages.items() if name}
    assert [name for name, entry in installed.items() if "resolved" in entry] == []
    assert [name for name, entry in installed.items() if not (entry.get("integrity") or entry.get("inBundle"))] == []


def ignored(path: str, patterns: list[str]) -> bool:
    """Whether an ignore file's plain patterns (names, folders, *.ext: no negation) leave the path out."""
    parts = path.split("/")
    for pattern in patterns:
        bare = pattern.rstrip("/")
        if "/" in bare and (path == bare or path.startswith(bare + "/")):
            return True
        if "/" not in bare and any(fnmatch.fnmatch(part, bare) for part in parts):
            return True
    return False


def test_a_deployment_takes_what_the_app_needs_and_nothing_else() -> None:
    lines = (ROOT / ".gcloudignore").read_text(encoding="utf-8").splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    assert not [pattern for pattern in patterns if pattern.startswith(("!", "#!"))]
    needed = ["main.py", "util.py", "app.yaml", "requirements.txt", "callin/line/calls.py", "callin/stores/sqlite.py"]
    needed += [
        "callin/model/__pycache__/calls.cpython-313.pyc",
        "templates/__pycache__/__jinja2_1.cache",
        "templates/base.html",
        "static/built/manifest.json",
        "static/built/desk-GLJEUULS.js",
        "static/twiml/fallback.xml",
    ]
    assert [path for path in needed if ignored(path, patterns)] == []
    unwanted = [
        "tests/test_docs.py",
        "rehearsal/network.py",
        "bench/tutorial.py",
        "deploy/Caddyfile",
        "node_modules/x/y.js",
        ".venv/bin/python",
    ]
    unwanted += [
        ".git/config",
        "requirements-dev.txt",
        "var/rehearsal.db",
        ".env",
        ".envrc",
        "station.env",
        "station.env~",
        "station.env.bak",
        ".station.env.k3jdi2",
        "app.station.yaml",
        "app.station.yaml~",
        "callin/app.py.bak",
        ".hypothesis/examples/1",
        "static/rehearsal/signalling-shim.js",
        "deploy/build_pages.mjs",
    ]
    assert [path for path in unwanted if not ignored(path, patterns)] == []


def test_git_ignores_what_is_built_for_the_pages_and_a_deployment_takes_it() -> None:
    assert "static/built/" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def server_options(text: str) -> set[str]:
    """The options of the granian command in a text, with their values. The address is left out: it differs."""
    command = re.search(r"granian (--.*?main:front)", text, re.DOTALL)
    assert command
    options = " ".join(command[1].replace("\\\n", " ").split()).removeprefix("--").split(" --")
    return {option for option in options if not option.startswith(("host ", "port "))}


def test_the_single_servers_unit_starts_the_server_as_app_engine_does() -> None:
    app_engine = (ROOT / "app.yaml").read_text(encoding="utf-8")
    unit = (ROOT / "deploy/systemd/radio-call-in.service").read_text(encoding="utf-8")
    stops = re.compile("workers-kill-timeout .+")  # a server has time to write SQLite's log into its file
    mine, googles = ({one for one in server_options(text) if not stops.match(one)} for text in (unit, app_engine))
    assert mine == googles
