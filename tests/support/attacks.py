"""Attacks that try to stop the webhooks with a few connections: sockets that never finish their requests."""

from __future__ import annotations

import contextlib
import itertools
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

PRESS_SECONDS = 0.5
CONNECT_SECONDS = 2.0

H2_PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
"""With an empty SETTINGS frame. https://www.rfc-editor.org/rfc/rfc9113#section-3.4"""

STREAMS_A_CONNECTION = 40

Connect = Callable[[], socket.socket]


class Attack:
    """One client of the attack: `begin` is sent on a new connection, then `drip` every half second."""

    begin: bytes = b""
    drip: bytes = b""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._socket: socket.socket | None = None

    def press(self) -> None:
        """Continues the connection, or opens a new one when the server has closed it."""
        try:
            if self._socket is None:
                self._socket = self._connect()
                self._socket.sendall(self.begin)
                self._socket.setblocking(False)
            elif self._is_ended(self._socket):
                self.leave()
            else:
                self._socket.send(self.drip)
        except OSError:
            self.leave()

    def leave(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    @staticmethod
    def _is_ended(connection: socket.socket) -> bool:
        """Whether the server has answered, or closed."""
        try:
            connection.recv(4096)
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        return True


class SlowBody(Attack):
    """A body that comes byte by byte."""

    begin = b"POST /twiml/wait HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 9999\r\n\r\na"
    drip = b"a"


class SlowHead(Attack):
    """Headers that never end."""

    begin = b"POST /twiml/wait HTTP/1.1\r\nHost: x\r\nX-"
    drip = b"a"


class AbandonedStreams(Attack):
    """An HTTP/2 connection with many POSTs without a body, none of which ever ends."""

    begin = H2_PREFACE + b"".join(
        b"\x00\x00\x09\x01\x04" + (2 * number + 1).to_bytes(4, "big") + b"\x83\x86\x84\x41\x01x\x5c\x019"
        for number in range(STREAMS_A_CONNECTION)
    )  # HEADERS, END_HEADERS alone: method POST, scheme http, path /, authority x, content-length 9

    @staticmethod
    def _is_ended(connection: socket.socket) -> bool:
        """Frames about the connection as a whole are not an answer."""
        with contextlib.suppress(BlockingIOError, ssl.SSLWantReadError):
            return connection.recv(4096) == b""
        return False


@contextlib.contextmanager
def attacked(kind: type[Attack], count: int, connect: Connect) -> Iterator[None]:
    """Runs this many clients of the attack, from before the block begins until it ends."""
    clients = [kind(connect) for _ in range(count)]
    ended = threading.Event()

    def press() -> None:
        while not ended.wait(PRESS_SECONDS):
            for client in itertools.takewhile(lambda _: not ended.is_set(), clients):
                client.press()

    for client in clients:
        client.press()
    thread = threading.Thread(target=press)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        for client in clients:
            client.leave()


def plain(port: int) -> Connect:
    """Connects to a server on this machine without TLS."""

    def connect() -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", port), CONNECT_SECONDS)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else an answer over TLS takes 40 ms more
        return connection

    return connect


def encrypted(port: int, host: str, authority: str) -> Connect:
    """Through a local proxy, which speaks HTTP/1 with clients that do not ask for HTTP/2."""
    context = ssl.create_default_context(cafile=authority)
    return lambda: context.wrap_socket(plain(port)(), server_hostname=host)
