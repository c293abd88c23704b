"""The page of waits as tests read it: its bars from the charts themselves, its tables as text."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.support.pages import sign_in

BARS = """() => {
  const chart = Chart.getChart(document.querySelector("[data-chart-of=line] .plot canvas"));
  const parts = chart.data.datasets.flatMap((set, index) => set.data.map((bar, nth) => ({
    sid: bar.y, stage: set.stage, from: bar.x[0], to: bar.x[1], drawn: chart.getDatasetMeta(index).data[nth].width,
  })));
  return chart.data.labels.map((sid, row) => ({
    sid,
    name: chart.scales.y.ticks[row].label,
    parts: parts.filter((part) => part.sid === sid).sort((one, other) => one.from - other.from),
  }));
}"""

COLUMNS = """(name) => Chart.getChart(document.querySelector(`[data-strip=${name}] canvas`)).data.datasets
  .flatMap((set) => set.data.map((point) => point.y ?? 0))"""

# How many of the canvas's pixels have a colour of the page's styles.
PIXELS = """([selector, name]) => {
  const canvas = document.querySelector(selector);
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  probe.fillStyle = getComputedStyle(document.querySelector("[data-waits]")).getPropertyValue(name).trim();
  probe.fillRect(0, 0, 1, 1);
  const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let count = 0;
  for (let at = 0; at < data.length; at += 4) {
    count += data[at] === r && data[at + 1] === g && data[at + 2] === b;
  }
  return count;
}"""


class WaitsPage:
    """The page of waits."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.line = page.locator("[data-chart-of=line]")
        self.day = page.locator("[data-chart-of=day]")
        self.rows = self.line.locator("tbody tr")
        self.live = page.locator("[data-waits-part=live]")

    def open(self) -> None:
        """Opens the page and waits until the day was answered."""
        sign_in(self.page, self.url)
        self.page.goto(self.url + "/waits")
        expect(self.figure("calls")).not_to_have_text("–")

    def expect_callers(self, count: int) -> None:
        """Waits until the table has this many callers, at most two hundred."""
        expect(self.rows).to_have_count(count)

    def bars(self) -> list[dict[str, Any]]:
        """The bars as they were last drawn: the call's SID, its name and its parts, in order."""
        bars: list[dict[str, Any]] = self.page.evaluate(BARS)
        return bars

    def cells(self) -> list[list[str]]:
        """The line's table: place, caller, stage, waited, on air, so far."""
        return [row.split("\t") for row in self.rows.all_inner_texts()]

    def figure(self, name: str) -> Locator:
        """A figure of the day: calls, aired, gave_up, median or longest."""
        return self.day.locator(f'[data-figure="{name}"]')

    def columns(self, name: str) -> list[int]:
        """The heights of the day's columns: joined, aired or gave_up."""
        heights: list[int] = self.page.evaluate(COLUMNS, name)
        return heights

    def slots(self) -> list[list[str]]:
        """The day's table of slots: from, joined, on the air, gave up."""
        return [row.split("\t") for row in self.day.locator("[data-table=slots] tbody tr").all_inner_texts()]

    def pixels(self, selector: str, colour: str) -> int:
        """How many pixels of a canvas have a colour of the page's styles."""
        count: int = self.page.evaluate(PIXELS, [selector, colour])
        return count

    def as_table(self, section: Locator) -> Locator:
        return section.get_by_role("button", name="Show as a table")
