"""The admins' pages about the station: what they change day to day, the logo, the checks, and the audit."""

from __future__ import annotations

import csv
import io
from http import HTTPStatus
from itertools import groupby, islice

from callin.audit import TITLES, Act, AuditLine, Filter
from callin.check import State
from callin.logo import MAX_BYTES, LogoError, logo_of
from callin.station import LABELS, MINUTES, StationError
from callin.web.base import JsonHandler
from callin.web.middleware import FOR_A_YEAR, HTTPError
from callin.web.pages import NEVER, PageHandler
from callin.words import VOICES


def seconds_of(minutes: str) -> str:
    """Minutes as people write them, in seconds as the settings have them; other texts as they are.

    >>> seconds_of("2.5"), seconds_of("2,5"), seconds_of("soon")
    ('150', '150', 'soon')
    """
    try:
        return str(round(float(minutes.replace(",", ".")) * 60))
    except (ValueError, OverflowError):
        return minutes


def minutes_of(seconds: str) -> str:
    """
    >>> minutes_of("150"), minutes_of("120")
    ('2.5', '2')
    """
    return f"{int(seconds) / 60:.3f}".rstrip("0").rstrip(".")


class StationPage(PageHandler):
    """`/station`: name, time zone, times of a call, retention, and the phones that may run the show."""

    methods = ("GET", "POST")

    def get(self) -> None:
        self._show(self._stored(), done="The logo is changed." if "logo" in self.request.GET else "")

    def post(self) -> None:
        if self.form.get("do") == "remove-logo":
            self.services.station.set_logo(None, self.lines(Act.SETTINGS, "removed the station’s logo"))
            self._show(self._stored(), done="The logo is removed.")
            return
        typed = {name: self.form.get(name) for name in LABELS if name in self.form}
        if not typed:
            raise HTTPError(HTTPStatus.BAD_REQUEST, "The form is empty. Reload the page, and try again.")
        values = typed | {name: seconds_of(typed[name]) for name in MINUTES if name in typed}
        if "DJ_PHONES" in typed:
            phones = typed["DJ_PHONES"].replace(",", "\n").splitlines()
            values["DJ_PHONES"] = ", ".join(filter(None, map(str.strip, phones)))
        try:
            changed = self.services.station.change(values, self._lines)
        except StationError as refused:
            self.note(Act.REFUSAL, f"was refused on the station page: {refused}")
            self.response.set_status(HTTPStatus.BAD_REQUEST.value)
            self._show(typed, problems=refused.problems)
            return
        self._show(self._stored(), done="Saved." if changed else "Nothing was changed.")

    def _lines(self, changed: list[str]) -> tuple[AuditLine]:
        return self.lines(Act.SETTINGS, "changed on the station page: " + ", ".join(LABELS[name] for name in changed))

    def _stored(self) -> dict[str, str]:
        texts = self.services.station.texts()
        shown = texts | {name: minutes_of(texts[name]) for name in MINUTES}
        shown["DJ_PHONES"] = "\n".join(one.strip() for one in texts["DJ_PHONES"].split(","))
        return shown

    def _show(self, values: dict[str, str], problems: list[str] | None = None, done: str = "") -> None:
        has_pin = self.services.station.current().dj_phones.has_pin
        self.render(
            "account/station.html",
            values=values,
            has_pin=has_pin,
            problems=problems or [],
            done=done,
            voices=groupby(VOICES.values(), lambda voice: voice.locale),
            most_logo_bytes=MAX_BYTES,
        )


class LogoHandler(JsonHandler):
    """`/logo?v=…`: the logo as pages link it. Each logo has its own address, so browsers may cache it."""

    def get(self) -> None:
        logo = self.services.station.logo(self.request.GET.get("v", ""))
        if logo is None:
            raise HTTPError(HTTPStatus.NOT_FOUND, "The station has no such logo.")
        self.response.content_type = logo.media_type
        self.response.charset = None
        self.response.headers["Cache-Control"] = FOR_A_YEAR
        self.response.body = logo.body


class LogoUploadHandler(JsonHandler):
    """`/station/logo`: the body is the file. The page Station sends it by a script."""

    methods = ("POST",)
    keeps_session_alive = True

    def post(self) -> None:
        try:
            logo = logo_of(self.request.body)
        except LogoError as refused:
            self.note(Act.REFUSAL, f"was refused a logo: {refused}")
            raise HTTPError(HTTPStatus.BAD_REQUEST, str(refused)) from None
        self.services.station.set_logo(logo, self.lines(Act.SETTINGS, "changed the station’s logo"))
        self.write_json({"ok": True})


class CheckPage(PageHandler):
    """`/check`: what `python -m callin.check` prints. It takes some seconds."""

    def get(self) -> None:
        findings = self.services.checks().findings()
        wrong = sum(finding.state is State.WRONG for finding in findings)
        self.render("check/index.html", findings=findings, wrong=wrong)


MAX_CSV_LINES = 10_000
CSV_COLUMNS = ("time", "account", "from", "kind", "what")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet reads a cell that begins with one of these as a formula.
https://owasp.org/www-community/attacks/CSV_Injection"""


class AuditPage(PageHandler):
    """`/audit`: the lines, newest first, a page at a time; of one account or kind if asked."""

    def get(self) -> None:
        wanted = self.wanted()
        found = self.services.audit.page(wanted, self.request.GET.get("after", "")[:40])
        self.render(
            "audit/index.html",
            lines=[(line, self.shown_time(line.at)) for line in found.lines],
            next=found.next,
            back_to=self.shown_time(found.back_to),
            wanted=wanted,
            is_first="after" not in self.request.GET,
            people=[account.name for account in self.services.accounts.all_accounts()],
            kinds=[(act.value, title) for act, title in TITLES.items()],
        )

    def wanted(self) -> Filter:
        """The filter that the address names."""
        return Filter(self.request.GET.get("who", "")[:100], self.request.GET.get("kind", "")[:100])


class AuditFile(AuditPage):
    """`/audit.csv`: the same lines as a file, the newest 10,000 of them."""

    def get(self) -> None:
        self.note(Act.SEARCH, "downloaded the audit")
        text = io.StringIO()
        rows = csv.writer(text)
        rows.writerow(CSV_COLUMNS)
        for line in islice(self.services.audit.lines(self.wanted()), MAX_CSV_LINES):
            at = self.shown_time(line.at) or NEVER
            rows.writerow([cell(one) for one in (at.iso, line.who, line.address, line.title, line.what)])
        self.response.content_type = "text/csv"
        self.response.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
        self.response.body = text.getvalue().encode("utf-8-sig")  # with the mark by which Excel knows UTF-8


def cell(text: str) -> str:
    """The text as a cell that no spreadsheet reads as a formula.

    >>> cell("=1+1"), cell("anna")
    ("'=1+1", 'anna')
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
