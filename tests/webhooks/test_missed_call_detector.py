"""Reconciling compares Twilio's list with the webhooks that came: every desk is told of calls without one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from callin.live import Board, Dashboards
from callin.missed_calls import MissedCallDetector, RefusedRequest, WebhookLog
from callin.model import WAITING_QUEUE, CallState, Member, Refusal
from callin.rules.missed import SECONDS_OF_RETRIES
from callin.stores.sqlite import SqliteStore
from callin.twilio.reconcile import SECONDS_BETWEEN_RUNS, Reconciler
from tests.line.conftest import House, read_line

NUMBER = "+442079460100"
URL = "https://radio.example.com"
SID = "CA" + "9" * 32


@dataclass
class Watched:
    """A line whose reconciler has a detector of missed calls, and a second instance of the app on the same store."""

    house: House
    webhooks: WebhookLog
    reconciler: Reconciler
    other_board: Board
    other_dashboards: Dashboards
    other_reconciler: Reconciler

    def reconcile(self, times: int = 1) -> None:
        for _ in range(times):
            self.house.clock.advance(SECONDS_BETWEEN_RUNS)
            self.reconciler.run_if_due()

    def is_queued_by_the_fallback(self, call_sid: str, number: str = "+447700900009", to: str = NUMBER) -> None:
        self.house.phone.calls[call_sid] = CallState("in-progress", number, to)
        self.house.phone.queues.setdefault(WAITING_QUEUE, []).append(Member(call_sid, self.house.clock.now, 0))

    @property
    def told(self) -> tuple[int, str]:
        twilio = self.house.dashboards.status()["twilio"]
        return twilio["missed_calls"], twilio["missed_cause"]


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    stores = [SqliteStore(str(tmp_path / "line.db")) for _ in range(2)]
    houses = [House(stores[0])]
    houses.append(House(stores[1], houses[0].clock, houses[0].phone))
    reconcilers = []
    logs = []
    for house in houses:
        logs.append(WebhookLog(house.clock))
        detector = MissedCallDetector(
            logs[-1], house.store, house.clock, (NUMBER, ""), URL, house.board.cache.calls_missed
        )
        reconcilers.append(house.reconciler(detector=detector))
    reconcilers[0].run_if_due(at_start=True)
    houses[0].clock.advance(SECONDS_OF_RETRIES)
    yield Watched(houses[0], logs[0], reconcilers[0], houses[1].board, houses[1].dashboards, reconcilers[1])
    for store in stores:
        store.close()


def test_a_caller_without_any_request_is_adopted_and_reported_to_the_desks(watched: Watched) -> None:
    watched.reconcile()
    watched.is_queued_by_the_fallback(SID)
    watched.reconcile()
    assert watched.house.board.place(SID).position == 1
    assert watched.told == (
        1,
        f"Twilio sends nothing here: its numbers point elsewhere, or PUBLIC_URL ({URL}) does not lead to this app.",
    )
    watched.reconcile()
    assert watched.told[0] == 1, "the store knows the call by now, but it was missed"


def test_a_refused_request_of_that_call_names_the_cause(watched: Watched) -> None:
    watched.is_queued_by_the_fallback(SID)
    watched.webhooks.refused(RefusedRequest("POST", "https://other/twiml/enqueue", Refusal.OTHER_ADDRESS, SID))
    watched.reconcile()
    assert watched.told == (
        1,
        f"Twilio asks https://other/twiml/enqueue, but PUBLIC_URL is {URL}: they must be the same.",
    )


def test_a_held_request_is_answered_at_once(watched: Watched) -> None:
    watched.house.dashboards.status()
    before = watched.house.dashboards.status()["mark"]
    watched.reconcile()
    watched.is_queued_by_the_fallback(SID)
    watched.reconcile()
    assert watched.house.dashboards.status()["mark"].partition(".")[2] != before.partition(".")[2]
    assert watched.house.board.cache.is_twilio_read()


def test_strangers_posts_alone_tell_the_desks_of_nothing(watched: Watched) -> None:
    watched.house.ring("CA1", "CA2")
    for number in range(300):
        watched.webhooks.refused(RefusedRequest("POST", URL, Refusal.MISSING, f"CA{number:032x}"))
    watched.webhooks.refused(RefusedRequest("POST", URL, Refusal.WEBHOOK_RULE, "CA1"))
    watched.reconcile(4)
    assert watched.told == (0, "")


def test_callers_who_were_queued_while_the_app_was_down_are_no_fault(watched: Watched) -> None:
    watched.house.clock.advance(100)
    watched.is_queued_by_the_fallback(SID)
    board, dashboards = read_line(watched.house.store, watched.house.clock)
    detector = MissedCallDetector(
        WebhookLog(watched.house.clock),
        watched.house.store,
        watched.house.clock,
        [NUMBER],
        URL,
        board.cache.calls_missed,
    )
    house = watched.house
    restarted = Reconciler(
        house.calls,
        house.desks,
        board,
        house.store,
        house.control,
        house.clock,
        detector=detector,
        seconds_between_requests=0.0,
    )
    restarted.run_if_due(at_start=True)
    for _ in range(4):
        house.clock.advance(SECONDS_BETWEEN_RUNS)
        restarted.run_if_due()
    assert board.place(SID).position == 1
    assert dashboards.status()["twilio"]["missed_calls"] == 0


def test_the_next_call_that_reaches_the_app_ends_it(watched: Watched) -> None:
    watched.reconcile()
    watched.is_queued_by_the_fallback(SID)
    watched.reconcile()
    assert watched.told[0] == 1
    watched.house.clock.advance(1)
    watched.webhooks.accepted("CA2")
    watched.webhooks.reached(NUMBER)
    watched.reconcile()
    assert watched.told == (0, "")


def test_a_call_that_another_instance_was_asked_about_ends_it_too(watched: Watched) -> None:
    watched.reconcile()
    watched.is_queued_by_the_fallback(SID)
    watched.reconcile()
    watched.house.ring("CA2")
    watched.house.phone.calls["CA2"] = CallState("in-progress", "+447700900002", NUMBER)
    watched.reconcile()
    assert watched.told == (0, "")


def test_the_studios_own_legs_are_known_by_their_desks(watched: Watched) -> None:
    watched.house.ask("CAdj")
    watched.house.phone.calls["CAdj"] = CallState("in-progress", "client:dj_anna_1")
    watched.house.screener_asks("screen-screener_bob_1", "CAbob")
    watched.reconcile(6)
    assert watched.told == (0, "")


def test_a_browsers_call_that_is_in_no_queue_and_never_asked_is_told_when_it_has_lasted(watched: Watched) -> None:
    watched.reconcile()
    watched.house.phone.calls[SID] = CallState("in-progress", "client:dj_anna_1")
    watched.reconcile(3)
    assert watched.told[0] == 0
    watched.reconcile()
    assert watched.told[0] == 1


def test_calls_of_the_account_that_are_not_ours_are_left_alone(watched: Watched) -> None:
    watched.reconcile()
    watched.house.phone.calls[SID] = CallState("in-progress", "+447700900009", "+442079460155")
    watched.reconcile(6)
    assert watched.told[0] == 0


def test_an_instance_that_does_not_reconcile_reports_what_the_other_has_found(watched: Watched) -> None:
    watched.other_reconciler.run_if_due(at_start=True)
    watched.reconcile()
    watched.is_queued_by_the_fallback(SID)
    watched.reconcile()
    watched.other_reconciler.run_if_due()
    assert watched.other_dashboards.status()["twilio"]["missed_calls"] == 1
    watched.house.clock.advance(1)
    watched.webhooks.reached(NUMBER)
    watched.reconcile()
    watched.other_reconciler.run_if_due()
    assert watched.other_dashboards.status()["twilio"]["missed_calls"] == 0


def test_an_instance_that_does_not_reconcile_finds_out_by_one_request_whether_it_can_read_twilio(
    watched: Watched,
) -> None:
    watched.other_reconciler.run_if_due(at_start=True)
    phone = watched.house.phone
    for _ in range(2):
        watched.reconcile()
        phone.asked.clear()
        watched.other_reconciler.run_if_due()
        assert phone.asked == [], "its own last reading is recent"
    watched.reconcile()
    phone.asked.clear()
    watched.other_reconciler.run_if_due()
    assert phone.asked == ["calls"]
    assert watched.other_board.cache.twilio_status().good_at == watched.house.clock.now


def test_what_a_stopped_instance_wrote_expires_soon(watched: Watched) -> None:
    watched.other_reconciler.run_if_due(at_start=True)
    watched.reconcile()
    watched.is_queued_by_the_fallback(SID)
    watched.reconcile()
    watched.house.clock.advance(26)
    watched.other_reconciler.run_if_due()
    assert watched.other_dashboards.status()["twilio"]["missed_calls"] == 0
