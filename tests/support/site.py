"""The station's own site, on another host than the app's: one page with the widget's tag, and a policy of its own."""

from __future__ import annotations

import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.support.https import Certificate


@dataclass
class Site:
    """With a certificate it speaks https, for the certificate's host, which the browser must find at its `port`."""

    script: str
    policy: str = ""
    attributes: str = ""
    certificate: Certificate | None = None
    server: ThreadingHTTPServer = field(init=False)

    def __post_init__(self) -> None:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(204 if self.path == "/favicon.ico" else 200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                if site.policy:
                    self.send_header("Content-Security-Policy", site.policy)
                self.end_headers()
                if self.path != "/favicon.ico":
                    self.wfile.write(site.page.encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if self.certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate.chain, self.certificate.key)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def page(self) -> str:
        return (
            '<!DOCTYPE html><html lang="en"><title>Radio</title><meta name="color-scheme" content="light dark">'
            '<main><h1>Our station</h1><div id="here"></div>'
            f'<script async src="{self.script}"{self.attributes}></script>'
            "<p>The rest of the site.</p></main></html>"
        )

    @property
    def port(self) -> int:
        return self.server.server_port

    @property
    def url(self) -> str:
        # Another host than the app's, so that it is another site and not only another port.
        return f"https://{self.certificate.host}/" if self.certificate else f"http://localhost:{self.port}/"

    def end(self) -> None:
        self.server.shutdown()
        self.server.server_close()
