"""The page of help: a show in plain words."""

from __future__ import annotations

from callin.web.page import PageHandler


class HelpPage(PageHandler):
    """`/help`: how a show goes, for whoever sits at a desk for the first time."""

    def get(self) -> None:
        page = self.services.page
        self.render("help/index.html", listener_number=page.listener_number, dj_number=page.dj_number)
