"""Requests to the app: limits of time and size, retries, redirects, fallbacks, static files."""

from __future__ import annotations

import asyncio
import base64
import hmac
import re
from pathlib import Path

import pytest
from aiohttp import web

from rehearsal.webhooks.overrides import Overrides, read_overrides
from rehearsal.webhooks.static_folder import StaticFolder
from tests.rehearsal.rig import Rig, heard, rig, story

BROKEN = web.Response(status=503)


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("", Overrides()),
        ("#rc=2&rp=all", Overrides(retries=2, policy=frozenset({"all"}))),
        ("#rc=2&rp=all&rt=5000", Overrides(retries=2, policy=frozenset({"all"}), read_seconds=5)),
        ("#ct=2000&tt=9000", Overrides(connect_seconds=2, total_seconds=9)),
        ("#rp=4xx,5xx", Overrides(policy=frozenset({"4xx", "5xx"}))),
        ("#rc=9&rp=never&rt=99999&ct=x", Overrides()),
        ("#section-two", Overrides()),
    ],
)
def test_an_address_says_how_it_wants_to_be_asked(fragment: str, expected: Overrides) -> None:
    assert read_overrides("http://127.0.0.1/voice" + fragment) == expected


@story
async def test_an_error_answer_is_not_asked_again_by_default(rig: Rig) -> None:
    rig.station.on("/voice", BROKEN, "<Say>Second try</Say>")
    leg = rig.ring()
    await rig.until(lambda: rig.network.alerts)
    assert rig.station.paths() == ["/voice"]
    await rig.until(lambda: "application error" in heard(leg)[-1])
    await rig.pass_time(10)
    assert leg.status == "completed"


@story
async def test_retries_are_made_where_the_address_asks_for_them(rig: Rig) -> None:
    rig.number().voice_url += "#rc=2&rp=all"
    rig.station.on("/voice", BROKEN, web.Response(status=404), "<Say>Third try</Say>")
    leg = rig.ring()
    await rig.until(lambda: heard(leg) == ["Third try"])
    tokens = {asked.headers["I-Twilio-Idempotency-Token"] for asked in rig.station.asked}
    assert len(rig.station.asked) == 3
    assert len(tokens) == 1, "the retries of one request are known by their token"
    assert not rig.network.alerts


@story
async def test_a_retry_policy_is_kept_to(rig: Rig) -> None:
    rig.number().voice_url += "#rc=3&rp=4xx"
    rig.station.on("/voice", web.Response(status=404), BROKEN, "<Say>Third try</Say>")
    rig.ring()
    await rig.until(lambda: rig.network.alerts)
    assert rig.station.paths() == ["/voice", "/voice"]


@story
async def test_an_app_that_does_not_answer_is_given_up_in_time(rig: Rig) -> None:
    async def never(_: object) -> str:
        await asyncio.sleep(30)
        return ""

    rig.number().voice_url += "#rt=300"
    rig.station.on("/voice", never)
    began = asyncio.get_running_loop().time()
    rig.ring()
    await rig.until(lambda: rig.network.alerts)
    assert asyncio.get_running_loop().time() - began < 2
    assert "limit of time" in rig.network.alerts[0]["message"]


@story
async def test_the_fallback_is_told_what_went_wrong(rig: Rig) -> None:
    rig.number().voice_fallback_url = f"{rig.station.url}/fallback"
    rig.station.on("/voice", BROKEN)
    rig.station.on("/fallback", "<Say>One moment</Say>")
    leg = rig.ring()
    await rig.until(lambda: heard(leg) == ["One moment"])
    asked = rig.station.asked[-1]
    assert asked.method == "POST"
    assert asked.params["ErrorCode"] == "11200"
    assert asked.params["ErrorUrl"] == f"{rig.station.url}/voice"
    assert asked.params["CallSid"] == leg.sid


@story
async def test_a_fallback_that_fails_too_ends_in_the_error_sentence(rig: Rig) -> None:
    rig.number().voice_fallback_url = f"{rig.station.url}/fallback"
    rig.station.on("/voice", BROKEN)
    leg = rig.ring()
    await rig.until(lambda: heard(leg))
    assert "application error" in heard(leg)[0]
    assert rig.station.paths() == ["/voice", "/fallback"]
    assert rig.alerts() == [11200, 11200]


@story
async def test_a_later_document_that_fails_goes_to_the_fallback_too(rig: Rig) -> None:
    rig.number().voice_fallback_url = f"{rig.station.url}/fallback"
    rig.station.on("/voice", "<Redirect>/gone</Redirect>")
    rig.station.on("/fallback", "<Say>One moment</Say>")
    leg = rig.ring()
    await rig.until(lambda: heard(leg) == ["One moment"])
    assert rig.station.params("/fallback")[0]["ErrorUrl"] == f"{rig.station.url}/gone"


@story
async def test_get_carries_its_parameters_in_the_signed_address(rig: Rig) -> None:
    rig.number().voice_method = "GET"
    rig.number().voice_url += "?show=1#rc=1"
    rig.station.on("/voice", "<Say>Hello</Say>")
    leg = rig.ring()
    await rig.until(lambda: heard(leg))
    asked = rig.station.asked[0]
    assert asked.method == "GET"
    assert asked.signed
    assert asked.params["show"] == "1"
    assert asked.params["From"] == "+447700900001"


@story
async def test_a_document_asked_by_get_leads_on_without_the_parameters_that_it_was_asked_with(rig: Rig) -> None:
    rig.number().voice_method = "GET"
    rig.number().voice_url += "?show=1"
    rig.station.on("/voice", *['<Pause/><Redirect method="GET"/>'] * 12, "<Say>Hello</Say>")
    leg = rig.ring()
    await rig.until(lambda: len(rig.station.asked) == 1)
    await rig.pass_time(13)
    await rig.until(lambda: heard(leg))
    queries = [asked.query for asked in rig.station.asked]
    assert len(queries) == 13
    assert all(query.count("CallSid=") == query.count("show=1") == 1 for query in queries)


@story
async def test_the_cookies_of_an_app_come_back_on_the_same_call_alone(rig: Rig) -> None:
    first = web.Response(text="<Response><Redirect>/second</Redirect></Response>", content_type="text/xml")
    first.headers["Set-Cookie"] = "place=7; Path=/"
    rig.station.on("/voice", first, "<Redirect>/second</Redirect>")
    rig.station.on("/second", "<Say>Hello</Say>")
    legs = [rig.ring()]
    await rig.until(lambda: heard(legs[0]))
    legs.append(rig.ring("+447700900002"))
    await rig.until(lambda: heard(legs[1]))
    cookies = [(asked.path, asked.headers.get("Cookie", "")) for asked in rig.station.asked]
    assert cookies == [("/voice", ""), ("/second", "place=7"), ("/voice", ""), ("/second", "")]


@story
async def test_a_query_may_be_sorted_after_it_was_signed(rig: Rig) -> None:
    rig.network.behaviour.change({"query": "sorted"})
    rig.station.on("/voice", "<Redirect>/next?b=2&amp;a=1</Redirect>")
    rig.station.on("/next", "<Redirect>/last?a=1&amp;b=2</Redirect>")
    rig.station.on("/last", "<Say>Hello</Say>")
    leg = rig.ring()
    await rig.until(lambda: heard(leg))
    assert [(asked.query, asked.signed) for asked in rig.station.asked[1:]] == [("a=1&b=2", False), ("a=1&b=2", True)]
    rig.station.asked.clear()


@story
async def test_a_webhook_rule_signs_with_a_key_that_is_not_the_auth_token(rig: Rig) -> None:
    rig.network.behaviour.change({"signed_by": "shared_key"})
    rig.station.on("/voice", "<Say>Hello</Say>")
    leg = rig.ring()
    await rig.until(lambda: heard(leg))
    asked = rig.station.asked.pop()
    account = rig.network.account
    assert not asked.signed, "an app that knows only the Auth Token cannot check it"
    assert asked.headers["X-Twilio-Webhooks-Signature-Settings"] == f"key={account.shared_key_id},algorithm=HMAC_SHA256"
    text = f"{rig.station.url}/voice" + "".join(name + asked.params[name] for name in sorted(asked.params))
    expected = base64.b64encode(hmac.new(account.shared_key.encode(), text.encode(), "sha256").digest()).decode()
    assert asked.headers["X-Twilio-Signature"] == expected


@story
async def test_relative_addresses_follow_the_document_they_stand_in(rig: Rig) -> None:
    rig.number().voice_url = f"{rig.station.url}/show/one/voice?x=1"
    rig.station.on("/show/one/voice", "<Redirect>../two?y=a+b&amp;z=%2F~</Redirect>")
    rig.station.on("/show/two", f'<Redirect method="GET">//{rig.station.url[7:]}/three</Redirect>')
    rig.station.on("/three", "<Say>There</Say>")
    leg = rig.ring()
    await rig.until(lambda: heard(leg) == ["There"])
    assert [asked.method for asked in rig.station.asked] == ["POST", "POST", "GET"]


@story
async def test_an_empty_redirect_asks_the_same_address_again(rig: Rig) -> None:
    rig.station.on("/voice", "<Redirect/>", "<Say>Again</Say>")
    leg = rig.ring()
    await rig.until(lambda: heard(leg) == ["Again"])
    assert rig.station.paths() == ["/voice", "/voice"]


@story
async def test_http_redirects_are_followed_by_get(rig: Rig) -> None:
    rig.station.on("/voice", web.Response(status=302, headers={"Location": "/moved"}))
    rig.station.on("/moved", "<Redirect>relative</Redirect>")
    rig.station.on("/relative", "<Say>Found</Say>")
    leg = rig.ring()
    await rig.until(lambda: heard(leg) == ["Found"])
    assert [asked.method for asked in rig.station.asked] == ["POST", "GET", "POST"]


@story
async def test_endless_http_redirects_are_refused(rig: Rig) -> None:
    rig.station.on("/voice", web.Response(status=302, headers={"Location": "/voice"}))
    rig.ring()
    await rig.until(lambda: rig.alerts() == [11215])
    assert len(rig.station.asked) == 11


@story
async def test_a_status_callback_that_is_not_answered_well_is_shown(rig: Rig) -> None:
    rig.number().status_callback = f"{rig.station.url}/status"
    rig.station.on("/voice", "<Hangup/>")
    leg = rig.ring()
    await rig.until(lambda: rig.alerts() == [15003])
    status = rig.station.params("/status")[0]
    assert status["CallStatus"] == "completed"
    assert status["CallSid"] == leg.sid
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000", status["Timestamp"])


@story
async def test_an_app_that_is_down_is_tried_twice_and_then_the_fallback(rig: Rig) -> None:
    rig.number().voice_fallback_url = f"{rig.station.url}/fallback"
    await rig.station_goes_down()
    leg = rig.ring()
    await rig.until(lambda: heard(leg))
    assert rig.alerts() == [11205, 11205]
    assert "application error" in heard(leg)[0]


def test_the_static_fallback_answers_while_the_app_is_down(tmp_path: Path) -> None:
    (tmp_path / "twiml").mkdir()
    (tmp_path / "twiml" / "fallback.xml").write_text("<Response><Enqueue>line</Enqueue></Response>")
    (tmp_path.parent / "secret.xml").write_text("<Response/>")

    async def play() -> None:
        async with rig() as probe:
            url = probe.station.url
            await probe.station_goes_down()
        async with rig(static=StaticFolder(tmp_path, f"{url}/static")) as rigged:
            rigged.number().voice_url = f"{url}/voice#rc=1&rp=all"
            rigged.number().voice_fallback_url = f"{url}/static/twiml/fallback.xml"
            rigged.number().voice_fallback_method = "GET"
            leg = rigged.ring()
            await rigged.waiting(leg)
            assert rigged.alerts() == [11205]
            # By POST it is refused, as a static host refuses it; and nothing outside the folder is served.
            rigged.number().voice_fallback_method = "POST"
            rigged.ring("+447700900002")
            await rigged.until(lambda: rigged.alerts() == [11205, 11205, 11200])
            rigged.number().voice_fallback_method = "GET"
            rigged.number().voice_fallback_url = f"{url}/static/../secret.xml"
            rigged.ring("+447700900003")
            await rigged.until(lambda: len(rigged.alerts()) == 5)

    asyncio.run(play())
