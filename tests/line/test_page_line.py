"""The page's own script makes the whole line from its answers, whatever changes and whichever instance answers."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from callin.contracts import Changes, Store
from callin.model import AIR_DESK, SCREEN_DESK, ChatMessage, FieldText, Stage
from callin.stores.sqlite import SqliteStore
from tests.line.conftest import read_line
from tests.support.clock import HeldClock
from tests.support.line_calls import call_at, staged
from tests.support.page_line import PageLine

STEPS = 120


@dataclass
class _Hasty:
    """A store that reports changes before its mark moves, as Firestore's does with what this instance wrote."""

    inner: Store
    dice: random.Random
    is_hasty: bool

    def changes_since(self, mark: int) -> Changes:
        changes = self.inner.changes_since(mark)
        if not self.is_hasty:
            return changes
        return changes._replace(mark=self.dice.choice((mark, self.dice.randint(mark, changes.mark), changes.mark)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


@pytest.fixture
def two_stores(tmp_path: Path) -> Iterator[list[SqliteStore]]:
    stores = [SqliteStore(str(tmp_path / "line.db")) for _ in range(2)]
    yield stores
    for store in stores:
        store.close()


@pytest.mark.node
@pytest.mark.parametrize("seed", range(8))
def test_the_page_has_the_line_as_it_is_whatever_changes_and_whichever_instance_answers(
    two_stores: list[SqliteStore], page: PageLine, seed: int
) -> None:
    dice = random.Random(seed)
    clock = HeldClock()
    is_hasty = seed % 3 > 0
    stores = two_stores
    instances = [_Hasty(store, dice, is_hasty) for store in stores]
    dashboards_of = [read_line(instance, clock)[1] for instance in instances]
    view = {"full_numbers": seed % 2 == 0}
    for number in range(dice.choice((3, 198, 204))):
        _happen(stores[0], dice, clock, ring=number)
    page.hear(dice.choice(dashboards_of).status_json(**view))
    misfits = 0
    for step in range(STEPS + 1):
        for _ in range(dice.choice((0, 1, 1, 2, 5))):
            _happen(dice.choice(stores), dice, clock)
        if step == STEPS:
            for instance in instances:
                instance.is_hasty = False
        dashboards = dice.choice(dashboards_of)
        assert page.status is not None
        if page.hear(dashboards.status_after(page.status["mark"], **view)) is None:
            misfits += 1
            page.hear(dashboards.status_json(**view))
        if not is_hasty or step == STEPS:
            assert _shown(page.status) == _shown(json.loads(dashboards.status_json(**view)))
    assert misfits <= STEPS // 20


def _shown(status: dict[str, Any] | None) -> dict[str, Any]:
    """What a page shows, except the times that it counts itself."""
    assert status is not None
    times = ("wait_seconds", "on_air_seconds")
    rows = [{name: value for name, value in row.items() if name not in times} for row in status["calls"]]
    parts = ("current_size", "more", "desks", "show", "chat", "twilio")
    return {"calls": rows} | {name: status[name] for name in parts}


def _happen(store: SqliteStore, dice: random.Random, clock: HeldClock, ring: int | None = None) -> None:
    """Something that changes what dashboards show."""
    clock.advance(1)
    if ring is not None or dice.random() < 0.2:
        sid = f"CA{dice.getrandbits(64):016x}"
        store.change_call(sid, lambda _: call_at(sid, clock.now))
        return
    live = sorted(store.live_calls().calls, key=lambda call: call.joined_at)
    desk = dice.choice((AIR_DESK, SCREEN_DESK + "screener_sam_1", SCREEN_DESK + "screener_Kim_2"))
    what = dice.choice(("card", "desk", "show", "chat", *["call"] * 6))
    if what == "desk":
        leg = dice.choice(("", "CAleg1", "CAleg2"))
        store.change_desk(desk, lambda one: replace(one, leg=leg, leg_by=f"client:{desk[7:]}" if leg else ""))
    elif what == "show":
        store.change_show(lambda show: replace(show, whisper=not show.whisper))
    elif what == "chat":
        store.add_chat_message(ChatMessage(int(clock.now), clock.now, "sam", "hello"), keep=50)
    elif live:
        call = dice.choice((live[0], live[-1], dice.choice(live)))
        if what == "card":
            name = FieldText(dice.choice(("Ann", "Bob")), dice.randrange(9), "sam", clock.now)
            store.change_card(call.call_sid, lambda card: replace(card, name=name))
            return
        stage, change = dice.choice(
            (
                (Stage.DONE, {}),
                (Stage.DONE, {}),
                (Stage.ON_AIR, {}),
                (Stage.HELD, {}),
                (Stage.READY, {"ready_at": clock.now}),
                (Stage.WAITING, {}),
                (Stage.SCREENING, {"screener": desk}),
                (Stage.WAITING, {"placed_at": dice.choice(live).joined_at - 0.5}),
                (Stage.WAITING, {"claimed_by": dice.choice((AIR_DESK, ""))}),
            )
        )
        store.change_call(call.call_sid, lambda one: one and staged(replace(one, **change), stage, clock.now))
