"""The listener's stories: everything that a caller hears from the ring to the end, and never 5 s of silence.

A transcript is whole: these sentences in this order, and nothing between them. The sentences of the languages come from
their tables; those in English stand here, as a caller hears them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from callin.words import SpokenWords, station_words
from callin.words.spoken import filled
from tests.support.messages import delete_all, listed, message_of, set_messages
from tests.support.presses import put_as_new
from tests.support.station import Station, running_station
from tests.support.stories import on_air
from tests.support.transcripts import BEEP, MUSIC, TALK, TONE, Listeners, assert_no_long_silence, heard
from tests.support.visitors import Visitor
from tests.test_call_messages import send_note, tone

VOICES = {"en": "en-GB", "de": "Polly.Vicki-Neural", "es": "es-MX"}
KEYS = "1234567890*#"

GREETING = "Thank you for calling Radio 7. Your call may be broadcast and recorded. Please turn your radio down."
NEXT = "You are next. Turn your radio down. You go on the air after a tone. This call may be broadcast."
THANKS = "Thank you for calling. Goodbye."
OFFER = "To leave a message, press 5."
CLOSED = "Thank you for calling Radio 7. The line is closed now."
CONSENT = (
    "Please leave your message after the tone. It is recorded, and may be broadcast. If you do not want that, please "
    "hang up now. When you have finished, press any key."
)


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    with running_station(tmp_path_factory.mktemp("listeners"), STATION_NAME="Radio 7") as station:
        yield station


@pytest.fixture
def listeners(request: pytest.FixtureRequest, network: Station) -> Iterator[Listeners]:
    """The line as new, with messages on; in English, or the test's language. All silences are judged in the end."""
    voice = VOICES[getattr(request, "param", "en")]
    network.reset()
    put_as_new(network.app)
    set_messages(network.app)
    listeners = Listeners(network, station_words("Radio 7", voice, {}))
    listeners.set_station(STATION_VOICE=voice, BLOCKED_CALLERS_HEAR="busy")
    yield listeners
    for caller in listeners.sids:
        assert_no_long_silence(network, caller, speaks=caller not in listeners.silent)
    delete_all(network.app)


in_each_language = pytest.mark.parametrize("listeners", VOICES, indirect=True)


def in_line_first(words: SpokenWords) -> tuple[str, ...]:
    """All that the first caller in line hears until the music."""
    return words.greeting, f"{words.next} {words.radio_down} {words.after_tone}", MUSIC


@in_each_language
def test_a_patient_caller_hears_their_places_the_tone_and_thanks(listeners: Listeners) -> None:
    station, words = listeners.station, listeners.words
    first, patient = listeners.waits("+447700900501"), listeners.waits("+447700900502")
    dj = listeners.dj()
    on_air(station, dj, first)
    is_next = f"{words.next} {words.radio_down}"
    listeners.hears(patient, is_next, MUSIC)
    assert listeners.page.next().status == 200
    on_air(station, dj, patient)
    listeners.is_over(first, words.greeting, f"{is_next} {words.after_tone}", MUSIC, TONE, TALK, words.thanks)
    assert listeners.page.drop().status == 200
    place = f"{filled(words.number, position=2)} {words.after_tone}"
    listeners.is_over(patient, words.greeting, place, MUSIC, is_next, MUSIC, TONE, TALK, words.thanks)


@in_each_language
def test_a_caller_to_the_full_line_hears_so(listeners: Listeners) -> None:
    words = listeners.words
    listeners.waits("+447700900503")
    listeners.page.set(most_callers=1)
    offered = listeners.ring("+447700900504")
    listeners.is_over(offered, f"{words.full_now} {words.message_offer}", words.goodbye)
    set_messages(listeners.station.app, is_on=False)
    listeners.is_over(listeners.ring("+447700900505"), words.queue_full)


@in_each_language
def test_a_caller_to_the_closed_line_hears_so(listeners: Listeners) -> None:
    words = listeners.words
    listeners.page.set(opening="closed")
    offered = listeners.ring("+447700900506")
    listeners.is_over(offered, f"{words.closed_now} {words.message_offer}", words.goodbye)
    set_messages(listeners.station.app, is_on=False)
    listeners.is_over(listeners.ring("+447700900507"), words.closed)


@in_each_language
def test_a_caller_leaves_a_message_by_phone(listeners: Listeners) -> None:
    station, words, number = listeners.station, listeners.words, "+447700900508"
    listeners.page.set(opening="closed")
    caller = listeners.ring(number)
    offer = f"{words.closed_now} {words.message_offer}"
    listeners.hears(caller, offer)
    station.press(caller, "5")
    listeners.hears(caller, BEEP)
    station.advance(8)
    station.press(caller, "#")
    listeners.is_over(caller, offer, words.message_instructions, BEEP, words.message_thanks)
    station.until(lambda: message_of(station, number), "the message is not in the list")


@in_each_language
def test_a_browser_hears_that_the_line_is_closed_and_leaves_a_voice_note(listeners: Listeners) -> None:
    browser = Visitor(listeners.station.app.url)
    listeners.page.set(opening="closed")
    listeners.is_over(listeners.call(browser), listeners.words.closed)
    assert send_note(browser, tone(seconds=9), name="Zoë").status == 200
    [message] = listed(listeners.station.app)
    assert (message["source"], message["seconds"]) == ("voice_note", 9)


@in_each_language
def test_an_impatient_caller_presses_9_or_hangs_up(listeners: Listeners) -> None:
    station, words = listeners.station, listeners.words
    caller = listeners.waits("+447700900511")
    station.press(caller, "9")
    listeners.is_over(caller, *in_line_first(words), words.thanks)
    other = listeners.ring("+447700900512")
    listeners.hears(other, words.greeting)
    station.hang_up(other)
    listeners.is_over(other, words.greeting)
    station.until(lambda: not station.app.status()["calls"], "they are still in line")


@in_each_language
def test_a_caller_far_back_hears_the_keys_and_leaves_a_message(listeners: Listeners) -> None:
    station, words = listeners.station, listeners.words
    for number in range(3):
        listeners.waits(f"+44770090053{number}")
    caller = listeners.waits("+447700900533")
    station.press(caller, "5")
    listeners.hears(caller, BEEP)
    station.advance(4)
    station.press(caller, "1")
    place = f"{filled(words.number_of, position=4, size=4)} {words.waited_under_a_minute}"
    message = (words.message_instructions, BEEP, words.message_thanks)
    listeners.is_over(caller, words.greeting, place, words.wait_keys, MUSIC, *message)


@in_each_language
def test_a_silent_caller_is_asked_again_with_music_between_and_never_twice_running(listeners: Listeners) -> None:
    words = listeners.words
    listeners.page.set(ask_callers=True, ready_check=True)
    caller = listeners.ring("+447700900513", silent=True)
    again = (words.ready_check_again, MUSIC)
    waited = (words.waited_under_a_minute, MUSIC)
    listeners.hears(caller, *again, *waited, *again)
    everything = [words.greeting, words.ask_name, words.ready_check, MUSIC, *again, *waited, *again]
    assert heard(listeners.station, caller) == everything
    listeners.station.hang_up(caller)


def test_a_silent_caller_leaves_no_message_and_hears_so(listeners: Listeners) -> None:
    listeners.page.set(opening="closed")
    caller = listeners.ring("+447700900514", silent=True)
    listeners.hears(caller, f"{CLOSED} {OFFER}")
    listeners.station.press(caller, "5")
    listeners.is_over(caller, f"{CLOSED} {OFFER}", CONSENT, BEEP, f"We did not hear anything. {THANKS}")


def test_all_keys_at_the_wrong_moment_change_nothing(listeners: Listeners) -> None:
    station = listeners.station
    caller = listeners.ring("+447700900515")
    listeners.hears(caller, GREETING)
    station.press(caller, KEYS)
    station.wait_until_queued(caller)
    station.press(caller, KEYS)  # during the sentence before the music
    listeners.hears(caller, MUSIC)
    for key in KEYS.replace("5", "").replace("9", ""):
        station.press(caller, key)
        station.advance(2)
    on_air(station, listeners.dj(), caller)
    station.press(caller, KEYS)
    station.advance(5)
    assert listeners.page.drop().status == 200
    listeners.is_over(caller, GREETING, NEXT, MUSIC, TONE, TALK, THANKS)


def test_all_keys_but_the_right_one_end_the_offer_of_a_message(listeners: Listeners) -> None:
    listeners.page.set(opening="closed")
    caller = listeners.ring("+447700900516")
    listeners.hears(caller, f"{CLOSED} {OFFER}")
    listeners.station.press(caller, KEYS.replace("5", ""))
    listeners.is_over(caller, f"{CLOSED} {OFFER}", "Goodbye.")


def test_a_caller_in_another_script_is_heard_and_hears_the_same(listeners: Listeners) -> None:
    station = listeners.station
    listeners.page.set(ask_callers=True)
    said = {"name": "محمد علي", "place": "北京 🎷", "topic": "джаз <b>&amp; ''"}
    questions = (
        "Please say your name, or press any key to skip.",
        "Where are you calling from?",
        "In a few words, what would you like to talk about?",
    )
    caller = listeners.ring("+447700900517")
    for question, text in zip(questions, said.values(), strict=True):
        listeners.hears(caller, question)
        with_marks = text.replace("محمد", "\u200fمحمد\u202e")  # these would turn round what follows them at the desk
        station.control("POST", f"/callers/{caller}/speech", {"text": with_marks})
    listeners.hears(caller, MUSIC)
    assert heard(station, caller) == [GREETING, *questions, "Thank you. Please hold.", NEXT, MUSIC]
    row: dict[str, Any] = station.app.row(caller) or {}
    assert {name: row["card"][name] for name in said} == said


def test_a_greeting_in_another_script_is_heard_as_it_was_written(listeners: Listeners) -> None:
    greeting, admin = "أهلا بكم في {station} 🎷 欢迎。", listeners.station.app.visitor("admin")
    admin.get("/words")
    assert admin.fill_in("/words", name="greeting", text=greeting, do="save").status == 200
    caller = listeners.waits("+447700900518")
    assert admin.fill_in("/words", name="greeting", text="", do="default").status == 200
    assert heard(listeners.station, caller) == [greeting.replace("{station}", "Radio 7"), NEXT, MUSIC]


@in_each_language
def test_callers_that_wait_when_the_line_closes_are_thanked(listeners: Listeners) -> None:
    words = listeners.words
    caller = listeners.waits("+447700900519")
    listeners.page.set(opening="closed")
    offer = f"{words.closed_now} {words.message_offer}"
    listeners.is_over(caller, *in_line_first(words), offer, words.goodbye)


@in_each_language
def test_a_blocked_caller_hears_what_the_station_has_set_and_no_offer(listeners: Listeners) -> None:
    number, admin = "+447700900520", listeners.station.app.visitor("admin")
    admin.get("/callers")
    admin.fill_in("/callers", do="block", number=number)
    caller = listeners.ring(number)
    listeners.is_over(caller)
    assert listeners.station.caller(caller)["status"] == "busy"
    listeners.set_station(BLOCKED_CALLERS_HEAR="words")
    listeners.is_over(listeners.ring(number), listeners.words.turned_away)


@in_each_language
def test_a_caller_who_hides_their_number_hears_what_all_do(listeners: Listeners) -> None:
    words = listeners.words
    caller = listeners.waits("anonymous")
    on_air(listeners.station, listeners.dj(), caller)
    assert listeners.page.drop().status == 200
    listeners.is_over(caller, *in_line_first(words), TONE, TALK, words.thanks)


@in_each_language
def test_a_caller_whose_dj_drops_out_is_kept_and_comes_first(listeners: Listeners) -> None:
    station, words = listeners.station, listeners.words
    caller = listeners.waits("+447700900521")
    dj = listeners.dj()
    on_air(station, dj, caller)
    station.hang_up(dj)
    gone = words.one_moment
    station.until(lambda: gone in heard(station, caller), "the caller does not hear that the studio is gone")
    listeners.hears(caller, MUSIC)
    station.advance(25)
    listeners.hears(caller, words.still_on_hold, MUSIC)
    on_air(station, listeners.dj(), caller)
    assert listeners.page.drop().status == 200
    kept = (words.one_moment, words.after_tone, MUSIC, words.still_on_hold, MUSIC)
    listeners.is_over(caller, *in_line_first(words), TONE, TALK, *kept, TONE, TALK, words.thanks)
