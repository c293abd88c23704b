"""Checks a station: `python -m callin.check`, and the admins' page `/check`. One line each, with what to do.

It looks at the Twilio account, the public address, the fallback files and the clock. The command's exit status is 0 if
nothing is wrong, otherwise 1.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from enum import StrEnum
from typing import NamedTuple

from callin import VERSION, config
from callin.config import ConfigError, Settings
from callin.config.table import CONSOLE
from callin.contracts import PhoneError
from callin.model import StationNames
from callin.public_address import AddressError, PublicAddress
from callin.setup.plan import Change, Planner
from callin.twilio.client import TwilioAccess, TwilioAccount
from callin.twilio.pointing import FALLBACKS, fallback_documents
from callin.twiml import Links

LIMIT_SECONDS = 15.0
REQUEST_SECONDS = 5.0
FRESH_SECONDS = 5.0
"""How long findings are reused: a check sends Twilio a dozen requests."""

MOST_SECONDS_WRONG = 30.0
"""Tokens are valid from the second in which they were made, by this machine's clock."""

SET_UP = "Run .venv/bin/python -m callin.setup."


class State(StrEnum):
    OK = "ok"
    WRONG = "wrong"
    BY_HAND = "by_hand"
    """No API reports it: a person has to look."""


class Finding(NamedTuple):
    """One line: what was checked, and what is wrong with it and what to do, or where to look."""

    state: State
    title: str
    text: str


class Check(NamedTuple):
    title: str
    find: Callable[[], Iterable[Finding]]


LABELS = {State.OK: "ok   ", State.WRONG: "WRONG", State.BY_HAND: "look "}

TO_CHECK_BY_HAND = (
    Finding(
        State.BY_HAND,
        "Calls at once",
        "No API says how many calls the account may hold: 5 on trial, 2 or 3 if it was upgraded after 2 February 2026 "
        f"without an approved business profile. Look at {CONSOLE} under Account, Trust Hub. Further callers hear the "
        "engaged tone.",
    ),
    Finding(
        State.BY_HAND,
        "Webhook Rules",
        "No API says whether the account has a Webhook Rule, with which Twilio signs in a way that this app refuses. "
        f"Look at {CONSOLE} under Account, Webhooks: there must be none.",
    ),
)


class Checks:
    """The checks of one station. `version` is that of the code that checks.

    `language` is the one in which fallbacks must speak; empty if only the app knows it.
    """

    def __init__(
        self,
        settings: Settings,
        version: str,
        limit_seconds: float = LIMIT_SECONDS,
        language: Callable[[], str] = str,
    ) -> None:
        self._settings = settings
        self._version = version
        self._language = language
        self._limit_seconds = limit_seconds
        self._links = Links(settings.public_url, StationNames(settings.station_prefix))
        access = TwilioAccess(settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_api_url)
        self._account = TwilioAccount(access, REQUEST_SECONDS)
        self._address = PublicAddress(settings.public_url, settings.session_key, settings.twilio_auth_token)
        self._running = threading.Lock()
        self._found: list[Finding] = []
        self._found_at = 0.0

    def findings(self) -> list[Finding]:
        """What the checks find now, or, while they run for somebody else, what they found before."""
        if not self._running.acquire(blocking=False):
            return self._found or [
                Finding(State.BY_HAND, "Checks", "They are running. Reload this page in 15 seconds.")
            ]
        try:
            if not self._found or time.monotonic() - self._found_at > FRESH_SECONDS:
                self._found = [*run(self._checks(), self._limit_seconds), *TO_CHECK_BY_HAND]
                self._found_at = time.monotonic()
            return self._found
        finally:
            self._running.release()

    def _checks(self) -> Sequence[Check]:
        return (
            Check("Twilio account", self._twilio_account),
            Check("API key", self._api_key),
            Check("Numbers", self._numbers),
            Check("Applications", self._applications),
            Check("Queues", self._queues),
            Check("PUBLIC_URL", self._public_url),
            Check("Signatures", self._signatures),
            Check("Fallback files", self._fallback_files),
            Check("Clock", self._clock),
        )

    # Twilio

    def _twilio_account(self) -> Iterator[Finding]:
        kind = self._account.kind()
        if kind.status != "active":
            text = f"Twilio says that the account is {kind.status}. See {CONSOLE}, Billing."
            yield Finding(State.WRONG, "Twilio account", text)
        elif kind.is_trial:
            text = f"It is a trial: callers first hear a message from Twilio. Upgrade it in {CONSOLE}, Billing."
            yield Finding(State.WRONG, "Twilio account", text)
        else:
            yield Finding(
                State.OK, "Twilio account", f"{self._settings.twilio_account_sid} is a full account, and active."
            )

    def _api_key(self) -> Iterator[Finding]:
        planner = self._planner()
        ok = f"{self._settings.twilio_api_key_sid} signs browsers' tokens."
        yield from _planned("API key", ok, planner.key(), planner)

    def _numbers(self) -> Iterator[Finding]:
        planner, settings = self._planner(), self._settings
        ok = (
            f"{settings.twilio_listener_number} and {settings.twilio_dj_number} carry calls, and send them to this app."
        )
        yield from _planned("Numbers", ok, planner.numbers(), planner)

    def _applications(self) -> Iterator[Finding]:
        planner = self._planner()
        ok = "All three send browsers' calls to this app."
        yield from _planned("Applications", ok, planner.applications(), planner)

    def _queues(self) -> Iterator[Finding]:
        planner = self._planner()
        yield from _planned("Queues", "All four are there.", planner.queues(), planner)

    def _planner(self) -> Planner:
        return Planner(self._settings, self._account, self._links, makes_key=True, language=self._language())

    # The app as the world sees it

    def _public_url(self) -> Iterator[Finding]:
        """Whether this app answers there, and what it says of itself."""
        report = self._address.health()
        yield Finding(State.OK, "PUBLIC_URL", f"This app answers at {self._settings.public_url}.")
        store, twilio = str(report.get("store")), report.get("twilio", {})
        yield _judged("Store", store == "ok", "It can be read and written.", store)
        problem = twilio.get("problem") or "It has not been read for a minute and a half. See the app's log."
        yield _judged("Twilio's lists", bool(twilio.get("ok")), "The app can read them.", problem)
        missed, cause = report.get("missed_calls", 0), report.get("missed_cause", "")
        calls = "One call has" if missed == 1 else f"{missed} calls have"
        wrong = f"{calls} not reached the app. {cause or f'See the debugger in {CONSOLE}.'}"
        refused = report.get("refused_requests", 0)
        ok = f"No call is known to have missed the app. It has refused {refused} requests for their signature."
        yield _judged("Calls", not missed, ok, wrong)
        version = str(report.get("version")).partition(" ")[0]
        wrong = f"The app runs version {version}, and this is {self._version}. Deploy it, or start it again."
        yield _judged("Version", version == self._version, str(report.get("version")), wrong)

    def _signatures(self) -> Iterator[Finding]:
        status = self._address.ping()
        wrong = (
            f"A request that was signed as Twilio signs was answered {status}. Start the app again with this "
            "TWILIO_AUTH_TOKEN and this PUBLIC_URL; a proxy must not change the address."
        )
        yield _judged("Signatures", status == 200, "A signed request is answered.", wrong)

    def _fallback_files(self) -> Iterator[Finding]:
        """Whether Twilio gets these while the app is down: not from the app's own server, which is then down, too.

        On App Engine the app cannot read its static files, so there their text is not compared.
        """
        names, wrong = self._links.names, []
        wanted = {file.name: text for file, text in fallback_documents(names).items()}
        for path in map(names.file, FALLBACKS):
            status, kind, text = self._address.file(path)
            if (
                status != 200
                or kind not in ("text/xml", "application/xml")
                or text != wanted.get(path.rpartition("/")[2], text)
            ):
                wrong.append(f"{path} (HTTP {status}, {kind or 'no type'})")
        if wrong:
            remedy = f"The web server must serve this folder's static/twiml unchanged, as text/xml. {SET_UP}"
            yield Finding(State.WRONG, "Fallback files", f"Not as they should be: {', '.join(wrong)}. {remedy}")
        elif self._app_serves_files():
            text = "The app's own server serves them, so they are gone when the app is. Let Caddy serve /static."
            state = State.BY_HAND if self._settings.is_rehearsal else State.WRONG
            yield Finding(state, "Fallback files", text)
        else:
            yield Finding(State.OK, "Fallback files", "The web server has them, also while the app is down.")

    def _app_serves_files(self) -> bool:
        if self._settings.gae_env or self._settings.public_url.endswith(".appspot.com"):
            return False  # Google serves them: app.yaml's handlers say so
        inside = PublicAddress(f"http://127.0.0.1:{self._settings.port}", "", "")
        try:
            return inside.file(FALLBACKS[0])[0] == 200
        except AddressError:
            return False

    def _clock(self) -> Iterator[Finding]:
        before = time.time()
        theirs = self._account.clock()
        if theirs is None:
            raise PhoneError("Twilio's answer had no time. Try again in a minute.")
        wrong_by = max(before - 1 - theirs, theirs - time.time(), 0.0)  # Twilio reports whole seconds
        wrong = f"It is {wrong_by:.0f} s off, so browsers' tokens fail. Set it by NTP: timedatectl set-ntp true."
        yield _judged("Clock", wrong_by < MOST_SECONDS_WRONG, "It agrees with Twilio's.", wrong)


def _judged(title: str, is_ok: bool, ok: str, wrong: str) -> Finding:
    return Finding(State.OK, title, ok) if is_ok else Finding(State.WRONG, title, wrong)


def _planned(title: str, ok: str, changes: Iterable[Change], planner: Planner) -> Iterator[Finding]:
    """What set-up would change, as findings."""
    changes = list(changes)
    for problem in planner.problems:
        yield Finding(State.WRONG, title, problem)
    for change in changes:
        what = f"{change.title}: {'; '.join(change.differences()) or 'is missing'}"
        yield Finding(State.WRONG, title, f"{what.removesuffix('.')}. {SET_UP}")
    if not changes and not planner.problems:
        yield Finding(State.OK, title, ok)


def run(checks: Sequence[Check], limit_seconds: float) -> list[Finding]:
    """The findings, in the order of the checks. One that is not done in time is a finding, too."""
    threads = ThreadPoolExecutor(len(checks), "check")
    running = [threads.submit(_find, check) for check in checks]
    wait(running, limit_seconds)
    threads.shutdown(wait=False)
    return [
        finding for check, one in zip(checks, running, strict=True) for finding in _result(check, one, limit_seconds)
    ]


def _find(check: Check) -> list[Finding]:
    try:
        return list(check.find())
    except (PhoneError, AddressError) as error:
        return [Finding(State.WRONG, check.title, str(error))]


def _result(check: Check, running: Future[list[Finding]], limit_seconds: float) -> list[Finding]:
    if running.done():
        return running.result()
    text = f"No result within {limit_seconds:g} s. Try again in a minute; see https://status.twilio.com."
    return [Finding(State.WRONG, check.title, text)]


def main() -> int:
    try:
        found = Checks(config.read(), VERSION).findings()
    except ConfigError as error:
        found = [Finding(State.WRONG, "Settings", problem) for problem in error.problems]
    except ModuleNotFoundError as error:
        text = f"This Python lacks {error.name}. Run .venv/bin/python -m callin.check in the app's folder."
        found = [Finding(State.WRONG, "Python", text)]
    for state, title, text in found:
        print(f"{LABELS[state]}  {title}: {text}")
    wrong = sum(finding.state is State.WRONG for finding in found)
    print(f"\n{wrong} of {len(found)} checks failed." if wrong else "\nNothing is wrong.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
