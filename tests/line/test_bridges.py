"""What Twilio's lists prove without a webhook: which callers are connected, and which have to be sent on."""

from __future__ import annotations

from callin.model import READY_QUEUE, WAITING_QUEUE, CallState, DialLine, Member, Outcome, Stage, Verdict
from callin.rules import claims
from callin.twilio import comparison, reconcile
from callin.twilio.bridges import BACK_SECONDS, Numbers
from callin.twilio.reconcile import Reconciler
from tests.line.conftest import House

ANN = "screen-screener_ann_1"
LISTENER_NUMBER = "+442079460100"


def reconciles_twice(house: House, runs: Reconciler) -> None:
    for _ in range(2):
        house.clock.advance(comparison.SECONDS_TO_SETTLE + 1)
        runs.run_once()


def test_a_caller_on_the_air_without_a_webhook_is_found(house: House, runs: Reconciler) -> None:
    house.ring("CA1", "CA2")
    document = house.ask()
    house.phone.queues[WAITING_QUEUE].pop(0)
    house.clock.advance(comparison.SECONDS_TO_SETTLE + 1)
    runs.run_once()
    assert house.call("CA1").stage is Stage.WAITING
    house.clock.advance(comparison.SECONDS_TO_SETTLE)
    runs.run_once()
    assert (house.call("CA1").stage, house.call("CA1").desk_turn) == (Stage.ON_AIR, house.desk.turn)
    assert house.desk.on_air == "CA1"
    assert isinstance(document, DialLine)


def test_a_caller_in_no_queue_is_not_on_the_air_while_the_desk_goes_on_asking(house: House, runs: Reconciler) -> None:
    house.ring("CA1")
    house.ask()
    house.phone.queues[WAITING_QUEUE].clear()
    for _ in range(3):
        house.clock.advance(comparison.SECONDS_TO_SETTLE + 1)
        runs.run_once()
        house.ask()
    assert house.call("CA1").stage is Stage.WAITING


def test_with_two_callers_in_no_queue_neither_is_guessed_to_be_on_the_air(house: House, runs: Reconciler) -> None:
    house.ring("CA1", "CA2")
    house.ask()
    house.phone.queues[WAITING_QUEUE].clear()
    reconciles_twice(house, runs)
    assert [house.call(call_sid).stage for call_sid in ("CA1", "CA2")] == [Stage.WAITING] * 2


def test_a_caller_that_talks_to_a_screener_without_a_webhook_is_found(house: House, runs: Reconciler) -> None:
    house.ring("CA1")
    house.screener_asks(ANN, "CAann")
    house.screener_desks.take(ANN, house.store.desk(ANN).turn, "CA1")
    house.reach("CA1")
    house.screener_asks(ANN, "CAann")
    house.phone.queues[WAITING_QUEUE].clear()
    reconciles_twice(house, runs)
    assert house.call("CA1").stage is Stage.SCREENING
    assert house.store.desk(ANN).on_air == "CA1"


def test_a_ready_caller_is_sent_on_from_the_queue_that_a_fault_put_them_into(house: House, runs: Reconciler) -> None:
    house.ring("CA1")
    house.screener_desks.judge(ANN, "CA1", Verdict.READY)
    house.reach("CA1")
    house.clock.advance(comparison.SECONDS_TO_SETTLE + 1)
    house.control.done.clear()
    house.phone.queues[WAITING_QUEUE] = [Member("CA1", house.clock.now - comparison.SECONDS_IN_A_QUEUE, 5)]
    runs.run_once()
    assert (house.call("CA1").stage, house.call("CA1").queue) == (Stage.READY, WAITING_QUEUE)
    assert house.control.done == [("dequeue", "CA1", str(house.call("CA1").documents_issued))]
    house.reach("CA1")
    assert house.call("CA1").queue == READY_QUEUE


def test_a_caller_that_the_fallback_document_queued_is_sent_on_to_a_document_of_the_app(
    house: House, runs: Reconciler
) -> None:
    house.ring("CA1")
    house.clock.advance(60)
    house.phone.queues[WAITING_QUEUE] = [Member("CA1", house.clock.now - comparison.SECONDS_IN_A_QUEUE, 5)]
    runs.run_once()
    assert house.control.done == [("dequeue", "CA1", str(house.call("CA1").documents_issued))]
    house.reach("CA1")
    house.phone.queues[WAITING_QUEUE] = [Member("CA1", house.clock.now, 0)]
    house.control.done.clear()
    house.clock.advance(60)
    runs.run_once()
    assert (house.control.done, house.board.place("CA1").wait_seconds) == ([], 121)


def test_a_caller_that_could_not_be_sent_on_is_sent_on_by_the_next_comparison(house: House, runs: Reconciler) -> None:
    house.ring("CA1")
    house.calls.left_queue("CA1", 1, "error")
    house.clock.advance(comparison.SECONDS_TO_SETTLE)
    house.control.problem = "Twilio took too long to move a caller."
    runs.run_once()
    house.control.problem = ""
    runs.run_once()
    assert house.control.done == [("dequeue", "CA1", str(house.call("CA1").documents_issued))]


def test_a_few_are_sent_on_each_time_the_first_in_line_first(house: House, runs: Reconciler) -> None:
    sids = [f"CA{number:03}" for number in range(comparison.SENT_ON_PER_RUN + 5)]
    house.ring(*sids)
    for call_sid in sids:
        house.calls.left_queue(call_sid, 1, "error")
    runs.run_once()
    assert [sid for _, sid, _ in house.control.done] == sids[: comparison.SENT_ON_PER_RUN]


def test_after_an_outage_the_caller_on_the_air_is_found_while_the_one_before_is_just_queued(house: House) -> None:
    """The studio's `*` sent CA1 to the fallback document, and brought CA9, which rang while the app was down."""
    house.ring("CA1")
    house.put_on_air("CA1")
    house.clock.advance(60)
    house.phone.queues[WAITING_QUEUE] = []
    house.phone.calls["CA9"] = CallState("in-progress", "+447700900009", to=LISTENER_NUMBER)
    runs = house.reconciler(numbers=Numbers(LISTENER_NUMBER))
    runs.run_once(at_start=True)
    house.clock.advance(reconcile.SECONDS_BETWEEN_QUICK_RUNS)
    house.phone.queues[WAITING_QUEUE] = [Member("CA1", house.clock.now, 0)]  # the fallback's sentence is over
    for _ in range(2):
        runs.run_once()
        house.clock.advance(reconcile.SECONDS_BETWEEN_QUICK_RUNS)
    assert (house.desk.on_air, house.call("CA9").stage) == ("CA9", Stage.ON_AIR)
    assert house.call("CA1").outcome is Outcome.AIRED


def test_a_caller_that_rang_in_an_outage_is_on_the_air_once_the_fallbacks_sentence_must_be_over(
    house: House,
) -> None:
    """The studio's leg waited in silence when the app died, so that it is not certain that it has dialled since."""
    house.ask()  # the first request of a leg begins a turn
    house.wait_for_next()
    house.ask()
    house.clock.advance(60)
    house.phone.calls["CA9"] = CallState("in-progress", "+447700900009", LISTENER_NUMBER, house.clock.now)
    runs = house.reconciler(numbers=Numbers(LISTENER_NUMBER))
    runs.run_once(at_start=True)
    house.clock.advance(claims.SENTENCE_SECONDS - 1)
    runs.run_once()
    assert house.desk.on_air == ""
    house.clock.advance(1)
    runs.run_once()
    assert (house.desk.on_air, house.call("CA9").stage) == ("CA9", Stage.ON_AIR)


def test_what_a_webhook_stored_before_the_first_run_is_not_overruled_by_a_list(house: House) -> None:
    house.ring("CA1")
    house.clock.advance(60)
    runs = house.reconciler()
    house.clock.advance(0.2)
    house.put_on_air("CA1")
    house.clock.advance(0.1)
    for at_start in (True, False):  # Twilio still lists the caller, who hears the last words before the bridge
        runs.run_once(at_start=at_start)
        house.clock.advance(reconcile.SECONDS_BETWEEN_QUICK_RUNS)
    assert (house.call("CA1").stage, house.desk.on_air) == (Stage.ON_AIR, "CA1")


def test_a_caller_that_goes_on_the_air_while_the_lists_are_read_is_not_thanked(house: House) -> None:
    """By Twilio's clock, which is ahead of ours here, the list seems to be newer than the webhook."""
    house.ring("CA1")
    house.ask()
    house.clock.advance(60)
    runs = house.reconciler()
    house.phone.queues[WAITING_QUEUE] = [Member("CA1", house.clock.now + 60, 0)]

    def put_on_air_meanwhile(asked: str) -> None:
        if asked == "calls":
            house.clock.advance(0.1)
            house.put_on_air("CA1")

    house.phone.on_request = put_on_air_meanwhile
    runs.run_once(at_start=True)
    assert (house.call("CA1").stage, house.desk.on_air) == (Stage.ON_AIR, "CA1")
    assert house.control.done == []


def test_long_after_the_start_a_caller_who_has_just_been_queued_is_left_to_the_webhooks(house: House) -> None:
    house.ring("CA1")
    house.put_on_air("CA1")
    house.clock.advance(60)
    runs = house.reconciler()
    house.phone.queues[WAITING_QUEUE] = []
    runs.run_once(at_start=True)
    house.clock.advance(BACK_SECONDS)
    house.phone.queues[WAITING_QUEUE] = [Member("CA1", house.clock.now, 0)]
    runs.run_once()
    assert house.call("CA1").stage is Stage.ON_AIR
