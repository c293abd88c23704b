"""Finds recorded messages whose callback never reached the app."""

from __future__ import annotations

import logging
from collections.abc import Callable

from callin.contracts import Clock, PhoneError, Store
from callin.messages.service import DAY_SECONDS, Messages, Recordings
from callin.model import Call, CallRecording

OVERLAP_SECONDS = 600.0
"""How far each run goes back before the last good one, because Twilio lists recordings by when they began."""

log = logging.getLogger(__name__)


class MissedRecordings:
    """Asks Twilio for the account's new recordings and takes those of the line's own calls. Used by one thread."""

    def __init__(
        self,
        messages: Messages,
        recordings: Recordings,
        store: Store,
        clock: Clock,
        left: Callable[[str], Call | None],
    ) -> None:
        """`left` is called with the CallSid of each message that was found."""
        self._messages = messages
        self._recordings = recordings
        self._store = store
        self._clock = clock
        self._left = left
        self._looked_at: float | None = None

    def run(self) -> None:
        """One request to Twilio, none while the station takes no messages. May raise StoreError."""
        if not self._messages.settings().is_on:
            return
        now = self._clock()
        since = now - DAY_SECONDS if self._looked_at is None else self._looked_at - OVERLAP_SECONDS
        try:
            found = self._recordings.since(since)
        except PhoneError as error:
            log.warning("Missed recordings could not be looked for: %s", error)
            return
        known = self._messages.recording_sids()
        for recording in found:
            if recording.sid not in known:
                self._take(recording)
        self._looked_at = now

    def _take(self, recording: CallRecording) -> None:
        """Takes a recording of one of the line's calls. Others belong to other programs on the same account."""
        call = self._store.call(recording.call_sid)
        if call is None or self._messages.recorded(call, recording.sid, recording.seconds) is None:
            return
        self._left(call.call_sid)
        log.warning("Found a message whose callback never reached the app.")
