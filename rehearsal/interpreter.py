"""Runs documents: asks for one, plays its verbs in order, and goes where they lead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from rehearsal import twiml
from rehearsal.grammar import Place
from rehearsal.step import Step, resolve
from rehearsal.twiml import Element, TwimlError
from rehearsal.undone import refuse_undone
from rehearsal.webhooks import WebhookError

if TYPE_CHECKING:
    from rehearsal.leg import Leg
    from rehearsal.network import Network
    from rehearsal.session import Session


MOST_DOCUMENTS = 100
"""So many documents in a row, of which none took time or was heard, are a loop. Twilio tells no number of its own."""

LOOP = 0
"""Twilio publishes no code for a loop of documents; 0 marks the rehearsal's own notes."""


class DocumentError(Exception):
    """A document that could not be had or used: one of Twilio's codes, a sentence, the address.

    ``final``: the fallback address is not to be asked.
    """

    def __init__(self, code: int, message: str, url: str, *, final: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.url = url
        self.final = final


class Script:
    """A run of documents in one place: a call's own, those of a waitUrl, those before a bridge."""

    def __init__(self, session: Session, place: Place, extra: Callable[[], Mapping[str, str]] = dict) -> None:
        self.session = session
        self.place = place
        self.url = ""
        """Where the document that runs now came from."""
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
        from rehearsal.verbs import VERBS  # they run scripts themselves

        for verb in element.children:
            play = VERBS.get(verb.name)
            if play is None:
                raise TwimlError(0, f"The rehearsal network does not play <{verb.name}>.")
            refuse_undone(verb)
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
            message = f"The call has been led through {MOST_DOCUMENTS} documents that do nothing: it runs in a circle."
            raise DocumentError(LOOP, message, step.url, final=True)
        if step.twiml is not None:
            self.url = ""
            root = twiml.read(step.twiml.encode())
            twiml.check(root, self.place)
            return root
        self.url = step.url
        params = self.session.params({**self._extra(), **step.params})
        try:
            question = self.network.webhooks.ask(step.url, step.method, params, self.leg.cookies)
            answer = await self.leg.attend(question)
        except WebhookError as error:
            raise DocumentError(error.code, error.message, step.url) from error
        self.url = answer.url
        return twiml.parse(answer.body, answer.content_type, answer.url, self.place)


def _leaves_ringing(verb: Element) -> bool:
    """Whether a call that rings goes on ringing during this verb.

    https://www.twilio.com/docs/voice/twiml/reject, /pause and /dial#answeronbridge
    """
    return verb.name in ("Reject", "Pause") or verb.attributes.get("answerOnBridge") == "true"
