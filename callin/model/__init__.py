"""The words of the line as plain frozen values: they hold facts and decide nothing.

Every time is in seconds since 1970 (UTC), as a float; every duration is in seconds.
"""

from __future__ import annotations

from callin.model.admission import Denial, caller_of
from callin.model.answers import DeskDocument, Direct, Follow, Idle, Offer, Over, Place, Take
from callin.model.callers import Known, Standing
from callin.model.calls import Answer, Call, Intent, Moment, Outcome, Stage, Verdict
from callin.model.desks import Desk, Document, Press, PressKind
from callin.model.queues import (
    AIR_DESK,
    AIR_QUEUE,
    HELD_QUEUE,
    LONGEST_QUEUE_NAME,
    QUEUES,
    READY_QUEUE,
    SCREEN_DESK,
    SCREEN_QUEUE,
    WAITING_QUEUE,
    is_screen,
    is_screen_queue,
    queue_of,
)
from callin.model.reports import ENDED_STATUSES, Arrival, CallState, Member, MissedCall, MissedCalls, Reading, Refusal
from callin.model.shows import ON_NOW, Opening, SettingsChange, Show
from callin.model.writing import CHAT, Card, Chat, Message, Words

__all__ = [
    "AIR_DESK",
    "AIR_QUEUE",
    "CHAT",
    "ENDED_STATUSES",
    "HELD_QUEUE",
    "LONGEST_QUEUE_NAME",
    "ON_NOW",
    "QUEUES",
    "READY_QUEUE",
    "SCREEN_DESK",
    "SCREEN_QUEUE",
    "WAITING_QUEUE",
    "Answer",
    "Arrival",
    "Call",
    "CallState",
    "Card",
    "Chat",
    "Denial",
    "Desk",
    "DeskDocument",
    "Direct",
    "Document",
    "Follow",
    "Idle",
    "Intent",
    "Known",
    "Member",
    "Message",
    "MissedCall",
    "MissedCalls",
    "Moment",
    "Offer",
    "Opening",
    "Outcome",
    "Over",
    "Place",
    "Press",
    "PressKind",
    "Reading",
    "Refusal",
    "SettingsChange",
    "Show",
    "Stage",
    "Standing",
    "Take",
    "Verdict",
    "Words",
    "caller_of",
    "is_screen",
    "is_screen_queue",
    "queue_of",
]
