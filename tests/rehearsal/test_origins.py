"""Parameters that follow from a call's numbers: all that Twilio sends for one from North America, signed too."""

from __future__ import annotations

import json
from urllib.parse import unquote

import pytest

from rehearsal.documents.origins import ATTESTATIONS, place_of
from tests.rehearsal.rig import Rig, heard, story

NEW_YORK = "+12125550101"


@story
async def test_a_call_from_the_united_states_brings_all_that_twilio_knows_of_it(rig: Rig) -> None:
    rig.station.on("/voice", "<Say>Hello</Say>")
    leg = rig.ring(NEW_YORK)
    await rig.until(lambda: heard(leg))
    [asked] = rig.station.asked
    assert asked.signed
    told = asked.params
    for role in ("From", "Caller"):
        assert [told[role + part] for part in ("City", "State", "Zip", "Country")] == ["NEW YORK", "NY", "10001", "US"]
    for role in ("To", "Called"):
        assert [told[role + part] for part in ("City", "State", "Zip", "Country")] == ["", "", "", "GB"]
    assert told["StirVerstat"] in ATTESTATIONS
    assert told["CallerName"].isupper()
    assert told["ForwardedFrom"] == "+12125550199"
    token = json.loads(unquote(told["CallToken"]))
    assert token["parentCallInfoToken"].count(".") == 2
    assert len(told["CallToken"]) > 400
    assert json.loads(told["AddOns"])["status"] == "successful"


@story
async def test_the_token_and_the_add_ons_come_with_the_first_request_alone(rig: Rig) -> None:
    rig.number().status_callback = f"{rig.station.url}/status"
    rig.station.on("/voice", '<Enqueue waitUrl="/wait">line</Enqueue>')
    rig.station.on("/wait", '<Pause length="600"/>')
    rig.station.on("/status", "")
    leg = rig.ring(NEW_YORK)
    await rig.until(lambda: "/wait" in rig.station.paths())
    leg.hang_up()
    await rig.until(lambda: "/status" in rig.station.paths())
    once, always = {"CallToken", "AddOns"}, {"StirVerstat", "CallerName", "ForwardedFrom", "FromState"}
    told = {asked.path: set(asked.params) for asked in rig.station.asked}
    assert once | always <= told["/voice"]
    for path in ("/wait", "/status"):
        assert always <= told[path]
        assert not once & told[path]


@story
async def test_a_name_comes_where_it_is_looked_up_and_a_forwarding_number_where_there_is_one(rig: Rig) -> None:
    rig.number().voice_caller_id_lookup = False
    rig.station.on("/voice", "<Say>Hello</Say>")
    leg = rig.ring("+12125550102")
    await rig.until(lambda: heard(leg))
    assert not {"CallerName", "ForwardedFrom"} & set(rig.station.asked[0].params)
    assert "StirVerstat" in rig.station.asked[0].params


@pytest.mark.parametrize("number", ["+447700900001", "anonymous", "+266696687"])
@story
async def test_a_call_from_elsewhere_brings_its_country_at_most(rig: Rig, number: str) -> None:
    rig.station.on("/voice", "<Say>Hello</Say>")
    leg = rig.ring(number)
    await rig.until(lambda: heard(leg))
    told = rig.station.asked[0].params
    assert not {"CallToken", "AddOns", "StirVerstat", "CallerName", "ForwardedFrom"} & set(told)
    assert told.get("FromCountry", "") == ("GB" if number.startswith("+44") else "")


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+13125550100", "US"),
        ("+19995550100", "US"),
        ("+14165550100", "CA"),
        ("+353201234567", "IE"),
        ("+99812345", ""),
    ],
)
def test_a_number_belongs_to_the_country_that_its_beginning_names(number: str, country: str) -> None:
    assert place_of(number).country == country
