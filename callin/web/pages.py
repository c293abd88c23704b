"""What all pages for people share (sign-in and back, forms with a token, safe headers), and the pages without forms."""

from __future__ import annotations

import logging
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

import webapp2

from callin.audit import Act
from callin.contracts import StoreError
from callin.line import DROPPING, HOLDING, NOTHING_TO_TAKE_OVER, SENTENCES, SWITCHES, THANKING
from callin.web.base import VIEW_ONLY, Handler, Params, parse_params
from callin.web.middleware import HTTPError, PasskeyMissingError
from callin.words import calendar, filled, written_words
from util import render_template

if TYPE_CHECKING:
    from callin.words import WrittenWords

CHOOSE_FIRST = "Choose something first."
STORE_FAILS = "Please reload this page in a minute. Callers are still greeted and queued."
WENT_WRONG = "Please reload this page in a moment."

log = logging.getLogger(__name__)


class ShownTime(NamedTuple):
    """A time in words, and in the form of HTML's `datetime`."""

    text: str
    iso: str


NEVER = ShownTime("", "")


class PageHandler(Handler):
    """A page for people. It may load from and connect to this app and the signalling host only.

    A visitor that has to sign in is sent to `/sign-in`, and back afterwards. Every POST carries its page's form token.
    """

    keeps_session_alive = True
    form: Params

    def dispatch(self) -> None:
        self.response.cache_control = "no-store"
        try:
            self.method_must_be_allowed()
            self.must_be_permitted()
            if self.request.method == "POST":
                self._read_form()
                self.post()
            else:
                self.get()
        except HTTPError as refused:
            self._refuse(refused)
        except StoreError as error:
            log.error("No page for %s: %s", self.request.path, error)
            self.show_error(HTTPStatus.SERVICE_UNAVAILABLE, "The database does not answer", STORE_FAILS)
        except Exception:
            log.exception("No page for %s", self.request.path)
            self.show_error(HTTPStatus.SERVICE_UNAVAILABLE, "Something went wrong", WENT_WRONG)

    def get(self) -> None:
        """Answers with the page."""
        raise NotImplementedError

    def post(self) -> None:
        """Does what the page's form asks for, and answers. `form` contains its fields."""
        raise NotImplementedError

    def go(self, path: str) -> None:
        """Redirects the browser to another page of ours.

        The address is absolute: WebOb would complete a relative one from the request, whose scheme is http behind a
        proxy, and whose Host the client chooses.
        """
        self.response.set_status(HTTPStatus.SEE_OTHER.value)
        self.response.headers["Location"] = self.services.links.public_url + path

    def _read_form(self) -> None:
        try:
            self.form = Params(parse_params(self.request.body.decode()))
        except ValueError:
            raise HTTPError(HTTPStatus.BAD_REQUEST, "The form could not be read.") from None
        self.must_be_from_our_page(self.form.get("token"))

    def _refuse(self, refused: HTTPError) -> None:
        if refused.status is HTTPStatus.METHOD_NOT_ALLOWED:
            self.refuse(refused.status)
        elif isinstance(refused, PasskeyMissingError):
            self.go("/account")
        elif refused.status is HTTPStatus.UNAUTHORIZED:
            is_elsewhere = self.request.method == "GET" and self.request.path_qs != "/"
            self.go("/sign-in" + ("?" + urlencode({"next": self.request.path_qs}) if is_elsewhere else ""))
        else:
            self.show_error(refused.status, "Not allowed", str(refused))

    def show_error(self, status: HTTPStatus, title: str, message: str) -> None:
        """Answers with a page that says what is wrong."""
        self.response.set_status(status.value)
        self.signed_in = None
        self.render("error.html", title=title, message=message)

    def line_status(self) -> dict[str, Any]:
        """The line as a page shows it to this account before its script asks: the object of `/queue-status`."""
        return self.services.dashboards.status(full_numbers=self.person.role.sees_full_numbers)

    def shown_time(self, at: float) -> ShownTime | None:
        """A time in seconds since 1970 in the station's time zone; None for 0, which means never."""
        if not at:
            return None
        moment = datetime.fromtimestamp(at, self.services.station.current().time_zone)
        iso = moment.isoformat(timespec="seconds").replace("+00:00", "Z")
        return ShownTime(f"{moment.day} {moment:%B %Y, %H:%M %Z}", iso)

    def render(self, template: str, **values: object) -> None:
        """Answers with a page from templates/, for the account that is signed in, if any.

        Every template has the page's facts as `page`.
        """
        page = self.services.page
        values = {"page": page} | values
        if self.signed_in is not None:
            values = {"who": self.signed_in.account, "form_token": self.visitor.form_token()} | values
        self.response.content_type = "text/html"
        self.response.headers["Content-Security-Policy"] = page_policy(page.signalling_host)
        self.response.headers["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()"
        self.response.body = render_template(template, **values).encode()


def listeners_words(page: PageHandler) -> WrittenWords:
    """What a page of the desks says to listeners."""
    return written_words(page.services.station.words().voice.language)


def not_found(request: webapp2.Request, response: webapp2.Response, _error: Exception) -> None:
    """Answers for an address that is not in the table of routes: to strangers as to listeners."""
    page = PageHandler(request, response)
    response.set_status(HTTPStatus.NOT_FOUND.value)
    if page.visitor.claims_a_session:
        words = page.written.elsewhere
        page.render("error.html", title=words.not_found, message=words.no_page)
        return
    written = listeners_words(page)
    page.render(
        "error.html",
        page_locale=page.services.station.words().voice.locale,
        title=written.elsewhere.not_found,
        message=written.elsewhere.no_page,
        link="/call",
        link_words=written.widget.look,
    )


def page_policy(signalling_host: str) -> str:
    """The Content-Security-Policy of a page that signals with that host; with Twilio's own if it is empty."""
    # The SDK reports how calls went to Twilio, over https: https://www.twilio.com/docs/voice/sdks/javascript#csp
    real = "wss://*.twilio.com https://*.twilio.com"
    signalling = f"ws://{signalling_host} wss://{signalling_host}" if signalling_host else real
    return (
        "default-src 'self'; "
        f"connect-src 'self' data: {signalling}; "  # data: the SDK's sounds, which are part of the script
        "media-src 'self' data: blob: mediastream:; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


DAY_SECONDS = 86400


def note_numbers(page: PageHandler, title: str) -> None:
    """Writes to the audit that a page with full numbers was opened. The page also shows the numbers of later calls."""
    if page.person.role.sees_full_numbers:
        page.note(Act.NUMBERS, f"opened {title}, with full numbers", once=True)


WORDS_OF_DESK = {
    "all_taken": SENTENCES["all_taken"],
    "automatic": SWITCHES["automatic"],
    "busy": SENTENCES["busy"],
    "drop": DROPPING,
    "empty": SENTENCES["empty"],
    "hold": HOLDING,
    "nobody": SENTENCES["nobody"],
    "not_connected": SENTENCES["not_connected"],
    "nothing_to_take_over": NOTHING_TO_TAKE_OVER,
    "thanking": THANKING,
    "view_only": VIEW_ONLY,
}
"""What the app answers to a press, and the page says by itself before that, or instead. It takes them from here."""


class IndexPage(PageHandler):
    """`/`: the DJ's page; view only for screeners."""

    def get(self) -> None:
        self.services.reconcile_soon()
        note_numbers(self, "the desk")
        self.render(
            "desk/index.html",
            status=self.line_status(),
            words=WORDS_OF_DESK,
            may_run=self.person.role.may_run_the_show,
            may_take_now=self.person.role.is_admin,
            retention_days=int(self.services.station.current().retention_seconds // DAY_SECONDS),
        )


class ScreenerPage(PageHandler):
    """`/screener`: the caller in talk and their card, the line, ready callers, and callers on hold."""

    def get(self) -> None:
        self.services.reconcile_soon()
        note_numbers(self, "the screener’s page")
        self.render("screener/index.html", status=self.line_status())


class WaitsPage(PageHandler):
    """`/waits`: a chart of the waits; it has no buttons."""

    def get(self) -> None:
        self.services.reconcile_soon()
        note_numbers(self, "the chart of waits")
        self.render("waits/index.html", status=self.line_status())


class HelpPage(PageHandler):
    """`/help`: how to run a show."""

    is_open_without_passkey = True

    def get(self) -> None:
        self.render("help/index.html")


class CallPage(PageHandler):
    """`/call`: one button to call in with, or the number to ring instead; and a form for a message."""

    is_for_listeners = True
    is_limited = True

    def get(self) -> None:
        words, spoken = self.written, self.services.station.words()
        self.render(
            "listener/call.html",
            page_locale=spoken.voice.locale,
            title=filled(words.page.title, station=self.services.page.station_name),
            words=words.page,
            script=words.for_script(calendar(spoken)),
        )

    def show_error(self, status: HTTPStatus, title: str, message: str) -> None:  # noqa: ARG002 - those are in English
        words = self.written.error_page
        is_refusal = status is HTTPStatus.TOO_MANY_REQUESTS
        self.response.set_status(status.value)
        self.render(
            "error.html",
            page_locale=self.services.station.words().voice.locale,
            title=words.not_now if is_refusal else words.went_wrong,
            message=message if is_refusal else words.reload,
            link="/call",
            link_words=words.try_again,
        )
