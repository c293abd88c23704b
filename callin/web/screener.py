"""The screener's page: a word with each caller before the DJ has them."""

from __future__ import annotations

from callin.web.page import PageHandler


class ScreenerPage(PageHandler):
    """`/screener`: the caller in talk with their card, the line, the DJ's list, and who is on hold."""

    def get(self) -> None:
        self.services.look_at_twilio()
        page = self.services.page
        self.render(
            "screener/index.html",
            status=self.services.board.status(full_numbers=self.person.role.sees_full_numbers),
            is_rehearsal=page.is_rehearsal,
            signalling_host=page.signalling_host,
            desk_sound=page.desk_sound,
            listener_number=page.listener_number,
        )
