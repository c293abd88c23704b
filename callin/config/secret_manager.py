"""Values that are kept in Google's Secret Manager: a setting that says `secret:NAME` gets the secret's newest version.

google-auth comes with the store's library. It is imported only if there is such a value.
https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/access
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

MARK = "secret:"
API = "https://secretmanager.googleapis.com/v1"
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
TIMEOUT_SECONDS = 5.0
AT_A_TIME = 8

_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")

DENIED = "Give the app's service account the role Secret Manager Secret Accessor on it"
NO_ACCOUNT = (
    "this machine has no Google account. On a server of your own write the value itself; to try it out, run "
    "`gcloud auth application-default login`"
)


class _Result(NamedTuple):
    text: str = ""
    problem: str = ""


def is_secret(value: str) -> bool:
    return value.startswith(MARK)


class SecretManager:
    """Reads secrets of one project. `session` is google-auth's AuthorizedSession, or anything with its `get`."""

    def __init__(self, session: Any, project: str, api: str = API) -> None:
        self._session = session
        self._project = project
        self._api = api

    def resolve(self, values: Mapping[str, str], problems: list[str]) -> dict[str, str]:
        """The secrets that these values name, by setting. Adds a sentence to `problems` for each that fails."""
        with ThreadPoolExecutor(AT_A_TIME) as threads:
            results = threads.map(self._read, (value.removeprefix(MARK) for value in values.values()))
            found = dict(zip(values, results, strict=True))
        problems += [
            f"{name} is the secret {values[name][len(MARK) :]!r}, and {result.problem}."
            for name, result in found.items()
            if result.problem
        ]
        return {name: result.text for name, result in found.items() if not result.problem}

    def _read(self, name: str) -> _Result:
        if not _NAME.fullmatch(name):
            return _Result(problem="a secret's name has letters, digits, - and _ only. Correct the name")
        if not self._project:
            return _Result(problem="its project is not known. Set GOOGLE_CLOUD_PROJECT")
        url = f"{self._api}/projects/{self._project}/secrets/{name}/versions/latest:access"
        try:
            answer = self._session.get(url, timeout=TIMEOUT_SECONDS)
            return _result(answer.status_code, answer.json() if answer.status_code == 200 else {}, self._project)
        except Exception as error:  # noqa: BLE001 - google-auth and requests raise many kinds; each means the same here
            return _Result(problem=f"Secret Manager did not answer ({type(error).__name__}). Try again in a minute")


def _result(status: int, answer: Mapping[str, Any], project: str) -> _Result:
    if status == 200:
        try:
            return _Result(base64.b64decode(answer["payload"]["data"], validate=True).decode().strip())
        except (KeyError, TypeError, ValueError):
            return _Result(problem="it is not text. Store the value again")
    if status == 404:
        return _Result(problem=f"the project {project} has no such secret, or no version of it. Make it")
    if status in (401, 403):
        return _Result(problem=f"Secret Manager refused it (HTTP {status}). {DENIED}")
    return _Result(problem=f"Secret Manager answered HTTP {status}. Try again in a minute")


def connect(project: str, problems: list[str], names: Iterable[str]) -> SecretManager | None:
    """Secret Manager as this machine's Google account may use it; None and a sentence if there is no such account."""
    import google.auth
    from google.auth.exceptions import GoogleAuthError
    from google.auth.transport.requests import AuthorizedSession

    try:
        credentials, own_project = google.auth.default(scopes=[SCOPE])
    except GoogleAuthError:
        problems.append(f"{', '.join(names)}: the value is in Secret Manager, but {NO_ACCOUNT}.")
        return None
    session = AuthorizedSession(credentials)  # type: ignore[no-untyped-call] # google-auth declares no type for it
    return SecretManager(session, project or own_project or "")
