"""Makes identifiers of Twilio's form: two letters and 32 hexadecimal digits."""

import secrets


def new_sid(prefix: str) -> str:
    """A fresh identifier such as ``CA0f3c…`` (https://www.twilio.com/docs/glossary/what-is-a-sid)."""
    return prefix + secrets.token_hex(16)
