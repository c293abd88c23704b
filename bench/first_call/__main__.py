"""From nothing to the first call on the air, on both hosts: `python -m bench.first_call`, as root on Debian.

It types the README's commands in the README's order, answers what they ask, opens the admin's link and the desk in
Chromium, and lets a listener ring: over https, with the rehearsal in the part of Twilio. Then it sets up again, which
must change nothing. Packages come from this machine, so the seconds include no download.
"""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import expect

from bench.first_call import app_engine, server
from bench.machine import run_sealed

PROGRAMS = ("pebble", "caddy", "setpriv", "gcloud", "java", "chromium")
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def main(folder: Path) -> None:
    """Runs inside the namespaces."""
    expect.set_options(timeout=60_000)
    packages = {name: os.environ[name] for name in os.environ if name.startswith(("PIP_", "npm_config_"))}
    for host in (server, app_engine):
        own = folder / host.__name__.rpartition(".")[2]
        own.mkdir()
        own.chmod(0o755)
        host.walk(own, {"PATH": SYSTEM_PATH, "HOME": str(own), "LANG": "C.UTF-8"} | packages)


if __name__ == "__main__":
    run_sealed("bench.first_call", PROGRAMS, main)
