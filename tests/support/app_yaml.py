"""Reads `app.yaml`: how an instance is started, its environment, and which files Google serves without it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True)
class Rule:
    """One entry of `handlers`. `kind` is static_files, static_dir or script.

    https://cloud.google.com/appengine/docs/standard/reference/app-yaml?tab=python#handlers_element
    """

    url: str
    kind: str
    value: str
    mime_type: str
    cache_seconds: int
    is_secure: bool
    redirect_status: int
    headers: dict[str, str]

    def file_of(self, path: str) -> str | None:
        """The file in the app's folder for this path; empty for the app itself, None if the rule does not apply.

        The expression of static_files and script matches the whole path, that of static_dir its beginning.
        """
        if self.kind == "static_dir":
            below = path.removeprefix(self.url)
            return self.value + below if path.startswith(self.url) and below.startswith("/") else None
        found = re.fullmatch(self.url.removesuffix("$"), path)
        if found is None:
            return None
        return found.expand(self.value) if self.kind == "static_files" else ""


@dataclass(frozen=True)
class AppYaml:
    """The parts of the file that the tests need to play App Engine."""

    entrypoint: str
    most_requests: int
    """How many requests an instance is given at a time."""
    rules: tuple[Rule, ...]


def read_app_yaml(path: Path) -> AppYaml:
    """Reads the file. A missing key is an error, and so is a handler of an unknown kind."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert "warmup" in content["inbound_services"], "the tests send each instance a warm-up"
    return AppYaml(
        entrypoint=content["entrypoint"],
        most_requests=content["automatic_scaling"]["max_concurrent_requests"],
        rules=tuple(_rule(entry) for entry in content["handlers"]),
    )


def _rule(entry: dict[str, Any]) -> Rule:
    [kind] = {"static_files", "static_dir", "script"} & entry.keys()
    return Rule(
        url=entry["url"],
        kind=kind,
        value=entry[kind],
        mime_type=entry.get("mime_type", ""),
        cache_seconds=_seconds(entry.get("expiration", "0s")),
        is_secure=entry.get("secure") == "always",
        redirect_status=int(entry.get("redirect_http_response_code", 302)),
        headers=entry.get("http_headers", {}),
    )


def _seconds(text: str) -> int:
    return sum(int(part[:-1]) * _UNITS[part[-1]] for part in text.split())
