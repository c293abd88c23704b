"""The admins' page of all accounts, and the pages that its links lead to: an invitation, and a new password.

The secret of a link is in its fragment, which browsers send to no server and no log. A script on the page posts it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import NamedTuple

from callin.accounts import (
    NO_SUCH_ACCOUNT,
    AccountError,
    DjPhone,
    Invitation,
    PasswordReset,
    SignedIn,
    role_named,
    role_names,
)
from callin.audit import Act, AuditLine
from callin.rules import masked
from callin.web.account import shown_sessions
from callin.web.pages import CHOOSE_FIRST, NEVER, PageHandler
from callin.web.sign_in import confirmed, enter, status_of


def minutes_in_words(seconds: int) -> str:
    """
    >>> minutes_in_words(30), minutes_in_words(60), minutes_in_words(725)
    ('less than a minute', '1 minute', '12 minutes')
    """
    minutes = max(0, seconds) // 60
    if minutes == 0:
        return "less than a minute"
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


class LockedPhone(NamedTuple):
    """A locked phone, with the time since it was locked in words."""

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
            raise AccountError(CHOOSE_FIRST)
        accounts = self.services.accounts
        role = role_named(self.form.get("role")) if what == "role" else who.role
        name = accounts.name_of(key)
        lines = self.lines(Act.ACCOUNT, NOTED[what].format(account=name or masked(key), a_role=role.with_article))
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
            "end": "is signed out everywhere else" if key == who.account.key else "is signed out",
            "end-one": "is signed out in that browser",
        }
        return f"{name or key} {did[what]}.", ""

    def invite(self, _key: str) -> tuple[str, str]:
        role, note = role_named(self.form.get("role")), self.form.get("note").strip()
        lines = self.lines(Act.ACCOUNT, f"invited a new {role}" + (f" ({note[:100]})" if note else ""))
        token = self.services.accounts.invitations.create(role, self.person.account.name, note, lines)
        sentence = f"This link makes one {role} account. It works once, for 72 hours."
        return sentence, self._link("invitation", token)

    def revoke(self, key: str) -> tuple[str, str]:
        def lines(revoked: Invitation) -> tuple[AuditLine]:
            return self.lines(Act.ACCOUNT, f"revoked the invitation of a new {revoked.role}")

        self.services.accounts.invitations.revoke(key, lines)
        return "The invitation is revoked: its link no longer works.", ""

    def reset(self, key: str) -> tuple[str, str]:
        account = self.services.accounts.account(key)
        if account is None:
            raise AccountError(NO_SUCH_ACCOUNT)
        lines = self.lines(Act.ACCOUNT, f"made a link for a new password of {account.name}")
        token = self.services.accounts.resets.create(account.key, self.person.account.name, lines)
        sentence = f"With this link {account.name} can choose a new password. It works once, for a day."
        return sentence, self._link("reset", token)

    def _link(self, page: str, token: str) -> str:
        """The secret is in the fragment, which no server and no log sees."""
        return f"{self.services.links.public_url}/{page}#{token}"

    def _locked_phone(self, phone: DjPhone) -> LockedPhone:
        at = self.shown_time(phone.locked_at) or NEVER
        return LockedPhone(phone.key, minutes_in_words(int(self.services.clock() - phone.locked_at)), at.text, at.iso)

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


_SEPARATOR = re.compile("[#?]")


class LinkPage(PageHandler):
    """Asks for the link's secret; then shows the form that the link is for, and does what that asks."""

    methods = ("GET", "POST")
    is_limited = True
    kind = ""
    """What the link is called in sentences."""

    def get(self) -> None:
        if self.secret:
            self.show()
            return
        self.render(
            "account/link.html",
            form_token=self.visitor.form_token(),
            path=self.request.path,
            kind=self.kind,
        )

    def post(self) -> None:
        if "password" not in self.form:
            self.show()
            return
        if self.form.get("password") != self.form.get("again"):
            self.show("The two passwords are different.")
            return
        try:
            self.act()
        except AccountError as refused:
            self.response.set_status(status_of(refused).value)
            self.show(str(refused))

    @property
    def secret(self) -> str:
        """The link's secret: posted, pasted with the whole link, or in the query, where 1.0 had it (until 2027)."""
        pasted = self.form.get("link").strip() if self.request.method == "POST" else ""
        return (_SEPARATOR.split(pasted)[-1] if pasted else str(self.request.query_string))[:300]

    def show(self, problem: str = "") -> None:
        """Answers with the form that the link is for, or says that the link is not valid."""
        raise NotImplementedError

    def act(self) -> None:
        """Does what the form asks for."""
        raise NotImplementedError

    def not_valid(self, message: str) -> None:
        self.response.set_status(HTTPStatus.NOT_FOUND.value)
        self.render("error.html", title=f"This {self.kind} is no longer valid", message=message)


class InvitationPage(LinkPage):
    """`/invitation#…`: makes an account, by a link from an admin. Opening the page does not use the link up."""

    kind = "invitation"

    def show(self, problem: str = "") -> None:
        invitation = self.services.accounts.invitations.find(self.secret)
        if invitation is None:
            self.not_valid("An invitation works once, for 72 hours. Ask an admin for a new one.")
            return
        self.render(
            "account/invitation.html",
            form_token=self.visitor.form_token(),
            link=self.secret,
            role=invitation.role.value,
            name=self.form.get("name")[:100] if self.request.method == "POST" else "",
            problem=problem,
        )

    def act(self) -> None:
        accounts, visitor = self.services.accounts, self.visitor
        name = self.form.get("name").strip()
        lines = self.lines(Act.ACCOUNT, "made this account with an invitation", name)
        password, browser = self.form.get("password"), visitor.browser
        enter(self, accounts.accept(self.secret, name, password, visitor.address, browser, lines), name)


class ResetPage(LinkPage):
    """`/reset#…`: a new password for an account, by a link from an admin or the command."""

    kind = "link"

    def show(self, problem: str = "") -> None:
        reset = self.services.accounts.resets.find(self.secret)
        account = self.services.accounts.account(reset.account_key) if reset else None
        if account is None:
            self.not_valid("A link for a new password works once, for a day. Ask an admin for a new one.")
            return
        self.render(
            "account/reset.html",
            form_token=self.visitor.form_token(),
            link=self.secret,
            name=account.name,
            problem=problem,
        )

    def act(self) -> None:
        self.services.accounts.resets.use(self.secret, self.form.get("password"), self._lines)
        self.go("/sign-in")

    def _lines(self, reset: PasswordReset) -> tuple[AuditLine]:
        name = self.services.accounts.name_of(reset.account_key)
        return self.lines(Act.ACCOUNT, f"chose a new password with a link by {reset.made_by}", name)
