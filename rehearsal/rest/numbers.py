"""The account's phone numbers over REST. https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

from aiohttp import web

from rehearsal.account import PhoneNumber
from rehearsal.exchange.network import Network
from rehearsal.rest import callbacks, parameters
from rehearsal.rest.errors import INVALID_APPLICATION, Refusal, not_found
from rehearsal.rest.formats import address, moment
from rehearsal.rest.paging import page

ORIGINS = ("twilio", "hosted")
UNSUPPORTED = (
    "AccountSid",
    "EmergencyStatus",
    "EmergencyAddressSid",
    "TrunkSid",
    "IdentitySid",
    "AddressSid",
    "BundleSid",
)


class Numbers:
    """The handlers of /IncomingPhoneNumbers. None can be bought or released here; `/rehearsal/numbers` adds one."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """All routes, below `prefix`."""
        one = prefix + r"/IncomingPhoneNumbers/{sid}.json"
        return [
            web.get(prefix + "/IncomingPhoneNumbers.json", self.list_all),
            web.get(one, self.fetch),
            web.post(one, self.update),
        ]

    async def list_all(self, request: web.Request) -> web.Response:
        """All; or those with the given digits in PhoneNumber (`*`: any), or with that FriendlyName.

        None is new to Twilio's platform (Beta), and none is hosted elsewhere (Origin).
        """
        digits, name = request.query.get("PhoneNumber"), request.query.get("FriendlyName")
        beta = "Beta" in request.query and parameters.boolean(request.query["Beta"], "Beta")
        hosted = "Origin" in request.query and parameters.one_of(request.query["Origin"], "Origin", ORIGINS) != "twilio"
        numbers = [
            number
            for number in self._network.numbers.values()
            if not (beta or hosted)
            and (not digits or fnmatchcase(number.phone_number, f"*{digits}*"))
            and (not name or number.friendly_name == name)
        ]
        return web.json_response(
            page(
                numbers,
                key="incoming_phone_numbers",
                path=request.path,
                query=request.query,
                sid=lambda number: number.sid,
                as_json=lambda _, number: self._number_json(number),
            )
        )

    async def fetch(self, request: web.Request) -> web.Response:
        return web.json_response(self._number_json(self._number(request)))

    async def update(self, request: web.Request) -> web.Response:
        number = self._number(request)
        form = await parameters.form(request)
        parameters.refuse_unsupported(form, UNSUPPORTED)
        changes = callbacks.read(form)
        if "FriendlyName" in form:
            changes["friendly_name"] = parameters.friendly_name(form["FriendlyName"])
        if "VoiceApplicationSid" in form:
            sid = form["VoiceApplicationSid"]
            if sid and sid not in self._network.applications:
                raise Refusal(400, INVALID_APPLICATION, f"There is no application {sid[:40]}")
            changes["voice_application_sid"] = sid
        for attribute, value in changes.items():
            setattr(number, attribute, value)
        number.updated_at = self._network.clock.now()
        return web.json_response(self._number_json(number))

    def _number(self, request: web.Request) -> PhoneNumber:
        number = self._network.numbers.get(request.match_info["sid"])
        if number is None:
            raise not_found(request.path)
        return number

    def _number_json(self, number: PhoneNumber) -> dict[str, Any]:
        account_sid = self._network.account.sid
        return {
            **callbacks.as_json(number),
            "account_sid": account_sid,
            "address_requirements": "none",
            "address_sid": None,
            "api_version": "2010-04-01",
            "beta": False,
            "bundle_sid": None,
            "capabilities": {"fax": False, "mms": False, "sms": False, "voice": number.has_voice},
            "date_created": moment(number.created_at),
            "date_updated": moment(number.updated_at),
            "emergency_address_sid": None,
            "emergency_address_status": "unregistered",
            "emergency_status": "Inactive",
            "friendly_name": number.friendly_name,
            "identity_sid": None,
            "origin": "twilio",
            "phone_number": number.phone_number,
            "sid": number.sid,
            "sms_application_sid": None,
            "status": "in-use",
            "trunk_sid": None,
            "type": "local",
            "uri": address(account_sid, "IncomingPhoneNumbers", number.sid),
            "voice_application_sid": number.voice_application_sid or None,
            "voice_receive_mode": "voice",
        }
