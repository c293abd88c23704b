"""`/check`: the station's checks, for admins."""

from __future__ import annotations

from callin.check import State
from callin.web.page import PageHandler


class CheckPage(PageHandler):
    """`/check`: what `python -m callin.check` prints. It takes some seconds."""

    def get(self) -> None:
        findings = self.services.checks.findings()
        wrong = sum(finding.state is State.WRONG for finding in findings)
        self.render("check/index.html", findings=findings, wrong=wrong)
