"""A local ACME server, pebble, which issues certificates as Let's Encrypt does: it checks the host's two ports."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.https import Certificate, Https, make_certificate
from tests.support.processes import Program, free_port

WHY_NOT = "pebble is needed (on Debian: apt install pebble)"


def is_available() -> bool:
    return bool(shutil.which("pebble") and shutil.which("pebble-challtestsrv"))


@dataclass(frozen=True)
class Acme:
    """`authority` is what its certificates are verified with, `station_tls` what tells Caddy to ask it for them."""

    authority: Path
    station_tls: str

    def certificate(self, host: str) -> Certificate:
        """The certificate for requests to that host. Only Caddy has the key."""
        return Certificate(host, self.authority, self.authority, self.authority, "")


def _free_udp_port() -> int:
    """`free_port` reserves a TCP port by the UDP port of that number."""
    with socket.socket(type=socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running_acme(folder: Path, http_port: int, https_port: int) -> Iterator[Acme]:
    """Every host name leads to those ports of this machine."""
    own = make_certificate(folder, "localhost")
    for public in (own.authority, own.chain):
        public.chmod(0o644)  # Caddy runs as another user
    port, management_port, dns_management = (free_port() for _ in range(3))
    dns = _free_udp_port()
    config = {
        "listenAddress": f"127.0.0.1:{port}",
        "managementListenAddress": f"127.0.0.1:{management_port}",
        "certificate": str(own.chain),
        "privateKey": str(own.key),
        "httpPort": http_port,
        "tlsPort": https_port,
    }
    (folder / "pebble.json").write_text(json.dumps({"pebble": config}))
    names = ["-dns01", f"127.0.0.1:{dns}", "-management", f"127.0.0.1:{dns_management}", "-defaultIPv6", ""]
    silent = ["-http01", "", "-https01", "", "-tlsalpn01", ""]
    resolver = Program("names", ["pebble-challtestsrv", *names, *silent], {"PATH": os.environ["PATH"]})
    asks = ["pebble", "-config", str(folder / "pebble.json"), "-dnsserver", f"127.0.0.1:{dns}"]
    pebble = Program("pebble", asks, {"PATH": os.environ["PATH"], "PEBBLE_VA_NOSLEEP": "1"})
    try:
        management = Https(own, management_port)
        pebble.wait_until_ready(lambda: management.ask("https://localhost/roots/0").status == 200)
        root = folder / "root.pem"
        root.write_bytes(management.ask("https://localhost/roots/0").body)
        yield Acme(root, f"tls {{\n\tca https://localhost:{port}/dir\n\tca_root {own.authority}\n}}")
    finally:
        pebble.end()
        resolver.end()
