"""Sets of the rehearsal's behaviour to run a show under: what Twilio's documentation leaves open, each way."""

from __future__ import annotations

from typing import Any

Behaviour = dict[str, Any]

SETS: dict[str, Behaviour] = {
    "documented": {},
    "other way": {
        "star": "hangup",
        "star_before_bridge": False,
        "empty_queue": "ring",
        "wait_url_failure": "hangup",
        "dead_leg_seconds": 1,
        "query": "sorted",
    },
    "star hangs up": {"star": "hangup"},
    "no star before a bridge": {"star_before_bridge": False},
    "an empty queue rings": {"empty_queue": "ring"},
    "a failing wait hangs up": {"wait_url_failure": "hangup"},
    "dead legs end at once": {"dead_leg_seconds": 0},
    "queries are sorted after signing": {"query": "sorted"},
}
"""The documented behaviour, every setting the other way, and each change alone."""

BOTH_WAYS = ("documented", "other way")
