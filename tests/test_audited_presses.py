"""Every address of a press leaves a line in the audit, or has a reason not to."""

from __future__ import annotations

import main
from callin.web.application import TWILIO

AUDITED = {
    "/sign-in",
    "/second-factor",
    "/sign-out",
    "/invitation",
    "/reset",
    "/account",
    "/accounts",
    "/callers",
    "/messages",
    "/messages/delete",
    "/shows/edit",
    "/words",
    "/desk/settings",
    "/desk/recording",
    "/station",
    "/station/logo",
    "/sounds",
    "/sounds/finish",
    "/button/next",
    "/button/drop",
    "/button/hold",
    "/button/mute",
    "/desk/take-now",
    "/screen/verdict",
    "/caller/standing",
}
"""The paths whose presses leave a line. The tests of each page press each of them."""

NOT_AUDITED = {
    "/sounds/begin": "a sound is stored once it is finished",
    "/sounds/piece": "a sound is stored once it is finished",
    "/desk/next": "a call keeps what became of it",
    "/desk/take": "a call keeps what became of it",
    "/desk/drop": "a call keeps what became of it",
    "/desk/hold": "a call keeps what became of it",
    "/desk/hang-up": "a call keeps what became of it",
    "/desk/bring-back": "a call keeps what became of it",
    "/desk/move": "the order of callers",
    "/desk/take-over": "the desks tell each other",
    "/desk/hand-over": "the desks tell each other",
    "/desk/withdraw": "the desks tell each other",
    "/screen/take": "a call keeps what became of it",
    "/desk/card": "each field keeps who wrote it",
    "/caller/notes": "the notes keep who wrote them",
    "/words/draft": "nothing is stored",
    "/messages/heard": "the message keeps who heard it",
    "/messages/card": "the note keeps who wrote it",
    "/desk/chat": "each message keeps who wrote it",
    "/token": "asked for by a page, not by a person",
    "/screener/token": "asked for by a page, not by a person",
    "/call/token": "a listener's",
    "/call/card": "a listener's",
    "/call/place": "a listener's",
    "/call/hung-up": "a listener's",
    "/call/message": "a listener's",
    "/call/note": "a listener's",
    "/call/note-piece": "a listener's",
}


def test_every_address_of_a_press_is_audited_or_has_a_reason_not_to_be() -> None:
    presses = {route.template for route in main.ROUTES if route.roles is not TWILIO and "POST" in route.load().methods}
    assert presses == AUDITED | NOT_AUDITED.keys()
    for_admins = {route.template for route in main.ROUTES if route.roles == frozenset({"admin"})} & presses
    assert for_admins - {"/sounds/begin", "/sounds/piece", "/words/draft"} <= AUDITED
