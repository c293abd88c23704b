"""The callers' pages: lists, search, and one caller with their history and notes."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from callin import rules
from callin.audit import Act
from callin.callers import BlockedBrowser, Caller, digits_of
from callin.model import Call, Card, Standing
from callin.web.base import ADMINS_ONLY
from callin.web.caller_info import number_of, set_browser_blocked, set_standing, standing_of
from callin.web.middleware import HTTPError
from callin.web.pages import CHOOSE_FIRST, PageHandler
from callin.web.sign_in import confirmed

LISTS = {
    Standing.BLOCKED: ("Blocked", "Their calls are turned away."),
    Standing.WARN: ("Warning", "The desks are warned when they call."),
    Standing.VIP: ("VIP", "The desks are told when they call."),
}
BECAME = {
    Standing.NONE: "is no longer on a list",
    Standing.VIP: "is a VIP now",
    Standing.WARN: "has a warning now",
    Standing.BLOCKED: "is blocked now",
}
BROWSER = re.compile(r"[0-9a-f]{16}")
"""The random part of the identity of a listener's browser."""

OUTCOMES = {
    "aired": "on the air",
    "hung_up": "hung up",
    "dropped": "dropped",
    "let_go": "let go",
    "blocked": "turned away",
    "line_full": "the line was full",
    "line_closed": "the line was closed",
    "left_message": "left a message",
    "lost": "lost",
}


class CallersPage(PageHandler):
    """`/callers`: lists and search; with `?id=…` or `?call_sid=…` one caller. No address contains a number."""

    methods = ("GET", "POST")

    def get(self) -> None:
        if "call_sid" in self.request.GET:
            self._show_caller(number_of(self, self.request.GET["call_sid"]))
        elif "id" in self.request.GET:
            self._show_caller(self._number(self.request.GET["id"]))
        else:
            self._show_lists(only=self.request.GET.get("list", ""), after=self.request.GET.get("after", ""))

    def post(self) -> None:
        what = self.form.get("do")
        if what == "search":
            text = self.form.get("text")[:200]
            self.note(Act.SEARCH, f"searched the callers for “{rules.masked_digits(text)}”")
            self._show_lists(text=text)
        elif what == "block":
            self._block(self.form.get("number"))
        elif what == "unblock-browser":
            self._unblock_browser(self.form.get("id"))
        elif what in ("standing", "off", "notes", "delete", "delete-now"):
            self._act(what, self._number(self.form.get("id")))
        else:
            raise HTTPError(HTTPStatus.FORBIDDEN, CHOOSE_FIRST)

    def _act(self, what: str, number: str) -> None:
        if what == "notes":
            self._note(number)
        elif what == "delete":
            self._must_be_an_admin()
            self.render("callers/delete.html", caller=self._in_short(self._caller(number)))
        elif what == "delete-now":
            self._must_be_an_admin()
            if confirmed(self):
                self._delete(number)
        else:
            standing = Standing.NONE if what == "off" else standing_of(self.form.get("standing"))
            set_standing(self, number, standing)
            done = f"{self._shown(number)} {BECAME[standing]}."
            if what == "off":
                self._show_lists(done=done)
            else:
                self._show_caller(number, done=done)

    def _block(self, number: str) -> None:
        self._must_be_an_admin()
        plain = "".join(letter for letter in number if letter not in " -()./\u00a0")
        if not rules.is_somebodys(plain):
            self.response.set_status(HTTPStatus.BAD_REQUEST.value)
            problem = "Type the number with its country code, such as +44 7700 900123."
            self._show_lists(problem=problem, number=number[:50])
            return
        set_standing(self, plain, Standing.BLOCKED)
        self._show_lists(done=f"{plain} {BECAME[Standing.BLOCKED]}.")

    def _unblock_browser(self, browser_id: str) -> None:
        number = self.services.callers.number_of(browser_id)
        if number is None or not BROWSER.fullmatch(number):
            raise HTTPError(HTTPStatus.NOT_FOUND, "That browser is not known.")
        set_browser_blocked(self, f"client:listener_{number}", blocked=False)
        self._show_lists(done="The browser is no longer blocked.")

    def _note(self, number: str) -> None:
        """Notes need a caller with calls: when the calls are deleted, so are the notes."""
        if not self._caller(number).calls:
            raise HTTPError(HTTPStatus.CONFLICT, "Nobody has called from this number, so it cannot have notes.")
        base = self.form.get("base")
        revision = int(base) if base.isascii() and base.isdigit() and len(base) < 10 else 0
        text = self.form.get("notes").replace("\r\n", "\n").replace("\x00", "")
        try:
            noted = self.services.callers.set_notes(number, text, revision, self.person.account.name)
        except ValueError as problem:
            self.response.set_status(HTTPStatus.BAD_REQUEST.value)
            self._show_caller(number, problem=str(problem), notes=text)
            return
        done = "The notes are saved."
        if noted.replaced:
            done += f" They replace what {noted.replaced.by} had written meanwhile: {noted.replaced.text}"
        self._show_caller(number, done=done)

    def _delete(self, number: str) -> None:
        lines = self.lines(Act.DELETION, f"deleted the caller {rules.masked(number)}")
        done = self.services.retention.delete_caller(number, self.person.account.name, lines)
        later = "" if done else " They have many calls: the rest are deleted within the hour."
        self._show_lists(done=f"The caller is deleted, with all their calls and notes.{later}")

    # Pages

    def _show_lists(
        self,
        *,
        text: str = "",
        only: str = "",
        after: str = "",
        number: str = "",
        done: str = "",
        problem: str = "",
    ) -> None:
        callers = self.services.callers
        lists = []
        for standing, (title, meaning) in LISTS.items():
            if only and standing != only:
                continue
            page = callers.on_list(standing, (callers.number_of(after) or "") if only else "")
            more = callers.id_of(page.next) if page.next else ""
            lists.append((standing.value, title, meaning, [self._in_short(one) for one in page.callers], more))
        found = callers.search(text, whole_numbers=self._sees_full_numbers) if text.strip() else None
        if self._sees_full_numbers:
            self.note(Act.NUMBERS, "opened the lists of callers, with full numbers", once=True)
        self.render(
            "callers/callers.html",
            lists=lists,
            text=text,
            searched=self._searched(text),
            found=None if found is None else [self._in_short(one) for one in found],
            browsers=[] if only else [self._browser(one) for one in callers.browsers.blocked()],
            number=number,
            is_admin=self.person.role.is_admin,
            done=done,
            problem=problem,
        )

    def _searched(self, text: str) -> str:
        """What was searched for: of a number only the part that this account may see."""
        digits = "" if self._sees_full_numbers else digits_of(text, whole_numbers=False)
        return f"•••{digits}" if digits else text

    def _browser(self, one: BlockedBrowser) -> dict[str, Any]:
        # Without the prefix: 16 random characters, which is what `id_of` has room for.
        random_part = one.key.removeprefix("client:listener_")
        return {"id": self.services.callers.id_of(random_part), "by": one.by, "until": self.shown_time(one.until)}

    def _show_caller(self, number: str, *, done: str = "", problem: str = "", notes: str | None = None) -> None:
        caller = self._caller(number)
        if self._sees_full_numbers:
            self.note(Act.NUMBERS, f"saw {rules.masked(number)} in full", once=True)
        now = self.services.clock()
        self.render(
            "callers/caller.html",
            caller=self._in_short(caller),
            people=[(one.name, one.place, self.shown_time(one.last_at)) for one in reversed(caller.people)],
            calls=caller.calls,
            aired_lately=caller.aired_recently(now),
            last_aired=self.shown_time(caller.aired[-1]) if caller.aired else None,
            first=self.shown_time(caller.first_at),
            notes=caller.notes.text if notes is None else notes,
            revision=caller.notes.revision,
            noted=self.shown_time(caller.notes.at) if caller.notes.text else None,
            noted_by=caller.notes.by,
            history=[self._past(call, card) for call, card in self.services.callers.history(number)],
            standings=[("", "None"), *((one.value, title) for one, (title, _) in LISTS.items())],
            is_admin=self.person.role.is_admin,
            done=done,
            problem=problem,
        )

    def _caller(self, number: str) -> Caller:
        return self.services.callers.find(number) or Caller(number)

    def _in_short(self, caller: Caller) -> dict[str, Any]:
        person = caller.last_person
        return {
            "id": self.services.callers.id_of(caller.key),
            "number": self._shown(caller.key),
            "name": person.name,
            "place": person.place,
            "last": self.shown_time(caller.last_at),
            "standing": caller.standing.value,
            "standing_title": LISTS[caller.standing][0] if caller.standing else "",
            "standing_by": caller.standing_by,
            "standing_at": self.shown_time(caller.standing_at),
        }

    @property
    def _sees_full_numbers(self) -> bool:
        return self.person.role.sees_full_numbers

    def _must_be_an_admin(self) -> None:
        if not self.person.role.is_admin:
            raise HTTPError(HTTPStatus.FORBIDDEN, ADMINS_ONLY)

    def _shown(self, number: str) -> str:
        return rules.in_full(number) if self._sees_full_numbers else rules.masked(number)

    def _number(self, caller_id: str) -> str:
        number = self.services.callers.number_of(caller_id)
        if number is None:
            raise HTTPError(HTTPStatus.NOT_FOUND, "That caller is not known.")
        return number

    def _past(self, call: Call, card: Card) -> dict[str, Any]:
        return {
            "call_sid": call.call_sid,
            "joined": self.shown_time(call.joined_at),
            "outcome": OUTCOMES.get(call.outcome or "", ""),
            "wait_minutes": _minutes(call.wait_seconds),
            "on_air_minutes": _minutes(call.on_air_seconds),
            "name": card.name.text,
            "place": card.place.text,
            "topic": card.topic.text,
            "greeting": call.greeting,
            "told_again": self.shown_time(call.noticed_at),
        }


def _minutes(seconds: float) -> str:
    """Minutes and seconds, such as 4:05."""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02}"
