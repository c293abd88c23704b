"""Why a press comes to nothing."""

from __future__ import annotations

from callin.contracts import PhoneError

SENTENCES = {
    "not_connected": "Connect to the queue first.",
    "already": "That was done already.",
    "nobody": "Nobody is on the air.",
    "busy": "The next caller is on the way.",
    "gone": "That caller is no longer in line.",
    "empty": "Nobody is waiting.",
    "not_ready": "Nobody who waits has pressed 1 yet. You can take one of them all the same.",
    "not_screened": "Nobody who waits has been made ready by a screener yet.",
    "unscreened": "A screener has not made this caller ready, and only such callers go on the air.",
    "taken": "Another desk has this caller.",
    "on_air": "That caller is on the air.",
    "decide": "You have a caller already. Decide about them first.",
}


class Refused(Exception):
    """A press does not count: `code` is for the page, the message a sentence for the person."""

    def __init__(self, code: str, sentence: str = "") -> None:
        super().__init__(sentence or SENTENCES[code])
        self.code = code


class PhoneFailed(Exception):
    """Twilio could not be asked to act on a press. With `star`, a `*` on the desk's own call does what was meant;
    `advice` is what else does."""

    def __init__(self, error: PhoneError, *, star: bool, advice: str = "") -> None:
        super().__init__(f"{error} {advice}".rstrip())
        self.star = star
