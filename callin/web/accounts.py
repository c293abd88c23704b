"""The pages of accounts: sign-in, sign-out, invitation, one's own account, and all accounts for admins."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import NamedTuple

from callin import twiml
from callin.accounts import (
    REHEARSAL_PASSWORD,
    AccountError,
    BusyError,
    DjPhone,
    SignedIn,
    TooSoonError,
    WrongPasswordError,
    role_named,
    role_names,
)
from callin.audit import Act
from callin.rules import masked
from callin.web.page import NEVER, PageHandler, shown_time

VISITS_OF_A_SIGN_IN = 2
"""The page and its form. They do not count against the limit after a successful sign-in."""

_LOCAL = re.compile(r"/(?![/\\])[A-Za-z0-9/._~%?&=+-]{0,300}")


def local(path: str) -> str:
    """The address if it is one of ours, otherwise the start page: an open redirect would help phishing."""
    return path if _LOCAL.fullmatch(path) else "/"


def first_page(asked_for: str, who: SignedIn | None) -> str:
    """The page after signing in: the one that was asked for, otherwise the one of the role."""
    path = local(asked_for)
    return "/screener" if path == "/" and who is not None and not who.role.may_run_the_show else path


def status_of(refused: AccountError) -> HTTPStatus:
    """The HTTP status of a refusal."""
    if isinstance(refused, TooSoonError):
        return HTTPStatus.TOO_MANY_REQUESTS
    return HTTPStatus.SERVICE_UNAVAILABLE if isinstance(refused, BusyError) else HTTPStatus.FORBIDDEN


class SignInPage(PageHandler):
    """`/sign-in`: a name and a password."""

    methods = ("GET", "POST")
    is_limited = True

    def get(self) -> None:
        if self.visitor.signed_in:
            self.go(first_page(self.request.GET.get("next", "/"), self.visitor.signed_in))
        elif problem := self.services.health.last_store_problem:
            self.response.set_status(HTTPStatus.SERVICE_UNAVAILABLE.value)
            self._show(self.request.GET.get("next", "/"), problem=f"Nobody can sign in right now. {problem}")
        else:
            self._show(self.request.GET.get("next", "/"))

    def post(self) -> None:
        name = self.form.get("name").strip()
        accounts, visitor = self.services.accounts, self.visitor
        try:
            cookie = accounts.sign_in(name, self.form.get("password"), visitor.address, visitor.device_cookie)
        except AccountError as refused:
            self._note_refusal(accounts.name_of(name), refused)
            self.response.set_status(status_of(refused).value)
            self._show(self.form.get("next"), name, str(refused))
            return
        if not visitor.trusted_key:
            self.services.visits.give_back(visitor.address, VISITS_OF_A_SIGN_IN)
        visitor.begin_session(cookie, accounts.trusted_device_cookie(name, visitor.device_cookie))
        self.note(Act.SIGN_IN, "signed in", accounts.name_of(name))
        self.go(first_page(self.form.get("next"), accounts.signed_in(cookie)))

    def _note_refusal(self, name: str, refused: AccountError) -> None:
        """A name that no account has is not written down: people type their password there by mistake."""
        if isinstance(refused, WrongPasswordError):
            self.note(Act.REFUSAL, "was not signed in: wrong password" if name else "tried an unknown name", name)
        else:
            # Without the address: a flood comes from many.
            self.services.audit.write_once(Act.REFUSAL, name, "", "was not signed in: too many tries")

    def _show(self, following: str, name: str = "", problem: str = "") -> None:
        is_rehearsal = self.services.page.is_rehearsal
        self.render(
            "account/sign_in.html",
            form_token=self.visitor.form_token(),
            next=local(following),
            name=name[:100],
            problem=problem,
            station_name=self.services.page.station_name,
            is_rehearsal=is_rehearsal,
            ready=role_names() if is_rehearsal else [],
            ready_password=REHEARSAL_PASSWORD if is_rehearsal else "",
        )


class SignOutHandler(PageHandler):
    """`/sign-out`: signs this browser out."""

    methods = ("POST",)

    def post(self) -> None:
        self.services.accounts.sign_out(self.person)
        self.note(Act.SIGN_IN, "signed out")
        self.visitor.forget_session()
        self.go("/sign-in")


class InvitationPage(PageHandler):
    """`/invitation?…`: makes an account, by a link from an admin. Opening the page does not use the link up."""

    methods = ("GET", "POST")
    is_limited = True

    def get(self) -> None:
        self._show()

    def post(self) -> None:
        name, password = self.form.get("name"), self.form.get("password")
        if password != self.form.get("again"):
            self._show(name, "The two passwords are different.")
            return
        try:
            cookie = self.services.accounts.accept(self._link, name, password)
        except AccountError as refused:
            self.response.set_status(status_of(refused).value)
            self._show(name, str(refused))
            return
        accounts, visitor = self.services.accounts, self.visitor
        visitor.begin_session(cookie, accounts.trusted_device_cookie(name, visitor.device_cookie))
        self.note(Act.ACCOUNT, "made this account with an invitation", accounts.name_of(name))
        self.go(first_page("/", accounts.signed_in(cookie)))

    @property
    def _link(self) -> str:
        return str(self.request.query_string)[:300]

    def _show(self, name: str = "", problem: str = "") -> None:
        invitation = self.services.accounts.invitations.find(self._link)
        if invitation is None:
            self.response.set_status(HTTPStatus.NOT_FOUND.value)
            message = "An invitation works once, for 72 hours. Ask an admin for a new one."
            self.render("error.html", title="This invitation is no longer valid", message=message)
            return
        self.render(
            "account/invitation.html",
            form_token=self.visitor.form_token(),
            link=self._link,
            role=invitation.role.value,
            name=name[:100],
            problem=problem,
            station_name=self.services.page.station_name,
        )


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


class LockedPhone(NamedTuple):
    """A locked phone, with the time since then in words."""

    number: str
    ago: str
    at: str
    at_iso: str


def _shown(phone: DjPhone, now: float) -> LockedPhone:
    at = shown_time(phone.locked_at) or NEVER
    return LockedPhone(phone.key, twiml.duration(int(now - phone.locked_at)), at.text, at.iso)


NOTED = {
    "role": "made {account} a {role}",
    "disable": "disabled {account}",
    "enable": "let {account} sign in again",
    "unlock": "unlocked the phone {account}",
    "end": "signed {account} out",
}
"""What the audit says of each act."""


class AccountsPage(PageHandler):
    """`/accounts`: all accounts, their roles and sessions, invitations, and locked phones."""

    methods = ("GET", "POST")

    def get(self) -> None:
        self._show()

    def post(self) -> None:
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
        }
        return (
            f"{key} {did.get(what, 'is signed out everywhere else' if key == who.account.key else 'is signed out')}.",
            "",
        )

    def _address(self, token: str) -> str:
        return f"{self.services.links.public_url}/invitation?{token}"

    def _show(self, problem: str = "", done: str = "", link: str = "") -> None:
        now = self.services.clock()
        people = [(account, len(account.open_sessions(now))) for account in self.services.accounts.all_accounts()]
        self.render(
            "account/accounts.html",
            people=people,
            locked=[_shown(phone, now) for phone in self.services.phones.locked()],
            roles=role_names(),
            problem=problem,
            done=done,
            link=link,
        )
