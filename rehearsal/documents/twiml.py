"""Reads TwiML documents, and refuses with Twilio's codes what Twilio would refuse."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urljoin
from xml.parsers import expat

from rehearsal.documents.grammar import CALL, ROWS, Place
from rehearsal.webhooks.client import MOST_DOCUMENT_BYTES

XML_TYPES = ("text/xml", "application/xml", "text/html")
"""https://www.twilio.com/docs/voice/twiml#twilio-understands-mime-types"""

WAV_TYPES = ("audio/wav", "audio/wave", "audio/x-wav")
AUDIO_TYPES: dict[str, str] = {
    **dict.fromkeys(WAV_TYPES, "wav"),
    "audio/mpeg": "mp3",
    "audio/aiff": "aiff",
    "audio/x-aiff": "aiff",
    "audio/x-aifc": "aiff",
    "audio/gsm": "gsm",
    "audio/x-gsm": "gsm",
    "audio/ulaw": "mulaw",
}
"""All that Twilio plays, and the file format of each: https://www.twilio.com/docs/voice/twiml/play#supported-audio-file-types"""


MOST_CHARACTERS_SAID = 3000
"""Some voices say more, others refuse it: https://www.twilio.com/docs/api/errors/13521"""

DEEPEST = 50
"""Nothing that the grammar allows needs more, and a hostile document must not exhaust us."""


class TwimlError(Exception):
    """A document that cannot be used: one of Twilio's codes (https://www.twilio.com/docs/api/errors), a sentence."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Audio:
    """A sound file that an app has sent: its media type, and all of it."""

    media_type: str
    content: bytes


@dataclass(slots=True)
class Element:
    """An element of a document; ``text`` is all text directly in it, without the white space around it."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    pieces: list[str | Element] = field(default_factory=list)
    audio: Audio | None = None
    """The file of a Play that came in place of a document."""

    @property
    def text(self) -> str:
        return " ".join("".join(piece for piece in self.pieces if isinstance(piece, str)).split())

    @property
    def spoken(self) -> str:
        """All its text, including that of the elements in it: what a Say says."""
        parts = (piece if isinstance(piece, str) else f" {piece.spoken} " for piece in self.pieces)
        return " ".join("".join(parts).split())


def media_type(content_type: str) -> str:
    """A Content-Type header without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def parse(body: bytes, content_type: str, url: str, place: Place = CALL) -> Element:
    """The Response element of a document, fit for its place; TwimlError when Twilio would refuse it.

    A sound file of any size may come in place of a document. So may plain text, which is said, or run as TwiML if
    that is what it is.
    """
    kind = media_type(content_type)
    if kind in AUDIO_TYPES:
        play = _wrapped("Play", url)
        play.children[0].audio = Audio(kind, body)
        return play
    if len(body) > MOST_DOCUMENT_BYTES:
        raise TwimlError(11750, f"The response body is larger than {MOST_DOCUMENT_BYTES} bytes.")
    if kind == "text/plain" and not body.lstrip().startswith((b"<?xml", b"<Response")):
        return _wrapped("Say", body.decode("utf-8", "replace"))
    if kind not in (*XML_TYPES, "text/plain"):
        raise TwimlError(12300, f"Invalid Content-Type: {kind or 'none was given'}")
    root = read(body)
    check(root, place)
    return root


def read(body: bytes) -> Element:
    """The root element of an XML document; TwimlError 12100 when it is none."""
    parser = expat.ParserCreate()
    holder = Element("")
    stack = [holder]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(stack) > DEEPEST:
            raise TwimlError(12100, f"Document parse failure: elements are nested more than {DEEPEST} deep.")
        element = Element(name, attributes)
        stack[-1].children.append(element)
        stack[-1].pieces.append(element)
        stack.append(element)

    def refuse_doctype(*_: object) -> None:
        raise TwimlError(12100, "A document type declaration is not allowed in TwiML.")

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: stack.pop()
    parser.CharacterDataHandler = lambda text: stack[-1].pieces.append(text)  # noqa: PLW0108 - the top changes
    parser.StartDoctypeDeclHandler = refuse_doctype
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise TwimlError(12100, f"Document parse failure: {error}") from error
    root = holder.children[0]
    if root.name != "Response":
        raise TwimlError(12100, f"Document parse failure: the root element is <{root.name}>, not <Response>.")
    return root


def check(root: Element, place: Place = CALL) -> None:
    """TwimlError for an element, attribute, value or text where the grammar has none: 12200, or a code of its own.

    Twilio's log calls that a warning, and it may go on with what it understands. A rehearsal refuses the document:
    nobody should rely on that (https://www.twilio.com/docs/api/errors/12200).
    """
    _check(root, "Response")
    for verb in root.children:
        if place.verbs is not None and verb.name not in place.verbs:
            raise TwimlError(12200, f"<{verb.name}> is not allowed in {place.name}.")


def _check(element: Element, row_name: str) -> None:
    row = ROWS[row_name]
    for name, value in element.attributes.items():
        if name not in row.attributes:
            raise TwimlError(12200, f"Attribute '{name}' is not allowed to appear in element '{element.name}'.")
        pattern = VALUES.get((element.name, name)) or VALUES.get(("", name))
        if pattern is not None and not pattern.fullmatch(value):
            code = CODES.get((element.name, name), 12200)
            raise TwimlError(code, f"'{value[:80]}' is not a value for '{name}' of element '{element.name}'.")
    if element.name == "Say" and len(element.spoken) > MOST_CHARACTERS_SAID:
        raise TwimlError(13521, f"Say: the text is longer than {MOST_CHARACTERS_SAID} characters.")
    if element.text and not row.text:
        raise TwimlError(12200, f"Element '{element.name}' cannot hold text.")
    for child in element.children:
        if child.name not in row.children:
            raise TwimlError(12200, f"Element '{child.name}' is not allowed in element '{element.name}'.")
        _check(child, row.children[child.name])


def _wrapped(verb: str, text: str) -> Element:
    inner = Element(verb, pieces=[text])
    return Element("Response", children=[inner], pieces=[inner])


SAID_LANGUAGES = (
    "en en-gb es fr de af-ZA am-ET ar-AE ar-XA arb bg-BG bn-IN ca-ES cmn-CN cmn-TW cs-CZ cy-GB da-DK de-AT de-DE el-GR "
    "en-AU en-CA en-GB en-GB-WLS en-IE en-IN en-NZ en-US en-ZA es-ES es-MX es-US fi-FI fil-PH fr-CA fr-FR fr-BE gu-IN "
    "he-IL hi-IN hu-HU id-ID is-IS it-IT ja-JP kn-IN ko-KR lv-LV ml-IN mr-IN ms-MY nb-NO nl-BE nl-NL pa-IN pl-PL pt-BR "
    "pt-PT ro-RO ru-RU sk-SK sr-RS sv-SE ta-IN te-IN th-TH tr-TR uk-UA vi-VN yue-HK zh-CN zh-HK zh-TW"
)
"""What Say speaks: https://www.twilio.com/docs/voice/twiml/say/text-speech"""

_METHOD = re.compile("GET|POST|get|post")
_BOOLEAN = re.compile("true|false")
_WHOLE = re.compile(r"\d{1,9}")
_COUNT = re.compile(r"[1-9]\d{0,8}")

# What a value may be, where that is a short list or a number. The key is element and attribute; "" is any element.
VALUES: dict[tuple[str, str], re.Pattern[str]] = {
    ("", "method"): _METHOD,
    ("", "waitUrlMethod"): _METHOD,
    ("", "statusCallbackMethod"): _METHOD,
    ("", "loop"): _WHOLE,
    ("Dial", "answerOnBridge"): _BOOLEAN,
    ("Dial", "hangupOnStar"): _BOOLEAN,
    ("Dial", "timeLimit"): _COUNT,
    ("Dial", "timeout"): _COUNT,
    ("Enqueue", "maxQueueSize"): _COUNT,
    ("Gather", "actionOnEmptyResult"): _BOOLEAN,
    ("Gather", "bargeIn"): _BOOLEAN,
    ("Gather", "finishOnKey"): re.compile(r"[0-9#*]*"),
    ("Gather", "input"): re.compile("dtmf|speech|dtmf speech|speech dtmf"),
    ("Gather", "numDigits"): _COUNT,
    ("Gather", "timeout"): _COUNT,
    ("Gather", "speechTimeout"): re.compile(r"auto|[1-9]\d{0,8}"),
    ("Gather", "language"): re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?-([A-Z]{2}|\d{3})"),
    ("Gather", "maxSpeechTime"): _COUNT,
    ("Gather", "enhanced"): _BOOLEAN,
    ("Gather", "profanityFilter"): _BOOLEAN,
    ("Pause", "length"): _COUNT,
    ("Play", "digits"): re.compile(r"[0-9wW#*]+"),
    ("Record", "timeout"): _COUNT,
    ("Record", "maxLength"): re.compile(r"[2-9]|[1-9]\d{1,3}|1[0-3]\d{3}|14[0-3]\d{2}|14400"),
    ("Record", "finishOnKey"): re.compile(r"[0-9#*]+"),
    ("Record", "playBeep"): _BOOLEAN,
    ("Record", "trim"): re.compile("trim-silence|do-not-trim"),
    ("Record", "transcribe"): _BOOLEAN,
    ("Record", "recordingStatusCallbackEvent"): re.compile(
        "(in-progress|completed|absent)( (in-progress|completed|absent)){0,2}"
    ),
    ("", "recordingStatusCallbackMethod"): _METHOD,
    ("Reject", "reason"): re.compile("rejected|busy"),
    ("Say", "language"): re.compile(SAID_LANGUAGES.replace(" ", "|")),
    ("Say", "voice"): re.compile(
        r"man|woman|alice|Polly\.[^\W\d_]+(-Neural|-Generative)?"
        r"|Google\.[a-z]{2,3}-[A-Za-z]{2}-(Chirp3-HD-[A-Z][a-z]+|(Standard|Wavenet|Neural2)-[A-Z])"
    ),
}

CODES = {
    ("Dial", "timeLimit"): 13216,
    ("Gather", "speechTimeout"): 13327,
    ("Gather", "timeout"): 13313,
    ("Pause", "length"): 13910,
    ("Record", "timeout"): 13611,
    ("Record", "maxLength"): 13612,
    ("Record", "finishOnKey"): 13613,
    ("Say", "voice"): 13511,
}
"""Values whose refusal has a code of its own, each at https://www.twilio.com/docs/api/errors/CODE."""


def resolve(base_url: str, address: str) -> str:
    """An address in a document, absolute; an empty one is the document's own.

    Raises TwimlError 11100 for what is no http address, and for a relative one in a document that came by REST and so
    has no address of its own (https://www.twilio.com/docs/api/errors/11100).
    """
    url = urljoin(base_url, address.strip()) if address.strip() else base_url
    if not url.startswith(("http://", "https://")) or any(character.isspace() for character in url):
        raise TwimlError(11100, f"Invalid URL format: {address[:200]!r}")
    return url
