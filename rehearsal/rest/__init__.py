"""Twilio's REST API, the part that a call-in station uses, over the rehearsal's network.

The answers have exactly the properties of Twilio's published OpenAPI document; tests/contract checks that.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable

from aiohttp import web

from rehearsal.account import Refusal
from rehearsal.exchange.network import Network
from rehearsal.rest import access, errors
from rehearsal.rest.account_itself import AccountItself
from rehearsal.rest.applications import Applications
from rehearsal.rest.calls import Calls
from rehearsal.rest.counting import Requests
from rehearsal.rest.keys import Keys
from rehearsal.rest.numbers import Numbers
from rehearsal.rest.queues import Queues
from rehearsal.rest.recordings import Recordings

PREFIX = "/2010-04-01"

_ABOVE_STANDARD_KEYS = re.compile(PREFIX + r"/Accounts/\w+(/Keys.*)?\.json")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_app(network: Network, requests: Requests) -> web.Application:
    """The API as an application, to be mounted at PREFIX. `requests` counts what comes."""

    @web.middleware
    async def as_twilio(request: web.Request, handler: Handler) -> web.StreamResponse:
        requests.count(request.method, request.path)
        try:
            await _misbehave(network)
            is_standard = not _ABOVE_STANDARD_KEYS.fullmatch(request.path)
            credentials = request.headers.get("Authorization", "")
            access.check(network.account, network.keys.values(), credentials, is_standard=is_standard)
            if request.match_info.get("account_sid", network.account.sid) != network.account.sid:
                raise errors.not_found(request.path)
            return await handler(request)
        except Refusal as refusal:
            return errors.response(refusal.http_status, refusal.twilio_code, refusal.message)
        except web.HTTPMethodNotAllowed:
            return errors.response(405, errors.METHOD_NOT_ALLOWED, "Method not allowed")
        except web.HTTPException as problem:
            if problem.status == 404:
                missing = errors.not_found(request.path)
                return errors.response(404, missing.twilio_code, missing.message)
            return errors.response(problem.status, errors.BAD_REQUEST, problem.reason)

    app = web.Application(middlewares=[as_twilio])
    app.add_routes(AccountItself(network).routes())
    prefix = r"/Accounts/{account_sid}"
    for part in (Queues, Calls, Applications, Numbers, Keys, Recordings):
        app.add_routes(part(network).routes(prefix))
    return app


async def _misbehave(network: Network) -> None:
    """Be slow or fail, as the faults in force say. In real time: the app's time limits are real."""
    if network.faults.rest.delay_ms:
        await asyncio.sleep(network.faults.rest.delay_ms / 1000)
    status = network.faults.rest_status()
    if status is not None:
        raise errors.fault(status)
