"""Twilio's client: made on first use, with a timeout, and with one kind of error.

`twilio.rest` takes 100 ms and 34 MB to load, so it is imported only when the first client is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from callin.contracts import PhoneError

if TYPE_CHECKING:
    from twilio.rest import Client

TIMEOUT_SECONDS = 3.0
"""For connecting and for each silence while reading. Twilio waits 15 s for our answer to a webhook."""

PAGE_SIZE = 1000
"""The most that Twilio lists at once: https://www.twilio.com/docs/voice/api/member-resource"""

BAD_REQUEST = 400
NOT_FOUND = 404
TOO_MANY_REQUESTS = 429
CALL_IS_OVER = 21220
"""Twilio's code for a call that is not in progress: https://www.twilio.com/docs/api/errors/21220"""


class TwilioError(PhoneError):
    """A failed request, with Twilio's HTTP status and error code; 0 if Twilio did not answer."""

    def __init__(self, sentence: str, *, permanent: bool, status: int = 0, code: int = 0) -> None:
        super().__init__(sentence, permanent=permanent)
        self.status = status
        self.code = code


@dataclass(frozen=True)
class TwilioAccess:
    """The account, and the address of its API, empty for Twilio's own."""

    account_sid: str
    auth_token: str = field(repr=False)
    api_url: str = ""


def make_client(access: TwilioAccess, timeout_seconds: float) -> Client:
    """Twilio's client for this account, with a timeout, which it does not have by default."""
    from twilio.http.http_client import TwilioHttpClient
    from twilio.rest import Client

    http = TwilioHttpClient(timeout=timeout_seconds)
    # Otherwise it would read credentials, region and edge from the environment of the process.
    client = Client(
        access.account_sid, access.auth_token, http_client=http, environment={"TWILIO_ACCOUNT_SID": access.account_sid}
    )
    if access.api_url:
        client.api.base_url = access.api_url
        if http.session is not None:
            http.session.trust_env = False  # a stand-in runs on this machine: use no proxy
    return client


@contextmanager
def translated(task: str) -> Iterator[None]:
    """Turns all that Twilio's client raises into TwilioError: reads, lists and networks fail in different ways."""
    import requests
    from twilio.base.exceptions import TwilioException, TwilioRestException

    try:
        yield
    except TwilioRestException as error:
        raise _refused(task, error.status, error.code or 0, str(error.msg)) from error
    except TwilioException as error:
        # A list's plain exception has Twilio's answer only as its second argument.
        status = getattr(error.args[1], "status_code", 0) if len(error.args) > 1 else 0
        raise _refused(task, int(status), 0, "") from error
    except requests.Timeout as error:
        raise TwilioError(f"Twilio took too long to {task}.", permanent=False) from error
    except requests.RequestException as error:
        raise TwilioError(f"Twilio could not be reached to {task}.", permanent=False) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TwilioError(f"Twilio sent an unreadable answer to a request to {task}.", permanent=False) from error


def _refused(task: str, status: int, code: int, message: str) -> TwilioError:
    if status == 401:
        sentence = "Twilio refused the account SID and auth token: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN."
    elif status == TOO_MANY_REQUESTS:
        sentence = f"Twilio had too many requests at once and did not {task}."
    elif status >= 500 or not status:
        sentence = f"Twilio had an internal error and could not {task}."
    else:
        sentence = f"Twilio refused to {task}: {message or f'HTTP {status}'}".rstrip(".") + "."
    permanent = 400 <= status < 500 and status != TOO_MANY_REQUESTS
    return TwilioError(sentence, permanent=permanent, status=status, code=code)
