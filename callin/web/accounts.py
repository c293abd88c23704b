"""The accounts of the station, for its admins."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from callin import twiml
from callin.accounts import DjPhone, RefusedError, SignedIn, role_named, role_names
from callin.web.account import status_of
from callin.web.page import PageHandler


class LockedPhone(NamedTuple):
    """A phone that is locked, in words: how long ago, and at what time."""

    number: str
    ago: str
    at: str
    at_iso: str


def _told(phone: DjPhone, now: float) -> LockedPhone:
    at = datetime.fromtimestamp(phone.locked_at, UTC)
    return LockedPhone(
        phone.key, twiml.duration(int(now - phone.locked_at)), f"{at:%d %B %Y, %H:%M} UTC", f"{at:%Y-%m-%dT%H:%M:%SZ}"
    )


class AccountsPage(PageHandler):
    """`/accounts`: who there is, invitations, and what an admin may do to an account."""

    methods = ("GET", "POST")

    def get(self) -> None:
        self._show()

    def post(self) -> None:
        try:
            done, link = self._act(self.person, self.form.get("do"), self.form.get("key"))
        except RefusedError as refused:
            self.response.set_status(status_of(refused).value)
            self._show(problem=str(refused))
            return
        self._show(done=done, link=link)

    def _act(self, who: SignedIn, what: str, key: str) -> tuple[str, str]:
        """Does what was pressed: a sentence about it and, where there is one, a link to hand on."""
        accounts = self.services.accounts
        if what == "invite":
            role = role_named(self.form.get("role"))
            token = accounts.invite(role, who.account.name)
            return f"The link makes one {role}. It works once, for 72 hours.", self._address(token)
        if what == "role":
            accounts.change_role(who, key, role_named(self.form.get("role")))
        elif what in ("disable", "enable"):
            accounts.disable(who, key, disabled=what == "disable")
        elif what == "unlock":
            self.services.phones.unlock(key)
        elif what == "end":
            accounts.end_sessions(key, except_for=who.session.mark)
        else:
            raise RefusedError("Nothing was chosen.")
        did = {
            "role": "has another role now",
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
        people = [(account, len(account.open_sessions(now))) for account in self.services.accounts.all()]
        self.render(
            "account/accounts.html",
            people=people,
            locked=[_told(phone, now) for phone in self.services.phones.locked()],
            roles=role_names(),
            problem=problem,
            done=done,
            link=link,
        )
