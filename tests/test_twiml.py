"""The documents by themselves: what each says and does, how long it sounds, and what Twilio could not read."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace

from callin import twiml
from callin.model import (
    DialCaller,
    DialLine,
    HangUp,
    OfferTakeover,
    RecordedGreeting,
    WaitInSilence,
)
from callin.twiml import RETRIES, Announced, RepeatRequest, Waiting
from callin.words import SpokenWords, speakable, station_words
from tests.support.documents import (
    LANGUAGES,
    LINKS,
    MUSIC,
    NO_MUSIC,
    RECORDING,
    SOUNDS,
    WORDS,
    heard_seconds,
    parse,
    sound_seconds,
)

ADDRESSES = ("url", "waitUrl", "action", "recordingStatusCallback", "transcribeCallback")


def addresses(root: ET.Element) -> list[str]:
    found = [value for verb in root.iter() for name, value in verb.attrib.items() if name in ADDRESSES]
    return found + [verb.text or "" for verb in root.iter("Redirect")]


def documents() -> dict[str, str]:
    return {
        "greeting": twiml.greeting(LINKS, WORDS, 1),
        "greeting without a sequence number": twiml.greeting(LINKS, WORDS, None),
        "queue again": twiml.queue_again(LINKS, "radio-callin-queue", 2),
        "one moment": twiml.one_moment(LINKS, WORDS, "radio-callin-air", 3),
        "wait": twiml.wait(LINKS, WORDS, Waiting(5, 9, 100, 100), NO_MUSIC),
        "direct": twiml.desk(LINKS, WORDS, DialLine(4)),
        "take": twiml.desk(LINKS, WORDS, DialCaller(4, "CA1")),
        "to be told": twiml.wait(LINKS, WORDS, Waiting(1, 9, 100, 100, needs_notice=True), NO_MUSIC),
        "to be told of the recording": twiml.wait(
            LINKS, WORDS, Waiting(1, 9, 100, needs_notice=True, recorded=True), NO_MUSIC
        ),
        "coming, recorded": twiml.coming(LINKS, WORDS, NO_MUSIC, recorded=True),
        "on air, recorded": twiml.on_air(LINKS, WORDS, has_notice=False, recorded=True),
        "music": twiml.music_alone(LINKS, Announced(2, 5), NO_MUSIC, takes_keys=True),
        "wait with keys": twiml.wait(LINKS, WORDS, Waiting(5, 9, 100, 100, takes_keys=True), NO_MUSIC),
        "the offer of a message": twiml.offer_message(LINKS, WORDS, WORDS.full_now),
        "a message": twiml.record_message(LINKS, WORDS, 60, transcribe=True),
        "after a key": twiml.wait_on(LINKS, WORDS, 2, 5, NO_MUSIC, refused=True),
        "coming": twiml.coming(LINKS, WORDS, NO_MUSIC),
        "kept for a lost DJ": twiml.coming(LINKS, WORDS, NO_MUSIC, is_kept=True),
        "on air": twiml.on_air(LINKS, WORDS, has_notice=False),
        "on air, told": twiml.on_air(LINKS, WORDS, has_notice=True),
        "thanks": twiml.thanks(WORDS),
        "queue full": twiml.queue_full(WORDS),
        "queue full until": twiml.queue_full(WORDS, "Our lines are busy until 10 PM."),
        "closed until": twiml.closed(WORDS, "tomorrow at 8 PM", "Bees & <Wasps>"),
        "greeting of a show": twiml.greeting(LINKS, WORDS, 1, "Tonight: bees & <wasps>"),
        "refusal": twiml.refusal(WORDS),
        "signed_out": twiml.signed_out(WORDS),
        "unknown browser": twiml.unknown_browser(WORDS),
        "ask again": twiml.ask_again(LINKS, 1, twiml.RepeatRequest("bridged", 2, 1_000_000)),
        "desk apology": twiml.desk_apology(LINKS, WORDS),
        "line apology": twiml.line_apology(LINKS, "air-2"),
        "desk adrift": twiml.desk_adrift(LINKS, screened=False),
        "desk adrift in a screened show": twiml.desk_adrift(LINKS, screened=True),
        "cut short": twiml.cut_short(LINKS, WORDS),
        "empty": twiml.empty(),
    }


# Values for every parameter that a document's function takes, by its name: each function is tried with all of them.
ARGUMENTS: dict[str, list[Any]] = {
    "links": [LINKS],
    "document_seq": [7, None],
    "words": [WORDS],
    "of_show": ["", "Tonight: bees & <wasps>"],
    "queue": ["radio-callin-queue", "radio-callin-screen-ann"],
    "waiting": [Waiting(2, 9, 100, 100), Waiting(1, 9, 100, 100, needs_notice=True)],
    "has_notice": [True, False],
    "music": [NO_MUSIC, MUSIC],
    "asks": [("name", "place", "topic"), ("topic",)],
    "recorded_greeting": [None, RECORDING, replace(RECORDING, says_notice=True)],
    "announced": [Announced(), Announced(2, 5)],
    "second": [True, False],
    "request": [RepeatRequest("bridged", 2, 1_000_000), RepeatRequest("bridged", 2, 1_000_000, screening=True)],
    "desk": ["screen-ann"],
    "name": ["air", "air-2"],
    "instruction": [DialLine(4), DialCaller(4, "CA1"), WaitInSilence(4), OfferTakeover(), HangUp()],
    "which_try": [3],
    "silences": [1],
    "again": [True, False],
    "waited": ["", "You have waited 1 minute."],
    "is_ready": [True, False],
    "was_wrong": [True, False],
    "screened": [True, False],
    "recorded": [True, False],
    "is_kept": [True, False],
    "takes_keys": [True, False],
    "why": ["All our lines are busy."],
    "opens": ["", "on Monday at 6 PM"],
    "show": ["Drive"],
    "longest_seconds": [60],
    "transcribe": [True, False],
    "minutes": [None, 2],
    "place": [None, 5],
    "refused": [True, False],
}


def every_document_with_addresses() -> Iterator[str]:
    """Every document that callin.twiml makes with our addresses, and the fallback files."""
    for function in vars(twiml).values():
        names = list(inspect.signature(function).parameters) if inspect.isroutine(inspect.unwrap(function)) else []
        if "links" in names:
            for values in itertools.product(*(ARGUMENTS[name] for name in names)):
                # A parameter after a bare * takes its value by name alone.
                yield function(**dict(zip(names, values, strict=True)))
    for file in sorted((SOUNDS.parent / "twiml").glob("*.xml")):
        yield file.read_text(encoding="utf-8")


def test_every_query_is_in_alphabetical_order_for_twilio_may_sort_it_after_signing() -> None:
    queries = {
        urlsplit(address).query for made in every_document_with_addresses() for address in addresses(parse(made))
    }
    names = [[name for name, _ in parse_qsl(query, strict_parsing=True)] for query in queries if query]
    assert max(map(len, names)) == 5, "the longest query was met"
    assert all(several == sorted(several) for several in names), names


@pytest.mark.parametrize("name", documents())
def test_every_address_is_absolute_and_says_what_to_do_when_we_are_down(name: str) -> None:
    for address in addresses(parse(documents()[name])):
        assert address.startswith("https://station.example.org/")
        of_a_desk = "/twiml/dequeue" in address or "/twiml/screen?" in address
        assert address.endswith("#rc=2&rp=all" if of_a_desk else "#rc=2&rp=all&rt=5000")


def test_a_fact_that_nobody_knows_leaves_no_trace_in_the_addresses() -> None:
    assert not any("?" in address for address in addresses(parse(documents()["greeting without a sequence number"])))


def test_a_recorded_greeting_is_played_and_the_notice_said_unless_it_says_it() -> None:
    play, say, enqueue = parse(twiml.greeting(LINKS, WORDS, 1, recorded_greeting=RECORDING))
    assert play.text == f"{LINKS.public_url}/sound?v={RECORDING.key}"
    assert say.text == "Your call may be broadcast and recorded. Please turn your radio down."
    spoken = parse(twiml.greeting(LINKS, WORDS, 1))
    assert (enqueue.attrib, enqueue.text) == (spoken[-1].attrib, spoken[-1].text)
    silent = parse(twiml.greeting(LINKS, WORDS, 1, recorded_greeting=replace(RECORDING, says_notice=True)))
    assert [verb.tag for verb in silent] == ["Play", "Enqueue"]


@pytest.mark.parametrize(
    ("recorded_greeting", "told"),
    [
        (None, "Thank you for calling Radio X. Your call may be broadcast and recorded. Please turn your radio down."),
        (
            RECORDING,
            "Recording “Hello & <b>”. Your call may be broadcast and recorded. Please turn your radio down.",
        ),
        (
            replace(RECORDING, says_notice=True),
            "Recording “Hello & <b>”, which says that calls may be broadcast and recorded.",
        ),
    ],
)
def test_what_a_caller_was_told_can_be_written_down(recorded_greeting: RecordedGreeting | None, told: str) -> None:
    assert twiml.greeting_text(WORDS, recorded_greeting=recorded_greeting) == told


@LANGUAGES
def test_a_question_can_be_answered_in_the_stations_language_or_skipped_and_leads_to_the_queue(
    words: SpokenWords,
) -> None:
    for asks in (("name", "place", "topic"), ("topic",)):
        asked = parse(twiml.greeting(LINKS, words, 7, asks=asks))
        assert [verb.tag for verb in asked] == ["Say", "Gather", "Enqueue"]
        [gather, enqueue] = parse(twiml.question(LINKS, words, asks, 7))
        assert ET.tostring(gather) == ET.tostring(asked[1])
        assert gather.attrib == {
            "action": f"{LINKS.public_url}/twiml/asked?asks={'-'.join(asks)}&n=7{RETRIES}",
            "method": "POST",
            "input": "dtmf speech",
            "numDigits": "1",
            "finishOnKey": "",
            "timeout": "3",
            "speechTimeout": "auto",
            "maxSpeechTime": "12",
            "language": words.voice.heard_locale,
        }
        assert enqueue.text == "radio-callin-queue"
        assert heard_seconds(parse(twiml.question(LINKS, words, asks, 7))) < 5
    thanks, enqueue = parse(twiml.after_questions(LINKS, words, 7))
    assert (thanks.text, enqueue.get("waitUrl")) == (words.asked_thanks, f"{LINKS.public_url}/twiml/wait?n=7{RETRIES}")


@LANGUAGES
def test_a_caller_that_was_told_hears_a_short_tone_before_the_bridge_and_others_a_few_words(words: SpokenWords) -> None:
    assert heard_seconds(parse(twiml.on_air(LINKS, words, has_notice=True))) < 0.2
    assert heard_seconds(parse(twiml.on_air(LINKS, words, has_notice=False))) < 1.5


def test_the_sound_files_are_as_long_as_the_documents_count_on() -> None:
    assert sound_seconds("music.wav") <= twiml.MUSIC_SECONDS + 0.5
    assert sound_seconds("music-short.wav") <= twiml.SHORT_MUSIC_SECONDS + 0.1


def test_a_claimed_caller_is_taken_from_the_queue_that_holds_only_them() -> None:
    dial = parse(documents()["take"])[0]
    assert dial[0].text == "radio-callin-air"
    assert dial.get("timeout") == "10"
    assert dial.get("hangupOnStar") == "true"


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\ud800", "\ufffe", "\uffff"])
def test_characters_that_would_spoil_a_document_are_left_out(character: str) -> None:
    assert speakable(f"a{character}b") == "ab"
    parse(twiml.greeting(LINKS, station_words(f"Radio {character}X", "en-US", {}), 1))


def test_everything_else_that_people_type_is_kept() -> None:
    text = "Zo\u00eb & <Bj\u00f6rn>\t\n\U0001f4fb \u65e5\u672c"
    assert speakable(text) == text
    say = parse(twiml.greeting(LINKS, station_words(text, "en-US", {}), 1)).find("Say")
    assert say is not None
    assert text in (say.text or "")
