"""Runs Google's `gcloud`, the command that does everything on App Engine here."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any


class GcloudError(Exception):
    """gcloud is missing or has failed. The text is a sentence, followed by what gcloud said."""


@dataclass(frozen=True)
class Gcloud:
    """gcloud for one project. It never asks a question: each command has --quiet."""

    project: str
    program: str = "gcloud"

    def run(self, *arguments: str, stdin: str = "") -> str:
        """What the command writes to stdout. GcloudError if it fails. `stdin` may hold a secret; arguments may not."""
        status, out, error = self._run(arguments, stdin)
        if status:
            raise GcloudError(f"This command failed: {self.program} {' '.join(arguments)}\n{error.strip()}")
        return out

    def answers(self, *arguments: str) -> str | None:
        """The same, or None if the command fails, for example because something does not exist."""
        status, out, _ = self._run(arguments, "")
        return None if status else out

    def json(self, *arguments: str) -> Any:
        """The answer in JSON, or None if the command fails."""
        out = self.answers(*arguments, "--format=json")
        return None if out is None else json.loads(out or "null")

    def show(self, *arguments: str) -> None:
        """Runs a long command whose progress the admin wants to see. GcloudError if it fails."""
        try:
            status = subprocess.run(self._command(arguments), stdin=subprocess.DEVNULL, check=False).returncode
        except FileNotFoundError as error:
            raise GcloudError(missing(self.program)) from error
        if status:
            raise GcloudError(f"This command failed: {self.program} {' '.join(arguments)}")

    def _run(self, arguments: tuple[str, ...], stdin: str) -> tuple[int, str, str]:
        try:
            done = subprocess.run(
                self._command(arguments), input=stdin, capture_output=True, text=True, encoding="utf-8", check=False
            )
        except FileNotFoundError as error:
            raise GcloudError(missing(self.program)) from error
        return done.returncode, done.stdout, done.stderr

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        return [self.program, *arguments, f"--project={self.project}", "--quiet"]


def missing(program: str) -> str:
    return f"The command {program} is missing. Install it: https://cloud.google.com/sdk/docs/install"


def current_project(program: str = "gcloud") -> str:
    """The project that `gcloud config set project` chose; empty if none."""
    try:
        done = subprocess.run(
            [program, "config", "get-value", "project"], capture_output=True, text=True, encoding="utf-8", check=False
        )
    except FileNotFoundError as error:
        raise GcloudError(missing(program)) from error
    if done.returncode:
        sys.stderr.write(done.stderr)
    project = done.stdout.strip()
    return "" if project == "(unset)" else project
