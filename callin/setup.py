"""Prepares a Twilio account for this app: `python -m callin.setup`, once, and again whenever in doubt.

It creates the queues and the applications and points the two numbers at the app. Run again, it changes only what
differs. Each step goes to stderr, with what it did and how long it took; the lines NAME=VALUE that the app's settings
need go to stdout.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TextIO

from callin.config import ConfigError, Settings, read
from callin.contracts import PhoneError
from callin.model import AIR_QUEUE, HELD_QUEUE, QUEUES, READY_QUEUE, WAITING_QUEUE
from callin.twilio import provisioning
from callin.twilio.client import TwilioAccess
from callin.twilio.provisioning import Pointing, TwilioAccount

QUEUE_MAX_SIZE = 5000
"""The most that Twilio allows: https://www.twilio.com/docs/voice/api/queue-resource"""

PURPOSES = {
    WAITING_QUEUE: "where callers wait",
    READY_QUEUE: "for callers that a screener has made ready",
    HELD_QUEUE: "for callers on hold",
    AIR_QUEUE: "for the caller that is about to go on the air",
}

WORDS = {
    "voice_url": "address",
    "voice_method": "method of the address",
    "voice_fallback_url": "fallback",
    "voice_fallback_method": "method of the fallback",
    "status_callback": "address for ended calls",
    "status_callback_method": "method for ended calls",
    "voice_application_sid": "application, which would win over the address",
    "trunk_sid": "SIP trunk, which would win over the address",
}
"""What an admin calls the properties of a number or an application."""

TRIAL = """
Note: a trial account takes 5 calls at once, and one that was upgraded after 2 February 2026 takes 2 or 3 until Twilio
has approved a business profile. Further callers hear the engaged tone."""


@dataclass(frozen=True)
class Application:
    """A TwiML application for one kind of browser. Each kind needs its own, because a fallback is a static file."""

    setting: str
    name: str
    pointing: Pointing
    purpose: str


APPLICATIONS = (
    Application("TWILIO_APP_SID", "Radio Call-In", provisioning.STUDIO_APPLICATION, "for browsers in the studio"),
    Application(
        "TWILIO_LISTENER_APP_SID",
        "Radio Call-In listeners",
        provisioning.LISTENER_APPLICATION,
        "for listeners' browsers",
    ),
    Application(
        "TWILIO_SCREENER_APP_SID",
        "Radio Call-In screeners",
        provisioning.SCREENER_APPLICATION,
        "for screeners' browsers",
    ),
)

Step = tuple[str, Callable[[], str]]
"""A step's title, and the function that does it and returns what it changed; empty if nothing."""


def set_up(settings: Settings, account: TwilioAccount, out: TextIO) -> dict[str, str]:
    """Prepares the account, writes each step to `out`, and returns the settings that name its applications.

    PhoneError if Twilio refuses a request or a number is not in the account.
    """
    sids: dict[str, str] = {}
    numbers = (
        (settings.twilio_listener_number, provisioning.LISTENER_NUMBER, "which listeners call"),
        (settings.twilio_dj_number, provisioning.DJ_NUMBER, "which DJs call"),
    )
    steps: list[Step] = [
        *((f"Queue {name}, {PURPOSES[name]}", partial(set_up_queue, account, name)) for name in QUEUES),
        *(
            (f"Application {one.name}, {one.purpose}", partial(set_up_application, settings, account, one, sids))
            for one in APPLICATIONS
        ),
        *(
            (f"Number {number}, {purpose}", partial(set_up_number, settings, account, number, pointing))
            for number, pointing, purpose in numbers
        ),
    ]
    run_steps(steps, out)
    return sids


def run_steps(steps: list[Step], out: TextIO) -> None:
    """Runs the steps. Says what each is about before it begins, then what it changed and how long it took."""
    began = time.monotonic()
    changes = 0
    for number, (title, work) in enumerate(steps, 1):
        step_began = time.monotonic()
        print(f"[{number}/{len(steps)}] {title}: ", end="", file=out, flush=True)
        try:
            change = work()
        except BaseException:
            print("not done", file=out)
            raise
        changes += bool(change)
        print(f"{change or 'no change'} ({time.monotonic() - step_began:.1f} s)", file=out, flush=True)
    result = "Nothing had to be changed." if changes == 0 else f"{changes} of {len(steps)} were created or changed."
    print(f"Done in {time.monotonic() - began:.1f} s. {result}", file=out)


def set_up_queue(account: TwilioAccount, name: str) -> str:
    queue = account.queue(name)
    if queue is None:
        account.create_queue(name, QUEUE_MAX_SIZE)
        return f"created, for up to {QUEUE_MAX_SIZE} callers"
    size = queue.properties["max_size"]
    if size == str(QUEUE_MAX_SIZE):
        return ""
    account.update_queue(queue.sid, QUEUE_MAX_SIZE)
    return f"takes up to {QUEUE_MAX_SIZE} callers now, {size} before"


def set_up_application(settings: Settings, account: TwilioAccount, wanted: Application, sids: dict[str, str]) -> str:
    known: str = getattr(settings, wanted.setting.lower())
    found = account.application(wanted.setting, known) if known else account.application_named(wanted.name)
    differing = wanted.pointing.differing(found, settings.public_url)
    if found is None:
        sids[wanted.setting] = account.create_application(wanted.name, differing)
        return "created"
    sids[wanted.setting] = found.sid
    if differing:
        account.update_application(found.sid, differing)
    return changed(differing)


def set_up_number(settings: Settings, account: TwilioAccount, number: str, pointing: Pointing) -> str:
    found = account.number(number)
    if found is None:
        raise PhoneError(
            f"The number {number} is not in this Twilio account. Buy it in Twilio's console, or correct the setting.",
            permanent=True,
        )
    differing = pointing.differing(found, settings.public_url)
    # https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource#update-an-incomingphonenumber-resource
    differing |= {name: "" for name in ("voice_application_sid", "trunk_sid") if found.properties.get(name)}
    if differing:
        account.update_number(found.sid, differing)
    return changed(differing)


def changed(properties: Mapping[str, str]) -> str:
    """Names the properties that were set or removed.

    >>> changed({"voice_url": "https://example.org", "trunk_sid": ""})
    'changed: address; removed: SIP trunk, which would win over the address'
    """
    set_ones = [WORDS[name] for name, value in properties.items() if value]
    removed = [WORDS[name] for name, value in properties.items() if not value]
    parts = (("changed", set_ones), ("removed", removed))
    return "; ".join(f"{what}: {', '.join(names)}" for what, names in parts if names)


def main() -> int:
    """The command. 0 if the account is ready, 1 with a sentence on stderr if not."""
    try:
        settings = read(for_setup=True)
        access = TwilioAccess(settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_api_url)
        print(f"Preparing the Twilio account {access.account_sid} for {settings.public_url}.", file=sys.stderr)
        sids = set_up(settings, TwilioAccount(access), sys.stderr)
    except ConfigError as error:
        return failed(f"These settings are missing or wrong:\n{error}")
    except PhoneError as error:
        return failed(f"{error}\nFix this and run the command again. What was done so far stays.")
    except ModuleNotFoundError as error:
        return failed(f"This Python lacks {error.name}. Run .venv/bin/python -m callin.setup in the app's folder.")
    except KeyboardInterrupt:
        return failed("\nStopped. What was done so far stays. Run the command again to do the rest.")
    if not settings.is_rehearsal:
        print(TRIAL, file=sys.stderr)
    print("\nThe app's settings need these lines:", file=sys.stderr, flush=True)
    for name, sid in sids.items():
        print(f"{name}={sid}")
    return 0


def failed(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
