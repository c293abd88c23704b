"""`/logo` and `/station/logo`: the station's picture, and how an admin uploads it."""

from __future__ import annotations

from http import HTTPStatus

from callin.audit import Act
from callin.logo import LogoError, logo_of
from callin.web.base import JsonHandler
from callin.web.middleware import HTTPError

FOR_A_YEAR = "public, max-age=31536000, immutable"


class LogoHandler(JsonHandler):
    """`/logo?v=…`: the logo as pages link it. The address of another logo is another one, so browsers may keep it."""

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
