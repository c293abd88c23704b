"""The documents of waiting callers by themselves: what each says of the place and the wait, and how long it sounds."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from msgspec.structs import replace

from callin import twiml
from callin.model import (
    MusicPosition,
    WaitRange,
)
from callin.twiml import RETRIES, Announced, Waiting
from callin.words import SpokenWords
from tests.support.documents import (
    LANGUAGES,
    LINKS,
    MUSIC,
    NO_MUSIC,
    WORDS,
    heard_seconds,
    parse,
)

POSITIONS = [None, 1, 2, 3, 4, 5, 50, 5000]
LONGEST_WAIT_SECONDS = 4 * 3600


@pytest.mark.parametrize("position", POSITIONS)
@pytest.mark.parametrize("wait_seconds", [0, 59, 60, 3599, LONGEST_WAIT_SECONDS])
@LANGUAGES
def test_a_waiting_caller_is_asked_for_again_soon(words: SpokenWords, position: int | None, wait_seconds: int) -> None:
    soon = position is not None and position <= 3
    facts: list[dict[str, Any]] = [
        {"needs_notice": soon},
        {},
        {"takes_keys": True},
        {"takes_keys": True, "announced": Announced(position or 0, 0)},
    ]
    for fact in facts:
        waiting = Waiting(position, 5000, wait_seconds, LONGEST_WAIT_SECONDS, **fact)
        assert heard_seconds(parse(twiml.wait(LINKS, words, waiting, NO_MUSIC))) <= (10 if soon else 60)


@pytest.mark.parametrize("position", POSITIONS)
@LANGUAGES
def test_the_stations_own_music_takes_no_longer(words: SpokenWords, position: int | None) -> None:
    lengths = {tune.key: tune.seconds for tune in MUSIC.tunes}
    music = MUSIC
    for _ in range(20):
        document = parse(twiml.wait(LINKS, words, Waiting(position, 5000, LONGEST_WAIT_SECONDS), music))
        seconds = sum(len(verb.text or "") for verb in document.iter("Say")) / twiml.SPOKEN_CHARACTERS_PER_SECOND
        for verb in document.iter("Play"):
            asked = dict(parse_qsl(urlsplit(verb.text or "").query))
            seconds += float(asked.get("to", lengths[asked["v"]])) - int(asked.get("from", 0))
        assert seconds <= (10 if position and position <= 3 else 60)
        then = dict(parse_qsl(urlsplit(document.findtext("Redirect") or "").query))
        music = replace(music, position=MusicPosition(int(then["tune"]), int(then["at"])))


def test_between_repeats_of_an_only_file_a_caller_hears_what_is_new() -> None:
    """The only file repeats, and each document begins with the place and the estimate, if they have changed."""
    only = replace(MUSIC, tunes=MUSIC.tunes[:1], position=MusicPosition())
    waiting = Waiting(7, 9, 100, wait_range=WaitRange(2, 4, 180), announced=Announced(8, 1))
    sentences, music = _said_and_played(twiml.wait(LINKS, WORDS, waiting, only))
    assert sentences == [
        "You are number 7 of 9. You have waited 1 minute.",
        "It will take about 2 to 4 more minutes.",
    ]
    assert music
    assert _said_and_played(twiml.wait(LINKS, WORDS, replace(waiting, announced=Announced(7, 1)), only)) == ([], music)


def _said_and_played(document: str) -> tuple[list[str], list[str]]:
    """The sentences, all before the music, and the addresses of its parts."""
    verbs = [verb for verb in parse(document) if verb.tag in ("Say", "Play")]
    tags = [verb.tag for verb in verbs]
    assert tags == sorted(tags, reverse=True)
    texts = [verb.text or "" for verb in verbs]
    return texts[: tags.count("Say")], texts[tags.count("Say") :]


@pytest.mark.parametrize("position", [1, 2, 3])
def test_the_next_few_hear_of_the_tone_and_the_notice_and_only_the_end_of_it_counts(position: int) -> None:
    document = parse(twiml.wait(LINKS, WORDS, Waiting(position, 9, 100, 100, needs_notice=True), NO_MUSIC))
    [say, redirect] = document
    place = f"You are number {position}." if position > 1 else "You are next. Turn your radio down."
    assert say.text == f"{place} You go on the air after a tone. This call may be broadcast."
    assert redirect.text == f"{LINKS.public_url}/twiml/wait?place={position}&told=1{RETRIES}"


def said(waiting: Waiting) -> str:
    return " ".join(verb.text or "" for verb in parse(twiml.wait(LINKS, WORDS, waiting, NO_MUSIC)).iter("Say"))


def test_the_wait_is_told_in_minutes_and_never_in_seconds_read_as_minutes() -> None:
    assert "waited 2 minutes" in said(Waiting(9, 10, 120, 0))
    assert "waited 1 minute." in said(Waiting(9, 10, 119, 0))
    assert "waited less than a minute" in said(Waiting(9, 10, 59, 0))
    assert "average wait is 5 minutes" in said(Waiting(9, 10, 0, 300))
    assert "average" not in said(Waiting(9, 10, 0, 59))


@pytest.mark.parametrize(
    ("minutes", "sentence"),
    [
        ((0, 1), "It will take up to 1 more minute."),
        ((0, 4), "It will take up to 4 more minutes."),
        ((5, 10), "It will take about 5 to 10 more minutes."),
        ((60, 90), "It will take more than an hour."),
    ],
)
def test_the_estimate_is_said_with_the_place_but_not_to_the_next_few(minutes: tuple[int, int], sentence: str) -> None:
    estimate = WaitRange(*minutes, likely_seconds=0.0)
    assert said(Waiting(9, 10, 0, 300, wait_range=estimate)).endswith(sentence)
    assert sentence not in said(Waiting(9, 10, 0, 300, wait_range=estimate, announced=Announced(9, 0)))
    assert sentence not in said(Waiting(3, 10, 0, 300, wait_range=estimate))


def test_the_first_in_line_hears_that_they_are_next() -> None:
    assert said(Waiting(1, 10, 0, 300)).startswith("You are next. Turn your radio down.")


def test_the_next_few_hear_of_the_keys_as_often_as_how_long_they_have_waited() -> None:
    keys = "To leave a message instead, press 5. To hang up, press 9."
    far, near = Waiting(9, 10, 300, takes_keys=True), Waiting(2, 10, 420, takes_keys=True)
    assert said(far).endswith(keys)
    assert keys not in said(near)
    assert said(replace(near, announced=Announced(2, 5))) == f"You have waited 7 minutes. {keys}"
    assert said(replace(near, announced=Announced(2, 6))) == ""
    music = twiml.wait(LINKS, WORDS, replace(near, announced=Announced(2, 7)), NO_MUSIC)
    assert [verb.tag for verb in parse(music).iter() if verb.tag in ("Say", "Play")] == ["Play"]


def test_the_place_is_said_when_it_changes_and_the_wait_every_two_minutes() -> None:
    assert said(Waiting(2, 10, 300, 300, announced=Announced(2, 5))) == ""
    assert said(Waiting(2, 10, 419, 300, announced=Announced(2, 5))) == ""
    assert said(Waiting(2, 10, 420, 300, announced=Announced(2, 5))) == "You have waited 7 minutes."
    assert said(Waiting(1, 10, 310, 300, announced=Announced(2, 5))).startswith("You are next.")
    assert said(Waiting(9, 10, 310, 300, announced=Announced(2, 5))).startswith("You are number 9 of 10.")
    assert said(Waiting(None, 0, 0, 0, announced=Announced(0, 0))) == ""


@pytest.mark.parametrize(
    ("announced", "then"), [(Announced(), "minutes=5&place=2"), (Announced(2, 4), "minutes=4&place=2")]
)
def test_what_was_said_goes_along_to_the_next_document(announced: Announced, then: str) -> None:
    redirect = parse(twiml.wait(LINKS, WORDS, Waiting(2, 9, 300, 100, announced=announced), NO_MUSIC))[-1]
    assert redirect.text == f"{LINKS.public_url}/twiml/wait?{then}{RETRIES}"


def test_on_hold_two_sentences_take_turns() -> None:
    first, second = (
        parse(twiml.hold_music(LINKS, WORDS, NO_MUSIC, second=False)),
        parse(twiml.hold_music(LINKS, WORDS, NO_MUSIC, second=True)),
    )
    assert first.findtext("Say") != second.findtext("Say")
    assert first.findtext("Redirect") == f"{LINKS.public_url}/twiml/wait?second=1{RETRIES}"
    assert second.findtext("Redirect") == f"{LINKS.public_url}/twiml/wait{RETRIES}"
