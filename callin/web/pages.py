"""The DJ's page, the screener's, the chart of waits, the help, and the listeners' page."""

from __future__ import annotations

from callin.audit import Act
from callin.model import WAITING_QUEUE
from callin.web.page import PageHandler
from callin.web.token import takes_browser_calls

DAY_SECONDS = 86400


def note_numbers(page: PageHandler, title: str) -> None:
    """Writes down that a page with full numbers was opened. It is followed by others as calls come in."""
    if page.person.role.sees_full_numbers:
        page.note(Act.NUMBERS, f"opened {title}, with full numbers", once=True)


class IndexPage(PageHandler):
    """`/`: the DJ's page; view only for screeners."""

    def get(self) -> None:
        self.services.look_at_twilio()
        note_numbers(self, "the desk")
        page = self.services.page
        self.render(
            "desk/index.html",
            status=self.services.dashboards.status(full_numbers=self.person.role.sees_full_numbers),
            may_run=self.person.role.may_run_the_show,
            may_take_now=self.person.role.is_admin,
            queue=self.services.links.names.queue(WAITING_QUEUE),
            is_rehearsal=page.is_rehearsal,
            signalling_host=page.signalling_host,
            desk_sound=page.desk_sound,
            air_lines=page.air_lines,
            call_warning_seconds=page.call_warning_seconds,
            call_limit_seconds=page.call_limit_seconds,
            retention_days=int(self.services.station.current().retention_seconds // DAY_SECONDS),
            station_name=page.station_name,
            listener_number=page.listener_number,
            dj_number=page.dj_number,
            twilio_api_url=page.twilio_api_url if page.is_rehearsal else "",
        )


class ScreenerPage(PageHandler):
    """`/screener`: the caller in talk and their card, the line, ready callers, and callers on hold."""

    def get(self) -> None:
        self.services.look_at_twilio()
        note_numbers(self, "the screener’s page")
        page = self.services.page
        self.render(
            "screener/index.html",
            status=self.services.dashboards.status(full_numbers=self.person.role.sees_full_numbers),
            is_rehearsal=page.is_rehearsal,
            signalling_host=page.signalling_host,
            desk_sound=page.desk_sound,
            listener_number=page.listener_number,
        )


class WaitsPage(PageHandler):
    """`/waits`: a chart of the waits; it has no buttons."""

    def get(self) -> None:
        self.services.look_at_twilio()
        note_numbers(self, "the chart of waits")
        self.render(
            "waits/index.html",
            status=self.services.dashboards.status(full_numbers=self.person.role.sees_full_numbers),
            is_rehearsal=self.services.page.is_rehearsal,
        )


class HelpPage(PageHandler):
    """`/help`: how to run a show."""

    is_open_without_passkey = True

    def get(self) -> None:
        page = self.services.page
        self.render("help/index.html", listener_number=page.listener_number, dj_number=page.dj_number)


class CallPage(PageHandler):
    """`/call`: one button to call in with, or the number to ring instead."""

    is_limited = True

    def get(self) -> None:
        page = self.services.page
        self.render(
            "listener/call.html" if takes_browser_calls(self) else "listener/by_phone.html",
            is_rehearsal=page.is_rehearsal,
            signalling_host=page.signalling_host,
            station_name=page.station_name,
            listener_number=page.listener_number,
        )
