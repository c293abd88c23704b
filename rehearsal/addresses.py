"""Where calls are sent: the account's phone numbers and TwiML applications, as its REST API keeps them."""

from dataclasses import dataclass


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


Address = Application | PhoneNumber
