"""Asks for the password again before a change that a stolen or forgotten session must not make."""

from __future__ import annotations

from callin.accounts import AccountError
from callin.audit import Act
from callin.web.page import PageHandler
from callin.web.sign_in import status_of

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
