"""A machine for a benchmark that installs something: this one, but no change is visible outside.

The benchmark has a mount and a network namespace of its own, and gets Python's and npm's packages from a folder.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from tests.support.processes import ROOT, Program

CHANGED = ("/etc", "/opt", "/var/lib", "/usr/local")
"""Folders of which the namespace has its own version."""

PROGRAMS = ("unshare", "ip", "npm", "git")


def run_sealed(module: str, programs: tuple[str, ...], work: Callable[[Path], None]) -> None:
    """Runs `python -m module` again, in the namespaces, and there `work` with a folder of its own.

    The packages are fetched beforehand, because the namespaces have no network.
    """
    if sys.argv[1:2] == ["inside"]:
        folder = Path(sys.argv[2])
        _seal(folder)
        work(folder)
        return
    missing = [program for program in (*PROGRAMS, *programs) if shutil.which(program) is None]
    if missing or os.geteuid() != 0:
        sys.exit(f"This needs root, and these programs: {', '.join(missing)}.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        _fetch_packages(folder)
        inside = ["unshare", "--mount", "--net", sys.executable, "-m", module, "inside", name]
        sys.exit(subprocess.run(inside, check=False, cwd=ROOT).returncode)


def _fetch_packages(folder: Path) -> None:
    """Fetches what the installation needs for Debian's Python, `make setup` for this Python, and npm's packages."""
    done(["/usr/bin/python3", "-m", "venv", str(folder / "venv")])
    for python, requirements in (
        (folder / "venv/bin/python", "requirements.txt"),
        (sys.executable, "requirements-rehearsal.txt"),
    ):
        pip = [str(python), "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
        done([*pip, "-r", requirements, "-d", str(folder / "packages")])
        # webapp2 is built from its source
        done([*pip, "setuptools", "wheel", "-d", str(folder / "packages")])
    pages = folder / "pages"
    pages.mkdir()
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / name, pages)
    done(["npm", "ci", "--omit=dev", "--ignore-scripts", f"--cache={folder / 'npm'}"], cwd=pages)


def _seal(folder: Path) -> None:
    """Inside the namespaces: their own network, packages from the folder, and copies of the folders that change."""
    done(["ip", "link", "set", "lo", "up"])
    # WebRTC does not use the loopback interface.
    done(["ip", "link", "add", "studio", "type", "veth", "peer", "name", "outside"])
    done(["ip", "address", "add", "192.0.2.10/24", "dev", "studio"])
    for name in ("studio", "outside"):
        done(["ip", "link", "set", name, "up"])
    os.environ |= {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(folder / "packages"),
        "npm_config_cache": str(folder / "npm"),
        "npm_config_offline": "true",
    }
    layers = folder / "layers"
    layers.mkdir()
    done(["mount", "-t", "tmpfs", "tmpfs", str(layers)])
    for number, place in enumerate(CHANGED):
        upper, work = layers / f"{number}-upper", layers / f"{number}-work"
        upper.mkdir()
        work.mkdir()
        done(["mount", "-t", "overlay", "overlay", "-o", f"lowerdir={place},upperdir={upper},workdir={work}", place])


def lead_here(*hosts: str) -> None:
    """Makes these host names lead to this machine, inside the namespaces only."""
    with Path("/etc/hosts").open("a") as file:
        file.write("".join(f"\n127.0.0.1 {host}\n" for host in hosts))


@dataclass
class Unit:
    """A service's unit: its command, user and environment."""

    name: str
    path: Path
    values: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for line in self.path.read_text().splitlines():
            name, separator, value = line.partition("=")
            if separator and not line.startswith("#"):
                former = self.values.get(name, "") if name == "Environment" else ""  # all its lines count
                self.values[name] = f"{former} {value}".strip()

    @property
    def environment(self) -> dict[str, str]:
        pairs = shlex.split(self.values.get("Environment", ""))
        return {"PATH": os.environ["PATH"], **dict(pair.split("=", 1) for pair in pairs)}

    @property
    def command(self) -> list[str]:
        """The command to run as the unit's user, with no capabilities except the unit's."""
        user, rights = self.values["User"], "-all"
        if self.values.get("AmbientCapabilities"):
            rights += f",+{self.values['AmbientCapabilities'].removeprefix('CAP_').lower()}"
        who = [f"--reuid={user}", f"--regid={user}", "--init-groups", "--no-new-privs"]
        caps = [f"--inh-caps={rights}", f"--ambient-caps={rights}", f"--bounding-set={rights}"]
        return ["setpriv", *who, *caps, *shlex.split(self.values["ExecStart"])]

    def run(self) -> subprocess.CompletedProcess[str]:
        return done(self.command, self.environment, Path(self.values["WorkingDirectory"]))


@dataclass
class KeptUp:
    """Runs a unit and starts it again whenever it ends, as systemd does with `Restart=always`."""

    unit: Unit
    environment: Mapping[str, str]
    cwd: Path
    _program: Program | None = None
    _is_over: Event = field(default_factory=Event)

    def start(self) -> None:
        Thread(target=self._keep_up, daemon=True).start()

    def _keep_up(self) -> None:
        pause_seconds = float(self.unit.values.get("RestartSec", "1"))
        while not self._is_over.is_set():
            self._program = Program(self.unit.name, self.unit.command, self.environment, self.cwd)
            while self._program.is_running and not self._is_over.wait(0.1):
                pass
            self._program.end()
            self._is_over.wait(pause_seconds)

    def end(self) -> None:
        self._is_over.set()
        if self._program is not None:
            self._program.end()


def done(
    command: list[str], environment: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    ran = subprocess.run(
        command, check=False, env=environment, cwd=cwd, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert ran.returncode == 0, f"{command}:\n{ran.stdout}{ran.stderr}"
    return ran
