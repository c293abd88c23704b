"""Points a Twilio account at this app: `python -m callin.setup`, once, and again whenever in doubt.

It creates the queues and the applications and points the two numbers. Run again, it changes nothing and says so.
What it did is told on stderr in sentences; what the app's environment needs goes to stdout as NAME=VALUE.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from callin.config import ConfigError, Settings, read
from callin.contracts import PhoneError
from callin.model import QUEUES
from callin.twilio import provisioning
from callin.twilio.client import TwilioAccess
from callin.twilio.provisioning import Account, Pointing

QUEUE_MAX_SIZE = 5000
"""The most that Twilio allows: https://www.twilio.com/docs/voice/api/queue-resource"""


@dataclass(frozen=True)
class Application:
    """A TwiML application, for one kind of browsers: a file that serves as fallback cannot tell who is calling."""

    setting: str
    name: str
    pointing: Pointing
    whose: str


APPLICATIONS = (
    Application("TWILIO_APP_SID", "Radio Call-In", provisioning.STUDIO_APPLICATION, "the studio's browsers"),
    Application(
        "TWILIO_LISTENER_APP_SID",
        "Radio Call-In listeners",
        provisioning.LISTENER_APPLICATION,
        "listeners' browsers",
    ),
    Application(
        "TWILIO_SCREENER_APP_SID",
        "Radio Call-In screeners",
        provisioning.SCREENER_APPLICATION,
        "screeners' browsers",
    ),
)


def set_up(settings: Settings, account: Account, say: Callable[[str], None]) -> dict[str, str]:
    """Makes the account as the app needs it, telling each change, and answers the settings that name its applications.

    PhoneError when Twilio refuses or a number is not in the account.
    """
    changes = 0
    for name in QUEUES:
        changes += _queue(account, name, say)
    sids = {}
    for application in APPLICATIONS:
        changed, sids[application.setting] = _application(settings, account, application, say)
        changes += changed
    for number, where in (
        (settings.twilio_listener_number, provisioning.LISTENER_NUMBER),
        (settings.twilio_dj_number, provisioning.DJ_NUMBER),
    ):
        changes += _number(settings, account, number, where, say)
    say("Nothing had to be changed." if changes == 0 else f"Done: {changes} changes.")
    return sids


def _queue(account: Account, name: str, say: Callable[[str], None]) -> int:
    queue = account.queue(name)
    if queue is None:
        account.create_queue(name, QUEUE_MAX_SIZE)
        say(f"Created the queue {name} for up to {QUEUE_MAX_SIZE} callers.")
        return 1
    if queue.properties["max_size"] != str(QUEUE_MAX_SIZE):
        account.update_queue(queue.sid, QUEUE_MAX_SIZE)
        say(f"The queue {name} now takes up to {QUEUE_MAX_SIZE} callers, before {queue.properties['max_size']}.")
        return 1
    return 0


def _application(
    settings: Settings, account: Account, wanted: Application, say: Callable[[str], None]
) -> tuple[int, str]:
    known: str = getattr(settings, wanted.setting.lower())
    found = account.application(wanted.setting, known) if known else account.application_named(wanted.name)
    differing = wanted.pointing.differing(found, settings.public_url)
    if found is None:
        sid = account.create_application(wanted.name, differing)
        say(f"Created the application {wanted.name}, {sid}, for calls from {wanted.whose}.")
        return 1, sid
    if differing:
        account.update_application(found.sid, differing)
        say(f"Pointed the application {found.sid} at {settings.public_url}: {', '.join(differing)}.")
    return int(bool(differing)), found.sid


def _number(settings: Settings, account: Account, number: str, where: Pointing, say: Callable[[str], None]) -> int:
    found = account.number(number)
    if found is None:
        raise PhoneError(
            f"The number {number} is not in this Twilio account: buy it there or correct it.", permanent=True
        )
    differing = where.differing(found, settings.public_url)
    # An application or a trunk on a number would win over its addresses.
    # https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource#update-an-incomingphonenumber-resource
    differing |= {name: "" for name in ("voice_application_sid", "trunk_sid") if found.properties.get(name)}
    if differing:
        account.update_number(found.sid, differing)
        say(f"Pointed {number} at {settings.public_url}{where.voice_path}: {', '.join(differing)}.")
    return int(bool(differing))


def main() -> int:
    """The command: 0 when the account is as it should be, 1 with sentences on stderr when it could not be made so."""

    def say(sentence: str) -> None:
        print(sentence, file=sys.stderr)

    try:
        settings = read(for_setup=True)
        access = TwilioAccess(settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_api_url)
        sids = set_up(settings, Account(access), say)
    except ConfigError as error:
        say(f"The settings are not usable:\n{error}")
        return 1
    except PhoneError as error:
        say(str(error))
        return 1
    if not settings.is_rehearsal:
        say(
            "Remember: a trial account holds at most 5 calls at once, and one upgraded after 2 February 2026 only 2 or "
            "3 until Twilio has approved a business profile. Callers past that hear a busy tone."
        )
    for name, sid in sids.items():
        print(f"{name}={sid}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
