"""The grammar against Twilio's own library: the methods and arguments of `twilio.twiml.voice_response`."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import pytest
from twilio.twiml import TwiML, voice_response

from rehearsal.documents.grammar import CALL, CLIENT_URL, PAGES, QUEUE_URL, ROWS, WAIT_URL
from rehearsal.documents.twiml import TwimlError, parse

ELEMENTS = {
    name: kind
    for name, kind in vars(voice_response).items()
    if inspect.isclass(kind) and issubclass(kind, TwiML) and kind is not TwiML
}


def methods(kind: type[TwiML]) -> Iterator[str]:
    """The methods of an element that put another one into it."""
    for name, function in vars(kind).items():
        if inspect.isfunction(function) and not name.startswith("_"):
            yield name


def made_by(kind: type[TwiML], method: str) -> tuple[str, Any]:
    """What a method makes when every argument is given: the name of its class, and the element."""
    function = getattr(kind, method)
    parent = kind.__new__(kind)
    TwiML.__init__(parent)
    arguments = [name for name in inspect.signature(function).parameters if name not in ("self", "kwargs")]
    child = function(parent, **{name: name for name in arguments})
    return type(child).__name__, child.xml()


def row_name(kind_name: str, tag: str) -> str:
    """Two elements share a tag: the Sip in Dial and the Sip in Refer."""
    return {"VoiceResponse": "Response", "ReferSip": "ReferSip"}.get(kind_name, tag)


def rows_of_the_library() -> dict[str, tuple[dict[str, str], frozenset[str], bool]]:
    """By row: the tags it may hold with their rows, its attributes, and whether it holds text."""
    rows: dict[str, tuple[dict[str, str], frozenset[str], bool]] = {}
    tags = {"VoiceResponse": ("Response", frozenset(), False)}
    for kind in ELEMENTS.values():
        for method in methods(kind):
            name, element = made_by(kind, method)
            tags[name] = (row_name(name, element.tag), frozenset(element.attrib), bool(element.text))
    for name, (row, attributes, text) in tags.items():
        made = [made_by(ELEMENTS[name], method) for method in methods(ELEMENTS[name])]
        rows[row] = ({element.tag: row_name(child, element.tag) for child, element in made}, attributes, text)
    return rows


LIBRARY = rows_of_the_library()


def test_the_grammar_has_the_elements_of_twilios_library_and_no_others() -> None:
    assert set(ROWS) == set(LIBRARY)


@pytest.mark.parametrize("name", sorted(LIBRARY))
def test_nesting_attributes_and_text_agree_with_twilios_library(name: str) -> None:
    children, attributes, text = LIBRARY[name]
    assert ROWS[name].children == children
    assert ROWS[name].attributes == attributes
    assert ROWS[name].text == text


@pytest.mark.parametrize("name", sorted(ROWS))
def test_every_row_cites_twilios_page(name: str) -> None:
    assert ROWS[name].page.startswith(PAGES)


# https://www.twilio.com/docs/voice/twiml/enqueue, /queue and /client, as they say which verbs are allowed there.
PLACES = {
    WAIT_URL: "Play Say Pause Hangup Redirect Leave Gather",
    QUEUE_URL: "Play Say Pause Redirect",
}
EXAMPLES = {
    "Dial": "<Dial><Queue>line</Queue></Dial>",
    "Enqueue": "<Enqueue>line</Enqueue>",
    "Say": "<Say>words</Say>",
    "Play": "<Play>/a.wav</Play>",
    "Redirect": "<Redirect>/a</Redirect>",
}


@pytest.mark.parametrize("verb", sorted(ROWS["Response"].children))
@pytest.mark.parametrize("place", [CALL, WAIT_URL, QUEUE_URL, CLIENT_URL], ids=lambda place: place.name)
def test_each_place_allows_the_verbs_that_twilio_allows_there(place: Any, verb: str) -> None:
    document = f"<Response>{EXAMPLES.get(verb, f'<{verb}/>')}</Response>".encode()
    allowed = verb in PLACES[place].split() if place in PLACES else place is CALL or verb != "Dial"
    if allowed:
        assert parse(document, "text/xml", "", place).children[0].name == verb
    else:
        with pytest.raises(TwimlError, match=verb) as refused:
            parse(document, "text/xml", "", place)
        assert refused.value.code == 12200


def test_a_document_of_twilios_library_is_read_as_it_was_written() -> None:
    response = voice_response.VoiceResponse()
    response.say("Tom & Jerry <live>", voice="Polly.Amy", language="en-GB")
    dial = response.dial(hangup_on_star=True, timeout=20, action="/a?b=1&c=2")
    dial.queue("line", url="/on-air?n=1")
    say, dialled = parse(str(response).encode(), "text/xml; charset=utf-8", "").children
    assert say.spoken == "Tom & Jerry <live>"
    assert dialled.attributes == {"action": "/a?b=1&c=2", "hangupOnStar": "true", "timeout": "20"}
    assert dialled.children[0].text == "line"
