"""A screener's page: they talk to each caller, write on the cards, and decide."""

from __future__ import annotations

from typing import Any

from bench.soak.browser import Answer
from bench.soak.desks.person import STAGES_IN_LINE, Person

WITH_SOMEBODY = {
    "ready": 40,
    "back": 9,
    "hold": 8,
    "let_go": 8,
    "block": 4,
    "vanish": 5,
    "card": 20,
    "take": 2,
    "other": 4,
}
WITH_NOBODY = {"take": 60, "take this one": 12, "other": 12, "card": 6, "vanish": 3, "nothing": 7}
"""What they do, in percent. `other` writes on the card of somebody who waits."""

IMPATIENCE = 0.1
"""While a caller is being connected to them they mostly wait."""

VERDICTS = {"ready": 45, "hold": 15, "back": 20, "let_go": 15, "block": 5}
WORDS = ("Ann", "Leeds", "on the tram", "speaks <b>softly</b>", "rang before; calm", "3", "")


class Screener(Person):
    """One of three, each with a call of their own."""

    token_path = "/screener/token"

    @property
    def name(self) -> str:
        """The name of the desk."""
        return f"screen-{self.browser.identity}"

    def heed(self, answer: Answer) -> None:
        if answer.path != "/screen/verdict" or answer.status != 503 or not self.leg:
            return
        # The decision is stored and carried out when the two part.
        if answer.said.get("star"):
            self.star()
        else:
            self.hang_up()

    def act_without_a_call(self) -> None:
        self.connect()

    def act(self, with_whom: str) -> None:
        if self.has_begun_to_talk(with_whom) and with_whom:
            return
        desk = self.desk(self.name)
        is_known = self.is_known_to_the_app(known=desk.get("leg") == self.leg)
        is_promised = not with_whom and desk.get("claimed")
        if is_known and (not is_promised or self.dice.random() < IMPATIENCE):
            self._do(self.pick(WITH_SOMEBODY if with_whom else WITH_NOBODY), desk, with_whom)

    def _do(self, way: str, desk: dict[str, Any], with_whom: str) -> None:
        if way in VERDICTS:
            self._decide(with_whom, way)
        elif way == "take":
            self.press("/screen/take", turn=desk["turn"], call_sid="")
        elif way == "take this one" and (row := self.some_row(*STAGES_IN_LINE)):
            self.press("/screen/take", turn=desk["turn"], call_sid=row["call_sid"])
        elif way == "other" and (row := self.some_row(*STAGES_IN_LINE)):
            self._decide(row["call_sid"], self.pick(VERDICTS))
        elif way == "card":
            self._write(self.watch.rows().get(with_whom) or self.some_row(*STAGES_IN_LINE, "on_air"))
        elif way == "vanish":
            if with_whom:
                self.watch.note(with_whom, f"{self.browser.identity} drops out")
            self.hang_up()

    def _decide(self, call_sid: str, verdict: str) -> None:
        row = self.some_row("ready") if self.dice.random() < 0.3 else None
        before = row["call_sid"] if row and verdict == "ready" else ""
        self.press("/screen/verdict", call_sid=call_sid, verdict=verdict, before=before)

    def _write(self, row: dict[str, Any] | None) -> None:
        if row is None:
            return
        field = self.dice.choice(("name", "place", "topic", "note", "quality"))
        value = str(self.dice.randint(1, 5)) if field == "quality" else self.dice.choice(WORDS)
        base = row["card"]["revisions"].get(field, 0)
        self.press("/desk/card", call_sid=row["call_sid"], field=field, value=value, base=base)
