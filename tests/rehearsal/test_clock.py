"""Network time: timers in their order, advances that let things settle, and no cost while nothing happens."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from rehearsal.clock import Clock
from tests.rehearsal.rig import Rig, story


def on_a_clock(test: Callable[[Clock], Awaitable[None]]) -> Callable[[], None]:
    def run() -> None:
        async def play() -> None:
            async with asyncio.timeout(20):
                await test(Clock())

        asyncio.run(play())

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


@on_a_clock
async def test_the_clock_starts_at_the_machines_time(clock: Clock) -> None:
    assert clock.now() == pytest.approx(time.time(), abs=1)


@on_a_clock
async def test_an_hour_passes_at_once(clock: Clock) -> None:
    before, began = clock.now(), time.monotonic()
    sleeping = asyncio.create_task(clock.sleep(3600))
    await clock.advance(3600)
    assert sleeping.done()
    assert clock.now() - before == pytest.approx(3600, abs=0.5)
    assert time.monotonic() - began < 1


@on_a_clock
async def test_timers_run_in_order_and_see_their_own_time(clock: Clock) -> None:
    seen: list[tuple[str, int]] = []
    began = clock.now()
    for name, seconds in (("c", 30), ("a", 10), ("b", 20)):
        clock.call_later(seconds, lambda name=name: seen.append((name, round(clock.now() - began))))
    await clock.advance(25)
    assert seen == [("a", 10), ("b", 20)]
    await clock.advance(25)
    assert seen == [("a", 10), ("b", 20), ("c", 30)]


@on_a_clock
async def test_what_a_timer_starts_runs_within_the_same_advance(clock: Clock) -> None:
    ticks: list[float] = []

    async def every_ten_seconds() -> None:
        while True:
            await clock.sleep(10)
            ticks.append(clock.now())

    task = asyncio.create_task(every_ten_seconds())
    await clock.advance(100.5)
    assert len(ticks) == 10
    task.cancel()


@on_a_clock
async def test_a_cancelled_timer_does_not_run(clock: Clock) -> None:
    seen: list[str] = []
    clock.call_later(5, lambda: seen.append("kept"))
    clock.call_later(5, lambda: seen.append("cancelled")).cancel()
    await clock.advance(6)
    assert seen == ["kept"]


@on_a_clock
async def test_timers_run_without_an_advance_too(clock: Clock) -> None:
    await asyncio.wait_for(clock.sleep(0.05), 2)


@on_a_clock
async def test_a_timer_that_an_advance_brought_near_runs_by_itself(clock: Clock) -> None:
    sleeping = asyncio.create_task(clock.sleep(100))
    await clock.advance(99.9)
    assert not sleeping.done()
    await asyncio.wait_for(sleeping, 2)


@on_a_clock
async def test_an_advance_waits_for_work_in_flight(clock: Clock) -> None:
    done: list[str] = []

    async def webhook() -> None:
        await clock.sleep(5)
        with clock.working():
            await asyncio.sleep(0.2)
        done.append("answered")

    task = asyncio.create_task(webhook())
    await clock.advance(60)
    assert done == ["answered"]
    await task


@on_a_clock
async def test_work_that_never_ends_holds_an_advance_for_a_bounded_time_only(clock: Clock) -> None:
    async def stuck() -> None:
        with clock.working():
            await asyncio.Event().wait()

    task = asyncio.create_task(stuck())
    began = time.monotonic()
    await clock.advance(60, settle_seconds=0.2)
    assert time.monotonic() - began < 2
    task.cancel()


@on_a_clock
async def test_two_advances_at_once_add_up(clock: Clock) -> None:
    before = clock.now()
    await asyncio.gather(clock.advance(30), clock.advance(30))
    assert clock.now() - before == pytest.approx(60, abs=0.5)


@on_a_clock
async def test_forgotten_timers_do_not_pile_up(clock: Clock) -> None:
    for _ in range(5000):
        clock.call_later(3600, lambda: None).cancel()
    assert clock.pending <= 1000


@story
async def test_an_advance_takes_the_app_along(rig: Rig) -> None:
    rig.station.on("/voice", '<Enqueue waitUrl="/wait">line</Enqueue>')
    rig.station.on("/wait", '<Pause length="10"/>')
    await rig.line_up(20)
    before = len(rig.station.params("/wait"))
    await rig.pass_time(100)
    assert 180 <= len(rig.station.params("/wait")) - before <= 220
