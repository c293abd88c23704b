"""The page of a person's own account: its password, passkeys, keys for buttons outside the tab, and sessions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from callin.accounts import ADD_PASSKEY_FIRST, Account, AccountError
from callin.audit import Act
from callin.web.base import VIEW_ONLY
from callin.web.pages import CHOOSE_FIRST, NEVER, PageHandler, ShownTime
from callin.web.sign_in import confirmed, status_of

CONFIRMED = ("passkey", "passkey-remove", "codes", "button-key")
"""The acts before which the password is asked for again."""


class ShownSession(NamedTuple):
    """A browser in which an account is signed in."""

    id: str
    browser: str
    address: str
    began: ShownTime
    seen: ShownTime
    is_this: bool


def shown_sessions(page: PageHandler, account: Account) -> list[ShownSession]:
    """The open sessions of an account, this browser's first, then by latest use."""
    this = page.person.session.token_hash
    sessions = sorted(
        account.open_sessions(page.services.clock()), key=lambda one: (one.token_hash != this, -one.seen_at)
    )
    return [
        ShownSession(
            session.id,
            session.browser or "A browser",
            session.address,
            page.shown_time(session.began_at) or NEVER,
            page.shown_time(session.seen_at) or NEVER,
            session.token_hash == this,
        )
        for session in sessions
    ]


class AccountPage(PageHandler):
    """`/account`: the person's own password, passkeys, button keys and sessions."""

    is_open_without_passkey = True
    methods = ("GET", "POST")
    _has_added = False
    _codes: Sequence[str] = ()
    """New recovery codes, shown in this answer and never again."""
    _secret = ""
    """A new key for buttons outside the tab, shown in this answer and never again."""

    def get(self) -> None:
        self._show()

    def post(self) -> None:
        what = self.form.get("do")
        if what in CONFIRMED and not confirmed(self):
            return
        try:
            if what == "passkey":
                self._show_new_passkey()
                return
            done = self._act(what)
        except AccountError as refused:
            self.note(Act.REFUSAL, f"was refused on the account page: {refused}")
            self.response.set_status(status_of(refused).value)
            self._show(problem=str(refused))
            return
        self._show(done=done)

    def _act(self, what: str) -> str:
        """Does what the form asks for, and returns a sentence about it."""
        acts = {
            "password": self._change_password,
            "end": self._end_sessions,
            "end-one": self._end_session,
            "passkey-add": self._add_passkey,
            "passkey-remove": self._remove_passkey,
            "codes": self._make_codes,
            "button-key": self._make_button_key,
            "button-key-revoke": self._revoke_button_key,
        }
        if what not in acts:
            raise AccountError(CHOOSE_FIRST)
        return acts[what]()

    def _change_password(self) -> str:
        if self.form.get("password") != self.form.get("again"):
            raise AccountError("The two new passwords are different.")
        lines = self.lines(Act.ACCOUNT, "changed their own password")
        self.services.accounts.change_password(self.person, self.form.get("old"), self.form.get("password"), lines)
        return "Your password is changed. You are signed out everywhere else."

    def _end_sessions(self) -> str:
        lines = self.lines(Act.ACCOUNT, "signed out everywhere else")
        self.services.accounts.end_sessions(self.person.account.key, self.person.session.token_hash, lines)
        return "You are signed out everywhere else."

    def _end_session(self) -> str:
        lines = self.lines(Act.ACCOUNT, "signed out another of their browsers")
        self.services.accounts.end_session(self.person.account.key, self.form.get("session"), lines)
        return "That browser is signed out."

    def _show_new_passkey(self) -> None:
        account = self.person.account
        ceremony = self.services.accounts.second_factors.begin_registration(account.key, account.name)
        self.render(
            "account/passkey.html",
            options=ceremony.options,
            state=ceremony.state,
            suggested=self.visitor.browser,
        )

    def _add_passkey(self) -> str:
        accounts, form = self.services.accounts, self.form
        self._codes = accounts.second_factors.finish_registration(
            *(self.person.account.key, form.get("state"), form.get("response"), form.get("passkey_name")),
            self.lines(Act.ACCOUNT, "added a passkey"),
        )
        accounts.note_second_factor(self.person)
        self._has_added = True
        return "The passkey is added. You will need it from your next sign-in on."

    def _remove_passkey(self) -> str:
        lines = self.lines(Act.ACCOUNT, "removed a passkey")
        self.services.accounts.second_factors.remove(self.person.account.key, self.form.get("passkey"), lines)
        return "The passkey is removed."

    def _make_codes(self) -> str:
        lines = self.lines(Act.ACCOUNT, "made new recovery codes")
        self._codes = self.services.accounts.second_factors.new_codes(self.person.account.key, lines)
        return "The old recovery codes no longer work."

    def _make_button_key(self) -> str:
        who = self.person
        if not who.role.may_run_the_show:
            raise AccountError(VIEW_ONLY)
        # This page is open without a passkey, so that one can be added. Making a key still needs one.
        if self.services.admins_need_passkey and who.is_admin_without_passkey:
            raise AccountError(ADD_PASSKEY_FIRST)
        name = self.form.get("button_name")
        lines = self.lines(Act.ACCOUNT, f"made the button key {name.strip()}")
        self._secret = self.services.button_keys.create(who.account.key, name, lines)
        return "The key is made."

    def _revoke_button_key(self) -> str:
        revoked = self.services.button_keys.revoke(
            self.person.account.key,
            self.form.get("button"),
            lambda key: self.lines(Act.ACCOUNT, f"revoked the button key {key.name}"),
        )
        return f"The key {revoked.name} is revoked. It no longer presses anything."

    def _show(self, problem: str = "", done: str = "") -> None:
        account = self.services.accounts.account(self.person.account.key) or self.person.account
        second_factors = self.services.accounts.second_factors
        second = second_factors.of(account.key)
        passkeys = second.passkeys if second else ()
        self.render(
            "account/account.html",
            sessions=shown_sessions(self, account),
            passkeys=[(one, self.shown_time(one.made_at), self.shown_time(one.used_at)) for one in passkeys],
            codes_left=len(second.recovery_codes) if second else 0,
            codes=self._codes,
            secret=self._secret,
            button_url=f"{self.services.links.public_url}/button",
            buttons=[
                (one, self.shown_time(one.made_at), self.shown_time(one.used_at))
                for one in self.services.button_keys.of(account.key)
            ],
            passkeys_are_possible=second_factors.is_possible,
            host=second_factors.host,
            must_add=self.services.admins_need_passkey and self.person.is_admin_without_passkey and not self._has_added,
            problem=problem,
            done=done,
        )
