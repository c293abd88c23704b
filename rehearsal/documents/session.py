"""Runs the app's documents on one leg: requests each, plays its verbs in order, and goes on to the next."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from rehearsal.account import Address
from rehearsal.documents import twiml
from rehearsal.documents.grammar import CALL, Place
from rehearsal.documents.origins import geography, introduction, vouched
from rehearsal.documents.reports import Reports, StatusCallback
from rehearsal.documents.sounds import Sounds
from rehearsal.documents.twiml import Element, TwimlError, resolve
from rehearsal.documents.unsupported import refuse_unsupported
from rehearsal.exchange.hearing import Speaking, speech_seconds
from rehearsal.exchange.interruption import Ended, Moved, Step
from rehearsal.exchange.leg import Leg
from rehearsal.exchange.network import Network
from rehearsal.webhooks.client import Answer, WebhookError, Webhooks
from rehearsal.webhooks.cookies import Cookies

API_VERSION = "2010-04-01"

APPLICATION_ERROR = "We're sorry, an application error has occurred. Goodbye."
"""What a caller hears when the app's documents fail (https://www.twilio.com/docs/api/errors/11200)."""

MOST_DOCUMENTS = 100
"""This many consecutive documents that take no time and play nothing are a loop. Twilio publishes no limit."""

LOOP = 0
"""Twilio publishes no code for a loop of documents; 0 marks the rehearsal's own notes."""


class DocumentError(Exception):
    """A document that could not be fetched or used: one of Twilio's codes, a sentence, the address.

    ``final``: do not ask the fallback address.
    """

    def __init__(self, code: int, message: str, url: str, *, final: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.url = url
        self.final = final


class TwimlInterpreter:
    """What all sessions share: the webhooks, the verbs, and the sound files fetched so far (`network.Interpreter`)."""

    def __init__(self, webhooks: Webhooks, verbs: Mapping[str, Verb]) -> None:
        self.webhooks = webhooks
        self.verbs = verbs
        self.sounds = Sounds(webhooks)

    def run(self, network: Network, leg: Leg, address: Address, params: Mapping[str, str]) -> Coroutine[Any, Any, None]:
        """Run a leg from its first document to its last report; ``params`` go along in the first request."""
        return Session(self, network, leg, address, params).run()

    def forget(self) -> None:
        """Drop the sound files."""
        self.sounds.forget()

    async def close(self) -> None:
        """Close the connections to the app."""
        await self.webhooks.close()


class Session:
    """Runs a leg's documents one after the other, and reports its end in every case."""

    def __init__(
        self,
        interpreter: TwimlInterpreter,
        network: Network,
        leg: Leg,
        address: Address | None,
        params: Mapping[str, str] | None = None,
        *,
        status_callback: StatusCallback | None = None,
    ) -> None:
        self.interpreter = interpreter
        self.network = network
        self.leg = leg
        self.address = address
        """What was rung; None for a leg that a Dial made."""
        if address is not None and address.status_callback:
            status_callback = StatusCallback(address.status_callback, address.status_callback_method)
        self.reports = Reports(network, leg, self.ask, status_callback)
        self._params = params or {}
        self._cookies = Cookies()

    async def run(self, work: Work | None = None) -> None:
        """From the ring to the end: do ``work``, or run the first document, then what the leg is sent to."""
        try:
            next_work: Work | None = work or self._first_document
            while next_work is not None:
                next_work = await self._attempt(next_work)
            self.network.end(self.leg, "completed")
        except Ended:
            pass
        finally:
            self.network.end(self.leg, "failed")
        await self.reports.finish()

    def ask(
        self, url: str, method: str, params: Mapping[str, str], *, status: str = "", report: bool = False
    ) -> Coroutine[Any, Any, Answer]:
        """Send a webhook with the parameters that every voice request has at this moment, and ``params`` of its own.

        In Twilio's order: https://www.twilio.com/docs/voice/twiml#request-parameters
        """
        leg = self.leg
        standard = {
            "AccountSid": self.network.account.sid,
            "ApiVersion": API_VERSION,
            "CallSid": leg.sid,
            "CallStatus": status or leg.status,
            "Called": leg.to,
            "Caller": leg.from_,
            "Direction": leg.direction,
            "From": leg.from_,
            "To": leg.to,
        }
        if leg.parent_sid:
            standard["ParentCallSid"] = leg.parent_sid
        standard |= geography(leg.from_, leg.to)
        if self.address is not None:
            standard |= vouched(leg.from_, with_name=self.address.voice_caller_id_lookup)
        # The network's own come last, so that a page's parameters cannot replace them.
        return self.interpreter.webhooks.ask(url, method, {**params, **standard}, self._cookies, report=report)

    async def _first_document(self) -> None:
        address = self.address
        if address is None or not address.voice_url:
            raise DocumentError(11100, "Nothing says what to do with a call to this number: it has no voice URL.", "")
        params = {**self._params, **introduction(self.leg.from_)}
        await Script(self, CALL).run(Step(address.voice_url, address.voice_method, params))

    async def _attempt(self, work: Work) -> Work | None:
        """Do ``work``; answers what comes after it, if anything."""
        try:
            await work()
        except Moved:
            step, self.leg.next_step = self.leg.next_step, None
            assert step is not None  # noqa: S101 - that is what Moved says
            return lambda: Script(self, CALL).run(step)
        except DocumentError as error:
            self.network.alert(error.code, error.message, self.leg, error.url)
            return self._remedy(error)
        return None

    def _remedy(self, error: DocumentError) -> Work:
        """The fallback address, with what went wrong; without one, or when it is what failed, the error sentence.

        A call that was given one of its own by REST goes there.
        https://www.twilio.com/docs/usage/webhooks/voice-webhooks#voice-fallback-url
        https://www.twilio.com/docs/voice/api/call-resource#update-a-call-resource
        """
        fallback = self.leg.fallback
        if fallback is None and self.address is not None:
            fallback = Step(self.address.voice_fallback_url, self.address.voice_fallback_method)
        if fallback is None or not fallback.url or error.final or _bare(error.url) == _bare(fallback.url):
            return self._apologise
        params = {"ErrorCode": str(error.code), "ErrorUrl": error.url.partition("#")[0]}
        step = Step(fallback.url, fallback.method, params)
        return lambda: Script(self, CALL).run(step)

    async def _apologise(self) -> None:
        self.leg.pick_up()
        self.leg.hears("Say", APPLICATION_ERROR, Speaking(APPLICATION_ERROR))
        await self.leg.sleep(speech_seconds(APPLICATION_ERROR))


class Script:
    """A run of documents in one place: a call's own, those of a waitUrl, those before a bridge."""

    def __init__(self, session: Session, place: Place, extra: Callable[[], Mapping[str, str]] = dict) -> None:
        self.session = session
        self.place = place
        self.url = ""
        """The address of the document that is running."""
        self._extra = extra

    @property
    def leg(self) -> Leg:
        return self.session.leg

    @property
    def network(self) -> Network:
        return self.session.network

    async def run(self, step: Step | None) -> None:
        """Run the document at ``step`` and those that it leads to, until one ends. Raises DocumentError."""
        while step is not None:
            try:
                step = await self.play(await self._document(step))
            except TwimlError as error:
                raise DocumentError(error.code, error.message, self.url) from error

    async def play(self, element: Element) -> Step | None:
        """Play the verbs in an element, in order; answers where they lead away from it, if they do."""
        for verb in element.children:
            play = self.session.interpreter.verbs.get(verb.name)
            if play is None:
                raise TwimlError(0, f"The rehearsal network does not play <{verb.name}>.")
            refuse_unsupported(verb)
            if not _leaves_ringing(verb):
                self.leg.pick_up()
            step = await play(self, verb)
            if step is not None:
                return step
        return None

    def step(self, element: Element, attribute: str, method: str, params: Mapping[str, str]) -> Step | None:
        """Where an attribute such as ``action`` leads; None when the element does not have it."""
        address = element.attributes.get(attribute)
        if address is None:
            return None
        return Step(resolve(self.url, address), element.attributes.get(method, "POST").upper(), params)

    async def _document(self, step: Step) -> Element:
        self.leg.documents_in_a_row += 1
        if self.leg.documents_in_a_row > MOST_DOCUMENTS:
            message = f"The call ran through {MOST_DOCUMENTS} documents that do nothing: they are a loop."
            raise DocumentError(LOOP, message, step.url, final=True)
        if step.twiml is not None:
            self.url = ""
            root = twiml.read(step.twiml.encode())
            twiml.check(root, self.place)
            return root
        self.url = step.url
        try:
            answer = await self.leg.attend(self.session.ask(step.url, step.method, {**self._extra(), **step.params}))
        except WebhookError as error:
            raise DocumentError(error.code, error.message, step.url) from error
        self.url = answer.url
        return twiml.parse(answer.body, answer.content_type, answer.url, self.place)


Work = Callable[[], Awaitable[None]]

Verb = Callable[[Script, Element], Awaitable[Step | None]]
"""Plays an element on the script's leg; answers where the call goes on, None for the next verb."""


def _leaves_ringing(verb: Element) -> bool:
    """Whether a ringing call goes on ringing during this verb.

    https://www.twilio.com/docs/voice/twiml/reject, /pause and /dial#answeronbridge
    """
    return verb.name in ("Reject", "Pause") or verb.attributes.get("answerOnBridge") == "true"


def _bare(url: str) -> str:
    """An address without query and fragment: what tells one document from another."""
    return url.partition("#")[0].partition("?")[0]
