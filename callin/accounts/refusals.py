"""Why something about accounts is not done, each with a sentence for the person who asked."""

from __future__ import annotations

import math


class RefusedError(Exception):
    """It is not done, and asking again will not help. The message is a sentence."""


class WrongError(RefusedError):
    """A name and a password that do not belong together: which of the two it is, nobody is told."""

    def __init__(self) -> None:
        super().__init__("That name and that password do not belong together.")


class BusyError(RefusedError):
    """As many passwords as may be are being checked already."""

    def __init__(self) -> None:
        super().__init__("Too many people are signing in just now. Please try again in a few seconds.")


class TooSoonError(RefusedError):
    """There were too many wrong passwords of late."""

    def __init__(self, seconds: float) -> None:
        self.seconds = max(1, math.ceil(seconds))
        unit = "second" if self.seconds == 1 else "seconds"
        super().__init__(f"Too many wrong passwords. Please wait {self.seconds} {unit}, then try again.")
