"""Signing in and out, and making an account with an invitation."""

from __future__ import annotations

import re
from http import HTTPStatus

from callin.accounts import (
    REHEARSAL_PASSWORD,
    AccountError,
    BusyError,
    SignedIn,
    TooSoonError,
    WrongPasswordError,
    role_names,
)
from callin.audit import Act
from callin.web.page import PageHandler

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
            cookie = accounts.sign_in(
                name, self.form.get("password"), visitor.address, visitor.device_cookie, visitor.browser
            )
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
            visitor = self.visitor
            cookie = self.services.accounts.accept(self._link, name, password, visitor.address, visitor.browser)
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
