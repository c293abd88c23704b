"""Makes the planned changes, one by one, and notes each in the record; and takes them back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from callin import fallbacks
from callin.model import EXTRA_DESKS, SCREEN_QUEUE, queue_of
from callin.setup.plan import APPLICATION, FILES, KEY, NUMBER, QUEUE, QUEUE_MAX_SIZE, Change
from callin.setup.record import Done, Record
from callin.twilio.account import TwilioAccount
from callin.twilio.client import BAD_REQUEST, NOT_FOUND, TwilioError
from callin.twilio.pointing import FALLBACK, STUDIO
from callin.twiml import Links


class Applier:
    """Changes one account. TwilioError stops it; what was done so far is in the record.

    `remember` stores settings, such as the SID and secret of a new key, which Twilio tells only once.
    """

    def __init__(
        self,
        account_sid: str,
        account: TwilioAccount,
        links: Links,
        record: Record,
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
        """Makes it, and answers its SID."""
        if change.kind == FILES:
            fallbacks.write(self._links.names)
            return FILES
        if change.kind == KEY:
            key = self._account.create_key(change.name)
            self._remember({"TWILIO_API_KEY_SID": key.sid, "TWILIO_API_KEY_SECRET": key.secret})
            return key.sid
        if change.kind == QUEUE:
            return self._account.create_queue(change.name, QUEUE_MAX_SIZE)
        return self._account.create_application(change.name, change.after)

    def _update(self, kind: str, sid: str, properties: Mapping[str, str]) -> None:
        if kind == QUEUE:
            self._account.update_queue(sid, int(properties["max_size"]))
        elif kind == APPLICATION:
            self._account.update_application(sid, properties)
        else:
            self._account.update_number(sid, properties)

    def undo(self) -> Iterator[str]:
        """Takes everything back, last first, and says what became of each. What fails stays in the record."""
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
                for path in fallbacks.documents(self._links.names):
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
        """Sets what is still as set-up left it. What somebody else has changed since stays."""
        now = self._now(one)
        ours = {
            name: value for name, value in one.before.items() if self._is_ours(name, now.get(name, ""), one.after[name])
        }
        if ours:
            self._update(one.kind, one.sid, ours)
        others = len(one.before) - len(ours)
        properties = "one property" if others == 1 else f"{others} properties"
        return "as before" if not others else f"as before, but for {properties} that somebody else has changed"

    def _now(self, one: Done) -> Mapping[str, str]:
        if one.kind == QUEUE:
            found = self._account.queues().get(one.name)
        else:
            found = self._account.number(one.name) if one.kind == NUMBER else self._account.application(one.sid)
        return found.properties if found else {}

    def _is_ours(self, name: str, now: str, after: str) -> bool:
        """Whether a property still has the value that set-up gave it, or the one that the app gave it in a show."""
        return now == after or (name == FALLBACK and now in [self._links.file(path) for path in STUDIO])

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
