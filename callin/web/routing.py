"""Finds the handler of an address: the table has exact paths only, so one look into a dictionary does."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import webapp2

OPEN = None
"""The access of a route that asks nobody to sign in."""

TWILIO: frozenset[str] = frozenset()
"""The access of a route that Twilio asks: no role may, and the handler checks Twilio's signature."""

FORMER_PATHS = {
    "/desk/opening": "opening",
    "/desk/limit": "most_callers",
    "/desk/whisper": "whisper",
    "/desk/ready-check": "ready_check",
    "/desk/screened": "screened",
    "/desk/browser-calls": "browser_calls",
    "/desk/automatic": "automatic",
}
"""Former addresses of `/desk/settings`, for pages that were open when it came. Remove them a version later."""


class Route(webapp2.Route):
    """An exact path, its handler, and the roles of those that may ask."""

    def __init__(self, path: str, handler: type[webapp2.RequestHandler], roles: frozenset[str] | None) -> None:
        super().__init__(path, handler)
        self.roles = roles


class ExactRouter(webapp2.Router):
    """webapp2's router tries each route's expression in turn, which costs more than answering `/queue-status`."""

    def __init__(self, routes: Iterable[webapp2.Route]) -> None:
        super().__init__(routes)
        self._by_path: dict[str, tuple[webapp2.Route, tuple[()], dict[str, Any]]] = {
            route.template: (route, (), {}) for route in self.match_routes
        }
        if "/desk/settings" in self._by_path:
            self._by_path |= dict.fromkeys(FORMER_PATHS, self._by_path["/desk/settings"])

    def match(self, request: webapp2.Request) -> tuple[Any, tuple[()], dict[str, Any]]:
        """The route of this very path; HTTPNotFound when the table has none."""
        found = self._by_path.get(request.path_info)
        if found is None:
            raise webapp2.exc.HTTPNotFound
        return found


class App(webapp2.WSGIApplication):
    """webapp2's application with that router, and without its globals: a handler's request knows the application.

    They are kept for each thread anew with each request, and nothing here asks for them.
    """

    router_class = ExactRouter

    def set_globals(self, app: Any = None, request: Any = None) -> None:
        """Nothing: see above."""

    def clear_globals(self) -> None:
        """Nothing: see above."""
