"""Makes the planned changes, one by one, and undoes them.

A private file beside the settings records what was changed, so that `--undo` leaves the account as it was before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from msgspec import Struct, field, to_builtins
from msgspec.structs import replace

from callin.config import file
from callin.model import EXTRA_DESKS, MOST_CALLERS, SCREEN_QUEUE, queue_of
from callin.setup.plan import APPLICATION, FILES, KEY, NUMBER, QUEUE, Change
from callin.twilio.client import BAD_REQUEST, NOT_FOUND, TwilioAccount, TwilioError
from callin.twilio.pointing import FALLBACK, FALLBACKS, fallback_documents, write_fallbacks
from callin.twiml import Links


class Applier:
    """Changes one account. TwilioError stops it; what was done so far is in the record.

    `remember` stores settings, such as the SID and secret of a new key, which Twilio shows only once.
    """

    def __init__(
        self,
        account_sid: str,
        account: TwilioAccount,
        links: Links,
        record: UndoFile,
        remember: Callable[[Mapping[str, str]], None],
    ) -> None:
        self._account_sid = account_sid
        self._account = account
        self._links = links
        self._record = record
        self._remember = remember

    def apply(self, change: Change) -> None:
        if change.sid:
            self._note(change, change.sid)
            self._update(change.kind, change.sid, change.after)
        else:
            sid = self._make(change)
            self._note(change, sid)
            if change.setting:
                self._remember({change.setting: sid})

    def _note(self, change: Change, sid: str) -> None:
        done = Done(
            change.kind,
            change.title,
            sid,
            not change.sid,
            change.name,
            dict(change.before),
            dict(change.after),
            change.setting,
        )
        self._record.add(self._account_sid, done)

    def _make(self, change: Change) -> str:
        """Makes it, and returns its SID."""
        if change.kind == FILES:
            write_fallbacks(self._links.names)
            return FILES
        if change.kind == KEY:
            key = self._account.create_key(change.name)
            self._remember({"TWILIO_API_KEY_SID": key.sid, "TWILIO_API_KEY_SECRET": key.secret})
            return key.sid
        if change.kind == QUEUE:
            return self._account.create_queue(change.name, MOST_CALLERS)
        return self._account.create_application(change.name, change.after)

    def _update(self, kind: str, sid: str, properties: Mapping[str, str]) -> None:
        if kind == QUEUE:
            self._account.update_queue(sid, int(properties["max_size"]))
        elif kind == APPLICATION:
            self._account.update_application(sid, properties)
        else:
            self._account.update_number(sid, properties)

    def undo(self) -> Iterator[str]:
        """Undoes everything, last first, and says what became of each. What fails stays in the record."""
        yield from self._queues_of_desks()  # first: once the record is empty, nothing can be undone again
        done = self._record.read(self._account_sid)
        for one in reversed(list(done)):
            try:
                yield f"{one.title}: {self._take_back(one)}"
            except TwilioError as error:
                if error.status != BAD_REQUEST or one.kind != QUEUE:
                    raise
                yield f"{one.title}: stays, because somebody waits in it. Undo again later."
                continue
            done.remove(one)
            self._record.write(self._account_sid, done)

    def _take_back(self, one: Done) -> str:
        try:
            return self._delete(one) if one.is_made else self._change_back(one)
        except TwilioError as error:
            if error.status != NOT_FOUND:
                raise
            return "had already gone"

    def _delete(self, one: Done) -> str:
        if one.kind == FILES:
            if not self._links.names.is_default:
                for path in fallback_documents(self._links.names):
                    path.unlink(missing_ok=True)
            return "deleted"
        delete = {
            KEY: self._account.delete_key,
            QUEUE: self._account.delete_queue,
            APPLICATION: self._account.delete_application,
        }
        delete[one.kind](one.sid)
        if one.kind == KEY:
            self._remember({"TWILIO_API_KEY_SID": "", "TWILIO_API_KEY_SECRET": ""})
        elif one.setting:
            self._remember({one.setting: ""})
        return "deleted"

    def _change_back(self, one: Done) -> str:
        """Restores each property that is still as set-up left it. What somebody else has changed since stays."""
        now = self._now(one)
        ours = {
            name: value for name, value in one.before.items() if self._is_ours(name, now.get(name, ""), one.after[name])
        }
        if ours:
            self._update(one.kind, one.sid, ours)
        others = len(one.before) - len(ours)
        properties = "one property" if others == 1 else f"{others} properties"
        return "as before" if not others else f"as before, except for {properties} that somebody else has changed"

    def _now(self, one: Done) -> Mapping[str, str]:
        if one.kind == QUEUE:
            found = self._account.queues().get(one.name)
        else:
            found = self._account.number(one.name) if one.kind == NUMBER else self._account.application(one.sid)
        return found.properties if found else {}

    def _is_ours(self, name: str, now: str, after: str) -> bool:
        """Whether a property still has the value that set-up gave it, or the one that the app gave it in a show."""
        return now == after or (name == FALLBACK and now in [self._links.file(path) for path in FALLBACKS])

    def _queues_of_desks(self) -> Iterator[str]:
        """Deletes the queues that the running app has made: of screeners, and of a console's other lines."""
        begins = self._links.names.queue(SCREEN_QUEUE)
        of_lines = {self._links.names.queue(queue_of(desk)) for desk in EXTRA_DESKS}
        for name, queue in self._account.queues().items():
            if not (name.startswith(begins) or name in of_lines):
                continue
            try:
                self._account.delete_queue(queue.sid)
            except TwilioError as error:
                if error.status != BAD_REQUEST:
                    raise
                raise TwilioError(f"A caller is with a desk, in the queue {name}.", permanent=True) from error
            yield f"Queue {name}, of a desk: deleted"


SUFFIX = ".set-up"


class Done(Struct, frozen=True):
    """Something that was made, or changed from `before` to `after`. `setting` names it in the settings file."""

    kind: str
    title: str
    sid: str
    is_made: bool
    name: str = ""
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    setting: str = ""


class UndoFile:
    """What was changed, in a private file beside the settings. Without a settings file nothing can be undone."""

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
        content = {"account": account_sid, "done": to_builtins(done)}
        file.replace(self.path, json.dumps(content, indent=1) + "\n")
