"""API keys over REST. https://www.twilio.com/docs/iam/api-keys/key-resource-v2010"""

from __future__ import annotations

import secrets
from typing import Any

from aiohttp import web

from rehearsal.account import ApiKey, new_sid
from rehearsal.exchange.network import Network
from rehearsal.rest import parameters
from rehearsal.rest.errors import not_found
from rehearsal.rest.formats import moment
from rehearsal.rest.paging import page


class Keys:
    """The handlers of /Keys: all that Twilio documents, except the update."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """All routes, below `prefix`."""
        one = prefix + r"/Keys/{sid}.json"
        return [
            web.get(prefix + "/Keys.json", self.list_all),
            web.post(prefix + "/Keys.json", self.create),
            web.get(one, self.fetch),
            web.delete(one, self.delete),
        ]

    async def list_all(self, request: web.Request) -> web.Response:
        return web.json_response(
            page(
                list(self._network.keys.values()),
                key="keys",
                path=request.path,
                query=request.query,
                sid=lambda key: key.sid,
                as_json=lambda _, key: _key_json(key),
            )
        )

    async def create(self, request: web.Request) -> web.Response:
        """A standard key. This one answer holds its secret."""
        form = await parameters.form(request)
        name = parameters.friendly_name(form["FriendlyName"]) if form.get("FriendlyName") else ""
        key = ApiKey(new_sid("SK"), secrets.token_hex(16), name, self._network.clock.now())
        self._network.keys[key.sid] = key
        return web.json_response(_key_json(key) | {"secret": key.secret}, status=201)

    async def fetch(self, request: web.Request) -> web.Response:
        return web.json_response(_key_json(self._key(request)))

    async def delete(self, request: web.Request) -> web.Response:
        """Gone for good: tokens that it signed are not accepted any more."""
        del self._network.keys[self._key(request).sid]
        return web.Response(status=204)

    def _key(self, request: web.Request) -> ApiKey:
        key = self._network.keys.get(request.match_info["sid"])
        if key is None:
            raise not_found(request.path)
        return key


def _key_json(key: ApiKey) -> dict[str, Any]:
    return {
        "date_created": moment(key.created_at),
        "date_updated": moment(key.created_at),
        "friendly_name": key.friendly_name,
        "sid": key.sid,
    }
