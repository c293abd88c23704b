"""`/station`: what an admin changes in daily life."""

from __future__ import annotations

from http import HTTPStatus

from callin.audit import Act, AuditLine
from callin.logo import MAX_BYTES
from callin.station import LABELS, StationError
from callin.web.page import PageHandler

MINUTES = ("CALL_WARNING_SECONDS", "CALL_LIMIT_SECONDS")
"""Settings in seconds that the page shows in minutes."""


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
        typed = {name: self.form.get(name) for name in LABELS}
        values = typed | {name: seconds_of(typed[name]) for name in MINUTES}
        values["DJ_PHONES"] = ", ".join(values["DJ_PHONES"].replace(",", "\n").split("\n")).strip(", ")
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
            most_logo_bytes=MAX_BYTES,
        )
