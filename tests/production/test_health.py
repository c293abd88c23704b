"""`/health` for a monitor: over https by the station's name, and at the server itself by any name."""

from __future__ import annotations

from tests.support.processes import wait_until
from tests.support.production import Bed
from tests.support.web import ask


def test_a_monitor_is_answered_by_name_through_the_proxy_and_by_any_name_at_the_server(bed: Bed) -> None:
    wait_until(lambda: bed.https.ask(bed.app.url + "/health").status == 200, why="the app is not well")
    assert bed.https.ask(bed.app.url + "/health", "HEAD").status == 200
    inside = ask(bed.app.inside_url + "/health?nonce=12345678", headers={"Host": "10.1.2.3"})
    assert (inside.status, inside.json()["ok"], len(inside.json()["proof"])) == (200, True, 64)


def test_a_strangers_request_through_the_proxy_is_refused_and_counted(bed: Bed) -> None:
    before = bed.https.ask(bed.app.url + "/health").json()["refused_requests"]
    assert bed.https.ask(bed.app.url + "/twiml/enqueue", "POST", b"CallSid=CA1").status == 403
    wait_until(
        lambda: bed.https.ask(bed.app.url + "/health").json()["refused_requests"] > before, why="it was not counted"
    )
