"""Logs: a JSON object per line, as Google Cloud reads them, or plain text for a terminal.

https://cloud.google.com/logging/docs/structured-logging
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType

JSON, TEXT = "json", "text"

call_sid: ContextVar[str] = ContextVar("call_sid", default="")
"""The call that this thread answers for. Every line that it logs names it."""

SHORTEST_SECRET = 8
MOST_CHARACTERS = 16_000
"""A longer stack trace loses its middle: Google splits entries over 256 kB."""

_NUMBER = re.compile(r"(\+|%2B)\d{4,12}(\d{3})(?!\d)")
_INVITATION = re.compile(r"(/invitation\?)[^\s\"']+")

log = logging.getLogger(__name__)


class Redactor:
    """Removes from a text what no log may contain: secrets, phone numbers except their end, links of invitations."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        found = sorted({secret for secret in secrets if len(secret) >= SHORTEST_SECRET}, key=len, reverse=True)
        self._secrets = re.compile("|".join(map(re.escape, found))) if found else None

    def __call__(self, text: str) -> str:
        if self._secrets is not None:
            text = self._secrets.sub("[secret]", text)
        return _INVITATION.sub(r"\1[secret]", _NUMBER.sub(r"\1•••\2", text))


class JsonFormatter(logging.Formatter):
    """Formats a record as a line of JSON: time (RFC 3339), severity (Google's names), message and logger.

    `call_sid` is the call that it is about, and `stack_trace` an exception with its stack.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._redact = Redactor(secrets)

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {
            "time": time.replace("+00:00", "Z"),
            "severity": record.levelname,  # Python's names are among Google's
            "message": self._redact(record.getMessage()),
            "logger": record.name,
        }
        if sid := getattr(record, "call_sid", "") or call_sid.get():
            line["call_sid"] = sid
        if record.exc_info:
            line["stack_trace"] = _cut(self._redact(self.formatException(record.exc_info)))
        return json.dumps(line, ensure_ascii=False)


class TextFormatter(logging.Formatter):
    """Formats a record for people: level, message, call if there is one, and the stack below."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__("%(levelname)s: %(message)s")
        self._redact = Redactor(secrets)

    def format(self, record: logging.LogRecord) -> str:
        sid = getattr(record, "call_sid", "") or call_sid.get()
        return self._redact(super().format(record)) + (f" [{sid}]" if sid and not record.exc_info else "")


def set_up(form: str, secrets: Iterable[str] = ()) -> None:
    """Makes this process log in that form to stderr, including its server, libraries and failed threads."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(TextFormatter(secrets) if form == TEXT else JsonFormatter(secrets))
    root, server = logging.getLogger(), logging.getLogger("_granian")
    root.handlers[:], server.handlers[:] = [handler], []
    server.propagate = True
    root.setLevel(logging.WARNING)
    logging.getLogger("callin").setLevel(logging.INFO)
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


def _log_uncaught(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None, where: str = "The program"
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
    else:
        log.critical("%s failed: %s", where, error, exc_info=(kind, error, traceback))


def _log_uncaught_in_thread(failure: threading.ExceptHookArgs) -> None:
    if failure.exc_type is SystemExit:
        return
    name = failure.thread.name if failure.thread else "?"
    error = failure.exc_value or failure.exc_type()
    _log_uncaught(failure.exc_type, error, failure.exc_traceback, f"The thread {name}")


def _cut(text: str) -> str:
    if len(text) <= MOST_CHARACTERS:
        return text
    half = MOST_CHARACTERS // 2
    return f"{text[:half]}\n[…]\n{text[-half:]}"
