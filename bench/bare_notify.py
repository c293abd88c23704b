"""The smallest possible live page: a WSGI app that holds requests and releases them by a notify."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

HELD_SECONDS = 10.0


def application() -> WSGIApplication:
    """POST /notify?call=CA… releases GET /queue-status?since=MARK, which answers with that call and a new mark."""
    changed = threading.Condition()
    mark, call = [0], ["CA0"]

    def respond(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        query = parse_qs(environ["QUERY_STRING"])
        with changed:
            if environ["REQUEST_METHOD"] == "POST":
                mark[0], call[0] = mark[0] + 1, query["call"][0]
                changed.notify_all()
            else:
                since = int(query.get("since", ["-1"])[0])
                changed.wait_for(lambda: mark[0] > since, HELD_SECONDS)
            body = f'{{"mark": "{mark[0]}", "calls": [{{"call_sid": "{call[0]}"}}]}}'.encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]

    return respond
