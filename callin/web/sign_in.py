"""Signing in, with a second factor if the account has one, and signing out."""

from __future__ import annotations

import re
from http import HTTPStatus

from callin.accounts import (
    REHEARSAL_PASSWORD,
    Account,
    AccountError,
    BusyError,
    SecondFactorNeededError,
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
        except SecondFactorNeededError as needed:
            show_second_factor(self, needed.key, needed.pending, local(self.form.get("next")))
            return
        except AccountError as refused:
            self._note_refusal(accounts.name_of(name), refused)
            self.response.set_status(status_of(refused).value)
            self._show(self.form.get("next"), name, str(refused))
            return
        enter(self, cookie, accounts.name_of(name), "signed in")

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


def enter(page: PageHandler, cookie: str, name: str, how: str, act: Act = Act.SIGN_IN) -> None:
    """Begins the session in this browser, and goes to the page that was asked for."""
    accounts, visitor = page.services.accounts, page.visitor
    if not visitor.trusted_key:
        page.services.visits.give_back(visitor.address, VISITS_OF_A_SIGN_IN)
    visitor.begin_session(cookie, accounts.trusted_device_cookie(name, visitor.device_cookie))
    page.note(act, how, name)
    page.go(first_page(page.form.get("next"), accounts.signed_in(cookie)))


def show_second_factor(page: PageHandler, key: str, pending: str, following: str, problem: str = "") -> None:
    """Asks for a passkey or a recovery code. `pending` says that the password was right."""
    ceremony = page.services.accounts.second_factors.begin_sign_in(key)
    page.render(
        "account/second_factor.html",
        form_token=page.visitor.form_token(),
        options=ceremony.options,
        state=ceremony.state,
        pending=pending,
        next=following,
        problem=problem,
        station_name=page.services.page.station_name,
    )


class SecondFactorPage(PageHandler):
    """`/second-factor`: a passkey or a recovery code, after the password."""

    methods = ("GET", "POST")
    is_limited = True

    def get(self) -> None:
        self.go("/sign-in")

    def post(self) -> None:
        pending = self.form.get("pending")
        try:
            account = self.services.accounts.pending_account(pending)
        except AccountError as refused:
            self.response.set_status(status_of(refused).value)
            self.render("error.html", title="Please sign in again", message=str(refused))
            return
        try:
            cookie = self._begin_session(pending)
        except AccountError as refused:
            self.note(Act.REFUSAL, f"was not signed in after the password: {refused}", account.name)
            self.response.set_status(status_of(refused).value)
            show_second_factor(self, account.key, pending, local(self.form.get("next")), str(refused))
            return
        enter(self, cookie, account.name, self._how(account))

    def _begin_session(self, pending: str) -> str:
        return self.services.accounts.sign_in_second(pending, self._check, self.visitor.address, self.visitor.browser)

    def _check(self, key: str) -> None:
        second_factors = self.services.accounts.second_factors
        if code := self.form.get("code"):
            second_factors.use_code(key, code)
        else:
            second_factors.check_passkey(key, self.form.get("state"), self.form.get("response"))

    def _how(self, account: Account) -> str:
        if not self.form.get("code"):
            return "signed in with a passkey"
        found = self.services.accounts.second_factors.of(account.key)
        return f"signed in with a recovery code; {len(found.recovery_codes) if found else 0} are left"


class SignOutHandler(PageHandler):
    """`/sign-out`: signs this browser out."""

    is_open_without_passkey = True
    methods = ("POST",)

    def post(self) -> None:
        self.services.accounts.sign_out(self.person)
        self.note(Act.SIGN_IN, "signed out")
        self.visitor.forget_session()
        self.go("/sign-in")
