"""What set-up changed, in a private file beside the settings, so that `--undo` leaves the account as it was before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from callin.config import file

SUFFIX = ".set-up"


@dataclass(frozen=True)
class Done:
    """Something that was made, or changed from `before` to `after`. `setting` names it in the settings file."""

    kind: str
    title: str
    sid: str
    is_made: bool
    name: str = ""
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    setting: str = ""


class Record:
    """The file. With no settings file there is none, and nothing can be undone."""

    def __init__(self, settings_file: Path | None) -> None:
        self.path = None if settings_file is None else settings_file.with_name(settings_file.name + SUFFIX)

    def read(self, account_sid: str) -> list[Done]:
        """What was done in this account, in order. ValueError with a sentence if the file cannot be used."""
        if self.path is None or not self.path.exists():
            return []
        try:
            content = json.loads(self.path.read_text(encoding="utf-8"))
            done = [Done(**one) for one in content["done"]]
            account = content["account"]
        except (ValueError, LookupError, TypeError):
            raise ValueError(f"{self.path} is damaged, so nothing can be undone. Move it away to go on.") from None
        if account != account_sid:
            raise ValueError(
                f"{self.path} is about the Twilio account {account}. Move it away, or set TWILIO_ACCOUNT_SID to that."
            )
        return done

    def add(self, account_sid: str, new: Done) -> None:
        """Notes a change before it is made, or something as soon as it was made. OSError."""
        done = self.read(account_sid)
        same = next((one for one in done if (one.kind, one.sid) == (new.kind, new.sid)), None)
        if same is None:
            done.append(new)
        elif not same.is_made:  # the first `before` of each property is the true one
            merged = replace(same, before={**new.before, **same.before}, after={**same.after, **new.after})
            done[done.index(same)] = merged
        self.write(account_sid, done)

    def write(self, account_sid: str, done: list[Done]) -> None:
        if self.path is None:
            return
        if not done:
            self.path.unlink(missing_ok=True)
            return
        content = {"account": account_sid, "done": [asdict(one) for one in done]}
        file.replace(self.path, json.dumps(content, indent=1) + "\n")
