"""How long is the silence between two callers? Measured in sound in the DJ's browser, Chromium with Twilio's own SDK.

From the press, and from the last sound of the previous caller, until the next one is heard. Our Next is compared with
`*` as in the tutorial, with its sentence, and with `*` and nothing before the bridge: the rehearsal's own time.
"""

from __future__ import annotations

import functools
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from playwright.sync_api import Page, sync_playwright
from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant
from twilio.rest import Client

from bench import report
from bench.console import chromium
from bench.load import Result
from bench.next_caller import Studio
from bench.station import Station, our_app, station, tutorial
from rehearsal.cast import pitch_hz_of
from tests.support.processes import ROOT

NEXTS = 30
TALK_SECONDS = 1.5
LATE_SECONDS = 20.0

LOW_HZ, HIGH_HZ = 270.0, 540.0
"""Callers hum below the first and above the second in turn, so that a change is heard even without a silence."""

# The rehearsal's signalling has no certificate. Each remote track is listened to in blocks of 11 ms; `sounds` gets an
# entry whenever what is heard changes: "none", "low" or "high", by how often the wave crosses zero in a block.
BEFORE_THE_SDK = """
(() => {
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(url, ...more) { super(String(url).replace(/^wss:/, "ws:"), ...more); }
  };
  window.sounds = [];
  const pitchOf = (samples) => {
    if (!samples.some((sample) => Math.abs(sample) > 0.02)) return "none";
    let crossings = 0;
    for (let n = 1; n < samples.length; n += 1) crossings += samples[n - 1] < 0 !== samples[n] < 0;
    return crossings > 8 ? "high" : "low";
  };
  const listenTo = (track) => {
    const context = new AudioContext({ sampleRate: 48000 });
    const meter = context.createScriptProcessor(512, 1, 1);
    let [heard, last] = ["none", { pitch: "none", at: 0 }];
    meter.onaudioprocess = ({ inputBuffer }) => {
      const now = { pitch: pitchOf(inputBuffer.getChannelData(0)), at: performance.timeOrigin + performance.now() };
      if (now.pitch === last.pitch && now.pitch !== heard) { // two in a row: one may hold a change
        heard = now.pitch;
        window.sounds.push(last);
      }
      last = now;
    };
    context.createMediaStreamSource(new MediaStream([track])).connect(meter).connect(context.destination);
  };
  const Peer = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Peer {
    constructor(...settings) {
      super(...settings);
      this.addEventListener("track", ({ track }) => listenTo(track));
    }
  };
})();
"""

CALL = """
async ({ token, host }) => {
  window.device = new Twilio.Device(token, { chunderw: host, publishEvents: false });
  window.call = await window.device.connect();
}
"""


class Gap(NamedTuple):
    """One change of callers, in seconds: from the press until sound, and from the last sound until the next."""

    from_press: float
    of_silence: float


class BareBrowser:
    """A page with the SDK and a meter, and nothing of our own."""

    def __init__(self, page: Page, where: Station, token: str) -> None:
        self._page = page
        self._where = where
        page.add_init_script(BEFORE_THE_SDK)
        page.goto(where.network_url + "/rehearsal/callers")  # any page of this machine's will do
        page.add_script_tag(path=ROOT / "node_modules/@twilio/voice-sdk/dist/twilio.min.js")
        page.evaluate(CALL, {"token": token, "host": where.environment["TWILIO_SIGNALING_HOST"]})

    def hears_somebody(self) -> None:
        self._until(lambda sounds: bool(sounds) and sounds[-1]["pitch"] != "none")

    def gap_after(self, press: Callable[[], object]) -> Gap:
        """The gap after this press, by the page's own clock."""
        pressed_at: float = self._page.evaluate("performance.timeOrigin + performance.now()")
        press()
        ended, began = self._until(lambda sounds: _gap(sounds, pressed_at))
        return Gap((began - pressed_at) / 1000, (began - ended) / 1000)

    def hang_up(self) -> None:
        self._page.evaluate("window.device.disconnectAll()")

    def _until(self, found: Callable[[list[dict[str, Any]]], Any]) -> Any:
        deadline = time.monotonic() + LATE_SECONDS
        while time.monotonic() < deadline:
            if answer := found(self._page.evaluate("window.sounds")):
                return answer
            self._page.wait_for_timeout(50)
        raise RuntimeError(f"the next caller was not heard within {LATE_SECONDS:.0f} s")


def _gap(sounds: list[dict[str, Any]], pressed_at: float) -> tuple[float, float] | None:
    """When the previous caller fell silent, and when the next one was heard; None until then."""
    before = [sound["pitch"] for sound in sounds if sound["at"] <= pressed_at and sound["pitch"] != "none"][-1]
    after = [sound for sound in sounds if sound["at"] > pressed_at]
    began = next((sound["at"] for sound in after if sound["pitch"] not in ("none", before)), None)
    if began is None:
        return None
    # The change before it is the end of the previous caller's sound, unless the next one follows at once.
    return next((sound["at"] for sound in reversed(after) if sound["at"] < began), began), began


def _ours(where: Station, browser: BareBrowser, studio: Studio, *, told: bool) -> list[Gap]:
    """Next on the page; or Take, out of order, of callers that have not heard the notice."""
    gaps = []
    browser.hears_somebody()
    for _ in range(NEXTS):
        time.sleep(TALK_SECONDS)  # the caller is heard, and the browser buffers sound as in a longer call
        status = _when_next_is_told(where, studio)
        desk = status["desks"][0]
        body = {"turn": desk["turn"], "on_air": desk["on_air"]}
        if not told:
            body["call_sid"] = _out_of_order(where, status)
        gaps.append(browser.gap_after(functools.partial(studio.press, "/desk/next" if told else "/desk/take", body)))
    return gaps


def _out_of_order(where: Station, status: dict[str, Any]) -> str:
    """The last caller that has not heard the notice, and hums at the other pitch than the one on the air."""
    is_high = {row["call_sid"]: _hums_high(where, row["call_sid"]) for row in status["calls"]}
    now = is_high[status["desks"][0]["on_air"]]
    rows = (row for row in reversed(status["calls"]) if row["position"] and not row["noticed_at"])
    return str(next(row["call_sid"] for row in rows if is_high[row["call_sid"]] != now))


def _hums_high(where: Station, call_sid: str) -> bool:
    return pitch_hz_of(where.control("GET", f"callers/{call_sid}")["from"]) > HIGH_HZ


def _when_next_is_told(where: Station, studio: Studio) -> dict[str, Any]:
    """The line once its first caller has heard the notice. The network's clock is advanced; sound is not."""
    for _ in range(30):
        status = studio.status()
        first = next((row for row in status["calls"] if row["position"] == 1), None)
        if first and first["noticed_at"]:
            return status
        where.control("PUT", "clock", {"advance_seconds": 5})
        time.sleep(0.1)  # between two looks
    raise RuntimeError("the first in line is not told")


def _tutorials(where: Station, browser: BareBrowser, leg: str) -> list[Gap]:
    """`*`, sent as the page sends it."""
    gaps = []
    browser.hears_somebody()
    for _ in range(NEXTS):
        time.sleep(TALK_SECONDS)  # as above
        press = functools.partial(where.control, "POST", f"callers/{leg}/digits", {"digits": "*"})
        gaps.append(browser.gap_after(press))
    return gaps


def _ring_in(where: Station, callers: int) -> None:
    """Callers that hum, low and high in turn, and do not speak, because a pause in speech would be measured."""
    numbers = [f"+447700{900000 + number}" for number in range(1000)]
    low = (number for number in numbers if pitch_hz_of(number) < LOW_HZ)
    high = (number for number in numbers if pitch_hz_of(number) > HIGH_HZ)
    for pair in itertools.islice(zip(low, high, strict=False), callers // 2):
        for number in pair:
            call = {"from": number, "to": "listener"}
            where.wait_until_queued(where.control("POST", "callers", call)["call_sid"])


@contextmanager
def _studio_page(where: Station, token: str) -> Iterator[BareBrowser]:
    with sync_playwright() as playwright, chromium(playwright) as process:
        browser = BareBrowser(process.new_context(bypass_csp=True).new_page(), where, token)
        yield browser
        browser.hang_up()


@contextmanager
def _tutorial_on_the_line(where: Station, *, bare: bool) -> Iterator[None]:
    """Points the numbers and the studio's application at the tutorial's app."""
    settings = where.environment
    client = Client(settings["TWILIO_ACCOUNT_SID"], settings["TWILIO_AUTH_TOKEN"])
    client.api.base_url = settings["TWILIO_API_URL"]
    application = client.applications(settings["TWILIO_APP_SID"])
    number = client.incoming_phone_numbers.list(phone_number=settings["TWILIO_LISTENER_NUMBER"])[0]
    before = application.fetch().voice_url, number.voice_url
    where.control("POST", "reset")
    with tutorial(where) as (_, port):
        url = f"http://127.0.0.1:{port}/twiml"
        application.update(voice_url=f"{url}/dequeue{'?bare=1' if bare else ''}", voice_method="POST")
        number.update(voice_url=f"{url}/enqueue", voice_method="POST")
        _ring_in(where, NEXTS + 2)
        yield
        application.update(voice_url=before[0])
        number.update(voice_url=before[1])


def _tutorials_token(where: Station) -> str:
    settings = where.environment
    keys = settings["TWILIO_ACCOUNT_SID"], settings["TWILIO_API_KEY_SID"], settings["TWILIO_API_KEY_SECRET"]
    grant = VoiceGrant(outgoing_application_sid=settings["TWILIO_APP_SID"])
    return str(AccessToken(*keys, grants=[grant], identity="dj_tutorial", ttl=3600).to_jwt())


def _leg(where: Station) -> str:
    """The DJ's leg, as the network has it."""
    legs = (call for call in where.control("GET", "callers") if call["from"].startswith("client:dj_"))
    return str(next(call["call_sid"] for call in legs if call["status"] == "in-progress"))


def main() -> None:
    rows: dict[str, list[Gap]] = {}
    with station() as where:
        for bare in (True, False):
            report.doing(f"{NEXTS} times `*` in the tutorial's way", seconds=NEXTS * 5)
            words = "`*`, nothing before the bridge: the rehearsal's own" if bare else "`*` in the tutorial's way"
            with _tutorial_on_the_line(where, bare=bare), _studio_page(where, _tutorials_token(where)) as browser:
                browser.hears_somebody()
                rows[words] = _tutorials(where, browser, _leg(where))
        where.control("POST", "reset")
        with our_app(where):
            report.doing(f"{NEXTS} times Next on our page, and {NEXTS} times Take", seconds=NEXTS * 8)
            studio = Studio(where)
            _ring_in(where, 2 * NEXTS + 6)
            _when_next_is_told(where, studio)
            with _studio_page(where, studio.token) as browser:
                rows["Next on our page"] = _ours(where, browser, studio, told=True)
                rows["Take, out of order: a caller not told before"] = _ours(where, browser, studio, told=False)
    own = _median([gap.from_press for gap in next(iter(rows.values()))])
    headings = (
        f"{NEXTS} of each",
        "from the press, median ms",
        "slowest",
        "above the rehearsal's own",
        "of silence, median ms",
    )
    table = []
    for words, gaps in rows.items():
        pressed, silent = [gap.from_press for gap in gaps], [gap.of_silence for gap in gaps]
        half = _median(pressed)
        table.append(
            (words, f"{half:.0f}", f"{max(pressed) * 1000:.0f}", f"{half - own:.0f}", f"{_median(silent):.0f}")
        )
    report.table("Dead air until the next caller is heard (aim: 300 ms more than the rehearsal's own)", headings, table)


def _median(seconds: list[float]) -> float:
    result = Result()
    result.latencies += seconds
    return result.quantile_ms(0.5)


if __name__ == "__main__":
    main()
