"""The one account of a rehearsal: its credentials, its phone numbers and applications, and what its API refuses."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

# Numbers that Ofcom reserves for drama, so that no real phone rings.
# https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama
LISTENER_NUMBER = "+442079460100"
DJ_NUMBER = "+442079460101"

SID_DIGITS = "[0-9a-f]{32}"
E164 = re.compile(r"\+[1-9][0-9]{6,14}\Z")


class BadAccount(ValueError):
    """The environment does not describe an account. `problems` holds a sentence for each fault."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Account:
    """Credentials in the shape that Twilio gives them. Secrets stay out of `repr`, so that no log holds them."""

    sid: str
    auth_token: str = field(repr=False)
    api_key_sid: str
    api_key_secret: str = field(repr=False)
    listener_number: str = LISTENER_NUMBER
    dj_number: str = DJ_NUMBER
    shared_key: str = field(default_factory=lambda: secrets.token_hex(32), repr=False)
    """What a Webhook Rule of the account would sign with; an app that knows only the Auth Token cannot check it."""
    shared_key_id: str = field(default_factory=lambda: f"webhooks_sharedkey_{secrets.token_hex(13)}")

    @classmethod
    def random(cls) -> Account:
        """A new account, different at each start of the rehearsal."""
        return cls(
            sid="AC" + secrets.token_hex(16),
            auth_token=secrets.token_hex(16),
            api_key_sid="SK" + secrets.token_hex(16),
            api_key_secret=secrets.token_hex(16),
        )

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Account:
        """The account that the app's own settings describe. Raises BadAccount with every problem at once."""
        problems: list[str] = []

        def read(name: str, pattern: str, shape: str, default: str = "") -> str:
            value = environ.get(name, "") or default
            if not re.fullmatch(pattern, value):
                problems.append(f"{name} must be {shape}.")  # the value may be a secret, so it is not repeated
            return value

        account = cls(
            sid=read("TWILIO_ACCOUNT_SID", "AC" + SID_DIGITS, "AC and 32 hexadecimal digits"),
            auth_token=read("TWILIO_AUTH_TOKEN", r"\S{8,}", "at least 8 characters"),
            api_key_sid=read("TWILIO_API_KEY_SID", "SK" + SID_DIGITS, "SK and 32 hexadecimal digits"),
            api_key_secret=read("TWILIO_API_KEY_SECRET", r"\S{8,}", "at least 8 characters"),
            listener_number=read(
                "TWILIO_LISTENER_NUMBER", E164.pattern, "a number such as +442079460100", LISTENER_NUMBER
            ),
            dj_number=read("TWILIO_DJ_NUMBER", E164.pattern, "a number such as +442079460101", DJ_NUMBER),
        )
        if not problems and account.listener_number == account.dj_number:
            problems.append("TWILIO_LISTENER_NUMBER and TWILIO_DJ_NUMBER must differ.")
        if problems:
            raise BadAccount(problems)
        return account

    def as_environment(self) -> dict[str, str]:
        """The settings that tell an app to use this account."""
        return {
            "TWILIO_ACCOUNT_SID": self.sid,
            "TWILIO_AUTH_TOKEN": self.auth_token,
            "TWILIO_API_KEY_SID": self.api_key_sid,
            "TWILIO_API_KEY_SECRET": self.api_key_secret,
            "TWILIO_LISTENER_NUMBER": self.listener_number,
            "TWILIO_DJ_NUMBER": self.dj_number,
        }


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A standard API key, which signs browsers' tokens (https://www.twilio.com/docs/iam/api-keys)."""

    sid: str
    secret: str = field(repr=False)
    friendly_name: str
    created_at: float


@dataclass(slots=True)
class Application:
    """A TwiML application (https://www.twilio.com/docs/usage/api/applications); times in epoch seconds."""

    sid: str
    friendly_name: str
    created_at: float
    updated_at: float
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"
    voice_caller_id_lookup: bool = False


@dataclass(slots=True)
class PhoneNumber:
    """A number of the account (https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource).

    Where ``voice_application_sid`` is set, the application's addresses are used and the number's own ignored.
    """

    sid: str
    phone_number: str
    friendly_name: str
    created_at: float
    updated_at: float
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: str = "POST"
    status_callback: str = ""
    status_callback_method: str = "POST"
    voice_caller_id_lookup: bool = False
    voice_application_sid: str = ""
    has_voice: bool = True
    """Whether the number carries calls; some carry texts alone."""


Address = Application | PhoneNumber


def new_sid(prefix: str) -> str:
    """A fresh identifier such as ``CA0f3c…``: https://www.twilio.com/docs/glossary/what-is-a-sid"""
    return prefix + secrets.token_hex(16)


class Refusal(Exception):
    """A request that Twilio's REST API would refuse (https://www.twilio.com/docs/api/errors)."""

    def __init__(self, http_status: int, twilio_code: int, message: str) -> None:
        super().__init__(message)
        self.http_status = http_status
        self.twilio_code = twilio_code
        self.message = message
