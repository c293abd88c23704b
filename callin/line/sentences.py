"""What the app answers to the presses of desks and devices, as far as more than one module says it."""

from __future__ import annotations

SENTENCES = {
    "not_connected": "Connect to the queue first.",
    "already": "That has already been done.",
    "nobody": "Nobody is on the air.",
    "busy": "The next caller is on the way.",
    "gone": "That caller is no longer in line.",
    "empty": "Nobody is waiting.",
    "not_ready": "No waiting caller has pressed 1 yet. You can still take one from the list.",
    "not_screened": "No screener has marked a waiting caller ready yet.",
    "all_taken": "Every waiting caller is with another desk.",
    "unscreened": "Screening is on, and no screener has marked this caller ready.",
    "taken": "Another desk has this caller.",
    "on_air": "That caller is on the air.",
    "decide": "You already have a caller. Decide what happens to them first.",
}
"""Why a press does not count, by the code of its refusal."""

THANKING = "Thanking this caller."
DROPPING = "Thanking this caller and letting them go. Nobody follows until you press Next."
HOLDING = "Putting this caller on hold. Nobody follows until you press Next or Resume."
