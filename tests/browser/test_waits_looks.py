"""The page of waits in every state, light and dark, wide and narrow: accessible, legible, still, and for keys too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, Request, ViewportSize, expect

from tests.support.looks import complaints_in_every_look
from tests.support.presses import put_as_new
from tests.support.processes import wait_until
from tests.support.station import App, Station, running_station
from tests.support.waits import WaitsPage

SCREEN = ViewportSize(width=1280, height=800)
VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""
COLOURS = """() => {
  const style = getComputedStyle(document.querySelector("[data-waits]"));
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (name) => {
    pen.fillStyle = style.getPropertyValue(name).trim();
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const names = ["panel", "text", "soft"].map((name) => `--${name}`);
  const charts = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
    .filter((rule) => rule.selectorText === ".waits").flatMap((rule) => [...rule.style])
    .filter((name) => name.startsWith("--chart-"));
  return Object.fromEntries([...names, ...charts].map((name) => [name, rgb(name)]));
}"""


@pytest.fixture
def station(tmp_path: Any) -> Iterator[Station]:
    """A station of its own for each test: its day begins empty."""
    with running_station(tmp_path) as station:
        put_as_new(station.app)
        yield station


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=SCREEN, color_scheme="light", reduced_motion="reduce")
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.add_init_script(VIOLATIONS)
    yield page
    context.close()


def crowd(station: Station, waits: WaitsPage, callers: int, shown: int) -> None:
    station.control("POST", "/crowd", {"callers": callers, "per_second": 100, "patience_seconds": [900, 900]})
    waits.expect_callers(shown)
    wait_until(lambda: int(waits.figure("calls").inner_text()) >= shown, why="the day does not follow")


@pytest.mark.timeout(300)  # axe looks twenty times, at up to two hundred rows
def test_the_page_is_accessible_and_fits_with_any_number_of_callers(station: Station, page: Page) -> None:
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    waits = WaitsPage(page, station.app.url)
    waits.open()
    assert complaints_in_every_look(page) == [], "nobody"
    crowd(station, waits, 1, 1)
    assert complaints_in_every_look(page) == [], "one"
    crowd(station, waits, 11, 12)
    assert complaints_in_every_look(page) == [], "twelve"
    waits.as_table(waits.line).click()
    waits.as_table(waits.day).click()
    assert complaints_in_every_look(page) == [], "twelve, in tables"
    waits.as_table(waits.line).click()
    waits.as_table(waits.day).click()
    crowd(station, waits, 193, 200)
    assert complaints_in_every_look(page) == [], "two hundred"

    assert said == []
    assert page.evaluate("window.violations") == []
    assert [url for url in asked if not url.startswith(station.app.url + "/")] == []


def luminance(colour: list[int]) -> float:
    """https://www.w3.org/TR/WCAG22/#dfn-relative-luminance"""
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: list[int], other: list[int]) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_bars_stand_out_and_words_are_legible(app: App, page: Page, scheme: Literal["dark", "light"]) -> None:
    page.emulate_media(color_scheme=scheme)
    WaitsPage(page, app.url).open()
    colours: dict[str, list[int]] = page.evaluate(COLOURS)
    bars = {name: contrast(colour, colours["--panel"]) for name, colour in colours.items() if "chart" in name}
    assert len(bars) == 11
    assert {name: ratio for name, ratio in bars.items() if ratio < 3} == {}
    words = {name: contrast(colours[name], colours["--panel"]) for name in ("--text", "--soft")}
    assert {name: ratio for name, ratio in words.items() if ratio < 4.5} == {}


def test_everything_is_reached_and_used_with_keys_alone(station: Station, page: Page) -> None:
    waits = WaitsPage(page, station.app.url)
    waits.open()
    crowd(station, waits, 2, 2)
    names = []
    for _ in range(9):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => {
              const { activeElement } = document;
              const style = getComputedStyle(activeElement);
              const name = (activeElement.closest("label") ?? activeElement).innerText.trim();
              return { name, outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth) };
            }"""
        )
        assert focused["outline"] >= 2, f"the focus on {focused['name']} is visible"
        names.append(focused["name"])
    assert names == [
        *("Desk", "Screener", "Waits", "Callers", "Messages", "Account and help:\ndj"),
        *("Show as a table", "Last 4 hours", "Show as a table"),
    ]

    page.keyboard.press("Enter")
    expect(waits.as_table(waits.day)).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Tab")
    expect(waits.page.get_by_role("region", name="The day in figures")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Last 24 hours")).to_be_checked()


def test_nothing_moves_but_the_bars_themselves(station: Station, page: Page) -> None:
    waits = WaitsPage(page, station.app.url)
    waits.open()
    crowd(station, waits, 2, 2)
    animated = "Object.values(Chart.instances).filter((chart) => chart.options.animation !== false).length"
    assert page.evaluate(animated) == 0
    assert page.evaluate("document.getAnimations().length") == 0


def test_a_tab_that_is_looked_at_again_and_again_asks_for_the_day_no_more_often(station: Station, page: Page) -> None:
    page.clock.install()
    WaitsPage(page, station.app.url).open()
    for _ in range(5):
        with page.expect_response("**/day*"):
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request) if "/day?" in request.url else None)
    page.clock.run_for(61_000)
    wait_until(lambda: page.evaluate("document.hidden") is False and asked, why="the page does not ask by itself")
    assert len(asked) <= 3, "every half minute, and perhaps once as the page opens"
