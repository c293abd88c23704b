"""Queues and their members over REST.

https://www.twilio.com/docs/voice/api/queue-resource, https://www.twilio.com/docs/voice/api/member-resource
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from rehearsal.exchange.network import LARGEST_QUEUE, Network
from rehearsal.exchange.queue import Membership, Queue
from rehearsal.rest import parameters
from rehearsal.rest.errors import QUEUE_EXISTS, Refusal, not_found
from rehearsal.rest.formats import address, moment
from rehearsal.rest.paging import page

DEFAULT_MAX_SIZE = 1000
FRONT = "Front"


class Queues:
    """The handlers of /Queues and everything below it."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """All routes, below `prefix`."""
        one = prefix + r"/Queues/{sid}"
        return [
            web.get(prefix + "/Queues.json", self.list_all),
            web.post(prefix + "/Queues.json", self.create),
            web.get(one + "/Members.json", self.list_members),
            web.get(one + "/Members/{call_sid}.json", self.fetch_member),
            web.post(one + "/Members/{call_sid}.json", self.dequeue),
            web.get(one + ".json", self.fetch),
            web.post(one + ".json", self.update),
            web.delete(one + ".json", self.delete),
        ]

    async def list_all(self, request: web.Request) -> web.Response:
        queues = sorted(self._network.queues.values(), key=lambda queue: queue.created_at)
        return web.json_response(
            page(
                queues,
                key="queues",
                path=request.path,
                query=request.query,
                sid=lambda queue: queue.sid,
                as_json=lambda _, queue: self._queue_json(queue),
            )
        )

    async def create(self, request: web.Request) -> web.Response:
        form = await parameters.form(request)
        queue = self._network.create_queue(
            parameters.friendly_name(form.get("FriendlyName", "")), self._max_size(form, DEFAULT_MAX_SIZE)
        )
        return web.json_response(self._queue_json(queue), status=201)

    async def fetch(self, request: web.Request) -> web.Response:
        return web.json_response(self._queue_json(self._queue(request)))

    async def update(self, request: web.Request) -> web.Response:
        queue = self._queue(request)
        form = await parameters.form(request)
        name = parameters.friendly_name(form["FriendlyName"]) if "FriendlyName" in form else queue.friendly_name
        max_size = self._max_size(form, queue.max_size)
        if any(other.friendly_name == name for other in self._network.queues.values() if other is not queue):
            raise Refusal(400, QUEUE_EXISTS, f"A queue with the name {name} already exists")
        queue.friendly_name, queue.max_size = name, max_size
        queue.updated_at = self._network.clock.now()
        return web.json_response(self._queue_json(queue))

    async def delete(self, request: web.Request) -> web.Response:
        self._network.delete_queue(self._queue(request).sid)
        return web.Response(status=204)

    async def list_members(self, request: web.Request) -> web.Response:
        queue = self._queue(request)
        return web.json_response(
            page(
                list(queue.members.values()),
                key="queue_members",
                path=request.path,
                query=request.query,
                sid=lambda member: member.leg.sid,
                as_json=lambda index, member: self._member_json(queue, member, index + 1),
            )
        )

    async def fetch_member(self, request: web.Request) -> web.Response:
        queue = self._queue(request)
        member = self._member(queue, request)
        return web.json_response(self._member_json(queue, member, queue.position(member.leg.sid)))

    async def dequeue(self, request: web.Request) -> web.Response:
        """Take the member out and run the document at Url on its leg. Of two requests, the first succeeds."""
        queue = self._queue(request)
        form = await parameters.form(request)
        url, method = parameters.url(form.get("Url", "")), parameters.method(form)
        # Nothing is awaited between here and the dequeue: this is what makes the first one win.
        member = self._member(queue, request)
        position = queue.position(member.leg.sid)
        self._network.dequeue(queue, member.leg, url, method)
        return web.json_response(self._member_json(queue, member, position))

    def _queue(self, request: web.Request) -> Queue:
        queue = self._network.queues.get(request.match_info["sid"])
        if queue is None:
            raise not_found(request.path)
        return queue

    def _member(self, queue: Queue, request: web.Request) -> Membership:
        call_sid = request.match_info["call_sid"]
        member = next(iter(queue.members.values()), None) if call_sid == FRONT else queue.members.get(call_sid)
        if member is None:
            raise not_found(request.path)
        return member

    @staticmethod
    def _max_size(form: parameters.Form, default: int) -> int:
        if "MaxSize" not in form:
            return default
        return parameters.whole_number(form["MaxSize"], "MaxSize", 1, LARGEST_QUEUE)

    def _queue_json(self, queue: Queue) -> dict[str, Any]:
        account_sid = self._network.account.sid
        return {
            "account_sid": account_sid,
            "average_wait_time": queue.average_wait_seconds,
            "current_size": queue.current_size,
            "date_created": moment(queue.created_at),
            "date_updated": moment(queue.updated_at),
            "friendly_name": queue.friendly_name,
            "max_size": queue.max_size,
            "sid": queue.sid,
            "uri": address(account_sid, "Queues", queue.sid),
        }

    def _member_json(self, queue: Queue, member: Membership, position: int) -> dict[str, Any]:
        return {
            "call_sid": member.leg.sid,
            "date_enqueued": moment(member.enqueued_at),
            "position": position,
            "queue_sid": queue.sid,
            "uri": address(self._network.account.sid, "Queues", queue.sid, "Members", member.leg.sid),
            "wait_time": queue.wait_seconds(member),
        }
