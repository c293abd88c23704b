"""The emptiest app with our libraries, webapp2 and Jinja2: our cold starts are compared with its."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
import webapp2

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

pages = jinja2.Environment(loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True)


class Page(webapp2.RequestHandler):
    """Answers every address with a page of one line."""

    def get(self) -> None:
        self.response.write(pages.from_string("<!doctype html><title>{{ title }}</title>").render(title="Empty"))


def application() -> WSGIApplication:
    app: WSGIApplication = webapp2.WSGIApplication([("/.*", Page)])
    return app
