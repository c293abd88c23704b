"""The voices that a station can choose from. A voice decides the language.

https://www.twilio.com/docs/voice/twiml/say/text-speech
"""

from __future__ import annotations

from msgspec import Struct


class Voice(Struct, frozen=True):
    """A voice of Twilio's, as Say's attributes name it. An empty `speaker` is Twilio's own choice for the locale."""

    locale: str
    speaker: str = ""

    @property
    def name(self) -> str:
        """The value of STATION_VOICE that chooses it."""
        return self.speaker or self.locale

    @property
    def language(self) -> str:
        """The two letters of its language, which is one of `LANGUAGES`."""
        return self.locale[:2]

    @property
    def heard_locale(self) -> str:
        """The locale in which Gather listens to callers. Of German it knows only Germany's.

        https://www.twilio.com/docs/voice/twiml/gather#languagetags
        """
        return "de-DE" if self.language == "de" else self.locale

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes of Say."""
        spoken = {"language": self.locale}
        return spoken | {"voice": self.speaker} if self.speaker else spoken


LANGUAGES = {"en": "English", "de": "German", "es": "Spanish"}

_SPEAKERS = {
    "en-US": "Joanna Salli Matthew Joey Joanna-Neural Danielle-Neural Ruth-Neural Matthew-Neural Stephen-Neural",
    "en-GB": "Amy Emma Brian Amy-Neural Emma-Neural Arthur-Neural Brian-Neural",
    "en-AU": "Nicole Russell Olivia-Neural",
    "en-IE": "Niamh-Neural",
    "en-NZ": "Aria-Neural",
    "de-DE": "Vicki Marlene Hans Vicki-Neural Daniel-Neural",
    "de-AT": "Hannah-Neural",
    "es-ES": "Lucia Conchita Enrique Lucia-Neural Sergio-Neural",
    "es-MX": "Mia Mia-Neural Andres-Neural",
    "es-US": "Lupe Penelope Miguel Lupe-Neural Pedro-Neural",
}

VOICES: dict[str, Voice] = {
    voice.name: voice
    for locale, names in _SPEAKERS.items()
    for voice in (Voice(locale), *(Voice(locale, f"Polly.{name}") for name in names.split()))
}
"""Every voice by its name."""

TWILIOS_OWN = "en-US"
"""The voice of a station that has chosen none."""


def voice_named(name: str) -> Voice:
    """The voice of that name, or Twilio's own for one that only a newer version of the app knows."""
    return VOICES.get(name, VOICES[TWILIOS_OWN])
