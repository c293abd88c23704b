"""Where callers wait and who comes for them: the names of Twilio's queues and of the desks."""

from __future__ import annotations

WAITING_QUEUE = "radio-callin-queue"
READY_QUEUE = "radio-callin-ready"
HELD_QUEUE = "radio-callin-held"
AIR_QUEUE = "radio-callin-air"
QUEUES = (WAITING_QUEUE, READY_QUEUE, HELD_QUEUE, AIR_QUEUE)
"""Twilio's queues. They are created before anyone dials them: a Dial of a queue that does not exist ends at once."""

AIR_DESK = "air"
SCREEN_DESK = "screen-"
"""What the name of a screener's desk begins with; the voice identity of the screener's browser follows."""

SCREEN_QUEUE = "radio-callin-screen-"
LONGEST_QUEUE_NAME = 64
"""https://www.twilio.com/docs/voice/api/queue-resource"""


def queue_of(desk: str) -> str:
    """Twilio's queue in which whoever is promised to a desk waits for it alone.

    Of a long identity the end is enough: it was drawn by lot.
    """
    if not is_screen(desk):
        return f"radio-callin-{desk}"
    return SCREEN_QUEUE + desk.removeprefix(SCREEN_DESK)[-(LONGEST_QUEUE_NAME - len(SCREEN_QUEUE)) :]


def is_screen(desk: str) -> bool:
    """Whether that is the name of a screener's desk."""
    return desk.startswith(SCREEN_DESK)


def is_screen_queue(queue: str) -> bool:
    """Whether that is the queue of a screener's desk."""
    return queue.startswith(SCREEN_QUEUE)
