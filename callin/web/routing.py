"""Finds the handler of an address. The table has exact paths only, so a dictionary is enough."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import webapp2

OPEN = None
"""The roles of a route that is open to all."""

TWILIO: frozenset[str] = frozenset()
"""The roles of a route for Twilio: no account may ask it. TwimlHandler checks Twilio's signature instead of a role."""

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
    """An exact path, its handler, and the roles that may ask."""

    def __init__(self, path: str, handler: type[webapp2.RequestHandler], roles: frozenset[str] | None) -> None:
        super().__init__(path, handler)
        self.roles = roles


class ExactRouter(webapp2.Router):
    """Looks the path up. webapp2's own router tries every expression, which costs more than `/queue-status`."""

    def __init__(self, routes: Iterable[webapp2.Route]) -> None:
        super().__init__(routes)
        self._by_path: dict[str, tuple[webapp2.Route, tuple[()], dict[str, Any]]] = {
            route.template: (route, (), {}) for route in self.match_routes
        }
        if "/desk/settings" in self._by_path:
            self._by_path |= dict.fromkeys(FORMER_PATHS, self._by_path["/desk/settings"])

    def match(self, request: webapp2.Request) -> tuple[Any, tuple[()], dict[str, Any]]:
        """The route of this path; HTTPNotFound if the table has none."""
        found = self._by_path.get(request.path_info)
        if found is None:
            raise webapp2.exc.HTTPNotFound
        return found


class App(webapp2.WSGIApplication):
    """webapp2's application with that router, and without its per-thread globals, which nothing here uses."""

    router_class = ExactRouter

    def set_globals(self, app: Any = None, request: Any = None) -> None:
        """Does nothing."""

    def clear_globals(self) -> None:
        """Does nothing."""
