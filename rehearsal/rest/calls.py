"""Calls over REST: listed, fetched, redirected and ended. https://www.twilio.com/docs/voice/api/call-resource"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from rehearsal.documents.origins import caller_name, forwarded_from
from rehearsal.exchange.interruption import Step
from rehearsal.exchange.leg import Leg
from rehearsal.exchange.network import Network
from rehearsal.rest import parameters
from rehearsal.rest.dates import admits, dates
from rehearsal.rest.errors import (
    BAD_REQUEST,
    CALL_NOT_LIVE,
    INVALID_FROM_NUMBER,
    NO_FROM_NUMBER,
    NO_TO_NUMBER,
    NOT_PERMITTED_TO_CALL,
    Refusal,
    invalid,
    not_found,
)
from rehearsal.rest.formats import address, formatted_number, moment
from rehearsal.rest.paging import page

MAX_TWIML_CHARACTERS = 4000
SUBRESOURCES = {
    "events": "Events",
    "notifications": "Notifications",
    "payments": "Payments",
    "recordings": "Recordings",
    "siprec": "Siprec",
    "streams": "Streams",
    "transcriptions": "Transcriptions",
    "user_defined_message_subscriptions": "UserDefinedMessageSubscriptions",
    "user_defined_messages": "UserDefinedMessages",
}
STATUSES = ("queued", "ringing", "in-progress", "canceled", "completed", "failed", "busy", "no-answer")
UNSUPPORTED = ("StatusCallback", "TimeLimit")


class Calls:
    """The handlers of /Calls."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """All routes, below `prefix`."""
        return [
            web.get(prefix + "/Calls.json", self.list_all),
            web.post(prefix + "/Calls.json", self.create),
            web.get(prefix + r"/Calls/{sid}.json", self.fetch),
            web.post(prefix + r"/Calls/{sid}.json", self.update),
        ]

    async def list_all(self, request: web.Request) -> web.Response:
        """Newest first, as Twilio sorts them."""
        wanted = _Filter(request.query)
        legs = [leg for leg in reversed(list(self._network.legs.values())) if wanted.admits(leg)]
        return web.json_response(
            page(
                legs,
                key="calls",
                path=request.path,
                query=request.query,
                sid=lambda leg: leg.sid,
                as_json=lambda _, leg: self._call_json(leg),
            )
        )

    async def create(self, request: web.Request) -> web.Response:
        """Refuse: a rehearsal calls nobody outside. The answer is that of an account that may not call that country."""
        form = await parameters.form(request)
        if not form.get("To"):
            raise Refusal(400, NO_TO_NUMBER, "No 'To' number is specified")
        if not form.get("From"):
            raise Refusal(400, NO_FROM_NUMBER, "No 'From' number is specified")
        if form["From"] not in {number.phone_number for number in self._network.numbers.values()}:
            raise Refusal(400, INVALID_FROM_NUMBER, f"The 'From' number {form['From']} is not one of this account")
        if not form.get("Twiml") and not form.get("ApplicationSid"):
            parameters.url(form.get("Url", ""))
        raise Refusal(400, NOT_PERMITTED_TO_CALL, f"Account not authorized to call {form['To']}")

    async def fetch(self, request: web.Request) -> web.Response:
        return web.json_response(self._call_json(self._leg(request)))

    async def update(self, request: web.Request) -> web.Response:
        """End the call, or send it to another document."""
        leg = self._leg(request)
        form = await parameters.form(request)
        parameters.refuse_unsupported(form, UNSUPPORTED)
        status, url, twiml = form.get("Status"), form.get("Url"), form.get("Twiml")
        if status not in (None, "", "completed", "canceled"):
            raise invalid("Status", status or "", "completed or canceled")
        if url and twiml:
            raise Refusal(400, BAD_REQUEST, "Give Url or Twiml, not both")
        if twiml and len(twiml) > MAX_TWIML_CHARACTERS:
            raise Refusal(400, BAD_REQUEST, f"Twiml has {len(twiml)} characters; {MAX_TWIML_CHARACTERS} are allowed")
        if fallback := form.get("FallbackUrl"):
            leg.fallback = Step(
                parameters.url(fallback, "FallbackUrl"), parameters.method(form, "FallbackMethod", default="POST")
            )
        if status:
            self._end(leg, status)
        elif twiml:
            self._network.redirect(leg, twiml=twiml)
        elif url:
            self._network.redirect(leg, parameters.url(url), parameters.method(form))
        else:
            raise Refusal(400, BAD_REQUEST, "Url, Twiml or Status is needed")
        return web.json_response(self._call_json(leg))

    def _end(self, leg: Leg, status: str) -> None:
        """`canceled` ends only an unanswered call; `completed` ends any call."""
        if not leg.live or (status == "canceled" and leg.status == "in-progress"):
            raise Refusal(400, CALL_NOT_LIVE, f"Call is {leg.status}. Cannot be set to {status}.")
        self._network.end(leg)

    def _leg(self, request: web.Request) -> Leg:
        leg = self._network.legs.get(request.match_info["sid"])
        if leg is None:
            raise not_found(request.path)
        return leg

    def _call_json(self, leg: Leg) -> dict[str, Any]:
        account_sid = self._network.account.sid
        ends = (leg.from_, leg.to)
        number = next((number for number in self._network.numbers.values() if number.phone_number in ends), None)
        return {
            "account_sid": account_sid,
            "answered_by": None,
            "api_version": "2010-04-01",
            "caller_name": caller_name(leg.from_) or None,
            "date_created": moment(leg.started_at),
            "date_updated": moment(leg.ended_at or leg.answered_at or leg.started_at),
            "direction": leg.direction,
            "duration": _duration(leg),
            "end_time": moment(leg.ended_at),
            "forwarded_from": forwarded_from(leg.from_) or None,
            "from": leg.from_,
            "from_formatted": formatted_number(leg.from_),
            "group_sid": None,
            "parent_call_sid": leg.parent_sid,
            "phone_number_sid": number.sid if number else None,
            "price": None,
            "price_unit": "USD",
            "queue_time": "0",
            "sid": leg.sid,
            "start_time": moment(leg.answered_at),
            "status": leg.status,
            "subresource_uris": {
                name: address(account_sid, "Calls", leg.sid, path) for name, path in SUBRESOURCES.items()
            },
            "to": leg.to,
            "to_formatted": formatted_number(leg.to),
            "trunk_sid": None,
            "uri": address(account_sid, "Calls", leg.sid),
        }


def _duration(leg: Leg) -> str | None:
    """Whole seconds from answer to end; null while the call lasts."""
    if leg.ended_at is None:
        return None
    return str(int(leg.ended_at - leg.answered_at)) if leg.answered_at is not None else "0"


class _Filter:
    """What a list is narrowed to: To, From, ParentCallSid, Status, and days or moments of start and end."""

    def __init__(self, query: parameters.Form) -> None:
        if query.get("Status"):
            parameters.one_of(query["Status"], "Status", STATUSES)
        self._equal = {name: query.get(name) for name in ("To", "From", "ParentCallSid", "Status")}
        self._started, self._ended = dates(query, "StartTime"), dates(query, "EndTime")

    def admits(self, leg: Leg) -> bool:
        has = {"To": leg.to, "From": leg.from_, "ParentCallSid": leg.parent_sid, "Status": leg.status}
        if any(wanted and wanted != has[name] for name, wanted in self._equal.items()):
            return False
        return admits(leg.answered_at, self._started) and admits(leg.ended_at, self._ended)
