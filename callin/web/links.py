"""Pages that a person opens by a link with a secret: an invitation, and a new password for a forgotten one.

The secret is in the link's fragment, which browsers send to no server and no log. A script on the page posts it.
"""

from __future__ import annotations

import re
from http import HTTPStatus

from callin.accounts import AccountError, PasswordReset
from callin.audit import Act, AuditLine
from callin.web.page import PageHandler
from callin.web.sign_in import enter, status_of

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
        station = self.services.page.station_name
        self.render(
            "account/link.html",
            form_token=self.visitor.form_token(),
            station_name=station,
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
            station_name=self.services.page.station_name,
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
            station_name=self.services.page.station_name,
        )

    def act(self) -> None:
        self.services.accounts.resets.use(self.secret, self.form.get("password"), self._lines)
        self.go("/sign-in")

    def _lines(self, reset: PasswordReset) -> tuple[AuditLine]:
        name = self.services.accounts.name_of(reset.account_key)
        return self.lines(Act.ACCOUNT, f"chose a new password with a link by {reset.made_by}", name)
