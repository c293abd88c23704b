"""Recordings over REST: listed, fetched, deleted, and their files. https://www.twilio.com/docs/voice/api/recording"""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from rehearsal.exchange.network import Network
from rehearsal.exchange.recording import Recording
from rehearsal.rest import parameters
from rehearsal.rest.dates import admits, dates
from rehearsal.rest.errors import BAD_REQUEST, Refusal, not_found
from rehearsal.rest.formats import address, moment
from rehearsal.rest.paging import page

WAV_TYPE = "audio/x-wav"
UNSUPPORTED = ("ConferenceSid",)


class Recordings:
    """The handlers of /Recordings."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """All routes, below `prefix`."""
        one = prefix + r"/Recordings/{sid:RE\w+}"
        return [
            web.get(prefix + "/Recordings.json", self.list_all),
            web.get(one + ".json", self.fetch),
            web.delete(one + ".json", self.delete),
            web.get(one + ".mp3", self.refuse_mp3),
            web.get(one + ".wav", self.media),
            web.get(one, self.media),
        ]

    async def list_all(self, request: web.Request) -> web.Response:
        """Newest first, as Twilio sorts them."""
        _refuse_deleted(request)
        parameters.refuse_unsupported(request.query, UNSUPPORTED)
        call_sid, created = request.query.get("CallSid"), dates(request.query, "DateCreated")
        found = [
            recording
            for recording in reversed(self._network.recordings.values())
            if call_sid in (None, "", recording.call_sid) and admits(recording.started_at, created)
        ]
        return web.json_response(
            page(
                found,
                key="recordings",
                path=request.path,
                query=request.query,
                sid=lambda recording: recording.sid,
                as_json=lambda _, recording: self._recording_json(recording),
            )
        )

    async def fetch(self, request: web.Request) -> web.Response:
        _refuse_deleted(request)
        return web.json_response(self._recording_json(self._recording(request)))

    async def delete(self, request: web.Request) -> web.Response:
        """Gone for good, with its file."""
        del self._network.recordings[self._recording(request).sid]
        return web.Response(status=204)

    async def media(self, request: web.Request) -> web.Response:
        """The file; 404 until it is ready. An address without a suffix gives the WAV."""
        recording = self._recording(request)
        if recording.status != "completed":
            raise not_found(request.path)
        if request.query.get("RequestedChannels", "1") != "1":
            raise Refusal(400, BAD_REQUEST, "This recording has one channel")
        return web.Response(body=await asyncio.to_thread(recording.wav), content_type=WAV_TYPE)

    async def refuse_mp3(self, request: web.Request) -> web.Response:
        self._recording(request)
        raise Refusal(400, BAD_REQUEST, "The rehearsal network makes no MP3: ask for .wav")

    def _recording(self, request: web.Request) -> Recording:
        recording = self._network.recordings.get(request.match_info["sid"])
        if recording is None:
            raise not_found(request.path)
        return recording

    def _recording_json(self, recording: Recording) -> dict[str, Any]:
        account_sid = self._network.account.sid
        uri = address(account_sid, "Recordings", recording.sid)
        below = {"add_on_results": "AddOnResults", "transcriptions": "Transcriptions"}
        return {
            "account_sid": account_sid,
            "api_version": "2010-04-01",
            "call_sid": recording.call_sid,
            "channels": 1,
            "conference_sid": None,
            "date_created": moment(recording.started_at),
            "date_updated": moment(recording.updated_at),
            "duration": str(recording.duration),
            "encryption_details": None,
            "error_code": None,
            "media_url": "https://api.twilio.com" + uri.removesuffix(".json"),
            "price": None,
            "price_unit": "USD",
            "sid": recording.sid,
            "source": "RecordVerb",
            "start_time": moment(recording.started_at),
            "status": recording.status,
            "subresource_uris": {
                name: address(account_sid, "Recordings", recording.sid, path) for name, path in below.items()
            },
            "uri": uri,
        }


def _refuse_deleted(request: web.Request) -> None:
    """Twilio keeps the description of a deleted recording for 40 days; a rehearsal does not."""
    if parameters.boolean(request.query.get("IncludeSoftDeleted") or "false", "IncludeSoftDeleted"):
        parameters.refuse_unsupported(request.query, ("IncludeSoftDeleted",))
