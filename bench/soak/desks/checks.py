"""The verdicts on a screened show with several desks: pure, from what the network saw and what was pressed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.soak.browser import Answer
from bench.soak.checks import some
from bench.soak.network import Caller

LONGEST_PRESS_SECONDS = 30.0
STAGES_OF = {"radio-callin-queue": "waiting", "radio-callin-ready": "ready", "radio-callin-held": "held"}
STAR_SEEN_SECONDS = 3.0
"""A call that a `*` ends is seen to be over within this."""
FIRST_LINE = "air"
COUNTED = frozenset({"arriving", "waiting", "screening", "ready"})
"""The stages whose callers are in `current_size`."""


def kind_of(number: str) -> str:
    """The kind of desk that a call's From belongs to: air or screener; empty for a caller's."""
    return "air" if number.startswith("client:dj_") else "screen" if number.startswith("client:screener_") else ""


def airings(caller: Caller) -> list[float]:
    """When the caller went on the air, in seconds since they rang."""
    return [at for other, at in caller.spoke_with if kind_of(other) == "air"]


@dataclass(frozen=True)
class Facts:
    """What is known about a show: everybody on the network, all presses, and what the callers and the studio did.

    `down` holds the spans in which the app was down, `excused` the callers that were on the air then, because the app
    could not report them.
    `turned_away` are callers that rang from a blocked number. `unheard_stars`: callers whose `*` may not be reported.
    `early_stars` says when a `*` ended the caller that was to come, `lost_on_the_way` when each call
    that was neither in line nor on the air was over.
    """

    callers: Mapping[str, Caller]
    rang_at: Mapping[str, float]
    answers: Iterable[Answer] = ()
    hung_up: frozenset[str] = frozenset()
    turned_away: frozenset[str] = frozenset()
    excused: frozenset[str] = frozenset()
    starred: frozenset[str] = frozenset()
    left_by_studio: Mapping[str, int] = field(default_factory=dict)
    left_alone: Mapping[str, int] = field(default_factory=dict)
    down: tuple[tuple[float, float], ...] = ()
    unheard_stars: frozenset[str] = frozenset()
    early_stars: tuple[float, ...] = ()
    lost_on_the_way: Mapping[str, float] = field(default_factory=dict)

    @property
    def mine(self) -> list[Caller]:
        return [self.callers[call_sid] for call_sid in self.rang_at if call_sid in self.callers]

    def pressed(self, path: str, verdict: str = "") -> list[Answer]:
        """The presses that may have taken effect; only those with this verdict, if one is given."""
        wanted = (answer for answer in self.answers if answer.path == path and answer.may_count)
        return [answer for answer in wanted if not verdict or answer.body["verdict"] == verdict]

    @property
    def let_go(self) -> list[Answer]:
        """The DJs' presses that ended the caller on the air, or may have."""
        return [answer for way in ("next", "take", "drop", "hang-up") for answer in self.pressed(f"/desk/{way}")]

    @property
    def starred_away(self) -> frozenset[str]:
        """Callers that a `*` ended on their way to the air."""
        return frozenset(
            one.call_sid
            for one in self.mine
            if any(0 <= self.lost_on_the_way.get(one.call_sid, 0.0) - at < STAR_SEEN_SECONDS for at in self.early_stars)
        )

    @property
    def pressed_away(self) -> frozenset[str]:
        """Callers that a DJ's press thanked just before the bridge, so that nobody spoke to them.

        The app and its pages had them on the air. Only presses that took effect and thanks that were heard count.
        """
        done = {answer.call_sid for answer in self.let_go if answer.status == 200}
        return frozenset(one.call_sid for one in self.mine if not one.live and one.thanked and not airings(one)) & done


def strange_bridges(callers: Mapping[str, Caller]) -> list[str]:
    """Sentences about connections that are wrong at one moment."""
    found: list[str] = []
    for caller in callers.values():
        if not caller.live or caller.on_air_with is None or kind_of(caller.number):
            continue
        leg = callers.get(caller.on_air_with)
        if leg is None or not kind_of(leg.number):
            found.append(f"{caller.call_sid} is connected with {caller.on_air_with}, which is no desk's")
        elif leg.on_air_with != caller.call_sid:
            found.append(f"{caller.call_sid} is connected with {leg.call_sid}, which is with {leg.on_air_with}")
    return found


def doubled_lines(callers: Mapping[str, Caller], lines: Mapping[str, str]) -> list[str]:
    """Lines with several callers at one moment. `lines` are the legs of the lines other than the first."""
    on_air: dict[str, list[str]] = {}
    for caller in callers.values():
        leg = callers.get(caller.on_air_with or "")
        if caller.live and leg and kind_of(leg.number) == "air" and not kind_of(caller.number):
            on_air.setdefault(lines.get(leg.call_sid, FIRST_LINE), []).append(caller.call_sid)
    doubled = {line: there for line, there in on_air.items() if len(there) > 1}
    return [f"{len(there)} are on {line} at once: {some(there)}" for line, there in doubled.items()]


def never_made_ready(facts: Facts) -> list[str]:
    """Callers that were on the air before the app accepted a press that made them ready."""
    ready_at: dict[str, float] = {}
    for answer in facts.pressed("/screen/verdict", "ready"):
        ready_at[answer.call_sid] = min(answer.sent_at, ready_at.get(answer.call_sid, answer.sent_at))
    early = [
        caller.call_sid
        for caller in facts.mine
        if (on_air := airings(caller))
        if facts.rang_at[caller.call_sid] + on_air[0] < ready_at.get(caller.call_sid, float("inf"))
    ]
    return [f"{len(early)} went on the air and nobody had made them ready: {some(early)}"] if early else []


def aired_again(facts: Facts) -> list[str]:
    """Callers that were on the air more often than the studio left them, put them on hold, or brought them back."""
    back = [answer.call_sid for way in ("hold", "bring-back") for answer in facts.pressed(f"/desk/{way}")]
    again = [
        f"{caller.call_sid} ({len(airings(caller))} times)"
        for caller in facts.mine
        if caller.call_sid not in facts.excused
        if len(airings(caller)) > 1 + facts.left_alone.get(caller.call_sid, 0) + back.count(caller.call_sid)
        if caller.call_sid not in facts.unheard_stars
    ]
    return [f"{len(again)} were on the air again without a reason: {some(again)}"] if again else []


def unjust_ends(facts: Facts) -> tuple[list[str], list[str]]:
    """Calls that ended although nobody ended them. The second list holds those that the network itself gave up."""
    sent_away = {answer.call_sid for word in ("let_go", "block") for answer in facts.pressed("/screen/verdict", word)}
    thanked = {answer.call_sid for answer in facts.let_go}
    held_at = {answer.call_sid: answer.sent_at for answer in facts.pressed("/desk/hold") if answer.status == 200}
    cut_off, by_network, lost = [], [], []
    for caller in facts.mine:
        call_sid, on_air = caller.call_sid, airings(caller)
        if caller.live or call_sid in facts.hung_up | sent_away | facts.turned_away | facts.starred_away:
            continue
        if caller.cut_off_by_error:
            by_network.append(call_sid)
        elif not on_air:
            if call_sid not in facts.pressed_away:
                cut_off.append(call_sid)
        elif call_sid not in thanked | facts.starred:
            last = facts.rang_at[call_sid] + on_air[-1]
            if caller.bridges <= facts.left_by_studio.get(call_sid, 0) or last < held_at.get(call_sid, 0.0):
                lost.append(call_sid)
    found = [f"{len(cut_off)} were cut off before they were on the air: {some(cut_off)}"] if cut_off else []
    found += [f"{len(lost)} were left by the studio or held, and never came back: {some(lost)}"] if lost else []
    return found, by_network


def bad_answers(facts: Facts) -> list[str]:
    """Presses that were answered late, not at all, without a sentence, or with a status that shows a fault of ours."""
    found = []
    for answer in facts.answers:
        words = f"{answer.path} {answer.body} was answered {answer.status} {answer.said} after {answer.seconds:.1f} s"
        ends_at = answer.sent_at + answer.seconds
        was_down = any(answer.sent_at <= until and ends_at >= since for since, until in facts.down)
        is_ok = 200 <= answer.status < 300 and (answer.said.get("sentence") or answer.said.get("ok"))
        is_no = (400 <= answer.status < 500 or answer.status == 503) and answer.said.get("error")
        if answer.seconds > LONGEST_PRESS_SECONDS or not (is_ok or is_no or (was_down and not answer.status)):
            found.append(words)
    return found


def wrong_outcomes(facts: Facts, outcomes: Mapping[str, str | None]) -> list[str]:
    """Calls that are over at the network without an outcome, or with one that cannot be true."""
    let_go = {answer.call_sid for answer in facts.pressed("/screen/verdict", "let_go")}
    blocked = {answer.call_sid for answer in facts.pressed("/screen/verdict", "block")} | facts.turned_away
    wrong = []
    for caller in facts.mine:
        call_sid = caller.call_sid
        if caller.live or call_sid not in outcomes:
            continue
        outcome, was_on = outcomes[call_sid], bool(airings(caller))
        possible = {
            "aired": was_on or call_sid in facts.pressed_away,
            "dropped": was_on or call_sid in facts.pressed_away,
            "let_go": call_sid in let_go,
            "blocked": call_sid in blocked,
            "hung_up": not was_on
            and (caller.cut_off_by_error or call_sid in facts.hung_up | let_go | blocked | facts.starred_away),
        }
        if not outcome or not (possible.get(outcome, False) or call_sid in facts.excused):
            wrong.append(f"{call_sid} is {outcome}, on the air {len(airings(caller))} times")
    return [f"{len(wrong)} have no outcome, or a wrong one: {some(wrong)}"] if wrong else []


def disagreements(facts: Facts, status: Mapping[str, Any]) -> list[str]:
    """Differences between the app and the network about anybody in a line of at most 200, or about a desk."""
    rows = {row["call_sid"]: row for row in status["calls"]}
    live = {caller.call_sid: caller for caller in facts.mine if caller.live}
    found = [f"the app does not list {call_sid}, who is {live[call_sid].in_words}" for call_sid in live.keys() - rows]
    found += [f"the app lists {call_sid} as {rows[call_sid]['stage']}, who is gone" for call_sid in rows.keys() - live]
    for call_sid in rows.keys() & live:
        wanted = _stage(live[call_sid], facts.callers)
        if wanted and rows[call_sid]["stage"] != wanted:
            found.append(f"the app says that {call_sid} is {rows[call_sid]['stage']}: {live[call_sid].in_words}")
    size = sum(row["stage"] in COUNTED for row in rows.values())
    if status["current_size"] != size:
        found.append(f"the app counts {status['current_size']} in line, and lists {size}")
    for desk in status["desks"]:
        leg = facts.callers.get(desk["leg"])
        there = (leg.on_air_with or "") if leg and leg.live else ""
        if (desk["leg"] and not (leg and leg.live)) or desk["on_air"] != there:
            found.append(f"the app shows {desk['name']} with {desk['on_air'] or 'nobody'}, not {there or 'nobody'}")
    return found


def _stage(caller: Caller, callers: Mapping[str, Caller]) -> str:
    """The stage that they are in, as the network shows it; empty if it does not."""
    if caller.on_air_with is not None:
        leg = callers.get(caller.on_air_with)
        return "on_air" if leg and kind_of(leg.number) == "air" else "screening"
    return STAGES_OF.get(caller.queue or "", "")
