"""Google's Firestore emulator on this machine, with its data only in memory."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.processes import START_SECONDS, Program, free_port

WHY_NOT = "gcloud and java are needed for the Firestore emulator (gcloud components install cloud-firestore-emulator)"

QUICK_START = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Options of Java for a program that runs for a minute: one compilation of each method, one thread for garbage."""


def is_available() -> bool:
    return bool(shutil.which("gcloud") and shutil.which("java"))


class Emulator:
    """The emulator on one port. `gcloud` starts a Java program, in the same process group: both end together."""

    def __init__(self) -> None:
        self.port = free_port()
        self._program: Program | None = None

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def start(self) -> None:
        command = ["gcloud", "beta", "emulators", "firestore", "start", "--project=demo-callin"]
        environment = os.environ | {"JAVA_TOOL_OPTIONS": QUICK_START}
        self._program = Program("firestore", [*command, f"--host-port={self.host}"], environment)
        self._program.wait_until_ready(self._listens)

    def _listens(self) -> bool:
        with socket.create_connection(("127.0.0.1", self.port), 1.0):
            return True

    def end(self) -> None:
        if self._program is not None:
            self._program.end()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """The emulator accepts connections, but answers nothing."""
        assert self._program is not None
        os.killpg(self._program.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(self._program.pid, signal.SIGCONT)


@contextmanager
def running_emulator() -> Iterator[Emulator]:
    """An emulator that Google's library finds by its environment variable."""
    emulator = Emulator()
    before = os.environ.get("FIRESTORE_EMULATOR_HOST")
    try:
        emulator.start()
        os.environ["FIRESTORE_EMULATOR_HOST"] = emulator.host
        _warm_up()
        yield emulator
    finally:
        emulator.end()
        if before is None:
            os.environ.pop("FIRESTORE_EMULATOR_HOST", None)
        else:
            os.environ["FIRESTORE_EMULATOR_HOST"] = before


def _warm_up() -> None:
    """The first requests take Java seconds on a busy machine, more than the app waits for an answer."""
    from google.cloud import firestore

    client = firestore.Client(project=new_project())
    try:
        collection = client.collection("line")
        collection.document("one").create({"watched": 1, "changed": firestore.SERVER_TIMESTAMP}, timeout=START_SECONDS)
        collection.where(filter=firestore.FieldFilter("watched", ">", 0)).get(timeout=START_SECONDS)
    finally:
        client.close()  # type: ignore[no-untyped-call] # the package declares no type for it


def new_project() -> str:
    """A project of its own, so that no test sees another's documents."""
    return f"demo-{secrets.token_hex(6)}"
