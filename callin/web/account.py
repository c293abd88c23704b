"""The page of one's own account: its password and its sessions."""

from __future__ import annotations

from typing import NamedTuple

from callin.accounts import Account, AccountError
from callin.audit import Act
from callin.web.page import NEVER, PageHandler, ShownTime, shown_time
from callin.web.sign_in import status_of


class ShownSession(NamedTuple):
    """A browser in which an account is signed in."""

    id: str
    browser: str
    address: str
    began: ShownTime
    seen: ShownTime
    is_this: bool


def shown_sessions(page: PageHandler, account: Account) -> list[ShownSession]:
    """The open sessions of an account, this browser's first and then the latest used."""
    zone, this = page.services.page.time_zone, page.person.session.token_hash
    found = [
        ShownSession(
            session.id,
            session.browser or "A browser",
            session.address,
            shown_time(session.began_at, zone) or NEVER,
            shown_time(session.seen_at, zone) or NEVER,
            session.token_hash == this,
        )
        for session in sorted(account.open_sessions(page.services.clock()), key=lambda one: -one.seen_at)
    ]
    return sorted(found, key=lambda one: not one.is_this)


class AccountPage(PageHandler):
    """`/account`: one's own password and sessions."""

    methods = ("GET", "POST")

    def get(self) -> None:
        self._show()

    def post(self) -> None:
        try:
            done = self._act(self.form.get("do"))
        except AccountError as refused:
            self.note(Act.REFUSAL, f"was refused on the account page: {refused}")
            self.response.set_status(status_of(refused).value)
            self._show(problem=str(refused))
            return
        self._show(done=done)

    def _act(self, what: str) -> str:
        """Does what the form asks for, and returns a sentence about it."""
        if what == "password":
            return self._change_password()
        if what == "end":
            return self._end_sessions()
        if what == "end-one":
            return self._end_session()
        raise AccountError("Choose something first.")

    def _change_password(self) -> str:
        if self.form.get("password") != self.form.get("again"):
            raise AccountError("The two new passwords are different.")
        self.services.accounts.change_password(self.person, self.form.get("old"), self.form.get("password"))
        self.note(Act.ACCOUNT, "changed their own password")
        return "Your password is changed. You are signed out everywhere else."

    def _end_sessions(self) -> str:
        self.services.accounts.end_sessions(self.person.account.key, except_for=self.person.session.token_hash)
        self.note(Act.ACCOUNT, "signed out everywhere else")
        return "You are signed out everywhere else."

    def _end_session(self) -> str:
        self.services.accounts.end_session(self.person.account.key, self.form.get("session"))
        self.note(Act.ACCOUNT, "signed out another of their browsers")
        return "That browser is signed out."

    def _show(self, problem: str = "", done: str = "") -> None:
        account = self.services.accounts.account(self.person.account.key) or self.person.account
        self.render("account/account.html", sessions=shown_sessions(self, account), problem=problem, done=done)
