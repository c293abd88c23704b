"""What we take from google-cloud-firestore: slow to load, so nothing of it is imported before the first request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from callin.contracts import StoreError

REQUEST_SECONDS = 3.0


class Library(NamedTuple):
    """The client, and the words to ask it with: `asked` goes with every request."""

    client: Any
    field_filter: Any
    server_timestamp: Any
    asked: Mapping[str, Any]
    conflicts: tuple[type[Exception], ...]
    errors: tuple[type[Exception], ...]


def load_library(project: str) -> Library:
    from google.api_core import exceptions
    from google.api_core.retry import Retry, if_exception_type
    from google.auth.exceptions import GoogleAuthError
    from google.cloud import firestore

    # A connection that was idle may have been closed at the other end.
    again = Retry(if_exception_type(exceptions.ServiceUnavailable), 0.05, 0.5, timeout=REQUEST_SECONDS)
    try:
        client = firestore.Client(project=project or None)
    except (GoogleAuthError, OSError) as error:
        raise StoreError(f"The app could not open Firestore: {sentence(error)}.") from error
    return Library(
        client,
        firestore.FieldFilter,
        firestore.SERVER_TIMESTAMP,
        {"retry": again, "timeout": REQUEST_SECONDS},
        (exceptions.Conflict, exceptions.FailedPrecondition, exceptions.NotFound),
        (exceptions.GoogleAPIError, GoogleAuthError),
    )


def in_no_order(_: object, __: object) -> int:
    return 0


def sentence(error: Exception) -> str:
    return " ".join(str(getattr(error, "cause", None) or error).split()).rstrip(".")
