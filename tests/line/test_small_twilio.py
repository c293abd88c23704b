"""The miniature phone network follows Twilio's rules; otherwise the properties would prove nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

import main
from callin.model import WAITING_QUEUE
from callin.stores.sqlite import SqliteStore
from tests.line.small_twilio.app import HANDLERS
from tests.line.small_twilio.network import StarBehaviour
from tests.line.small_twilio.show import Show
from tests.line.small_twilio.weather import FAIR, Fate, Luck, Weather

GREETED_SECONDS = 10.0


@pytest.fixture
def show() -> Iterator[Show]:
    store = SqliteStore(":memory:")
    yield Show(store, StarBehaviour())
    store.close()


def asked(show: Show, path: str) -> list[str]:
    """What the app was asked at an address, in order: each as the network's trace has it."""
    return [line.partition(path)[2].strip() for line in show.network.trace if f" {path} " in line and "asked:" in line]


def on_air(show: Show) -> tuple[str, str]:
    """A caller and a leg that talk: their SIDs."""
    show.ring(FAIR)
    show.time_goes_by(GREETED_SECONDS, FAIR)
    show.connect(0, FAIR)
    assert show.network.legs["CA1"].is_bridged()
    return "CA1", "CAdesk1"


def test_it_asks_the_apps_own_handlers() -> None:
    routes = {route.template: route.load() for route in main.ROUTES}
    assert {path: routes[path] for path in HANDLERS} == HANDLERS


def test_callers_wait_in_the_queue_after_the_greeting_and_the_first_is_connected_first(show: Show) -> None:
    for _ in range(3):
        show.ring(FAIR)
    show.time_goes_by(GREETED_SECONDS, FAIR)
    assert list(show.network.queues[WAITING_QUEUE]) == ["CA1", "CA2", "CA3"]
    show.connect(0, FAIR)
    assert list(show.network.queues[WAITING_QUEUE]) == ["CA2", "CA3"]
    assert "DequeingCallSid=CAdesk1" in asked(show, "/twiml/on-air")[0]


def test_a_dial_of_an_empty_queue_waits_for_the_next_to_join(show: Show) -> None:
    show.connect(0, FAIR)
    show.ring(FAIR)
    show.time_goes_by(GREETED_SECONDS, FAIR)
    assert show.network.legs["CA1"].is_bridged()


@pytest.mark.parametrize("ends", [False, True])
def test_after_star_the_caller_goes_to_the_action_or_is_ended(show: Show, *, ends: bool) -> None:
    caller, _ = on_air(show)
    show.network.behaviour = replace(show.network.behaviour, star_ends_the_caller=ends)
    show.star(0, FAIR)
    told = asked(show, "/dequeue-logic")[0]
    assert "QueueResult=bridged" in told
    assert ("CallStatus=completed" in told, not show.network.legs[caller].live) == (ends, ends)


def test_a_caller_who_hangs_up_reports_it_and_the_studio_goes_on(show: Show) -> None:
    on_air(show)
    show.hang_up(0, FAIR)
    assert "QueueResult=bridged" in asked(show, "/dequeue-logic")[0]
    assert "CallStatus=completed" in asked(show, "/twiml/status")[0]
    assert asked(show, "/twiml/dequeue")[0].startswith("turn=1")


def test_a_caller_who_is_thanked_by_rest_reports_that_they_were_moved_from_the_bridge(show: Show) -> None:
    on_air(show)
    show.press("next", 0, 0, 0, FAIR)
    assert "QueueResult=redirected-from-bridged" in asked(show, "/dequeue-logic")[0]
    show.time_goes_by(GREETED_SECONDS, FAIR)
    assert not show.network.legs["CA1"].live


def test_a_lost_request_is_asked_three_times_with_one_token_and_then_the_fallback_document_is_played(
    show: Show,
) -> None:
    show.ring(Weather(fates=(Fate.LOST,)))
    show.time_goes_by(50, Weather(fates=(Fate.LOST, Fate.LOST)))
    assert asked(show, "/twiml/enqueue") == []
    show.time_goes_by(GREETED_SECONDS, FAIR)
    assert list(show.network.queues[WAITING_QUEUE]) == ["CA1"]


def test_a_rest_request_that_failed_for_us_may_still_be_carried_out(show: Show) -> None:
    on_air(show)
    show.press("next", 1, 0, 0, Weather(lucks=(Luck.DONE_LATER,)))
    assert show.network.legs["CA1"].is_bridged()
    show.comes(0, FAIR)
    assert "QueueResult=redirected-from-bridged" in asked(show, "/dequeue-logic")[0]


def test_a_webhook_that_comes_twice_is_followed_once(show: Show) -> None:
    show.ring(Weather(fates=(Fate.TWICE,)))
    show.time_goes_by(GREETED_SECONDS, FAIR)
    assert len(asked(show, "/twiml/enqueue")) == 2
    assert list(show.network.queues[WAITING_QUEUE]) == ["CA1"]
