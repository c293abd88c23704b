"""What each verb of TwiML does: one function per verb, all of the same form."""

from __future__ import annotations

from rehearsal.documents.session import Verb
from rehearsal.documents.verbs.dial import dial
from rehearsal.documents.verbs.enqueue import enqueue
from rehearsal.documents.verbs.flow import hangup, leave, redirect, reject
from rehearsal.documents.verbs.gather import gather
from rehearsal.documents.verbs.record import record
from rehearsal.documents.verbs.sound import pause, play, say

VERBS: dict[str, Verb] = {
    "Dial": dial,
    "Enqueue": enqueue,
    "Gather": gather,
    "Hangup": hangup,
    "Leave": leave,
    "Pause": pause,
    "Play": play,
    "Record": record,
    "Redirect": redirect,
    "Reject": reject,
    "Say": say,
}
