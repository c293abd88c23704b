"""The app as it is deployed: a read-only copy, run by a user who may write nowhere else either."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.support.processes import ROOT

FOLDERS = ("callin", "templates", "static")
FILES = ("main.py", "util.py", "app.yaml", "requirements.txt")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "rehearsal", "make_sounds.py")
"""The files in these folders that `.gcloudignore` leaves out."""


def deployed(folder: Path, source: Path = ROOT) -> Path:
    """The folder, with a copy of what a deployment takes: compiled, as the README says, and then read-only."""
    folder.mkdir()
    for name in FOLDERS:
        shutil.copytree(source / name, folder / name, ignore=LEFT_OUT)
    for name in FILES:
        shutil.copy(source / name, folder / name)
    compiling = [sys.executable, "-m", "callin.compile"]
    subprocess.run(compiling, cwd=folder, check=True, env={"PATH": os.environ["PATH"]}, stderr=subprocess.DEVNULL)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    return folder


def unprivileged(command: Sequence[str]) -> list[str]:
    """The command, run as `nobody` if this is root; otherwise unchanged.

    Root's Python and pytest's folders may be unreadable for `nobody`, so it may read everything. It may write only its
    own files, and has no other capability of root's.
    """
    if os.geteuid() != 0:
        return list(command)
    rights = "-all,+dac_read_search"
    who = ("--reuid=nobody", "--regid=nogroup", "--clear-groups")
    return ["setpriv", *who, f"--inh-caps={rights}", f"--ambient-caps={rights}", f"--bounding-set={rights}", *command]


def own_folder(path: Path) -> Path:
    """A new folder that the unprivileged user may write to."""
    path.mkdir()
    if os.geteuid() == 0:
        shutil.chown(path, "nobody", "nogroup")
    return path
