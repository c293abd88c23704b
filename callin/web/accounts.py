"""The page of all accounts, for admins: roles, sessions, invitations, and locked phones."""

from __future__ import annotations

from typing import NamedTuple

from callin import twiml
from callin.accounts import AccountError, DjPhone, SignedIn, role_named, role_names
from callin.audit import Act
from callin.rules import masked
from callin.web.account import shown_sessions
from callin.web.confirm import confirmed
from callin.web.page import NEVER, PageHandler, shown_time
from callin.web.sign_in import status_of


class LockedPhone(NamedTuple):
    """A locked phone, with the time since then in words."""

    number: str
    ago: str
    at: str
    at_iso: str


def _shown(phone: DjPhone, now: float) -> LockedPhone:
    at = shown_time(phone.locked_at) or NEVER
    return LockedPhone(phone.key, twiml.duration(int(now - phone.locked_at)), at.text, at.iso)


CONFIRMED = ("invite", "role", "disable", "enable")
"""The acts before which the password is asked for again."""

NOTED = {
    "role": "made {account} a {role}",
    "disable": "disabled {account}",
    "enable": "let {account} sign in again",
    "unlock": "unlocked the phone {account}",
    "end": "signed {account} out",
    "end-one": "signed one browser of {account} out",
}
"""What the audit says of each act."""


class AccountsPage(PageHandler):
    """`/accounts`: all accounts, their roles and sessions, invitations, and locked phones."""

    methods = ("GET", "POST")

    def get(self) -> None:
        self._show()

    def post(self) -> None:
        if self.form.get("do") in CONFIRMED and not confirmed(self):
            return
        try:
            done, link = self._act(self.person, self.form.get("do"), self.form.get("key"))
        except AccountError as refused:
            self.note(Act.REFUSAL, f"was refused on the accounts page: {refused}")
            self.response.set_status(status_of(refused).value)
            self._show(problem=str(refused))
            return
        self._show(done=done, link=link)

    def _act(self, who: SignedIn, what: str, key: str) -> tuple[str, str]:
        """Does what the form asks for. Returns a sentence about it, and the link of an invitation."""
        accounts = self.services.accounts
        if what == "invite":
            role = role_named(self.form.get("role"))
            token = accounts.invitations.create(role, who.account.name)
            self.note(Act.ACCOUNT, f"invited a new {role}")
            return f"The link makes one {role}. It works once, for 72 hours.", self._address(token)
        if what == "role":
            accounts.change_role(who, key, role_named(self.form.get("role")))
        elif what in ("disable", "enable"):
            accounts.set_disabled(who, key, disabled=what == "disable")
        elif what == "unlock":
            self.services.phones.unlock(key)
        elif what == "end":
            accounts.end_sessions(key, except_for=who.session.token_hash)
        elif what == "end-one":
            accounts.end_session(key, self.form.get("session"))
        else:
            raise AccountError("Choose something first.")
        self.note(
            Act.ACCOUNT, NOTED[what].format(account=accounts.name_of(key) or masked(key), role=self.form.get("role"))
        )
        did = {
            "role": "has a new role",
            "disable": "is disabled",
            "enable": "may sign in again",
            "unlock": "may try its PIN again",
            "end-one": "is signed out in that browser",
        }
        return (
            f"{key} {did.get(what, 'is signed out everywhere else' if key == who.account.key else 'is signed out')}.",
            "",
        )

    def _address(self, token: str) -> str:
        return f"{self.services.links.public_url}/invitation?{token}"

    def _show(self, problem: str = "", done: str = "", link: str = "") -> None:
        now = self.services.clock()
        people = [(account, shown_sessions(self, account)) for account in self.services.accounts.all_accounts()]
        self.render(
            "account/accounts.html",
            people=people,
            with_passkey=self.services.accounts.second_factors.keys(),
            locked=[_shown(phone, now) for phone in self.services.phones.locked()],
            roles=role_names(),
            problem=problem,
            done=done,
            link=link,
        )
