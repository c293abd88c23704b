"""Refusals of the REST API, in Twilio's form: code, message, more_info, status."""

from __future__ import annotations

from aiohttp import web

from rehearsal.account import Refusal as Refusal

# Codes from https://www.twilio.com/docs/api/errors
BAD_REQUEST = 20001
BAD_FRIENDLY_NAME = 20002
AUTHENTICATE = 20003
METHOD_NOT_ALLOWED = 20004
PAGE_SIZE_TOO_LARGE = 20007
NOT_FOUND = 20404
TOO_MANY_REQUESTS = 20429
INTERNAL_ERROR = 20500
SERVICE_UNAVAILABLE = 20503
NO_TO_NUMBER = 21201
INVALID_URL = 21205
INVALID_FROM_NUMBER = 21212
NO_FROM_NUMBER = 21213
NOT_PERMITTED_TO_CALL = 21215
INVALID_APPLICATION = 21218
CALL_NOT_LIVE = 21220
QUEUE_EXISTS = 22003

_FAULT_CODES = {
    401: (AUTHENTICATE, "Authenticate"),
    404: (NOT_FOUND, "The requested resource was not found"),
    429: (TOO_MANY_REQUESTS, "Too Many Requests"),
    500: (INTERNAL_ERROR, "Internal Server Error"),
    503: (SERVICE_UNAVAILABLE, "Service Unavailable"),
}


def not_found(path: str) -> Refusal:
    """The answer to an address that leads nowhere, or to a SID that this account does not have."""
    return Refusal(404, NOT_FOUND, f"The requested resource {path} was not found")


def invalid(name: str, value: str, wanted: str) -> Refusal:
    """The answer to a parameter with a value that cannot be used."""
    return Refusal(400, BAD_REQUEST, f"Invalid value for {name}: {value[:100]!r}. It must be {wanted}.")


def fault(http_status: int) -> Refusal:
    """The error that an injected fault pretends."""
    code, message = _FAULT_CODES.get(http_status, (http_status, "Injected fault"))
    return Refusal(http_status, code, message)


def response(http_status: int, twilio_code: int, message: str) -> web.Response:
    """The error as Twilio answers it. https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions"""
    answer = web.json_response(
        {
            "code": twilio_code,
            "message": message,
            "more_info": f"https://www.twilio.com/docs/errors/{twilio_code}",
            "status": http_status,
        },
        status=http_status,
    )
    if http_status == 401:
        answer.headers["WWW-Authenticate"] = 'Basic realm="Twilio API"'
    return answer
