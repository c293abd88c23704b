"""TwiML that the rehearsal does not support: it is refused, never ignored silently."""

from __future__ import annotations

from rehearsal.documents.twiml import Element, TwimlError

ATTRIBUTES: dict[tuple[str, str], tuple[str, ...]] = {
    ("Dial", "record"): ("do-not-record", "false"),
    ("Dial", "recordingStatusCallback"): (),
    ("Dial", "referUrl"): (),
    ("Dial", "sequential"): ("false",),
    ("Enqueue", "workflowSid"): (),
    ("Gather", "partialResultCallback"): (),
    ("Record", "recordingConfigurationId"): (),
    ("Queue", "postWorkActivitySid"): (),
    ("Queue", "reservationSid"): (),
}
"""By element and attribute, the values that ask for nothing."""

ELEMENTS = {("Client", "Parameter"), ("Enqueue", "Task"), ("Hangup", "Parameter"), ("Reject", "Parameter")}
"""Elements within others."""


def refuse_unsupported(element: Element) -> None:
    """Raise TwimlError if the element, or one inside it, uses something unsupported."""
    for name, value in element.attributes.items():
        if value not in ATTRIBUTES.get((element.name, name), (value,)):
            raise TwimlError(0, f"The rehearsal network does not do '{name}' of <{element.name}>.")
    for child in element.children:
        if (element.name, child.name) in ELEMENTS:
            raise TwimlError(0, f"The rehearsal network does not do <{child.name}> in <{element.name}>.")
        refuse_unsupported(child)
