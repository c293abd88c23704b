"""On Firestore, too, the line loses nobody, whatever people and networks do."""

from __future__ import annotations

import pytest

from callin.stores.firestore import FirestoreStore
from tests.line.small_twilio.network import StarBehaviour
from tests.line.small_twilio.random_show import BEHAVIOURS, LONG_EXAMPLES, SECONDS_AT_MOST, play
from tests.support import firestore

EXAMPLES = LONG_EXAMPLES // 20 or 4
"""A show takes ten times as long as on SQLite."""
STEPS = 12


@pytest.mark.timeout(SECONDS_AT_MOST)
@pytest.mark.usefixtures("emulator")
@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=str)
def test_on_firestore_too_nobody_is_lost(behaviour: StarBehaviour) -> None:
    play(behaviour, lambda: FirestoreStore(firestore.new_project()), EXAMPLES, STEPS)
