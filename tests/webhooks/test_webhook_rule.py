"""An account whose Webhook Rule signs with a shared key: every webhook is refused, and the log says why."""

from __future__ import annotations

from pathlib import Path

from tests.support.processes import wait_until
from tests.support.station import running_station


def test_an_account_that_signs_another_way_is_named_in_the_log_and_its_callers_are_kept(tmp_path: Path) -> None:
    with running_station(tmp_path) as station:
        station.control("PUT", "/behaviour", {"signed_by": "shared_key"})
        caller = station.ring()
        station.until(lambda: station.is_waiting(caller), "the fallback does not queue the caller", 40)
        assert station.app.row(caller) is None
        program = station.app.program
        assert program is not None
        wait_until(lambda: "this account signs another way (Webhook Rule)" in program.output, why="nobody is told why")

        station.control("PUT", "/behaviour", {"signed_by": "auth_token"})
        station.wait_until_queued(station.ring("+12125550101"))
