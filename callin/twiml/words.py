"""Every sentence that Twilio speaks to a listener, a DJ or a screener.

The static documents in static/twiml, which answer while the app does not, say these words too: a test compares them.
"""

from __future__ import annotations

import re

from callin.model import Denial

# XML 1.0 allows no control characters but tab and the line ends, no surrogates and neither of the last two:
# https://www.w3.org/TR/xml/#charsets
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def speakable(text: str) -> str:
    """Text without the characters that XML forbids, for anything that a person typed or said."""
    return _UNSPEAKABLE.sub("", text)


def duration(seconds: int) -> str:
    """A length of time in words: "less than a minute", "1 minute", "12 minutes"."""
    minutes = max(0, seconds) // 60
    if minutes == 0:
        return "less than a minute"
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


# Listeners, from the greeting to the goodbye


def greeting(station_name: str) -> str:
    """A caller must be told before a call is broadcast: 47 CFR 73.1206."""
    return (
        f"Thank you for calling {speakable(station_name)}. Your call may be broadcast and recorded. "
        "Please turn your radio down."
    )


IN_LINE = "You are in line. Please hold."
NEXT = "You are next."
RADIO_DOWN = "Turn your radio down."


def number(position: int) -> str:
    return f"You are number {position}."


def number_of(position: int, size: int) -> str:
    return f"You are number {position} of {size}."


def waited(seconds: int) -> str:
    return f"You have waited {duration(seconds)}."


def average_wait(seconds: int) -> str:
    return f"The average wait is {duration(seconds)}."


READY_CHECK = "You're next. Turn your radio down, and press 1."
READY_CHECK_AGAIN = "Press 1 when you are ready to go on the air."
AFTER_TONE = "You go on the air after a tone. This call may be broadcast."
"""Said while a caller waits, so that nothing has to be said when they go on. Repeats the notice of 47 CFR 73.1206."""

READY = f"Thank you. {AFTER_TONE}"
SCREENING = "You're speaking to the station's screener."
SCREENED = "You're ready for the studio. Please hold, and turn your radio down."
ON_HOLD = "You are on hold. Please stay on the line."
THANKS_FOR_HOLDING = "Thank you for holding. The studio will be back with you."
STILL_ON_HOLD = "You are on hold. The studio will be back with you."
BACK_IN_LINE = "Thank you. You keep your place in line. Please hold."

COMING = "You will be on the air in a moment, after a tone. This call may be broadcast."
"""For a caller that was not told `AFTER_TONE` and is on the way to the DJ. Also repeats the notice."""

ON_AIR = "You're on."
"""For a caller that was told neither. Takes under a second: the DJ waits meanwhile."""

OFF_AIR = "You are off the air, and on hold. Please stay on the line."
ONE_MOMENT = "One moment, please. The studio will be back with you."
CUT_SHORT = "Thank you for calling. If your call was cut short, please stay on the line."
THANKS = "Thank you for calling. Goodbye."
QUEUE_FULL = "All our lines are busy. Please call again later. Goodbye."
TURNED_AWAY = "We cannot take your call. Goodbye."


def closed(station_name: str) -> str:
    return f"Thank you for calling {speakable(station_name)}. The line is closed now. Please call again. Goodbye."


_DENIALS = {
    Denial.NUMBER_BUSY: "Two calls from your number are on the line already. Please stay with those.",
    Denial.BROWSER_BUSY: "Your browser has a call on the line already. Please stay with that one.",
    Denial.TOKEN_TOO_OLD: "This page was open for too long. Please reload it, and call again.",
}


def denied(denial: Denial, listener_number: str) -> str:
    """Why a call is not let in. `listener_number` is the number to ring instead of calling from the web."""
    digits = ", ".join(letter for letter in listener_number if letter.isdecimal())  # otherwise it is read as an amount
    web_is_off = f"The studio is not taking calls from the web right now. Please ring {digits}."
    return f"{_DENIALS.get(denial, web_is_off)} Goodbye."


APP_DOWN = (
    "Thank you for calling. If you have not been on the air yet, stay on the line. "
    "Your call may be broadcast and recorded."
)
"""In the fallback documents: for new callers, waiting callers and callers that the DJ has just let go."""


# The desks

TAKEN_OVER = "Another desk has taken over. Goodbye."
CONNECTED_AGAIN = "You have connected again, so this call ends. Goodbye."
OFFER = "Another desk is connected. To take over, press star."
OFFER_ASKED = "The other desk has been asked. If nobody refuses, the line is yours in a few seconds."
OFFER_REFUSED = "The other desk keeps the line. You can ask again in half a minute."
OFFER_FAILED = "That did not work: the telephone network does not answer."
SIGNED_OUT = "You are signed out. Please sign in again, and then connect. Goodbye."
NOT_A_BROWSER_OF_OURS = "This call cannot be connected. Goodbye."
TRYING_AGAIN = "The call-in system has a problem. Please hold while we try again."

# A DJ's phone

STUDIO_ONLY = "This number is for the studio only. Goodbye."
ENTER_PIN = "Please enter your PIN, then press the hash key."
WRONG_PIN = "That is not the PIN."
NO_PIN = "No PIN was entered. Goodbye."
LOCKED = "This phone is locked after too many wrong PINs. An admin can unlock it on the accounts page. Goodbye."
