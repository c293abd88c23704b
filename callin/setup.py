"""Points a Twilio account at this app: `python -m callin.setup`, once, and again whenever in doubt.

It creates the queues and the application and points the two numbers. Run again, it changes nothing and says so.
What it did is told on stderr in sentences; what the app's environment needs goes to stdout as NAME=VALUE.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

from callin.account import Account, Resource
from callin.config import ConfigError, Settings, read
from callin.contracts import PhoneError
from callin.model import QUEUES
from callin.phone import PhoneAccess

QUEUE_MAX_SIZE = 5000
"""The most that Twilio allows: https://www.twilio.com/docs/voice/api/queue-resource"""

APPLICATION_NAME = "Radio Call-In"


RETRIES = "#rc=2&rp=all&rt=5000"
"""Asked twice more when a request is lost, each time after 5 s: all within the 15 s that Twilio gives a question.
https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides"""


@dataclass(frozen=True)
class Pointing:
    """Where an application or a number sends its calls. Fallbacks are asked by GET: they are static files."""

    voice_path: str
    fallback_path: str

    def properties(self, public_url: str) -> dict[str, str]:
        """The properties as Twilio's API names them; the update's arguments have the same names."""
        return {
            "voice_url": public_url + self.voice_path + RETRIES,
            "voice_method": "POST",
            "voice_fallback_url": public_url + self.fallback_path + RETRIES,
            "voice_fallback_method": "GET",
            "status_callback": public_url + "/twiml/status" + RETRIES,
            "status_callback_method": "POST",
        }


# A caller is queued when the app is down; a desk must not be, so it is asked to hold on and tries again.
FOR_APPLICATION = Pointing("/twiml/client", "/static/twiml/fallback-client.xml")
FOR_LISTENERS = Pointing("/twiml/enqueue", "/static/twiml/fallback.xml")
FOR_DJS = Pointing("/twiml/dequeue", "/static/twiml/fallback-desk.xml")


def set_up(settings: Settings, account: Account, say: Callable[[str], None]) -> str:
    """Makes the account as the app needs it, telling each change, and answers the application's SID.

    PhoneError when Twilio refuses or a number is not in the account.
    """
    changes = 0
    for name in QUEUES:
        changes += _queue(account, name, say)
    changed, application_sid = _application(settings, account, say)
    changes += changed
    for number, pointing in (
        (settings.twilio_listener_number, FOR_LISTENERS),
        (settings.twilio_dj_number, FOR_DJS),
    ):
        changes += _number(settings, account, number, pointing, say)
    say("Nothing had to be changed." if changes == 0 else f"Done: {changes} changes.")
    return application_sid


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


def _application(settings: Settings, account: Account, say: Callable[[str], None]) -> tuple[int, str]:
    wanted = FOR_APPLICATION.properties(settings.public_url)
    if settings.twilio_app_sid:
        application: Resource | None = account.application(settings.twilio_app_sid)
    else:
        application = account.application_named(APPLICATION_NAME)
    if application is None:
        sid = account.create_application(APPLICATION_NAME, wanted)
        say(f"Created the application {APPLICATION_NAME}, {sid}, for calls from browsers.")
        return 1, sid
    differing = _differing(application, wanted)
    if differing:
        account.update_application(application.sid, differing)
        say(f"Pointed the application {application.sid} at {settings.public_url}: {', '.join(differing)}.")
    return int(bool(differing)), application.sid


def _number(settings: Settings, account: Account, number: str, pointing: Pointing, say: Callable[[str], None]) -> int:
    found = account.number(number)
    if found is None:
        raise PhoneError(
            f"The number {number} is not in this Twilio account: buy it there or correct it.", permanent=True
        )
    wanted = pointing.properties(settings.public_url)
    # An application or a trunk on a number would win over its addresses.
    # https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource#update-an-incomingphonenumber-resource
    wanted |= {"voice_application_sid": "", "trunk_sid": ""}
    differing = _differing(found, wanted)
    if differing:
        account.update_number(found.sid, differing)
        say(f"Pointed {number} at {settings.public_url}{pointing.voice_path}: {', '.join(differing)}.")
    return int(bool(differing))


def _differing(resource: Resource, wanted: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in wanted.items() if resource.properties.get(name, "") != value}


def main() -> int:
    """The command: 0 when the account is as it should be, 1 with sentences on stderr when it could not be made so."""

    def say(sentence: str) -> None:
        print(sentence, file=sys.stderr)

    try:
        settings = read(for_setup=True)
        access = PhoneAccess(settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_api_url)
        application_sid = set_up(settings, Account(access), say)
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
    print(f"TWILIO_APP_SID={application_sid}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
