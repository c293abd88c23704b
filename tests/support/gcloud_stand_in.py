"""A stand-in for gcloud, put first in PATH, which runs `gcloud_project.py`.

The parser of Google's own gcloud says whether it knows a recorded command: see `unknown_to_gcloud`.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REAL = shutil.which("gcloud")
NEW = {
    "region": "",
    "database": "",
    "traffic": "",
    "failing": "",
    "next_url": "",
    "services": [],
    "roles": [],
    "uploads": [],
    "files": [],
    "secrets": {},
    "versions": {},
}
"""A new project."""

PROJECT = Path(__file__).resolve().with_name("gcloud_project.py")


@dataclass(frozen=True)
class StandIn:
    """A folder with the command `gcloud`, its record, and the state of the pretended project."""

    folder: Path

    @classmethod
    def made(cls, folder: Path, **state: Any) -> StandIn:
        """`state` is what exists before, such as `region`, `versions` (name to address), `traffic` and `files`."""
        folder.mkdir()
        command = folder / "gcloud"
        command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "{PROJECT}" "{folder}" "$@"\n')
        command.chmod(0o755)
        stand_in = cls(folder)
        (folder / "state.json").write_text(json.dumps(NEW | state))
        return stand_in

    @property
    def path(self) -> str:
        return f"{self.folder}{os.pathsep}{os.environ['PATH']}"

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.folder / "state.json").read_text())
        return found

    def commands(self) -> list[list[str]]:
        """The arguments of each command, in order."""
        record = self.folder / "record.jsonl"
        return [json.loads(line) for line in record.read_text().splitlines()] if record.exists() else []

    def changes(self) -> list[str]:
        """The commands that changed something, without the arguments that all have."""
        reading = {"describe", "list", "get-iam-policy", "access", "list-files-for-upload", "get-value"}
        return [" ".join(one[:-2]) for one in self.commands() if not reading & set(one)]


def unknown_to_gcloud(commands: list[list[str]], folder: Path) -> list[str]:
    """What Google's own parser finds wrong with these commands; empty if nothing.

    It parses, and runs nothing: `gcloud meta lint-gcloud-commands`.
    """
    asked = sorted({"gcloud " + shlex.join(one) for one in commands})
    listed = folder / "commands.json"
    listed.write_text(json.dumps([{"command_string": command} for command in asked]))
    done = subprocess.run(
        [str(REAL), "meta", "lint-gcloud-commands", f"--commands-file={listed}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    answers = json.loads(done.stdout)
    assert len(answers) == len(asked), done.stderr
    return [f"{one['command_string']}: {one['error_message']}" for one in answers if not one["success"]]
