"""The stand-in for gcloud: records each command, and keeps in a file what the commands would create.

It knows the commands that `deploy/` uses, and fails on others. A deployment runs dozens, so this loads little.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Project:
    """The pretended project. Each method is a group of commands; None means that gcloud would fail."""

    def __init__(self, state: dict[str, Any]) -> None:
        self.state = state

    def do(self, words: list[str], options: dict[str, str], stdin: str) -> str:
        if self.state["failing"] and " ".join(words).startswith(self.state["failing"]):
            raise SystemExit("ERROR: (gcloud) PERMISSION_DENIED: the caller does not have permission")
        groups = {
            "auth": lambda *_: "",
            "config": lambda *_: "a-station",
            "billing": lambda *_: "",
            "meta": lambda *_: "\n".join(self.state["files"]),
            "services": self.services,
            "firestore": self.firestore,
            "projects": self.projects,
            "app": self.app,
            "secrets": self.secrets,
        }
        out = groups[words[0]](words[1:], options, stdin)
        if out is None:
            raise SystemExit(f"ERROR: (gcloud.{words[0]}) NOT_FOUND, or unknown to the stand-in: {words}")
        return out

    def services(self, words: list[str], _options: dict[str, str], _stdin: str) -> str | None:
        match words:
            case ["list"]:
                return json.dumps([{"config": {"name": name}} for name in self.state["services"]])
            case ["enable", *names]:
                self.state["services"] += names
                return ""
        return None

    def firestore(self, words: list[str], _options: dict[str, str], _stdin: str) -> str | None:
        match words:
            case ["databases", "list"]:
                return json.dumps([{"name": self.state["database"]}] if self.state["database"] else [])
            case ["databases", "create"]:
                self.state["database"] = "projects/a-station/databases/(default)"
                return ""
        return None

    def projects(self, words: list[str], options: dict[str, str], _stdin: str) -> str | None:
        match words:
            case ["create", _]:
                return ""
            case ["get-iam-policy", _]:
                member = "serviceAccount:a-station@appspot.gserviceaccount.com"
                return json.dumps({"bindings": [{"role": role, "members": [member]} for role in self.state["roles"]]})
            case ["add-iam-policy-binding", _]:
                self.state["roles"].append(options["role"])
                return ""
        return None

    def app(self, words: list[str], options: dict[str, str], _stdin: str) -> str | None:
        match words:
            case ["describe"] if self.state["region"] and options.get("format") == "value(defaultHostname)":
                return "a-station.ew.r.appspot.com\n"
            case ["describe"] if self.state["region"]:
                return json.dumps({"defaultHostname": "a-station.ew.r.appspot.com", "locationId": self.state["region"]})
            case ["create"]:
                self.state["region"] = options["region"]
            case ["deploy", path] if path.endswith("cron.yaml"):
                self.state["is_scheduled"] = True
            case ["deploy", path]:
                self.state["uploads"].append(Path(path).read_text())
                self.state["versions"] = {options["version"]: self.state["next_url"], **self.state["versions"]}
                self.state["traffic"] = self.state["traffic"] or options["version"]
            case ["services", "describe", "default"] if self.state["traffic"]:
                return json.dumps({"split": {"allocations": {self.state["traffic"]: 1}}})
            case ["services", "set-traffic", "default"]:
                self.state["traffic"] = options["splits"].partition("=")[0]
            case ["versions", *rest]:
                return self.versions(rest)
            case _:
                return None
        return ""

    def versions(self, words: list[str]) -> str | None:
        kept: dict[str, str] = self.state["versions"]
        match words:
            case ["list"]:
                return json.dumps([{"id": name} for name in kept])
            case ["describe", name]:
                return json.dumps({"versionUrl": kept[name]})
            case ["delete", *names]:
                self.state["versions"] = {name: url for name, url in kept.items() if name not in names}
                return ""
        return None

    def secrets(self, words: list[str], options: dict[str, str], stdin: str) -> str | None:
        """A secret's versions are a list of values, None where one is destroyed."""
        kept: dict[str, list[str | None]] = self.state["secrets"]
        match words:
            case ["create", name]:
                kept[name] = []
            case ["describe", name]:
                return "{}" if name in kept else None
            case ["versions", "add", name]:
                kept[name].append(stdin)
            case ["versions", "access", "latest"]:
                return kept[options["secret"]][-1] if kept[options["secret"]] else None
            case ["versions", "list", name]:
                numbers = [n for n, value in enumerate(kept[name], 1) if value is not None]
                return json.dumps([{"name": f"projects/1/secrets/{name}/versions/{n}"} for n in numbers])
            case ["versions", "destroy", number]:
                kept[options["secret"]][int(number) - 1] = None
            case _:
                return None
        return ""


def main(folder: Path, arguments: list[str], stdin: str) -> str:
    """What the command writes to stdout. SystemExit if gcloud would fail."""
    with (folder / "record.jsonl").open("a") as record:
        record.write(json.dumps(arguments) + "\n")
    state = json.loads((folder / "state.json").read_text())
    words = [one for one in arguments if not one.startswith("--")]
    options = dict(one[2:].partition("=")[::2] for one in arguments if one.startswith("--"))
    out = Project(state).do(words, options, stdin)
    (folder / "state.json").write_text(json.dumps(state))
    return out


if __name__ == "__main__":
    given = "" if sys.stdin is None or sys.stdin.isatty() else sys.stdin.read()
    sys.stdout.write(main(Path(sys.argv[1]), sys.argv[2:], given))
