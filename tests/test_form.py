"""Forms and signatures: what is refused, and our fast check of a signature gives the result of Twilio's slow one."""

from __future__ import annotations

from random import Random
from urllib.parse import urlencode

import pytest
from twilio.request_validator import RequestValidator
from webob.multidict import MultiDict

from callin.web.base import MAX_FIELDS, Params, parse_params
from callin.web.webhook import is_signed

URL = "https://example.org/twiml/enqueue"
VALIDATOR = RequestValidator("c" * 32)
PIECES = ("a", "b", "Ü", "日", "=", "&", "+", "%20", "%C3%BC", "%", " ", "")


def texts(seed: int, pieces: tuple[str, ...] = PIECES) -> list[str]:
    dice = Random(seed)
    return ["".join(dice.choices(pieces, k=dice.randrange(12))) for _ in range(200)]


def test_bytes_that_are_not_utf8_and_too_many_fields_are_refused() -> None:
    with pytest.raises(ValueError, match="utf-8"):
        parse_params("a=%FF")
    with pytest.raises(ValueError, match="Max number"):
        parse_params("&".join(["a=1"] * (MAX_FIELDS + 1)))


def test_the_last_value_of_a_repeated_name_counts_and_the_repetition_is_reported() -> None:
    params = Params(parse_params("a=1"), parse_params("b=2&a=3"))
    assert (params.get("a"), params.get("b"), params.get("c")) == ("3", "2", "")
    assert params.repeats(("a", "z"))
    assert not params.repeats(("b", "z"))


@pytest.mark.parametrize("seed", range(5))
def test_what_twilio_signed_is_recognised_and_what_was_changed_is_not(seed: int) -> None:
    plain = ("a", "b", "Ü", "日", "=", " ")
    names, values = texts(seed, plain)[:8], texts(seed + 100, plain)[:8]
    form = parse_params(urlencode([*zip(names, values, strict=True), ("a", "2"), ("a", "1"), ("a", "2")]))
    signature = VALIDATOR.compute_signature(URL, MultiDict(form))
    assert is_signed(VALIDATOR, URL, form, signature)
    assert not is_signed(VALIDATOR, URL, [*form, ("more", "1")], signature)
    assert not is_signed(VALIDATOR, URL + "?x=1", form, signature)
    assert not is_signed(RequestValidator("d" * 32), URL, form, signature)


def test_an_address_that_twilio_signed_with_its_port_is_recognised() -> None:
    signature = VALIDATOR.compute_signature("https://example.org:443/twiml/enqueue", MultiDict())
    assert is_signed(VALIDATOR, URL, [], signature)
