"""What each verb of TwiML does: one function per verb, all of the same form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from rehearsal.interpreter import Script
from rehearsal.step import Step
from rehearsal.twiml import Element
from rehearsal.verbs.dial import dial
from rehearsal.verbs.enqueue import enqueue
from rehearsal.verbs.flow import hangup, leave, redirect, reject
from rehearsal.verbs.gather import gather
from rehearsal.verbs.sound import pause, play, say

Verb = Callable[[Script, Element], Awaitable[Step | None]]
"""Plays an element on the script's leg; answers where the call goes on, None for the next verb."""

VERBS: dict[str, Verb] = {
    "Dial": dial,
    "Enqueue": enqueue,
    "Gather": gather,
    "Hangup": hangup,
    "Leave": leave,
    "Pause": pause,
    "Play": play,
    "Redirect": redirect,
    "Reject": reject,
    "Say": say,
}
