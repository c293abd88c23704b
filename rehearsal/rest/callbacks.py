"""The voice addresses that applications and phone numbers have in common, written and read over REST."""

from __future__ import annotations

from typing import Any

from rehearsal.account import Address
from rehearsal.rest import parameters

URLS = {
    "VoiceUrl": "voice_url",
    "VoiceFallbackUrl": "voice_fallback_url",
    "StatusCallback": "status_callback",
}
METHODS = {
    "VoiceMethod": "voice_method",
    "VoiceFallbackMethod": "voice_fallback_method",
    "StatusCallbackMethod": "status_callback_method",
}
# A rehearsal has no messages.
UNSUPPORTED = (
    "SmsUrl",
    "SmsMethod",
    "SmsFallbackUrl",
    "SmsFallbackMethod",
    "SmsStatusCallback",
    "SmsApplicationSid",
    "MessageStatusCallback",
)
CALLER_ID_LOOKUP = "VoiceCallerIdLookup"


def read(sent: parameters.Form) -> dict[str, Any]:
    """The attributes that a form sets, checked whole before any is set. An empty address clears the previous one."""
    parameters.refuse_unsupported(sent, UNSUPPORTED)
    changes: dict[str, Any] = {}
    if sent.get(CALLER_ID_LOOKUP):
        changes["voice_caller_id_lookup"] = parameters.boolean(sent[CALLER_ID_LOOKUP], CALLER_ID_LOOKUP)
    for name, attribute in URLS.items():
        if name in sent:
            changes[attribute] = parameters.url(sent[name], name) if sent[name] else ""
    for name, attribute in METHODS.items():
        if name in sent:
            changes[attribute] = parameters.method(sent, name)
    return changes


def as_json(resource: Address) -> dict[str, Any]:
    """The properties in Twilio's form: an address that is not set is null."""
    return {
        "sms_fallback_method": "POST",
        "sms_fallback_url": None,
        "sms_method": "POST",
        "sms_url": None,
        "status_callback": resource.status_callback or None,
        "status_callback_method": resource.status_callback_method,
        "voice_caller_id_lookup": resource.voice_caller_id_lookup,
        "voice_fallback_method": resource.voice_fallback_method,
        "voice_fallback_url": resource.voice_fallback_url or None,
        "voice_method": resource.voice_method,
        "voice_url": resource.voice_url or None,
    }
