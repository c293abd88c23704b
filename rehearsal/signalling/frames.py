"""The SDK's messages: JSON objects of a type and a payload, and a bare line feed as the heartbeat."""

from __future__ import annotations

import json
from typing import Any

HEARTBEAT = "\n"
_VERSION = "1.6"

Payload = dict[str, Any]


class FrameError(ValueError):
    """What came is not a message of the SDK."""


def pack(kind: str, payload: Payload) -> str:
    """A message as it is sent."""
    return json.dumps({"type": kind, "version": _VERSION, "payload": payload})


def unpack(text: str) -> tuple[str, Payload]:
    """The type and payload of a message that came. Raises FrameError."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FrameError("not JSON") from error
    kind = message.get("type") if isinstance(message, dict) else None
    payload = message.get("payload", {}) if isinstance(message, dict) else None
    if not isinstance(kind, str) or not isinstance(payload, dict):
        raise FrameError("no type and payload")
    return kind, payload


def text_of(payload: Payload, name: str) -> str:
    """A text in a payload; empty when it is absent or not a text."""
    value = payload.get(name)
    return value if isinstance(value, str) else ""
