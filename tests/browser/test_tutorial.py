"""The tutorial's own page in Chromium, with the unmodified SDK: five callers, one after the other, by "Next Caller"."""

from __future__ import annotations

import functools
import re
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from rehearsal.cast import pitch_hz_of
from tests.browser.conftest import DJ_HZ
from tests.support.chromium import chromium, new_page, wait_until_heard
from tests.support.processes import free_port, wait_until
from tests.support.station import Station
from tests.support.tutorial import running_tutorial

NUMBERS = ("+12125550101", "+447700900002", "+13125550103", "+447700900004", "+13035550105")


def test_five_callers_in_a_row_are_heard_on_the_tutorials_own_page(playwright: Playwright, tmp_path: Path) -> None:
    tls_port = free_port()
    with running_tutorial(tmp_path, TWILIO_SIGNALING_HOST="", REHEARSAL_TLS_PORT=str(tls_port)) as tutorial:
        assert tutorial.network is not None
        [key_hash] = re.findall(r"spki (\S+)", tutorial.network.output)
        callers = []
        for number in NUMBERS:
            callers.append(tutorial.ring(number))
            tutorial.until(lambda: tutorial.is_waiting(callers[-1]), "the caller does not wait")
        flags = (
            f"--host-resolver-rules=MAP *.twilio.com 127.0.0.1:{tls_port}",
            f"--ignore-certificate-errors-spki-list={key_hash}",
        )
        with chromium(playwright, DJ_HZ, *flags) as browser:
            page = new_page(browser, bare_microphone=True)
            page.goto(tutorial.app.url + "/")
            expect(page.locator("#size")).to_have_text("5")
            page.get_by_role("button", name="Connect to Queue").click()
            expect(page.locator("#state")).to_have_text("Connected")
            for number, caller in zip(NUMBERS, callers, strict=True):
                wait_until_heard(page, pitch_hz_of(number))
                wait_until(functools.partial(hears_the_dj, tutorial, caller), why="the caller does not hear the DJ")
                page.get_by_role("button", name="Next Caller").click()
                tutorial.until(functools.partial(is_over, tutorial, caller), "the caller is not let go")
            expect(page.locator("#size")).to_have_text("0")
            page.get_by_role("button", name="Hang up").click()
            expect(page.locator("#state")).to_have_text("Offline")


def hears_the_dj(tutorial: Station, caller: str) -> bool:
    heard = tutorial.control("GET", f"/sound/{caller}")["heard"]
    return bool(heard["frequency_hz"] == pytest.approx(DJ_HZ, abs=3))


def is_over(tutorial: Station, caller: str) -> bool:
    return bool(tutorial.caller(caller)["status"] == "completed")
