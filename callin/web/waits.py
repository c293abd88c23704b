"""The page of waits: everybody in line as a bar that grows, and the day behind them."""

from __future__ import annotations

from callin.web.page import PageHandler


class WaitsPage(PageHandler):
    """`/waits`: for the studio to look at; nothing is done from here."""

    def get(self) -> None:
        self.services.look_at_twilio()
        self.render(
            "waits/index.html",
            status=self.services.board.status(full_numbers=self.person.role.sees_full_numbers),
            is_rehearsal=self.services.page.is_rehearsal,
        )
