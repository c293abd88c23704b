"""The page as a station serves it, without a hook for tests or rehearsals; and the hosts that pages talk to."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Playwright

from rehearsal.cast import pitch_hz_of
from tests.browser.conftest import DJ_HZ, Cast
from tests.support.chromium import chromium, new_page
from tests.support.pages import DeskPage
from tests.support.processes import free_port, wait_until
from tests.support.station import running_station

CALLER = "+447700900001"


def test_the_page_with_no_hook_at_all_reaches_the_network_by_twilios_own_names(
    playwright: Playwright, tmp_path: Path
) -> None:
    tls_port = free_port()
    with running_station(
        tmp_path, TWILIO_SIGNALING_HOST="", REHEARSAL_TLS_PORT=str(tls_port), DESK_SOUND="studio"
    ) as station:
        assert station.network is not None
        [key_hash] = re.findall(r"spki (\S+)", station.network.output)
        flags = (
            f"--host-resolver-rules=MAP *.twilio.com 127.0.0.1:{tls_port}",
            f"--ignore-certificate-errors-spki-list={key_hash}",
        )
        with chromium(playwright, DJ_HZ, *flags) as browser:
            page = new_page(browser)
            sockets: list[str] = []
            page.on("websocket", lambda socket: sockets.append(socket.url))
            desk = DeskPage(page, station.app.url)
            desk.open()
            assert page.locator("script[src*=shim]").count() == 0
            assert page.locator("[data-signalling-host]").count() == 0
            desk.wait_until_ready()
            assert {urlsplit(url).scheme for url in sockets} == {"wss"}
            assert all((urlsplit(url).hostname or "").endswith(".twilio.com") for url in sockets)

            caller = station.ring(CALLER)
            station.control("PUT", "/clock", {"advance_seconds": 20})
            station.wait_until_queued(caller)
            desk.connect()
            desk.expect_on_air_with("001")
            desk.hears(pitch_hz_of(CALLER))

            def caller_hears_the_dj() -> bool:
                heard = station.control("GET", f"/sound/{caller}")["heard"]
                return heard["frequency_hz"] == pytest.approx(DJ_HZ, abs=3)

            wait_until(caller_hears_the_dj)
            desk.hang_up()
            desk.expect_air_state("off")


def whom_it_asks(page: Page) -> list[str]:
    """Fills with the address of every request and socket of the page from now on."""
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    return asked


def test_the_pages_ask_nothing_of_any_other_host(cast: Cast) -> None:
    [caller] = cast.waiting(CALLER)
    desk = cast.new_desk()
    asked = whom_it_asks(desk.page)
    desk.open()
    desk.wait_until_ready()
    desk.connect()
    desk.expect_on_air_with("001")
    desk.hears(pitch_hz_of(CALLER))
    desk.next_caller()
    wait_until(lambda: cast.station.caller(caller)["status"] == "completed")
    desk.hang_up()
    desk.expect_air_state("off")

    call = cast.call_page()
    asked += whom_it_asks(call.page)
    call.open()
    call.call()
    call.expect_stage("connected")
    call.hang_up()
    call.expect_stage("ready")

    environment = cast.station.app.environment
    ours = {urlsplit(environment["PUBLIC_URL"]).netloc, environment["TWILIO_SIGNALING_HOST"]}
    assert len(asked) > 10, "the requests were seen"
    assert {urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))} <= ours
