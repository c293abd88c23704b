"""The account itself over REST: whether it is a trial, and active. https://www.twilio.com/docs/iam/api/account"""

from __future__ import annotations

from aiohttp import web

from rehearsal.exchange.network import Network
from rehearsal.rest.errors import not_found
from rehearsal.rest.formats import address, moment

SUBRESOURCES = {
    "applications": "Applications",
    "calls": "Calls",
    "incoming_phone_numbers": "IncomingPhoneNumbers",
    "keys": "Keys",
    "queues": "Queues",
    "recordings": "Recordings",
}


class AccountItself:
    """The handler of /Accounts/{Sid}. Its kind is one of the rehearsal's settings of behaviour."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/Accounts/{sid}.json", self.fetch)]

    async def fetch(self, request: web.Request) -> web.Response:
        account, behaviour = self._network.account, self._network.behaviour
        if request.match_info["sid"] != account.sid:
            raise not_found(request.path)
        made = moment(self._network.began_at)
        return web.json_response(
            {
                "auth_token": account.auth_token,
                "date_created": made,
                "date_updated": made,
                "friendly_name": "Rehearsal",
                "owner_account_sid": account.sid,
                "sid": account.sid,
                "status": behaviour.account_status,
                "subresource_uris": {name: address(account.sid, part) for name, part in SUBRESOURCES.items()},
                "type": behaviour.account_type,
                "uri": f"/2010-04-01/Accounts/{account.sid}.json",
            }
        )
