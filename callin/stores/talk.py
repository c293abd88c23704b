"""The desks' talk in Firestore: a document for each message, so that no two who say something meet."""

from __future__ import annotations

import logging
from collections import deque
from contextlib import suppress
from dataclasses import replace

from callin.contracts import StoreError
from callin.model import Message
from callin.stores.documents import Conflict, Documents, message_name
from callin.stores.seen import Seen, messages_of

REMOVED_AT_MOST = 5
"""So many old messages are taken away when somebody says something."""

REMOVED_REMEMBERED = 100

log = logging.getLogger(__name__)


class Talk:
    """Messages are written under numbers that rise with time, whichever instance writes them."""

    def __init__(self, documents: Documents, seen: Seen) -> None:
        self._documents = documents
        self._seen = seen
        self._removed: deque[str] = deque(maxlen=REMOVED_REMEMBERED)
        """The watch may tell of a message once more after it was removed here: it is not removed twice."""

    def add(self, message: Message, *, keep: int) -> Message:
        """Writes the message down under its number or, where others have that or later ones, under the next."""
        said = [message.number for _, value in self._seen.items() for message in messages_of(value)]
        message = replace(message, number=max([message.number, *(number + 1 for number in said)]))
        while True:
            name = message_name(message.number)
            with suppress(Conflict):
                self._seen.wrote(name, self._documents.write(name, message, None))
                break
            message = replace(message, number=message.number + 1)
        try:
            self._remove_all_but(keep)
        except StoreError as error:
            log.warning("Old messages could not be taken away: %s", error)  # the next to say something tries again
        return message

    def _remove_all_but(self, keep: int) -> None:
        held = {name: messages for name, value in self._seen.items() if (messages := messages_of(value))}
        first_kept = sorted(message.number for messages in held.values() for message in messages)[-keep:][0]
        old = sorted(
            name for name, messages in held.items() if messages[-1].number < first_kept and name not in self._removed
        )
        for name in old[:REMOVED_AT_MOST]:
            self._documents.remove("line", name)
            self._seen.drop(name)
            self._removed.append(name)
