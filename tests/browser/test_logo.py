"""The logo on the page Station: each kind of picture, made by the browser itself, uploaded, shown and removed."""

from __future__ import annotations

import base64
import re

import pytest
from playwright.sync_api import Browser, expect

from tests.support.chromium import new_page
from tests.support.pages import sign_in
from tests.support.station import Station

DRAW = """(kind) => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [320, 120];
  const context = canvas.getContext("2d");
  context.fillStyle = "#b3261e";
  context.fillRect(0, 0, 320, 120);
  context.fillStyle = "#ffffff";
  context.font = "64px sans-serif";
  context.fillText("RADIO", 40, 80);
  return canvas.toDataURL(kind);
}"""


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg", "image/webp"])
def test_a_picture_is_uploaded_shown_and_removed(dj_browser: Browser, studio: Station, kind: str) -> None:
    page = new_page(dj_browser)
    sign_in(page, studio.app.url, "admin")
    page.goto(studio.app.url + "/station")
    made = page.evaluate(DRAW, kind)
    assert made.startswith(f"data:{kind};")
    file = {"name": "logo", "mimeType": kind, "buffer": base64.b64decode(made.partition(",")[2])}
    page.get_by_label(re.compile("logo", re.IGNORECASE)).and_(page.locator("input")).set_input_files(files=[file])
    expect(page.get_by_text("The logo is changed.")).to_be_visible()
    logo = page.locator(".brand .logo")
    expect(logo).to_be_visible()
    assert logo.evaluate("(image) => [image.naturalWidth, image.naturalHeight]") == [320, 120]
    page.get_by_role("button", name="Remove the logo").click()
    expect(page.get_by_text("The logo is removed.")).to_be_visible()
    expect(logo).to_have_count(0)
    page.context.close()


def test_a_file_that_is_not_a_picture_is_refused_with_a_sentence(dj_browser: Browser, studio: Station) -> None:
    page = new_page(dj_browser)
    sign_in(page, studio.app.url, "admin")
    page.goto(studio.app.url + "/station")
    chooser = page.get_by_label("Upload a logo")
    for content, sentence in ((b"<svg/>", "Choose a PNG, JPEG or WebP file."), (bytes(100_001), "at most 100 kB")):
        chooser.set_input_files(files=[{"name": "logo.png", "mimeType": "image/png", "buffer": content}])
        expect(page.locator("[data-logo] [role=alert]")).to_contain_text(sentence)
    page.context.close()
