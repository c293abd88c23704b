"""Signing in, with a second factor if the account has one, typing the password again, and signing out."""

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
from callin.audit import Act, AuditLine
from callin.web.pages import PageHandler, listeners_words
from callin.words import filled

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
        elif problem := self.services.health.store.last_problem:
            self.response.set_status(HTTPStatus.SERVICE_UNAVAILABLE.value)
            self._show(self.request.GET.get("next", "/"), problem=f"Nobody can sign in right now. {problem}")
        else:
            self._show(self.request.GET.get("next", "/"))

    def post(self) -> None:
        name = self.form.get("name").strip()
        accounts, visitor = self.services.accounts, self.visitor
        try:
            known = accounts.name_of(name)
            cookie = accounts.sign_in(
                *(name, self.form.get("password"), visitor.address, visitor.device_cookie, visitor.browser),
                self.lines(Act.SIGN_IN, "signed in", known),
            )
        except SecondFactorNeededError as needed:
            show_second_factor(self, needed.key, needed.pending, local(self.form.get("next")))
            return
        except AccountError as refused:
            self._note_refusal(known, refused)
            self.response.set_status(status_of(refused).value)
            self._show(self.form.get("next"), name, str(refused))
            return
        enter(self, cookie, known)

    def _note_refusal(self, name: str, refused: AccountError) -> None:
        """A name that no account has is not written down: people type their password there by mistake."""
        if isinstance(refused, WrongPasswordError):
            self.note(Act.REFUSAL, "was not signed in: wrong password" if name else "tried an unknown name", name)
        else:
            # Without the address: a flood comes from many.
            self.services.audit.write_once(Act.REFUSAL, name, "", "was not signed in: too many tries")

    def _show(self, following: str, name: str = "", problem: str = "") -> None:
        is_rehearsal, written = self.services.page.is_rehearsal, listeners_words(self)
        self.render(
            "account/sign_in.html",
            form_token=self.visitor.form_token(),
            next=local(following),
            name=name[:100],
            problem=problem,
            ready=role_names() if is_rehearsal else [],
            ready_password=REHEARSAL_PASSWORD if is_rehearsal else "",
            listeners_locale=self.services.station.words().voice.locale,
            invitation=written.elsewhere.invitation,
            call_title=filled(written.page.title, station=self.services.page.station_name),
        )


def enter(page: PageHandler, cookie: str, name: str) -> None:
    """Begins the session in this browser, and goes to the page that was asked for."""
    accounts, visitor = page.services.accounts, page.visitor
    if not visitor.trusted_key:
        page.services.visits.give_back(visitor.address, VISITS_OF_A_SIGN_IN)
    visitor.begin_session(cookie, accounts.trusted_device_cookie(name, visitor.device_cookie))
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
            cookie = self._begin_session(account)
        except AccountError as refused:
            self.note(Act.REFUSAL, f"was not signed in after the password: {refused}", account.name)
            self.response.set_status(status_of(refused).value)
            show_second_factor(self, account.key, pending, local(self.form.get("next")), str(refused))
            return
        enter(self, cookie, account.name)

    def _begin_session(self, account: Account) -> str:
        def check(key: str) -> tuple[AuditLine]:
            return self.lines(Act.SIGN_IN, self._check(key), account.name)

        return self.services.accounts.sign_in_second(account, check, self.visitor.address, self.visitor.browser)

    def _check(self, key: str) -> str:
        """Checks the recovery code or passkey, and says how the person has signed in."""
        second_factors = self.services.accounts.second_factors
        if code := self.form.get("code"):
            return f"signed in with a recovery code; {second_factors.use_code(key, code)} are left"
        second_factors.check_passkey(key, self.form.get("state"), self.form.get("response"))
        return "signed in with a passkey"


class SignOutHandler(PageHandler):
    """`/sign-out`: signs this browser out."""

    is_open_without_passkey = True
    methods = ("POST",)

    def post(self) -> None:
        self.services.accounts.sign_out(self.person, self.lines(Act.SIGN_IN, "signed out"))
        self.visitor.forget_session()
        self.go("/sign-in")


PASSWORD_FIELD = "password_again"  # noqa: S105 - its name alone
NOT_REPEATED = ("token", PASSWORD_FIELD)


def confirmed(page: PageHandler) -> bool:
    """Whether the person has typed their password in the last ten minutes, or does with this form.

    If not, it answers with a form that asks for the password and repeats all that this one holds.
    """
    accounts, who = page.services.accounts, page.person
    if accounts.is_confirmed(who):
        return True
    password, problem = page.form.get(PASSWORD_FIELD), ""
    if password:
        try:
            accounts.confirm(who, password)
        except AccountError as refused:
            page.note(Act.REFUSAL, f"was asked for the password again: {refused}")
            page.response.set_status(status_of(refused).value)
            problem = str(refused)
        else:
            return True
    repeated = [(name, value) for name, value in page.form.items() if name not in NOT_REPEATED]
    page.render("account/confirm.html", path=page.request.path, repeated=repeated, problem=problem)
    return False
