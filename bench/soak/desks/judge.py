"""Judges a show with five desks: app and network must agree, and every promise must have been kept."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace

from bench.soak.desks import checks
from bench.soak.desks.checks import Facts
from bench.soak.desks.show import Company
from bench.soak.judge import LAST_REPORT_SECONDS, outcomes
from bench.soak.stage import Verdict

AGREED_WITHIN_SECONDS = 45.0


def judge(company: Company, verdict: Verdict) -> None:
    """Check each promise after the show has ended, and add the figures worth knowing."""
    began = time.monotonic()
    company.show.finish()
    problems = _settled(company, began)
    verdict.judge(f"app and network agree about everybody, {time.monotonic() - began:.0f} s after the last", problems)
    facts = company.facts
    problems, by_network = checks.unjust_ends(facts)
    if by_network and company.behaviour.get("wait_url_failure") != "hangup":
        problems.append(f"the network gave up {len(by_network)}: {', '.join(by_network[:3])}")
    verdict.judge(f"none of {len(facts.rang_at)} callers was lost or cut off", problems)
    if company.screened:
        verdict.judge("every caller on the air had been marked ready by a screener", checks.never_made_ready(facts))
    verdict.judge("nobody was on the air again without a reason", checks.aired_again(facts))
    verdict.judge("each caller spoke with one desk at a time, and each line with one caller", company.watch.strange[:5])
    verdict.judge("every press was answered in time, with a sentence", checks.bad_answers(facts)[:5])
    verdict.judge("every call that is over has a possible outcome", _wrong_outcomes(company))
    _judge_lines(company, verdict, facts)
    verdict.judge("no call has two rows", ["some had"] if company.watch.doubled_rows else [])
    _tell(company, verdict, len(by_network))


def _judge_lines(company: Company, verdict: Verdict, facts: Facts) -> None:
    """The same promises for each line by itself: its callers, and the connections of its legs."""
    outcomes_now = outcomes(company.store_path)
    for line, there in sorted(company.watch.on_air_on.items()):
        of_line = replace(facts, rang_at={call_sid: at for call_sid, at in facts.rang_at.items() if call_sid in there})
        problems = checks.unjust_ends(of_line)[0] + checks.aired_again(of_line)
        problems += checks.wrong_outcomes(of_line, outcomes_now)
        problems += [strange for strange in company.watch.strange if f" on {line} " in strange][:1]
        verdict.judge(f"{line}: {len(there)} callers, one at a time, none lost, none again without a reason", problems)


def _settled(company: Company, began: float) -> list[str]:
    problems, agreed = ["nobody looked"], 0
    while agreed < 2 and time.monotonic() - began < AGREED_WITHIN_SECONDS:
        time.sleep(0.5)  # between two looks
        company.watch.look_at_network()
        answered = company.watch.look_at_app()
        problems = checks.disagreements(company.facts, company.watch.status) if answered else ["no answer"]
        agreed = 0 if problems else agreed + 1
    return problems


def _wrong_outcomes(company: Company) -> list[str]:
    """Sentences about wrong outcomes, after the last report has come."""
    path = company.store_path
    ends_at = time.monotonic() + LAST_REPORT_SECONDS
    while (problems := checks.wrong_outcomes(company.facts, outcomes(path))) and time.monotonic() < ends_at:
        time.sleep(1)  # between two looks
        company.watch.look_at_network()
    return problems


def _tell(company: Company, verdict: Verdict, by_network: int) -> None:
    """Adds the figures, and the stories of the callers that a problem names."""
    facts = company.facts
    aired = sum(bool(checks.airings(caller)) for caller in facts.mine)
    screened = sum(any(checks.kind_of(other) == "screen" for other, _ in caller.spoke_with) for caller in facts.mine)
    slowest = max((answer.seconds for answer in facts.answers), default=0.0)
    codes = Counter(f"{answer.path.rpartition('/')[2]} {answer.code}" for answer in facts.answers)
    done = sum((Counter(person.done) for person in company.show.people), Counter())
    verdict.good.append(
        f"({screened} spoke with a screener, {aired} were on the air, "
        f"{company.watch.most_on_air} at once at most, {len(facts.hung_up)} hung up, "
        f"{len(facts.pressed_away)} were thanked before they spoke, "
        f"{company.watch.doubled_while_down} looks saw two on a line while the app was down, "
        f"{len(facts.turned_away)} rang from a blocked number, {by_network} given up by the network; "
        f"done: {_listed(done)}; answers: {_listed(codes)}; the slowest press took {slowest:.1f} s)"
    )
    verdict.tell(company.watch)


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
