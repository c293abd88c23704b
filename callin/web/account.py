"""The page of one's own account: its password and its sessions."""

from __future__ import annotations

from callin.accounts import AccountError
from callin.audit import Act
from callin.web.page import PageHandler
from callin.web.sign_in import status_of


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

    def _show(self, problem: str = "", done: str = "") -> None:
        now = self.services.clock()
        others = 0 if done else len(self.person.account.open_sessions(now)) - 1
        self.render("account/account.html", others=others, problem=problem, done=done)
