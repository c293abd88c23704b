"""What do waiting listeners' pages cost? Each asks every few seconds for the place of its call."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bench import report
from bench.station import cpu_seconds
from callin.web.listener import FAR_BACK, NEAR, SOON
from tests.support.station import running_station
from tests.support.visitors import Visitor

LISTENERS, ROUNDS = 100, 20
PAGES = 200


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, running_station(Path(folder)) as station:
        application = station.app.environment["TWILIO_LISTENER_APP_SID"]
        pages = []
        for _ in range(LISTENERS):
            visitor = Visitor(station.app.url)
            identity = visitor.ask("POST", "/call/token").json()["identity"]
            pages.append((visitor, station.ring(f"client:{identity}", application)))
        station.wait_until_queued(*(sid for _, sid in pages))
        program = station.app.program
        assert program is not None
        report.doing(f"{ROUNDS} rounds of {LISTENERS} pages", seconds=ROUNDS * LISTENERS * 0.005)
        used, began = cpu_seconds(program.pid), time.monotonic()
        for _ in range(ROUNDS):
            for visitor, sid in pages:
                assert visitor.get(f"/call/state?call_sid={sid}").status == 200
        count = LISTENERS * ROUNDS
        each = (cpu_seconds(program.pid) - used) / count
        print(f"{count} answers of /call/state, {LISTENERS} in line, a connection for each:")
        print(f"  {1e3 * (time.monotonic() - began) / count:.1f} ms each, one after the other")
        a_second = NEAR / SOON + (PAGES - NEAR) / FAR_BACK
        print(f"  {1e3 * each:.2f} ms of processor time each")
        print(f"  {PAGES} pages ask {a_second:.0f} times a second: {100 * each * a_second:.0f} % of a core")


if __name__ == "__main__":
    main()
