"""Asks a newly deployed app for its health until it is well."""

from __future__ import annotations

import time

from callin.public_address import AddressError, PublicAddress

TIMEOUT_SECONDS = 30.0
"""App Engine may have to start an instance for the first request."""


class DeploymentError(Exception):
    """Why the deployment stopped, and what to do, in a sentence or two."""


def wait_until_well(url: str, session_key: str, seconds: float) -> str:
    """Asks the app at `url` until it is well, and says so. DeploymentError if that takes longer.

    The answer must prove that it knows SESSION_KEY. What it says about Twilio does not count, because no call reaches a
    version without traffic.
    """
    deadline = time.monotonic() + seconds
    while problem := problem_of(url, session_key):
        if time.monotonic() > deadline:
            raise DeploymentError(
                f"{problem}\nThe previous version still has the traffic. `gcloud app logs read` shows what is wrong."
            )
        time.sleep(1)  # between two looks, each of which may start an instance
    return f"well at {url}"


def problem_of(url: str, session_key: str) -> str:
    """Why the app at `url` is not well, or not this app; empty if all is well."""
    try:
        store: str = PublicAddress(url, session_key, "", TIMEOUT_SECONDS).health()["store"]
    except AddressError as error:
        return str(error)
    return "" if store == "ok" else f"The store of the new version: {store}"
