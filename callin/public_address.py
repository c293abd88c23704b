"""The app as the world sees it: asks PUBLIC_URL, to find out whether it is this app that answers there."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from twilio.request_validator import RequestValidator

from callin.config.kinds import is_loopback
from callin.keyring import Keyring

if TYPE_CHECKING:
    from requests import Response

TIMEOUT_SECONDS = 6.0
NO_CALL = "CA" + "0" * 32
"""The CallSid of a request about no call."""

DEPLOY = "Start the app (on App Engine: deploy it), and try again."


class AddressError(Exception):
    """Why PUBLIC_URL does not lead to this app and what to do about it, in sentences."""


class PublicAddress:
    """Asks PUBLIC_URL. Every method raises AddressError if nothing usable answers."""

    def __init__(self, url: str, session_key: str, auth_token: str, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self.url = url
        self._session_key = session_key
        self._auth_token = auth_token
        self._timeout_seconds = timeout_seconds

    def health(self) -> dict[str, Any]:
        """What `/health` says. AddressError unless it proves that the answering app has our SESSION_KEY."""
        nonce = secrets.token_hex(16)
        answer = self._ask("GET", "/health?" + urlencode({"nonce": nonce}))
        try:
            report = answer.json()
            proof = report["proof"]
        except (ValueError, LookupError, TypeError):
            raise AddressError(
                f"Something other than this app answers at {self.url} (HTTP {answer.status_code}). Correct PUBLIC_URL, "
                "or what its name leads to."
            ) from None
        if proof != Keyring(self._session_key).proof(nonce):
            raise AddressError(
                f"Another station's app answers at {self.url}, or this one with another SESSION_KEY. Correct "
                "PUBLIC_URL; or start the app again with these settings."
            )
        return dict(report)

    def ping(self) -> int:
        """The status of the answer to a request about no call, signed as Twilio signs."""
        path, fields = "/twiml/status", {"AccountSid": "", "CallSid": NO_CALL, "CallStatus": "in-progress"}
        signature = RequestValidator(self._auth_token).compute_signature(self.url + path, fields)
        return self._ask("POST", path, fields, {"X-Twilio-Signature": signature}).status_code

    def file(self, path: str) -> tuple[int, str, str]:
        """Status, content type and text of a static file."""
        answer = self._ask("GET", path)
        kind = answer.headers.get("Content-Type", "").partition(";")[0]
        return answer.status_code, kind, answer.content.decode("utf-8", "replace")  # as the XML declaration says

    def _ask(
        self, method: str, path: str, fields: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> Response:
        import requests

        with requests.Session() as session:
            session.trust_env = not is_loopback(self.url)  # no proxy on the way to this machine
            try:
                answer = session.request(
                    method,
                    self.url + path,
                    data=fields,
                    headers=headers,
                    timeout=self._timeout_seconds,
                    allow_redirects=False,
                )
            except requests.exceptions.SSLError as error:
                raise AddressError(
                    f"The certificate of {self.url} is not accepted ({_reason(error)}). See the log of the web server, "
                    "which gets and renews it."
                ) from error
            except requests.Timeout as error:
                raise AddressError(
                    f"{self.url} does not answer within {self._timeout_seconds:g} s. {DEPLOY}"
                ) from error
            except requests.RequestException as error:
                raise AddressError(
                    f"{self.url} cannot be reached ({_reason(error)}). {DEPLOY} In DNS, its name must lead to the app."
                ) from error
        if answer.is_redirect:
            raise AddressError(
                f"{self.url} redirects to {answer.headers.get('Location', '')[:100]!r}. Set PUBLIC_URL to the address "
                "that answers by itself."
            )
        return answer


def _reason(error: Exception) -> str:
    """The innermost reason, without the names of a library's objects."""
    text = str(error)
    known = {
        "Name or service not known": "no such name",
        "nodename nor servname": "no such name",
        "No address associated": "no such name",
        "Temporary failure in name resolution": "no such name",
        "Connection refused": "connection refused",
        "certificate has expired": "it has expired",
        "unable to get local issuer": "no known authority has signed it",
        "self-signed": "no known authority has signed it",
        "self signed": "no known authority has signed it",
        "Hostname mismatch": "it is for another name",
        "doesn't match": "it is for another name",
    }
    return next((words for part, words in known.items() if part in text), type(error).__name__)
