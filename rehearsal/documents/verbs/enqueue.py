"""Enqueue: a leg waits in a queue, is taken by a Dial, talks, and goes on to the action."""

from __future__ import annotations

from collections.abc import Mapping

from rehearsal.account import Refusal
from rehearsal.documents.grammar import QUEUE_URL, WAIT_URL
from rehearsal.documents.session import DocumentError, Script
from rehearsal.documents.twiml import Element, TwimlError
from rehearsal.documents.verbs.flow import LeftQueue
from rehearsal.exchange.bridge import Bridge
from rehearsal.exchange.hearing import Music
from rehearsal.exchange.interruption import Ended, Moved, Step
from rehearsal.exchange.queue import Membership

HOLD_MUSIC = "http://com.twilio.sounds.music.s3.amazonaws.com/"
"""Noted as heard if there is no waitUrl; the network plays music of its own and fetches nothing."""

SHORTEST_WAIT_SECONDS = 1.0
"""The least time between two requests of a waitUrl, so that an empty document does not spin."""


async def enqueue(script: Script, element: Element) -> Step | None:
    """https://www.twilio.com/docs/voice/twiml/enqueue"""
    network = script.network
    queue = network.queue_named(element.text)
    if queue is None:
        try:
            queue = network.create_queue(element.text, int(element.attributes.get("maxQueueSize", "1000")))
        except Refusal as refusal:
            raise TwimlError(12200, refusal.message) from refusal
    if queue.current_size >= queue.max_size:
        return script.step(element, "action", "method", {"QueueResult": "queue-full"})
    return await Stay(script, element, queue.join(script.leg)).run()


class Stay:
    """One leg's time in a queue and in the bridge that follows.

    The action is requested exactly once, however the stay ends. Its answer is followed if the leg is still live and
    was not redirected.
    """

    def __init__(self, script: Script, element: Element, member: Membership) -> None:
        self._script = script
        self._element = element
        self._member = member
        self._result = "hangup"
        """The action's QueueResult if the leg ends now."""
        self._moved_result = "redirected"

    async def run(self) -> Step | None:
        try:
            bridge = await self._wait()
            if bridge is not None:
                await self._be_bridged(bridge)
                if bridge.reason == "star" and self._script.network.behaviour.star == "hangup":
                    self._script.network.end(self._script.leg)
                    raise Ended
        except Moved:
            self._result = self._moved_result
            self._report()
            raise
        except Ended:
            self._report()
            raise
        except DocumentError:
            self._result = "error"
            self._report()
            raise
        return self._action()

    async def _wait(self) -> Bridge | None:
        """Wait until a Dial takes the leg, or its own document leaves the queue; answers the bridge of the Dial."""
        leg, member = self._script.leg, self._member
        try:
            with leg.unless(lambda: member.left_at is not None):
                await self._run_wait_documents()
        except LeftQueue:
            member.queue.leave(leg)
            self._result = "leave"
        except DocumentError as error:
            member.queue.leave(leg)
            leg.hush()
            error.final = self._script.network.behaviour.wait_url_failure == "hangup"
            raise
        return member.bridge

    async def _run_wait_documents(self) -> None:
        leg = self._script.leg
        if not self._element.attributes.get("waitUrl", HOLD_MUSIC).strip():
            leg.hush()  # an empty address: silence
            await leg.sleep(None)
        first = self._script.step(self._element, "waitUrl", "waitUrlMethod", {})
        if first is None:
            leg.hears("Play", HOLD_MUSIC, Music())
            await leg.sleep(None)
        clock = self._script.network.clock
        while True:
            began = clock.now()
            await Script(self._script.session, WAIT_URL, self._wait_params).run(first)
            await leg.sleep(SHORTEST_WAIT_SECONDS - (clock.now() - began))

    async def _be_bridged(self, bridge: Bridge) -> None:
        leg, member = self._script.leg, self._member
        with leg.unless(lambda: bridge.over):
            if member.url:
                await self._whisper(bridge)
            bridge.join()
            self._result, self._moved_result = "bridged", "redirected-from-bridged"
            await leg.sleep(None)
        if bridge.joined_at is None:
            # The leg that dialled was gone before the two could talk.
            self._result = "bridging-in-process"

    async def _whisper(self, bridge: Bridge) -> None:
        """What the caller hears before the bridge. Twilio does not say what happens when that fails: we bridge."""
        member = self._member

        def params() -> Mapping[str, str]:
            return {
                "QueueSid": member.queue.sid,
                "QueueTime": str(member.wait_seconds),
                "DequeingCallSid": bridge.desk.sid,  # Twilio's spelling
            }

        script = Script(self._script.session, QUEUE_URL, params)
        try:
            await script.run(Step(member.url, member.method))
        except DocumentError as error:
            self._script.network.alert(error.code, error.message, self._script.leg, error.url)

    def _wait_params(self) -> Mapping[str, str]:
        """https://www.twilio.com/docs/voice/twiml/enqueue#attributes-wait-url-parameters"""
        queue = self._member.queue
        waits = self._script.leg.sid in queue.members
        return {
            "QueuePosition": str(queue.position(self._script.leg.sid)) if waits else "0",
            "QueueSid": queue.sid,
            "QueueTime": str(self._member.wait_seconds),
            "AvgQueueTime": str(queue.average_wait_seconds),
            "CurrentQueueSize": str(queue.current_size),
            "MaxQueueSize": str(queue.max_size),
        }

    def _params(self) -> dict[str, str]:
        """https://www.twilio.com/docs/voice/twiml/enqueue#attributes-action-parameters"""
        return {
            "QueueResult": self._result,
            "QueueSid": self._member.queue.sid,
            "QueueTime": str(self._member.wait_seconds),
        }

    def _action(self) -> Step | None:
        return self._script.step(self._element, "action", "method", self._params())

    def _report(self) -> None:
        try:
            step = self._action()
        except TwimlError:
            return
        if step is not None:
            self._script.session.reports.action(step.url, step.method, step.params)
