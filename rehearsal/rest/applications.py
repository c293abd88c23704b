"""TwiML applications over REST. https://www.twilio.com/docs/usage/api/applications"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from rehearsal.account import Application, new_sid
from rehearsal.exchange.network import Network
from rehearsal.rest import callbacks, parameters
from rehearsal.rest.errors import not_found
from rehearsal.rest.formats import address, moment
from rehearsal.rest.paging import page

PUBLIC_CONNECT = "PublicApplicationConnectEnabled"


class Applications:
    """The handlers of /Applications."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """All routes, below `prefix`."""
        one = prefix + r"/Applications/{sid}.json"
        return [
            web.get(prefix + "/Applications.json", self.list_all),
            web.post(prefix + "/Applications.json", self.create),
            web.get(one, self.fetch),
            web.post(one, self.update),
            web.delete(one, self.delete),
        ]

    async def list_all(self, request: web.Request) -> web.Response:
        name = request.query.get("FriendlyName")
        applications = [
            application
            for application in self._network.applications.values()
            if name is None or application.friendly_name == name
        ]
        return web.json_response(
            page(
                applications,
                key="applications",
                path=request.path,
                query=request.query,
                sid=lambda application: application.sid,
                as_json=lambda _, application: self._application_json(application),
            )
        )

    async def create(self, request: web.Request) -> web.Response:
        changes = self._changes(await parameters.form(request))
        now = self._network.clock.now()
        application = Application(new_sid("AP"), changes.pop("friendly_name", ""), created_at=now, updated_at=now)
        self._change(application, changes)
        self._network.applications[application.sid] = application
        return web.json_response(self._application_json(application), status=201)

    async def fetch(self, request: web.Request) -> web.Response:
        return web.json_response(self._application_json(self._application(request)))

    async def update(self, request: web.Request) -> web.Response:
        application = self._application(request)
        self._change(application, self._changes(await parameters.form(request)))
        return web.json_response(self._application_json(application))

    async def delete(self, request: web.Request) -> web.Response:
        """Gone for good; a number that pointed to it falls back to its own addresses."""
        sid = self._application(request).sid
        del self._network.applications[sid]
        for number in self._network.numbers.values():
            if number.voice_application_sid == sid:
                number.voice_application_sid = ""
        return web.Response(status=204)

    @staticmethod
    def _changes(form: parameters.Form) -> dict[str, Any]:
        if parameters.boolean(form.get(PUBLIC_CONNECT) or "false", PUBLIC_CONNECT):
            parameters.refuse_unsupported(form, (PUBLIC_CONNECT,))
        changes = callbacks.read(form)
        if "FriendlyName" in form:
            changes["friendly_name"] = parameters.friendly_name(form["FriendlyName"])
        return changes

    def _change(self, application: Application, changes: dict[str, Any]) -> None:
        for attribute, value in changes.items():
            setattr(application, attribute, value)
        application.updated_at = self._network.clock.now()

    def _application(self, request: web.Request) -> Application:
        application = self._network.applications.get(request.match_info["sid"])
        if application is None:
            raise not_found(request.path)
        return application

    def _application_json(self, application: Application) -> dict[str, Any]:
        account_sid = self._network.account.sid
        return {
            **callbacks.as_json(application),
            "account_sid": account_sid,
            "api_version": "2010-04-01",
            "date_created": moment(application.created_at),
            "date_updated": moment(application.updated_at),
            "friendly_name": application.friendly_name,
            "message_status_callback": None,
            "public_application_connect_enabled": False,
            "sid": application.sid,
            "sms_status_callback": None,
            "uri": address(account_sid, "Applications", application.sid),
        }
