"""The page Sounds, how it uploads a sound in pieces, and `/sound`, where Twilio fetches what callers hear."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus

from callin.audit import Act
from callin.model import plain
from callin.sounds import GREETING, LIMITS, MUSIC, PIECE_BYTES, NewSound, Sound, SoundError, slice_of
from callin.web.base import ChangeHandler, JsonHandler
from callin.web.middleware import FOR_A_YEAR, HTTPError
from callin.web.pages import CHOOSE_FIRST, PageHandler

NO_SOUND = "There is no such sound."
LONGEST_PART_SECONDS = 60
MAX_DIGITS = 6


def whole_number(parameters: Mapping[str, str], name: str) -> int:
    """A parameter of an address as a whole number, 0 by default. HTTPError if it is none."""
    text = parameters.get(name, "0")
    if not text.isascii() or not text.isdigit() or len(text) > MAX_DIGITS:
        raise HTTPError(HTTPStatus.BAD_REQUEST, f"{name} must be a whole number.")
    return int(text)


class SoundHandler(JsonHandler):
    """`/sound?v=…`: a greeting or a file of music, or with `from` and `to` the part between these seconds.

    The address is a secret of 48 characters that names the content, so Twilio may keep what it fetched for ever.
    https://www.twilio.com/docs/voice/twiml/play#hints-and-advanced-uses
    """

    def get(self) -> None:
        library, asked = self.services.sounds, self.request.GET
        start, end = whole_number(asked, "from"), whole_number(asked, "to")
        try:
            sound = library.sound(asked.get("v", ""))
            if sound is None or sound.kind not in LIMITS:
                raise SoundError(NO_SOUND)
            end = _end_of_part(sound, start, end)
            body = slice_of(library, sound, start, end) if start or end else b"".join(library.read(sound))
        except SoundError:
            raise HTTPError(HTTPStatus.NOT_FOUND, NO_SOUND) from None
        self.response.content_type = sound.media_type
        self.response.charset = None
        self.response.headers["Cache-Control"] = FOR_A_YEAR
        self.response.etag = f"{sound.key}-{start}-{end}"
        self.response.conditional_response = True  # WebOb answers Range and If-None-Match
        self.response.accept_ranges = "bytes"
        self.response.body = body


def _end_of_part(sound: Sound, start: int, end: int) -> int:
    """The second at which a part ends, by default the sound's own end. HTTPError if there is no such part."""
    if not start and not end:
        return 0
    end = end or math.ceil(sound.seconds)
    if not start < end <= start + LONGEST_PART_SECONDS or start >= sound.seconds:
        raise HTTPError(HTTPStatus.BAD_REQUEST, "The sound has no such part.")
    return end


class SoundsPage(PageHandler):
    """`/sounds`: what callers hear of the station's own files."""

    methods = ("GET", "POST")

    def get(self) -> None:
        self._show(done="The sound is stored. Callers hear it from now on." if "stored" in self.request.GET else "")

    def post(self) -> None:
        what, key = self.form.get("do"), self.form.get("key")
        if what == "speech":
            lines = self.lines(Act.SETTINGS, "went back to the spoken greeting")
            self.services.chosen_sounds.greet_with(None, lines)
            self._show(done="Callers hear the spoken greeting from now on.")
            return
        sound = self.services.sounds.sound(key)
        if sound is None or sound.kind not in LIMITS or sound.retired_at:
            raise HTTPError(HTTPStatus.NOT_FOUND, NO_SOUND)
        done = self._do(what, sound)
        if not done:
            raise HTTPError(HTTPStatus.BAD_REQUEST, CHOOSE_FIRST)
        self._show(done=done)

    def _do(self, what: str, sound: Sound) -> str:
        """Does what the form asks with a sound, and says what was done; empty for nothing."""
        chosen = self.services.chosen_sounds
        if what == "greet" and sound.kind == GREETING:
            lines = self.lines(Act.SETTINGS, f"chose the greeting “{sound.name}”")
            chosen.greet_with(sound, lines)
            return f"Callers hear “{sound.name}” from now on."
        if what in ("play", "rest") and sound.kind == MUSIC:
            plays = what == "play"
            did = f"added “{sound.name}” to the music" if plays else f"took “{sound.name}” out of the music"
            chosen.set_in_rotation(sound, self.lines(Act.SETTINGS, did), is_in=plays)
            return f"Waiting callers {'' if plays else 'no longer '}hear “{sound.name}”."
        if what == "delete":
            chosen.delete(
                self.services.sounds, sound.key, self.lines(Act.SETTINGS, f"deleted the sound “{sound.name}”")
            )
            return f"“{sound.name}” is deleted."
        return ""

    def _show(self, done: str) -> None:
        sounds, choice = self.services.sounds, self.services.chosen_sounds.stored()
        self.render(
            "sounds/index.html",
            done=done,
            choice=choice,
            greeting_key=choice.greeting.key if choice.greeting else "",
            in_rotation={tune.key for tune in choice.music},
            greetings=sounds.sounds(GREETING),
            music=sounds.sounds(MUSIC),
            limits=LIMITS,
            piece_bytes=PIECE_BYTES,
        )


@contextmanager
def _as_refusal() -> Iterator[None]:
    try:
        yield
    except SoundError as refused:
        raise HTTPError(HTTPStatus.BAD_REQUEST, str(refused)) from None


class SoundBeginHandler(ChangeHandler):
    """`/sounds/begin`: the page is about to send the pieces of a sound."""

    def post(self) -> None:
        self.read_body()
        kind = self.text("kind")
        if kind not in LIMITS:
            raise HTTPError(HTTPStatus.BAD_REQUEST, "Choose a greeting or music.")
        name = plain(self.text("name"))
        if not name:
            raise HTTPError(HTTPStatus.BAD_REQUEST, "name must not be empty.")
        new = NewSound(kind, name, self.whole("size"), self.person.account.name, self.flag("says_notice"))
        with _as_refusal():
            upload = self.services.sounds.begin(new, LIMITS[kind])
        self.write_json({"upload": upload.key})


class SoundPieceHandler(JsonHandler):
    """`/sounds/piece?number=…&upload=…`: the body is a piece."""

    methods = ("POST",)

    def post(self) -> None:
        number = whole_number(self.request.GET, "number")
        with _as_refusal():
            upload = self.services.sounds.upload(self.request.GET.get("upload", ""))
            self.services.sounds.put(upload, number, self.request.body)
        self.write_json({"ok": True})


class SoundFinishHandler(ChangeHandler):
    """`/sounds/finish`: all pieces are there. Callers hear the sound from now on."""

    def post(self) -> None:
        self.read_body()
        sounds, chosen = self.services.sounds, self.services.chosen_sounds
        with _as_refusal():
            upload = sounds.upload(self.text("upload"))
            if upload.kind not in LIMITS:
                raise SoundError(NO_SOUND)
            lines = self.lines(Act.SETTINGS, f"uploaded the sound “{upload.name}”")
            sound = sounds.finish(upload, LIMITS[upload.kind], lines)
        if sound.kind == GREETING:
            chosen.greet_with(sound, ())
        else:
            chosen.set_in_rotation(sound, (), is_in=True)
        self.write_json({"key": sound.key})
