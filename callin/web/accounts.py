"""The page of all accounts, for admins: roles, sessions, invitations, and locked phones."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from callin import twiml
from callin.accounts import AccountError, DjPhone, Invitation, SignedIn, role_named, role_names
from callin.audit import Act, AuditLine
from callin.rules import masked
from callin.web.account import shown_sessions
from callin.web.confirm import confirmed
from callin.web.page import NEVER, PageHandler
from callin.web.sign_in import status_of


class LockedPhone(NamedTuple):
    """A locked phone, with the time since then in words."""

    number: str
    ago: str
    at: str
    at_iso: str


CONFIRMED = ("invite", "revoke", "reset", "passkeys-off", "role", "disable", "enable")
"""The acts before which the password is asked for again."""

NOTED = {
    "role": "made {account} {a_role}",
    "disable": "disabled {account}",
    "enable": "let {account} sign in again",
    "unlock": "unlocked the phone {account}",
    "passkeys-off": "removed the passkeys of {account}",
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
        if what in LINKS:
            return LINKS[what](self, key)
        if what not in NOTED:
            raise AccountError("Choose something first.")
        accounts = self.services.accounts
        role = role_named(self.form.get("role")) if what == "role" else who.role
        name = accounts.name_of(key) or masked(key)
        lines = self.lines(Act.ACCOUNT, NOTED[what].format(account=name, a_role=role.with_article))
        if what == "role":
            accounts.change_role(who, key, role, lines)
        elif what in ("disable", "enable"):
            accounts.set_disabled(who, key, disabled=what == "disable", also=lines)
        elif what == "unlock":
            self.services.phones.unlock(key, lines)
        elif what == "end":
            accounts.end_sessions(key, who.session.token_hash, lines)
        elif what == "passkeys-off":
            accounts.second_factors.remove_all(key, lines)
        elif what == "end-one":
            accounts.end_session(key, self.form.get("session"), lines)
        did = {
            "role": "has a new role",
            "disable": "is disabled",
            "enable": "may sign in again",
            "unlock": "may try its PIN again",
            "passkeys-off": "signs in with the password alone until they add a passkey",
            "end-one": "is signed out in that browser",
        }
        return (
            f"{key} {did.get(what, 'is signed out everywhere else' if key == who.account.key else 'is signed out')}.",
            "",
        )

    def invite(self, _key: str) -> tuple[str, str]:
        role, note = role_named(self.form.get("role")), self.form.get("note").strip()
        lines = self.lines(Act.ACCOUNT, f"invited a new {role}" + (f" ({note[:100]})" if note else ""))
        token = self.services.accounts.invitations.create(role, self.person.account.name, note, lines)
        return f"The link makes one {role}. It works once, for 72 hours.", self._link("invitation", token)

    def revoke(self, key: str) -> tuple[str, str]:
        def lines(revoked: Invitation) -> tuple[AuditLine]:
            return self.lines(Act.ACCOUNT, f"revoked the invitation of a new {revoked.role}")

        self.services.accounts.invitations.revoke(key, lines)
        return "The invitation is revoked: its link no longer works.", ""

    def reset(self, key: str) -> tuple[str, str]:
        account = self.services.accounts.account(key)
        if account is None:
            raise AccountError("There is no such account.")
        lines = self.lines(Act.ACCOUNT, f"made a link for a new password of {account.name}")
        token = self.services.accounts.resets.create(account.key, self.person.account.name, lines)
        sentence = f"With the link {account.name} chooses a new password. It works once, for a day."
        return sentence, self._link("reset", token)

    def _link(self, page: str, token: str) -> str:
        """The secret is in the fragment, which no server and no log sees."""
        return f"{self.services.links.public_url}/{page}#{token}"

    def _locked_phone(self, phone: DjPhone) -> LockedPhone:
        at = self.shown_time(phone.locked_at) or NEVER
        return LockedPhone(phone.key, twiml.duration(int(self.services.clock() - phone.locked_at)), at.text, at.iso)

    def _show(self, problem: str = "", done: str = "", link: str = "") -> None:
        people = [(account, shown_sessions(self, account)) for account in self.services.accounts.all_accounts()]
        self.render(
            "account/accounts.html",
            people=people,
            with_passkey=self.services.accounts.second_factors.keys(),
            locked=[self._locked_phone(phone) for phone in self.services.phones.locked()],
            invitations=[(one, self.shown_time(one.expires_at)) for one in self.services.accounts.invitations.open()],
            roles=role_names(),
            problem=problem,
            done=done,
            link=link,
        )


LINKS: dict[str, Callable[[AccountsPage, str], tuple[str, str]]] = {
    "invite": AccountsPage.invite,
    "revoke": AccountsPage.revoke,
    "reset": AccountsPage.reset,
}
"""The acts on links. Each answers with a sentence, and a link to hand on."""
