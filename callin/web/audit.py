"""The audit for admins: who did what, as a page and as a CSV file."""

from __future__ import annotations

import csv
import io
from itertools import islice

from callin.audit import TITLES, Act, Filter
from callin.web.page import NEVER, PageHandler

MAX_CSV_LINES = 10_000
CSV_COLUMNS = ("time", "account", "from", "kind", "what")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins with one of these for a formula.
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
    """The text as a cell that no spreadsheet takes for a formula.

    >>> cell("=1+1"), cell("anna")
    ("'=1+1", 'anna')
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
