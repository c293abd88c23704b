"""The listeners' page and the widget in German and Spanish: all their words are of that language, and they fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Route, ViewportSize, expect

from callin.words import SENTENCES, calendar, defaults, written_words
from callin.words.spoken import filled
from tests.browser.conftest import Cast
from tests.browser.test_listener_place import expect_place, in_line
from tests.support.looks import Looks, complaints_in_every_look
from tests.support.messages import delete_all, set_messages
from tests.support.pages import CallPage
from tests.support.presses import DeskBrowser
from tests.support.site import Site
from tests.test_written_words import table

VOICES = {"de": "de-DE", "es": "es-ES"}
LOOKS: Looks = {
    "light, 320 px": ("light", ViewportSize(width=320, height=568)),
    "dark, 1440 px": ("dark", ViewportSize(width=1440, height=900)),
}
# What can be seen or is read out: texts, and the names that elements have for screen readers.
SHOWN = """() => {
  const texts = [document.title];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const { parentElement: parent, data } = walk.currentNode;
    if (data.trim() && parent.checkVisibility() && !parent.closest("script, noscript")) {
      texts.push(data.trim().replaceAll(/\\s+/g, " "));
    }
  }
  const named = [...document.querySelectorAll("[aria-label]")].filter((element) => element.checkVisibility());
  return [...texts, ...named.map((element) => element.getAttribute("aria-label"))];
}"""
# The words in large letters and on buttons that are too long for their box, and would be broken anywhere.
BROKEN = """() => [...document.querySelectorAll(".place, button")].filter((box) => {
  box.style.overflowWrap = "normal";
  const isTooLong = box.checkVisibility() && box.scrollWidth > box.clientWidth;
  box.style.overflowWrap = "";
  return isTooLong;
}).map((box) => box.innerText)"""
VALUES = {"station": "Radio Call-In", "weekday": r"\w+", "month": r"\w+", "waited": r"\d+ \w+", "kept": r"\d+ \w+"}
AT_ONE = {"de": "morgen um 1:00 Uhr", "es": "mañana a la 1:00"}
NOW = 1_800_000_000
DAY = 86_400


class Reader:
    """A listener's page, and all that its language may say there."""

    def __init__(self, call: CallPage, language: str) -> None:
        self.call, self.page = call, call.page
        self.language, self.words, self.spoken = language, written_words(language), defaults(language)
        said = {path: text for path, text in table(language).items() if text and path != "script.time_of_day"}
        waits = [getattr(self.spoken, name) for name in SENTENCES if name.startswith("wait_")]
        sentence = "|".join(map(self.pattern_of, [*said.values(), *waits]))
        # In the browser's tab a stage stands before the title; figures, and the number to ring, are of no language.
        self.known = re.compile(rf"(?:(?:{sentence}|[\d:+]+)(?: · | |$))+")

    def pattern_of(self, text: str) -> str:
        """A pattern of the sentence, with any value for each placeholder."""
        return re.sub(r"\\{([a-z]+)\\}", lambda found: self.value_of(found[1]), re.escape(text))

    def value_of(self, name: str) -> str:
        if name == "when":
            texts = calendar(self.spoken)
            usual = (texts.today, texts.tomorrow, texts.weekday, texts.date)
            at_one = [text.replace(*texts.time_at_one) for text in usual]
            return f"(?:{'|'.join(map(self.pattern_of, [*usual, *at_one]))})"
        return VALUES.get(name, r"[\d:+]+(?: Uhr)?")

    def look(self, name: str, *, least_targets: int = 1) -> None:
        unknown = [text for text in self.page.evaluate(SHOWN) if not self.known.fullmatch(text)]
        assert unknown == [], f"{self.language}, {name}"
        assert self.page.locator("button, a").filter(visible=True).count() >= least_targets
        for _, size in LOOKS.values():
            self.page.set_viewport_size(size)
            assert self.page.evaluate(BROKEN) == [], f"{self.language}, {name}, {size}"
        assert complaints_in_every_look(self.page, looks=LOOKS) == [], f"{self.language}, {name}"

    def stands(self, name: str, state: dict[str, Any]) -> None:
        """The app answers this about the line and the call."""
        self.page.unroute("**/call/state*")
        self.page.route("**/call/state*", answer_of({"line": "open", "waiting": 3, "ask_again_seconds": 1} | state))
        expect(self.page.locator("[data-call-page]")).to_have_attribute("data-place", name)


def answer_of(state: object) -> Callable[[Route], None]:
    return lambda route: route.fulfill(json=state)


@pytest.fixture(params=VOICES)
def reader(cast: Cast, request: pytest.FixtureRequest) -> Iterator[Reader]:
    admin = cast.station.app.visitor("admin")
    assert admin.fill_in("/station", STATION_VOICE=VOICES[request.param]).status == 200
    assert "Saved." in set_messages(cast.station.app).text
    yield Reader(cast.call_page(), request.param)
    admin.fill_in("/station", STATION_VOICE="en-US")
    delete_all(cast.station.app)
    set_messages(cast.station.app, is_on=False)


def test_before_a_call_and_without_one(cast: Cast, reader: Reader) -> None:
    page, words = reader.page, reader.words
    expect(page.locator("html")).to_have_attribute("lang", VOICES[reader.language])
    expect(page.locator('[data-part="line"]')).to_have_text(f"{words.line.open} {words.line.nobody_waits}")
    reader.look("before", least_targets=4)
    page.get_by_role("button", name=words.script.check.start).click()
    expect(page.get_by_text(words.script.check.works)).to_be_visible()
    reader.look("microphone check")

    page.get_by_role("button", name=words.page.send_text).click()
    expect(page.get_by_text(words.script.message.empty)).to_be_visible()
    page.get_by_label(words.page.write).fill("12")
    page.get_by_role("button", name=words.page.send_text).click()
    expect(page.get_by_text(words.script.message.sent)).to_be_visible()
    reader.look("message sent")
    page.get_by_role("button", name=words.script.record.start).click()
    expect(page.get_by_text(words.script.message.recording)).to_be_visible()
    expect(page.locator('[data-part="note-clock"]')).to_have_text("0:01")
    page.get_by_role("button", name=words.script.record.stop).click()
    expect(page.get_by_text(words.script.message.recorded)).to_be_visible()
    reader.look("a voice note")
    page.get_by_role("button", name=words.page.discard).click()

    on = {"title": "1", "topic": "2", "starts_at": NOW, "ends_at": NOW + 3600}
    tomorrow = {"title": "3", "starts_at": page.evaluate("new Date().setHours(25, 0, 0, 0) / 1000")}
    for name, state in {
        "full": {"line": "full", "waiting": 1, "on": on},
        "closed": {"line": "closed", "next": on | {"starts_at": NOW + 30 * DAY}},
        "last_calls": {"line": "last_calls", "on": on | {"topic": ""}, "next": tomorrow},
        "by_phone": {"line": "by_phone"},
    }.items():
        reader.stands(name, state)
        if state.get("next") == tomorrow:
            expect(page.locator('[data-part="line"]')).to_contain_text(AT_ONE[reader.language])
        reader.look(name)
    assert DeskBrowser(cast.station.app).set(browser_calls=False).status == 200
    reader.stands("", {})
    reader.call.call_button = page.locator('[data-part="call"]')
    reader.call.call()
    number = cast.station.app.environment["TWILIO_LISTENER_NUMBER"]
    expect(reader.call.title).to_have_text(filled(words.refusals.web_is_off, number=number))
    reader.look("refused")


def test_in_a_call_and_after_it(cast: Cast, reader: Reader) -> None:
    page, words, stages = reader.page, reader.words.script, reader.words.script.stage
    reader.call.call_button = page.locator('[data-part="call"]')
    reader.call.hang_up_button = page.locator('[data-part="hang-up"]')
    sid = in_line(cast, reader.call)
    expect_place(reader.call, "waiting", filled(words.waiting.number, position=1))
    reader.look("first in line", least_targets=2)
    call = {"call_sid": sid, "position": 4, "is_asked": False, "wait_seconds": 125, "wait": ""}
    spoken = reader.spoken
    reader.stands(
        "waiting", {"call": call | {"stage": "waiting", "wait": filled(spoken.wait_between, least=4, most=9)}}
    )
    expect(page.locator('[data-part="advice"]')).to_contain_text(filled(spoken.wait_between, least=4, most=9))
    reader.look("waiting")
    for stage in ("arriving", "screening", "ready", "held", "next", "on_air", "message"):
        reader.stands(stage, {"call": call | {"stage": stage}})
        expect_place(reader.call, stage, getattr(stages, stage)[0])
        reader.look(stage, least_targets=2)
    reader.stands("asked", {"call": call | {"stage": "waiting", "is_asked": True}})
    reader.look("asked", least_targets=3)
    reader.stands("on_air", {"call": call | {"stage": "on_air"}})
    page.get_by_role("button", name=words.mute.off).click()
    expect_place(reader.call, "on_air", stages.muted_on_air[0])
    reader.look("muted on the air", least_targets=2)

    page.on("dialog", lambda dialog: dialog.accept())
    page.unroute("**/call/state*")
    page.route("**/call/state*", lambda route: route.abort())  # the page that is left hears nothing of the end
    page.reload()
    page.unroute("**/call/state*")
    page.route(
        "**/call/state*",
        answer_of({"line": "open", "waiting": 0, "ask_again_seconds": 1, "ended": "hung_up", "kept_seconds": 40}),
    )
    expect_place(reader.call, "left", words.outside.left)
    reader.look("left")
    page.unroute("**/call/state*")
    reader.call.call()
    reader.call.expect_stage("connected")
    reader.call.hang_up()
    expect(reader.call.title).to_have_text(words.outcome.hung_up_here[0])
    reader.look("hung up")


def test_the_widget_on_the_stations_own_site(cast: Cast, reader: Reader) -> None:
    cast.waiting("+447700900001", "+447700900002")
    site, words = Site(cast.station.app.url + "/widget.js"), reader.words
    try:
        reader.page.goto(site.url)
        widget = reader.page.get_by_role("region", name=filled(words.page.title, station="Radio Call-In"))
        expect(widget).to_contain_text(f"{words.line.open} {filled(words.line.several_wait, count=2)}")
        expect(widget.get_by_role("link", name=words.widget.call)).to_be_visible()
        assert complaints_in_every_look(reader.page, "a", looks=LOOKS) == []
    finally:
        site.end()
