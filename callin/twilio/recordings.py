"""The recordings of messages at Twilio: fetched and deleted with the account's credentials, which stay here.

https://www.twilio.com/docs/voice/api/recording
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from callin.model import CallRecording
from callin.twilio.client import NOT_FOUND, TwilioAccess, TwilioError, translated

if TYPE_CHECKING:
    from twilio.rest import Client

TWILIO = "https://api.twilio.com"
LARGEST_BYTES = 8_000_000
"""Four times the longest message that a station can set."""

TIMEOUT_SECONDS = 5.0
MOST_LISTED = 200
RECORD_VERB = "RecordVerb"
"""Twilio's name for the source of what Record has recorded."""


class TwilioRecordings:
    """`callin.messages.Recordings` over Twilio's REST API."""

    def __init__(self, access: TwilioAccess, client: Callable[[], Client]) -> None:
        self._access = access
        self._client = client

    def since(self, at: float) -> list[CallRecording]:
        """The newest complete recordings that Record has made."""
        with translated("list the recordings"):
            found = self._client().api.account.recordings.list(
                date_created_after=datetime.fromtimestamp(at, UTC), limit=MOST_LISTED
            )
            return [
                CallRecording(one.sid, one.call_sid, int(one.duration))
                for one in found
                if one.status == "completed" and one.source == RECORD_VERB
            ]

    def wav(self, recording_sid: str) -> bytes | None:
        """The file. Twilio may answer from another host, which gets no credentials."""
        import requests

        access = self._access
        url = f"{access.api_url or TWILIO}/2010-04-01/Accounts/{access.account_sid}/Recordings/{recording_sid}.wav"
        with translated("fetch a message"), requests.Session() as session:
            session.trust_env = not access.api_url  # a stand-in runs on this machine: use no proxy
            credentials = (access.account_sid, access.auth_token)
            with session.get(url, auth=credentials, timeout=TIMEOUT_SECONDS, stream=True) as answer:
                if answer.status_code == NOT_FOUND:
                    return None
                answer.raise_for_status()
                return _read(answer.iter_content(64 * 1024))

    def delete(self, recording_sid: str) -> None:
        try:
            with translated("delete a message"):
                self._client().api.account.recordings(recording_sid).delete()
        except TwilioError as error:
            if error.status != NOT_FOUND:
                raise


def _read(parts: Iterator[bytes]) -> bytes:
    """All parts. ValueError, which stands for an unreadable answer, for more than a message can have."""
    found = bytearray()
    for part in parts:
        found += part
        if len(found) > LARGEST_BYTES:
            raise ValueError("too large")
    return bytes(found)
