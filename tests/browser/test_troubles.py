"""What breaks around a DJ's browser is put in words on the page, and heals if it can."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Browser, Playwright, Route, expect

from rehearsal.account import Account
from rehearsal.cast import pitch_hz_of
from tests.browser.conftest import DJ_HZ, Cast
from tests.support.chromium import chromium, new_page
from tests.support.pages import DeskPage
from tests.support.processes import wait_until
from tests.support.sdk import access_token
from tests.support.wire import Wire

CALLER = "+447700900001"
KEEP_STATES = """
() => {
  const desk = document.querySelector("[data-desk]");
  window.statesForTest = [];
  const observer = new MutationObserver(() => statesForTest.push(desk.dataset.air));
  observer.observe(desk, { attributeFilter: ["data-air"] });
}
"""


def shorter_lived(
    cast: Cast, ttl_seconds: int, secret: str = "", application: str = "TWILIO_APP_SID"
) -> Callable[[Route], None]:
    """Lets the app answer a request for a token, and gives that token another lifetime or another signature."""

    def answer(route: Route) -> None:
        answered = route.fetch()
        pass_ = answered.json()
        environment = dict(cast.station.app.environment)
        environment["TWILIO_API_KEY_SECRET"] = secret or environment["TWILIO_API_KEY_SECRET"]
        pass_["token"] = access_token(
            Account.from_environment(environment),
            pass_["identity"],
            environment[application],
            ttl_seconds=ttl_seconds,
            incoming=False,
        )
        route.fulfill(response=answered, json=pass_)

    return answer


def test_a_reload_in_mid_call_is_told_afterwards(cast: Cast) -> None:
    [caller] = cast.waiting(CALLER)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    desk_leg = cast.desk_leg(caller)
    desk.page.on("dialog", lambda dialog: dialog.accept())

    desk.page.reload()
    desk.expect_words("You were on the air with the caller ending 001 when this page was reloaded")
    wait_until(lambda: cast.station.caller(desk_leg)["status"] == "completed", why="the desk's leg lives on")


def test_a_refused_microphone_is_told_with_what_to_do(cast: Cast, playwright: Playwright) -> None:
    with chromium(playwright, None) as without_permission:
        desk = DeskPage(new_page(without_permission), cast.station.app.url)
        desk.open()
        desk.wait_until_ready()
        desk.connect()
        desk.expect_words("may not use your microphone")
        expect(desk.advice).to_contain_text("allow the microphone")
        desk.expect_air_state("off")


def test_an_expired_token_is_told_and_a_new_one_heals_it(cast: Cast) -> None:
    desk = cast.new_desk()
    desk.page.route("**/token", shorter_lived(cast, -5))
    desk.open()
    desk.expect_words("pass has run out")
    desk.page.unroute("**/token")
    desk.page.reload()
    desk.expect_words("^Ready")


def test_a_token_that_runs_out_in_an_open_page_is_replaced(cast: Cast) -> None:
    """A token of two seconds is too short for the SDK's warning: the network itself says that it has expired."""
    desk = cast.new_desk()
    desk.page.route("**/token", shorter_lived(cast, 2), times=1)
    with desk.page.expect_response("**/token"):
        desk.open()
    with desk.page.expect_response("**/token", timeout=30_000):
        pass
    desk.expect_words("^Ready")


def test_a_token_signed_with_a_wrong_key_is_told_as_such(cast: Cast) -> None:
    desk = cast.new_desk()
    desk.page.route("**/token", shorter_lived(cast, 600, "0" * 32))
    desk.open()
    desk.expect_words("refused this desk’s pass")


def test_the_token_is_renewed_in_mid_call_with_no_interruption(cast: Cast) -> None:
    [caller] = cast.waiting(CALLER)
    desk = cast.new_desk()
    desk.page.route("**/token", shorter_lived(cast, 15), times=1)
    expires_at = time.monotonic() + 15
    desk.open()
    desk.wait_until_ready()
    desk.page.evaluate(KEEP_STATES)
    with desk.page.expect_response("**/token"):
        desk.connect()
        desk.expect_on_air_with("001")
    cast.caller_hears(caller, DJ_HZ)

    heard: list[float | None] = []

    def first_token_is_over() -> bool:
        heard.append(cast.reading(caller)["frequency_hz"])
        return time.monotonic() > expires_at + 1

    wait_until(first_token_is_over)
    assert all(hertz is not None and abs(hertz - DJ_HZ) < 3 for hertz in heard), "the DJ's tone never stops"
    desk.hears(pitch_hz_of(CALLER))
    desk.expect_on_air_with("001")
    states = desk.page.evaluate("statesForTest")
    assert [state for state in states if state != "standby"] == ["calling", "on"]


def test_a_dropped_socket_heals_while_the_sound_goes_on(cast: Cast, wire: Wire) -> None:
    [caller] = cast.waiting(CALLER)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    cast.caller_hears(caller, DJ_HZ)

    wire.cut()
    desk.expect_air_state("reconnecting")
    cast.caller_hears(caller, DJ_HZ)
    desk.hears(pitch_hz_of(CALLER))
    wire.mend()
    desk.expect_on_air_with("001")

    desk.next_caller()
    wait_until(lambda: cast.station.caller(caller)["status"] == "completed", why="keys do not reach the network")


def test_a_browser_that_never_comes_back_is_given_up(cast: Cast, dj_browser: Browser, wire: Wire) -> None:
    [caller] = cast.waiting(CALLER)
    desk = cast.desk()
    desk.connect()
    desk.expect_on_air_with("001")
    desk_leg = cast.desk_leg(caller)
    wire.cut()
    desk.expect_air_state("reconnecting")
    cast.station.control("PUT", "/clock", {"advance_seconds": 20})
    wait_until(lambda: cast.station.caller(desk_leg)["status"] == "completed", why="the leg lives on")
    wire.mend()
    desk.expect_air_state("off")
    desk.expect_words(r"\w")


# Devices and tokens that do nothing, in place of the SDK's and the app's.
IDLE_DEVICES = """
export const whatThisBrowserLacks = () => null;
export const makeDevice = () => ({
  isBusy: false,
  state: "unregistered",
  on(event, act) { this[event] = act; },
  removeAllListeners() {},
  destroy() { this.state = "destroyed"; },
});
"""
IDLE_TOKENS = """
export class TokenSource {
  identity = "listener-1";
  isStale = false;
  async renew() {
    if (window.isAppGoneForTest) throw new Error("no answer");
  }
}
"""
DISCARD = """async () => {
  const { Registration } = await import("/static/shared/registration.js");
  const registration = new Registration({ stayRegistered: false }, {});
  const tries = [];
  const first = await registration.device();
  first.isBusy = true;
  window.setTimeout = (act) => tries.push(act);
  window.isAppGoneForTest = true;
  await first.tokenWillExpire();
  window.isAppGoneForTest = false;
  registration.discard();
  const second = await registration.device();
  await Promise.all(tries.map((act) => act()));
  return [tries.length, first.state, second.state];
}"""


def test_a_token_that_could_not_be_renewed_is_not_tried_again_once_its_device_is_discarded(cast: Cast) -> None:
    page = cast.call_page().page
    script = "text/javascript"
    page.route("**/shared/sdk.js", lambda route: route.fulfill(content_type=script, body=IDLE_DEVICES))
    page.route("**/shared/token.js", lambda route: route.fulfill(content_type=script, body=IDLE_TOKENS))
    tries, *states = page.evaluate(DISCARD)
    assert tries >= 1
    assert states == ["destroyed", "unregistered"], "the next call, which is just beginning, is left alone"


WRITES = """async () => {
  const { rememberConnected, forgetConnected } = await import("/static/desk/memory.js");
  const writes = [];
  const { setItem } = Storage.prototype;
  Storage.prototype.setItem = function (name, text) {
    writes.push(text);
    setItem.call(this, name, text);
  };
  const call = { call_sid: "CA2", number: "•••001", stage: "on_air" };
  rememberConnected("CA1", null);
  rememberConnected("CA1", call);
  rememberConnected("CA1", { ...call, stage: "held" });
  forgetConnected();
  rememberConnected("CA1", call);
  return writes.map((text) => JSON.parse(text).call?.call_sid);
}"""


def test_that_the_tab_is_connected_is_stored_only_when_it_has_changed(cast: Cast) -> None:
    assert cast.desk().page.evaluate(WRITES) == [None, "CA2", "CA2"]
