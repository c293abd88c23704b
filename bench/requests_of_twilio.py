"""Requests as Twilio would send them, ready to send: signed forms for new and for waiting calls."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from urllib.parse import urlencode

from bench.station import Station
from tests.support.web import FORM, signature


def new_calls(where: Station, count: int, *, port: int | None = None, sids: Sequence[str] = ()) -> list[bytes]:
    """That many first requests of new calls to /twiml/enqueue, to our app or to another port."""
    sids = sids or ["CA" + secrets.token_hex(16) for _ in range(count)]
    return [_post(where, "/twiml/enqueue", _call(where, call_sid), port) for call_sid in sids]


def waiting_calls(where: Station, call_sids: list[str], count: int) -> list[bytes]:
    """That many requests to /twiml/wait, for these callers in turn."""
    prepared = []
    for call_sid in call_sids:
        call = _call(where, call_sid) | {
            "QueueSid": "QU" + "a" * 32,
            "QueuePosition": "1",
            "QueueTime": "60",
            "AvgQueueTime": "60",
            "CurrentQueueSize": str(len(call_sids)),
        }
        prepared.append(_post(where, "/twiml/wait", call, None))
    return [prepared[number % len(prepared)] for number in range(count)]


def hung_up(where: Station, call_sid: str) -> bytes:
    """The status callback of a call that is over."""
    return _post(where, "/twiml/status", _call(where, call_sid) | {"CallStatus": "completed"}, None)


def polls(path: str, count: int, cookie: str = "") -> list[bytes]:
    """That many plain GETs, by a browser that is signed in if there is a cookie."""
    given = f"Cookie: {cookie}\r\n" if cookie else ""
    return [f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{given}\r\n".encode()] * count


def _call(where: Station, call_sid: str) -> dict[str, str]:
    return {
        "AccountSid": where.environment["TWILIO_ACCOUNT_SID"],
        "ApiVersion": "2010-04-01",
        "CallSid": call_sid,
        "CallStatus": "ringing",
        "Direction": "inbound",
        "From": "+447" + str(int(call_sid[2:12], 16) % 1_000_000_000).zfill(9),  # no number calls three times
        "To": where.environment["TWILIO_LISTENER_NUMBER"],
    }


def _post(where: Station, path: str, form: dict[str, str], port: int | None) -> bytes:
    signed = signature(where.environment["TWILIO_AUTH_TOKEN"], where.environment["PUBLIC_URL"] + path, form.items())
    body = urlencode(form)
    head = [
        f"POST {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port or where.app_port}",
        f"Content-Type: {FORM}",
        f"Content-Length: {len(body)}",
        f"X-Twilio-Signature: {signed}",
    ]
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode()
