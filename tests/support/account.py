"""A rehearsal network with a few TwiML documents and no app, to test the network itself."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import sys
import threading
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.support.processes import Program, free_port, wait_until
from tests.support.station import new_environment
from tests.support.web import FORM, Answer, ask

QUEUE_NAME = "a-line"
DOCUMENTS = {
    "/enqueue": f'<Response><Enqueue waitUrl="/wait">{QUEUE_NAME}</Enqueue></Response>',
    "/wait": '<Response><Pause length="60"/></Response>',
    "/talk": "<Response><Say>Hello, you have been taken out of the line.</Say><Pause length='60'/></Response>",
    "/dial": f"<Response><Dial hangupOnStar='true'><Queue>{QUEUE_NAME}</Queue></Dial></Response>",
    "/gather": '<Response><Gather input="dtmf speech" speechTimeout="auto" action="/talk">'
    "<Say>Press or speak.</Say></Gather></Response>",
    "/record": '<Response><Record maxLength="10"/></Response>',
    "/broken": "<Response><Say>This has no end",
    "/enqueue-with-music": f'<Response><Enqueue waitUrl="/wait-with-music">{QUEUE_NAME}</Enqueue></Response>',
    "/wait-with-music": "<Response><Play>/music.wav</Play></Response>",
}
MUSIC_SECONDS = 24


def _silent_music() -> bytes:
    """A sound file of an honest size, 384 kB."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(MUSIC_SECONDS * 8000 * 2))
    return made.getvalue()


MUSIC = _silent_music()


class Documents(BaseHTTPRequestHandler):
    """Serves DOCUMENTS by GET and POST, and /music.wav, which must not be cached; anything else is 404."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one packet, so that nothing waits for acknowledgements

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0]
        if path == "/music.wav":
            status, kind, body = 200, "audio/wav", MUSIC
        elif path in DOCUMENTS:
            status, kind, body = 200, "text/xml", DOCUMENTS[path].encode()
        else:
            status, kind, body = 404, "text/plain", b"There is no such document."
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the name that http.server looks for

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as inherited
        """Say nothing."""


DJ_PIN = "4711"
"""No document here asks for the PIN: the network's page shows it."""


@dataclass
class Account:
    """A running network, and the account that it knows."""

    environment: dict[str, str]
    documents_url: str
    pid: int

    @property
    def url(self) -> str:
        return self.environment["TWILIO_API_URL"]

    @property
    def sid(self) -> str:
        return self.environment["TWILIO_ACCOUNT_SID"]

    @property
    def token(self) -> str:
        return self.environment["TWILIO_AUTH_TOKEN"]

    def path(self, *parts: str) -> str:
        """The address of a resource on the API's host."""
        return "/".join((f"/2010-04-01/Accounts/{self.sid}", *parts)) + ".json"

    def rest(self, method: str, path: str, fields: dict[str, str] | None = None) -> Answer:
        """One request to the REST API, signed in with the Auth Token."""
        credentials = base64.b64encode(f"{self.sid}:{self.token}".encode()).decode()
        headers = {"Authorization": f"Basic {credentials}", "Content-Type": FORM}
        return ask(self.url + path, method, urlencode(fields or {}).encode(), headers)

    def control(self, method: str, path: str, value: object = None) -> Any:
        """One request to the control interface, which must succeed."""
        body = b"" if value is None else json.dumps(value).encode()
        answer = ask(f"{self.url}/rehearsal{path}", method, body)
        assert answer.status < 300, answer.text
        return answer.json()

    def ring(self, number: str = "+447700900001", to: str = "listener") -> str:
        """Rings the listeners' number, or the DJ's. Returns the call's SID."""
        sid: str = self.control("POST", "/callers", {"from": number, "to": to})["call_sid"]
        return sid

    def ring_and_wait(self, number: str = "+447700900001") -> str:
        """Somebody rings and is in the line."""
        sid = self.ring(number)
        wait_until(lambda: self.control("GET", f"/callers/{sid}")["queue"], why="they are not in the line")
        return sid

    def caller(self, call_sid: str) -> dict[str, Any]:
        found: dict[str, Any] = self.control("GET", f"/callers/{call_sid}")
        return found

    def point_listeners_at(self, document: str) -> None:
        """Sets what callers of the listeners' number get."""
        self._point("TWILIO_LISTENER_NUMBER", document)

    def point_djs_at(self, document: str) -> None:
        """Sets what callers of the DJ's number get."""
        self._point("TWILIO_DJ_NUMBER", document)

    def _point(self, setting: str, document: str) -> None:
        numbers = self.rest("GET", self.path("IncomingPhoneNumbers")).json()["incoming_phone_numbers"]
        number = next(one for one in numbers if one["phone_number"] == self.environment[setting])
        path = self.path("IncomingPhoneNumbers", number["sid"])
        answer = self.rest("POST", path, {"VoiceUrl": self.documents_url + document})
        assert answer.status == 200, answer.text

    def start_anew(self) -> None:
        """Removes calls, queues and applications; callers of the listeners' number join the line."""
        self.control("POST", "/reset")
        for resource in ("queues", "applications"):
            path = self.path(resource.capitalize())
            for one in self.rest("GET", path + "?PageSize=1000").json()[resource]:
                assert self.rest("DELETE", one["uri"]).status == 204
        self.point_listeners_at("/enqueue")
        self.control("POST", "/reset")


@contextlib.contextmanager
def running_account(folder: Path) -> Iterator[Account]:
    """A network on a free port, and a server with DOCUMENTS beside it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Documents)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    environment = new_environment(folder, free_port(), free_port()) | {"DJ_PIN": DJ_PIN}
    program = Program("rehearsal", [sys.executable, "-m", "rehearsal"], environment)
    try:
        account = Account(environment, f"http://127.0.0.1:{server.server_address[1]}", program.pid)
        program.wait_until_ready(lambda: ask(account.url + "/rehearsal/requests").status == 200)
        yield account
    finally:
        program.end()
        server.shutdown()
        thread.join(5)
        server.server_close()
