"""Buttons outside the tab: a device presses with a key of an account. Answers are JSON, with a sentence."""

from __future__ import annotations

import json
from http import HTTPStatus

from callin.accounts import Account, ButtonKey
from callin.audit import Act
from callin.line import PhoneFailed, PressRejected
from callin.model import AIR_DESK
from callin.web.base import VIEW_ONLY, JsonHandler, Params, air_desk_of, parse_params
from callin.web.middleware import HTTPError

SCHEME = "bearer"
NO_KEY = "Send your key: Authorization: Bearer and the key, from the page Your account."
WRONG_KEY = "This key is not known, or was revoked. Make a new one on the page Your account."
BAD_STATE = "state must be on or off, or be left out: the press then switches."
TOO_OFTEN = "Too many presses. Please wait a few seconds."


class ButtonHandler(JsonHandler):
    """A press of one button. No cookie counts here, so no other site can press."""

    methods = ("POST",)
    is_limited = True

    def act(self, account_key: str, line: str) -> str:
        """Presses, and returns a sentence about what will happen. PressRejected or PhoneFailed if it cannot."""
        raise NotImplementedError

    def post(self) -> None:
        key, account = self._find_key()
        self._key_must_be_permitted(key, account)
        self.services.button_keys.used(key)
        try:
            sentence = self.act(account.key, self._line)
        except PressRejected as refused:
            self.write_json({"error": str(refused), "code": refused.code}, HTTPStatus.CONFLICT)
        except PhoneFailed as failed:
            self.write_json({"error": str(failed), "code": "phone"}, HTTPStatus.SERVICE_UNAVAILABLE)
        else:
            self.note(Act.DESK, f"used {self.request.path} with the key {key.name}", account.name, once=True)
            self.write_json({"ok": True, "sentence": sentence})

    @property
    def _line(self) -> str:
        """The line that `?line=` names; the first one if it names none."""
        return air_desk_of(self.request.GET.get("line", AIR_DESK))

    def _find_key(self) -> tuple[ButtonKey, Account]:
        scheme, _, given = self.request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME or not given:
            raise HTTPError(HTTPStatus.UNAUTHORIZED, NO_KEY)
        found = self.services.button_keys.find(given.strip())
        if found is None:
            raise HTTPError(HTTPStatus.UNAUTHORIZED, WRONG_KEY)
        if not self.visitor.trusted_key:
            self.services.visits.give_back(self.visitor.address, 1)  # only guesses count there
        return found

    def _key_must_be_permitted(self, key: ButtonKey, account: Account) -> None:
        if not account.role.may_run_the_show:
            self.note(Act.REFUSAL, f"was refused {self.request.path} with the key {key.name}", account.name, once=True)
            raise HTTPError(HTTPStatus.FORBIDDEN, VIEW_ONLY)
        if not self.services.presses_per_key.take(key.key, self.services.clock()):
            raise HTTPError(HTTPStatus.TOO_MANY_REQUESTS, TOO_OFTEN)


class NextButton(ButtonHandler):
    """`/button/next`: thanks the caller on the air, and brings the next."""

    def act(self, account_key: str, line: str) -> str:
        return self.services.buttons.next(account_key, line)


class DropButton(ButtonHandler):
    """`/button/drop`: thanks the caller on the air; nobody follows."""

    def act(self, account_key: str, line: str) -> str:
        return self.services.buttons.drop(account_key, line)


class HoldButton(ButtonHandler):
    """`/button/hold`: puts the caller on the air on hold; nobody follows."""

    def act(self, account_key: str, line: str) -> str:
        return self.services.buttons.hold(account_key, line)


class MuteButton(ButtonHandler):
    """`/button/mute`: has the page that holds the desk switch its microphone, or mute or open it as `state` says."""

    def act(self, account_key: str, line: str) -> str:  # noqa: ARG002  all lines have one microphone
        return self.services.buttons.mute(account_key, self._state)

    @property
    def _state(self) -> str:
        """`state` of the address, of a form or of JSON: on or off; empty if it is left out."""
        state = str(self.request.GET.get("state", self._state_of_body))
        if state not in ("", "on", "off"):
            raise HTTPError(HTTPStatus.BAD_REQUEST, BAD_STATE)
        return state

    @property
    def _state_of_body(self) -> object:
        body = self.request.body
        try:
            if self.request.content_type == "application/x-www-form-urlencoded":
                return Params(parse_params(body.decode())).get("state")
            if self.request.content_type == "application/json" and body:
                return json.loads(body).get("state", "")
        except (ValueError, AttributeError):  # AttributeError: JSON that is no object
            raise HTTPError(HTTPStatus.BAD_REQUEST, BAD_STATE) from None
        return ""
