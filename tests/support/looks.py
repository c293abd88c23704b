"""How a page looks and can be used, measured: axe-core's findings, room, and the size of what is pressed."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from playwright.sync_api import Page, ViewportSize

from tests.support.processes import ROOT

WIDE = ViewportSize(width=1440, height=900)
NARROW = ViewportSize(width=390, height=844)
TARGETS = "button, a, label, summary"
SMALLEST_TARGET_PIXELS = 48
_AXE = ROOT / "node_modules/axe-core/axe.min.js"


ALL_RULES = "{ resultTypes: ['violations'] }"
RULES_OF_COLOUR = "{ resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block'] }"
Looks = dict[str, tuple[Literal["dark", "light"], ViewportSize]]
LOOKS: Looks = {
    "dark, narrow": ("dark", NARROW),
    "light, narrow": ("light", NARROW),
    "light, wide": ("light", WIDE),
    "dark, wide": ("dark", WIDE),
}
DRAWN = "new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))"


def complaints_in_every_look(
    page: Page, targets: str = TARGETS, least: float = SMALLEST_TARGET_PIXELS, looks: Looks = LOOKS
) -> list[str]:
    """Everything that is wrong with the page as it is now, in dark and in light, on a desk and on a phone.

    A test looks four times at one state of the page, and goes on in the last look, with reduced motion.
    """
    complaints: list[str] = []
    sizes: list[ViewportSize] = []
    for name, (scheme, viewport) in looks.items():
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.set_viewport_size(viewport)
        # A size's two schemes differ only in colours: tests/test_pages.py checks that.
        rules = RULES_OF_COLOUR if viewport in sizes else ALL_RULES
        sizes.append(viewport)
        complaints += [f"{name}: {complaint}" for complaint in complaints_about(page, targets, least, rules)]
    return complaints


def complaints_about(
    page: Page, targets: str = TARGETS, least: float = SMALLEST_TARGET_PIXELS, rules: str = ALL_RULES
) -> list[str]:
    """What is wrong with the page as it is now: accessibility, overflow, targets that are less than `least` px high."""
    page.evaluate(DRAWN)  # a page that has just got another size may not be laid out for it
    return [*_violations(page, rules), *_overflow(page), *_small_targets(page, targets, least)]


def _violations(page: Page, rules: str) -> list[str]:
    """What axe-core finds. It is run by the browser's debugger, past the page's own policy, which stays in force."""
    if not _AXE.exists():
        pytest.skip("the npm packages are not installed: make test installs them")
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = page.evaluate(f"axe.run({rules}).then(({{ violations }}) => violations)")
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


HEIGHTS = "controls => controls.map((one) => [one.innerText, one.getBoundingClientRect().height])"


def _overflow(page: Page) -> list[str]:
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"the page is {wide} px too wide"] if wide > 0 else []


def _small_targets(page: Page, targets: str, least: float) -> list[str]:
    # All at once, because a live page may remove one while the next is measured.
    heights = page.locator(targets).filter(visible=True).evaluate_all(HEIGHTS)
    return [f"{text!r} is {height} px high" for text, height in heights if height < least]
