"""The listeners' page on the production bed, and what must hold of it at every stage, on a phone and on a desk."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.support.looks import Looks, complaints_in_every_look
from tests.support.pages import CallPage
from tests.support.production import Bed

WIDTHS = (320, 568), (390, 844), (1440, 900)
LOOKS: Looks = {
    f"{scheme}, {width} px": (scheme, ViewportSize(width=width, height=height))
    for scheme in ("light", "dark")
    for width, height in WIDTHS
}
# How the page looks, apart from its words and colours.
SHAPE = """(box) => {
  const { borderStyle, borderWidth, borderRadius, backgroundImage, fontSize } = getComputedStyle(box);
  return [borderStyle, borderWidth, borderRadius, backgroundImage === "none", fontSize].join();
}"""
IN_SIGHT = "(button) => button.getBoundingClientRect().bottom <= innerHeight && button.getBoundingClientRect().top >= 0"


class Listener(CallPage):
    """The page, and what must hold of it at every stage."""

    def __init__(self, page: Page, bed: Bed) -> None:
        super().__init__(page, bed.app.url)
        self.bed = bed
        self.seen: dict[str, tuple[str, str]] = {}
        page.on("dialog", lambda dialog: dialog.accept())

    def part(self, name: str) -> Locator:
        return self.page.locator(f'[data-part="{name}"]')

    def expect_place(self, name: str, words: str) -> None:
        expect(self.page.locator("[data-call-page]")).to_have_attribute("data-place", name)
        expect(self.part("place")).to_have_text(words)

    def look(self, name: str, *buttons: str) -> None:
        """Looks at the page in every look. These buttons are to be in sight without scrolling."""
        place = self.part("place")
        words = place.inner_text() if place.is_visible() else ""
        self.page.set_viewport_size(ViewportSize(width=390, height=844))
        self.seen[name] = words, place.evaluate(SHAPE) if words else ""
        for width, height in WIDTHS:
            self.page.set_viewport_size(ViewportSize(width=width, height=height))
            self.page.evaluate("scrollTo(0, 0)")
            for button in buttons:
                shown = self.page.get_by_role("button", name=button, exact=True)
                assert shown.evaluate(IN_SIGHT), f"{name}: {button} is out of sight at {width} px"
        assert complaints_in_every_look(self.page, looks=LOOKS) == [], name
