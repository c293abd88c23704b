"""The app is down but Caddy is not: a fallback document queues callers, and the app finds them when it is back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.production import Bed

CALLER = "+447700900001"


@pytest.fixture
def down(bed: Bed) -> Iterator[Bed]:
    """The app was killed. It is started again after the test, unless the test did."""
    assert bed.app.program is not None
    bed.app.program.kill()
    yield bed
    if bed.app.send(bed.app.url + "/queue-status").status != 200:
        bed.app.start()


def test_a_caller_is_queued_without_the_app_and_in_line_when_it_is_back(down: Bed) -> None:
    page = down.https.ask(down.app.url + "/sign-in")
    assert page.status == 502
    assert "try again in a minute" in page.text
    sid = down.ring(CALLER)
    down.until(lambda: down.is_waiting(sid), "the fallback does not queue the caller")
    said = down.https.ask(down.app.url + "/static/twiml/fallback.xml").xml().findtext("Say")
    assert said
    assert said in down.heard(sid)
    down.app.start()
    down.until(lambda: (down.app.row(sid) or {}).get("stage") == "waiting", "the app does not find the caller")
    down.until(lambda: down.is_waiting(sid), "the caller does not wait any more")
