"""Signatures, compared with those of Twilio's own library."""

from __future__ import annotations

import pytest
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from rehearsal.webhooks.signature import sign

TOKEN = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/voice",
        "http://127.0.0.1:8080/twiml/enqueue?n=1&m=%2F~",
        "https://example.org/a b?x=ü",
        "https://example.org/voice?",
    ],
)
@pytest.mark.parametrize(
    "pairs",
    [
        [],
        [("From", "+447700900001"), ("To", "")],
        [("b", "2"), ("a", "1"), ("B", "3")],
        [("name", "two"), ("name", "one"), ("name", "two")],
        [("SpeechResult", "naïve café ☎"), ("plus", "a+b %2F~")],
    ],
)
def test_signatures_agree_with_twilios_library(url: str, pairs: list[tuple[str, str]]) -> None:
    expected = RequestValidator(TOKEN).compute_signature(url, MultiDict(pairs))
    assert sign(TOKEN, url, pairs) == expected


def test_the_fragment_is_never_signed() -> None:
    assert sign(TOKEN, "https://example.org/voice#rc=2&rp=all") == sign(TOKEN, "https://example.org/voice")
