"""The line in random shows: nobody is lost, and in the end it is what Twilio lists.

The runs are the same every time. `make soak` plays others, thousands of them.
"""

from __future__ import annotations

import pytest

from callin.stores.sqlite import SqliteStore
from tests.line.small_twilio.network import StarBehaviour
from tests.line.small_twilio.random_show import BEHAVIOURS, LONG_EXAMPLES, SECONDS_AT_MOST, play

EXAMPLES = LONG_EXAMPLES or 40
STEPS = 25


@pytest.mark.timeout(SECONDS_AT_MOST)
@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=str)
def test_whatever_happens_nobody_is_lost_and_in_the_end_the_line_is_what_twilio_lists(behaviour: StarBehaviour) -> None:
    play(behaviour, lambda: SqliteStore(":memory:"), EXAMPLES, STEPS)
