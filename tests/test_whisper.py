"""The whisper: a second or two, whatever people typed."""

from __future__ import annotations

import doctest
from xml.etree.ElementTree import fromstring

import pytest
import twilio.twiml.voice_response  # noqa: F401 - or the first example would take too long
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from callin import twiml
from callin.model import Card, DialCaller, FieldText, Known
from callin.rules import cards
from callin.twiml import Links
from callin.words import LANGUAGES, defaults
from tests.stores.cast import waiting

LINKS = Links("https://station.example")
TEXT = st.text(max_size=200)


def card(name: str = "", place: str = "", topic: str = "") -> Card:
    return Card("CA1", name=FieldText(name), place=FieldText(place), topic=FieldText(topic))


def test_its_example_is_true() -> None:
    assert doctest.testmod(cards).failed == 0


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (card(), ""),
        (card("Ann"), "Ann."),
        (card(place="Leeds"), "Leeds."),
        (card(topic="Parking"), "Parking."),
        (card("Ann.", "Leeds", "Parking!"), "Ann, Leeds. Parking!"),
        (card("  Ann\n Mary ", "Leeds"), "Ann Mary, Leeds."),
        (card("x" * 80), "x" * 40 + "."),
        (card("x" * 18, "y" * 19, "0 0"), "x" * 18 + ", " + "y" * 19 + "."),
    ],
)
def test_it_says_what_is_there(typed: Card, said: str) -> None:
    assert cards.whisper(None, typed) == said


def test_without_a_card_it_says_what_is_known_about_the_number() -> None:
    call = replace(waiting("CA1"), known=Known(name="Ann", place="Leeds"))
    assert cards.whisper(call, None) == "Ann, Leeds."
    assert cards.whisper(call, card("Bob", topic="Parking")) == "Bob, Leeds. Parking."


@settings(derandomize=True)
@given(TEXT, TEXT, TEXT)
def test_it_is_never_longer_than_two_seconds_of_talk_and_always_a_document(name: str, place: str, topic: str) -> None:
    said = cards.whisper(None, card(name, place, topic))
    assert len(said) <= cards.MOST_CHARACTERS + 2
    document = twiml.desk(LINKS, defaults("en"), DialCaller(1, "CA1", said))
    assert document.count("<Say ") == 1
    assert document.index("<Say ") < document.index("<Dial")


def test_with_nothing_known_it_speaks_the_stations_language() -> None:
    found = [twiml.desk(LINKS, defaults(language), DialCaller(1, "CA1", "")) for language in LANGUAGES]
    said = [fromstring(document).findtext("Say") for document in found]  # noqa: S314 - our own documents
    assert said == ["Next caller.", "Der nächste Anruf.", "Siguiente llamada."]
    assert "<Say" not in twiml.desk(LINKS, defaults("en"), DialCaller(1, "CA1")), "a show without whispers"
