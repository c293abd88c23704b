"""The rehearsal's signatures are those of Twilio's own libraries: the npm package `twilio`, and twilio for Python.

Where those two differ from each other is stated at the end, with what the rehearsal does there.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from random import Random

import pytest
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from rehearsal.webhooks.signature import sign
from tests.support.processes import ROOT

TOKEN = "a0b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5"
Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Case:
    """A request to sign: its address, and the pairs of its form."""

    url: str
    pairs: Pairs

    @property
    def signature(self) -> str:
        return sign(TOKEN, self.url, self.pairs)


AWKWARD_URLS = [
    "http://127.0.0.1:8080/twiml/enqueue",
    "https://station.example/twiml/wait?n=3",
    "https://station.example:8443/a/b",
    "https://station.example:443/a",
    "http://station.example:80/a",
    "https://station.example",
    "https://station.example/",
    "https://station.example//double//slashes/",
    "https://station.example/a%2Fb/%7Euser/~user/c+d/e%20f",
    "https://station.example/%e2%98%8e/caf%C3%A9",
    "https://station.example/a?x=1&x=2&y=",
    "https://station.example/a?plus=1+2&percent=%2B%26%3D&tilde=~%7E",
    "https://station.example/a?q='quoted'&b=(c)&d=*!",
    "https://station.example/a?empty&=noname&&two=2",
    "https://station.example/a?url=https%3A%2F%2Fother.example%3A1%2F%3Fz",
]
AWKWARD_PAIRS: list[Pairs] = [
    [],
    [("CallSid", "CA" + "0" * 32), ("From", "+447700900001"), ("To", "+442079460100")],
    [("b", "2"), ("a", "1"), ("B", "3"), ("a-b", "4"), ("a.b", "5"), ("_", "6")],
    [("name", "one"), ("name", "two"), ("name", "one")],
    [("name", "b"), ("other", "x"), ("name", "a")],
    [("empty", ""), ("space", " "), ("Body", "")],
    [("Digits", "*"), ("Digits", "#"), ("SpeechResult", "two + two ~ 4 %2F & more = ?")],
    [("CallerName", "Zoë Ångström"), ("FromCity", "MÜNCHEN"), ("Ünïcode", "☎ 📞")],
    [("line", "one\r\ntwo\ttabbed"), ("quote", "\"'<>&\\")],
    [("10", "ten"), ("9", "nine"), ("1", "one")],
    [("nfc", "é"), ("nfd", "e\u0301")],
]
# All of one plane: the two libraries sort other characters differently, as the last tests say.
ALPHABET = "aAzZ09_-.~+*'() %&=/?#;,:@$!|\\\"<>\t\néßλЖ中☎"


def random_cases(seed: int, many: int) -> list[Case]:
    """Random addresses and forms; the same seed makes the same ones."""
    random = Random(seed)

    def text(longest: int) -> str:
        return "".join(random.choice(ALPHABET) for _ in range(random.randint(0, longest)))

    cases = []
    for _ in range(many):
        names = [text(6) for _ in range(random.randint(1, 5))]
        pairs = [(random.choice(names), text(12)) for _ in range(random.randint(0, 8))]
        cases.append(Case(random.choice(AWKWARD_URLS), pairs))
    return cases


TABLE = [Case(url, pairs) for url in AWKWARD_URLS for pairs in AWKWARD_PAIRS] + random_cases(seed=20, many=400)


def grouped(pairs: Pairs) -> dict[str, str | list[str]]:
    """The form as the npm package wants it: a list where a name is repeated."""
    form: dict[str, str | list[str]] = {}
    for name in dict(pairs):
        values = [value for other, value in pairs if other == name]
        form[name] = values if len(values) > 1 else values[0]
    return form


class Form(MultiDict[str]):
    """A form as web frameworks give it to Twilio's Python library: with `getlist`, repeated names and all."""

    def getlist(self, name: str) -> list[str]:
        return list(self.getall(name))


def ask_npm(cases: list[Case], offered: str | None = None) -> list[dict[str, object]]:
    """What the npm package makes of each case: its own `signature`, and whether ours, or the one offered, is."""
    path = f"{ROOT / '.venv/bin'}:{os.environ.get('PATH', '')}"
    node = shutil.which("node", path=path)
    if node is None or not (ROOT / "node_modules/twilio").is_dir():
        pytest.skip("Node or the npm packages are not installed: make test installs them")
    table = [
        {"token": TOKEN, "url": case.url, "params": grouped(case.pairs), "signature": offered or case.signature}
        for case in cases
    ]
    program = ROOT / "tests/contract/sign.cjs"
    done = subprocess.run(
        [node, str(program)], input=json.dumps(table), capture_output=True, text=True, timeout=40, check=True, cwd=ROOT
    )
    answers: list[dict[str, object]] = json.loads(done.stdout)
    return answers


@pytest.mark.node
def test_the_npm_package_signs_every_awkward_request_as_we_do() -> None:
    answers = ask_npm(TABLE)
    wrong = [case for case, answer in zip(TABLE, answers, strict=True) if answer["signature"] != case.signature]
    assert wrong == []


@pytest.mark.node
def test_the_npm_package_accepts_our_signatures() -> None:
    answers = ask_npm(TABLE)
    assert [case for case, answer in zip(TABLE, answers, strict=True) if not answer["valid"]] == []


@pytest.mark.parametrize("cases", [TABLE], ids=["table"])
def test_the_python_library_signs_and_accepts_every_awkward_request_as_we_do(cases: list[Case]) -> None:
    validator = RequestValidator(TOKEN)
    for case in cases:
        form = Form(case.pairs)
        assert validator.compute_signature(case.url, form) == case.signature, case
        assert validator.validate(case.url, form, case.signature), case


@pytest.mark.parametrize(
    "other",
    [
        Case("http://127.0.0.1:8080/twiml/enqueue", [("From", "+447700900002")]),
        Case("http://127.0.0.1:8080/twiml/enqueue?", [("From", "+447700900001")]),
        Case("http://127.0.0.1:8080/twiml/Enqueue", [("From", "+447700900001")]),
        Case("http://127.0.0.1:8080/twiml/enqueue", [("From", "+447700900001"), ("From", "+447700900002")]),
        Case("http://127.0.0.1:8080/twiml/enqueue", [("From", "+447700900001"), ("Extra", "")]),
    ],
)
def test_any_difference_gives_another_signature(other: Case) -> None:
    right = Case("http://127.0.0.1:8080/twiml/enqueue", [("From", "+447700900001")])
    assert other.signature != right.signature


def test_a_fragment_is_never_signed() -> None:
    # https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides: the fragment stays at Twilio.
    plain, with_fragment = (
        Case("https://station.example/a?n=1", []),
        Case("https://station.example/a?n=1#rc=2&rp=all", []),
    )
    assert with_fragment.signature == plain.signature


# Where the two libraries differ from each other.


@pytest.mark.node
def test_characters_beyond_the_basic_plane_are_sorted_by_code_point_in_python_and_by_utf16_in_node() -> None:
    # U+1F4DE sorts after U+FF5E by code point and before it by UTF-16 unit. The rehearsal sorts as the Python library,
    # which is the one that the app checks with. Twilio's own parameter names are plain ASCII, so none of this shows.
    case = Case("https://station.example/a", [("\uff5e", "1"), ("\U0001f4de", "2")])
    assert RequestValidator(TOKEN).compute_signature(case.url, Form(case.pairs)) == case.signature
    assert ask_npm([case])[0]["signature"] != case.signature


@pytest.mark.node
def test_a_bare_question_mark_is_lost_by_the_python_validator_alone() -> None:
    # urlparse(…).geturl() drops the `?` of an empty query. The app must not have such addresses; the rehearsal signs
    # them as they stand.
    case = Case("https://station.example:8443/a?", [("From", "+447700900001")])
    assert ask_npm([case])[0]["valid"]
    assert not RequestValidator(TOKEN).validate(case.url, Form(case.pairs), case.signature)


@pytest.mark.node
@pytest.mark.parametrize(
    ("url", "signed"),
    [
        ("https://station.example:8443/a", "https://station.example/a"),
        ("https://station.example/a", "https://station.example:443/a"),
        ("http://station.example/a", "http://station.example:80/a"),
    ],
)
def test_both_validators_take_a_signature_with_and_without_the_port(url: str, signed: str) -> None:
    # Twilio is not consistent about ports, they say. The rehearsal signs the address exactly as it was given.
    signature = sign(TOKEN, signed)
    assert signature != sign(TOKEN, url)
    assert RequestValidator(TOKEN).validate(url, Form(), signature)
    assert ask_npm([Case(url, [])], offered=signature)[0]["valid"]


@pytest.mark.node
def test_only_the_npm_package_can_take_the_port_off_an_ipv6_address() -> None:
    # The Python library cuts `[::1]:8080` at its first colon. Both accept the form with the port, which we sign.
    case = Case("http://[::1]:8080/a", [])
    assert ask_npm([case])[0]["valid"]
    assert RequestValidator(TOKEN).validate(case.url, Form(), case.signature)
    without_port = sign(TOKEN, "http://[::1]/a")
    assert ask_npm([case], offered=without_port)[0]["valid"]
    assert not RequestValidator(TOKEN).validate(case.url, Form(), without_port)
