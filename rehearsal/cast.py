"""The simulated callers: their names, numbers, voices, and how long they wait."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from random import Random

# Numbers kept free for fiction, so that no real phone rings: a prefix and the width of what follows.
# https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama
# North America: 555-0100 to 555-0199 in any area code, https://nationalnanpa.com/number_resource_info/555_numbers.html
_PLACES = (
    ("Leeds", "+441134960", 3),
    ("Sheffield", "+441144960", 3),
    ("Nottingham", "+441154960", 3),
    ("Leicester", "+441164960", 3),
    ("Bristol", "+441174960", 3),
    ("Reading", "+441184960", 3),
    ("Birmingham", "+441214960", 3),
    ("Edinburgh", "+441314960", 3),
    ("Glasgow", "+441414960", 3),
    ("Liverpool", "+441514960", 3),
    ("Manchester", "+441614960", 3),
    ("Newcastle", "+441914980", 3),
    ("Cardiff", "+442920180", 3),
    ("a mobile", "+447700900", 3),
    ("New York", "+121255501", 2),
    ("Chicago", "+131255501", 2),
    ("Denver", "+130355501", 2),
)
# fmt: off
_FIRST_NAMES = (
    "Asha", "Bryn", "Carmen", "Dafydd", "Elif", "Femi", "Grace", "Hamid", "Imogen", "Jonas",
    "Keiko", "Liam", "Maeve", "Nadia", "Owen", "Priya", "Quentin", "Rosa", "Sefa", "Tariq",
    "Una", "Viktor", "Wanda", "Xenia", "Yusuf", "Zofia", "Arthur", "Bella", "Chidi", "Dora",
    "Edwin", "Freya", "Gwen", "Hugo", "Ines", "Joyce", "Kofi", "Lotte", "Malik", "Nerys",
)
# fmt: on
# fmt: off
_LAST_NAMES = (
    "Adeyemi", "Bell", "Costa", "Dunne", "Evans", "Flint", "Gupta", "Hale", "Iqbal", "Jensen",
    "Kerr", "Lowe", "Mbeki", "Novak", "Okoro", "Price", "Quayle", "Rossi", "Sharma", "Turner",
    "Ueda", "Vance", "Walsh", "Xu", "Young", "Zaman",
)
# fmt: on
_TOPICS = (
    "the bus that never comes",
    "last night's match",
    "why the market should stay open",
    "a song for my sister",
    "the price of bread",
    "what my dog did on Sunday",
    "the new bridge",
    "foxes in the garden",
    "how to make a proper cup of tea",
    "the choir that needs tenors",
)

VOICES_APART = 12
"""This many consecutive callers have different pitches."""

LOWEST_PITCH_HZ = 200.0
STEPS_PER_OCTAVE = 24
PITCHES = 48


def pitch_hz_of(number: str) -> float:
    """The pitch that belongs to a number: two octaves from 200 Hz in quarter tones, to the half hertz.

    Numbers that follow one another are seven steps apart (7 is prime to 48), so ears and meters tell them apart.
    """
    digits = "".join(character for character in number if character.isascii() and character.isdigit())
    seed = int(digits[-9:]) if digits else sum(number.encode())
    octaves = (seed * 7 % PITCHES) / STEPS_PER_OCTAVE
    return round(LOWEST_PITCH_HZ * 2**octaves * 2) / 2


@dataclass(frozen=True)
class Persona:
    """One simulated caller.

    `pitch_hz` is the tone of their voice, which belongs to their number; `patience_seconds` is how long they wait
    before they hang up (None: for ever); `lines` is what they say once somebody talks to them.
    """

    name: str
    number: str
    place: str
    pitch_hz: float
    patience_seconds: float | None
    lines: tuple[str, ...]


class Cast:
    """An endless sequence of different callers; the same seed gives the same sequence.

    No number comes twice before all have been used. `taken` are the station's own numbers, which are never used.
    """

    def __init__(self, seed: int = 0, taken: tuple[str, ...] = ()) -> None:
        self._random = Random(seed)
        self._taken = frozenset(taken)
        self._numbers = self._shuffled_numbers()
        self._recent_pitches: deque[float] = deque(maxlen=VOICES_APART)

    def next(self, patience_seconds: tuple[float, float] | None = None) -> Persona:
        """The next caller. With a range of patience they hang up after a time drawn from it; without one they stay."""
        patience = round(self._random.uniform(*patience_seconds), 1) if patience_seconds else None
        return _portrait(self._number(), patience)

    def _number(self) -> str:
        """An unused number whose voice differs from the last ones."""
        passed_over: list[str] = []
        chosen = None
        while chosen is None:
            if not self._numbers:
                self._numbers = self._shuffled_numbers()
            number = self._numbers.pop()
            if pitch_hz_of(number) in self._recent_pitches and len(passed_over) < VOICES_APART * 2:
                passed_over.append(number)
            else:
                chosen = number
        self._numbers.extend(reversed(passed_over))
        self._recent_pitches.append(pitch_hz_of(chosen))
        return chosen

    def _shuffled_numbers(self) -> list[str]:
        numbers = [f"{prefix}{n:0{width}}" for _, prefix, width in _PLACES for n in range(10**width)]
        numbers = [number for number in numbers if number not in self._taken]
        self._random.shuffle(numbers)
        return numbers


def persona_of(number: str) -> Persona:
    """The patient caller behind a number that somebody chose: always the same person for the same number."""
    return _portrait(number, None)


def _portrait(number: str, patience_seconds: float | None) -> Persona:
    random = Random(f"the person at {number}")
    first, last, topic = random.choice(_FIRST_NAMES), random.choice(_LAST_NAMES), random.choice(_TOPICS)
    place = next((place for place, prefix, _ in _PLACES if number.startswith(prefix)), "far away")
    where = "I am on my mobile" if place == "a mobile" else f"I am ringing from {place}"
    return Persona(
        name=f"{first} {last}",
        number=number,
        place=place,
        pitch_hz=pitch_hz_of(number),
        patience_seconds=patience_seconds,
        lines=(f"Hello, this is {first}, {where}.", f"I wanted to talk about {topic}.", "Thank you, I love the show."),
    )
