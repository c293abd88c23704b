"""Asks an app that has just been deployed for its health, and for proof that it is this app."""

from __future__ import annotations

import json
import secrets
import time
import urllib.error
import urllib.request

from callin.keyring import Keyring


class DeploymentError(Exception):
    """Why the deployment stopped, and what to do, in a sentence or two."""


def wait_until_well(url: str, session_key: str, seconds: float) -> str:
    """Asks the app at `url` for its health until it is well, and says so. DeploymentError if it is not.

    The answer must prove that it knows SESSION_KEY. What it says of Twilio does not count: until it has traffic, no
    call reaches it.
    """
    deadline = time.monotonic() + seconds
    while True:
        problem = problem_of(url, Keyring(session_key))
        if not problem:
            return f"well at {url}"
        if time.monotonic() > deadline:
            raise DeploymentError(
                f"{problem}\nThe version before still has the traffic. `gcloud app logs read` shows what is wrong."
            )
        time.sleep(1)  # a start takes seconds; each question may start an instance


def problem_of(url: str, keyring: Keyring) -> str:
    """Why the app at `url` is not well, or not this app; empty if all is well."""
    nonce = secrets.token_hex(16)
    request = urllib.request.Request(f"{url}/health?nonce={nonce}", headers={"Accept": "application/json"})
    try:
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                body = answer.read()
        except urllib.error.HTTPError as refusal:  # 503 with the reasons
            body = refusal.read()
        report = json.loads(body)
    except (OSError, ValueError) as error:
        return f"{url}/health does not answer as the app would: {error}"
    if not isinstance(report, dict) or report.get("proof") != keyring.proof(nonce):
        return f"{url} is another app, or has another SESSION_KEY."
    return "" if report["store"] == "ok" else f"The store of the new version: {report['store']}"
