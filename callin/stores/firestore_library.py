"""What we use of google-cloud-firestore, imported when it is first needed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from callin.contracts import StoreError

REQUEST_SECONDS = 3.0


class Library(NamedTuple):
    """What we use of google-cloud-firestore. `options` go with every request."""

    client: Any
    field_filter: Any
    server_timestamp: Any
    options: Mapping[str, Any]
    conflicts: tuple[type[Exception], ...]
    errors: tuple[type[Exception], ...]


def load_library(project: str) -> Library:
    """Imports the library. Called with the first request, because it takes 0.2 s of processor time."""
    from google.api_core import exceptions
    from google.api_core.retry import Retry, if_exception_type
    from google.auth.exceptions import GoogleAuthError
    from google.cloud import firestore

    # The other end may have closed an idle connection.
    retry = Retry(if_exception_type(exceptions.ServiceUnavailable), 0.05, 0.5, timeout=REQUEST_SECONDS)
    try:
        client = firestore.Client(project=project or None)
    except (GoogleAuthError, OSError) as error:
        raise StoreError(f"The app could not open Firestore: {sentence_of(error)}.") from error
    return Library(
        client,
        firestore.FieldFilter,
        firestore.SERVER_TIMESTAMP,
        {"retry": retry, "timeout": REQUEST_SECONDS},
        (exceptions.Conflict, exceptions.FailedPrecondition, exceptions.NotFound),
        (exceptions.GoogleAPIError, GoogleAuthError),
    )


def sentence_of(error: Exception) -> str:
    return " ".join(str(getattr(error, "cause", None) or error).split()).rstrip(".")
