"""How the network reaches the app over https: where the app's host name leads, and which authority is trusted.

A station's name is in the DNS, and its certificate comes from an authority that everybody trusts. On one machine
neither is true: these two settings replace them. Certificates are checked as strictly as ever.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

_TARGET = re.compile(r"(?P<name>[A-Za-z0-9.-]+)=(?P<address>[0-9.]+):(?P<port>[0-9]{1,5})")


class BadReach(ValueError):
    """What is wrong with the options, in a sentence."""


@dataclass(frozen=True, slots=True)
class Reach:
    """`targets` has the loopback address and port behind a host name; `ca_file` the one authority for https."""

    targets: dict[str, tuple[str, int]] = field(default_factory=dict)
    ca_file: Path | None = None

    @classmethod
    def of_options(cls, connect_to: Sequence[str], ca_file: str | None) -> Reach:
        """From `NAME=127.0.0.1:PORT`, any number of them, and a PEM file. BadReach says what is wrong."""
        path = None if ca_file is None else Path(ca_file)
        if path is not None:
            try:
                ssl.create_default_context(cafile=path)
            except OSError as problem:  # ssl's own errors are such, too
                raise BadReach(f"--ca: {ca_file} holds no certificates: {problem}.") from None
        return cls(dict(_target(text) for text in connect_to), path)

    def connector(self, limit: int) -> aiohttp.TCPConnector:
        """A new connector for aiohttp, of at most `limit` connections. Call it where the event loop runs."""
        context = True if self.ca_file is None else ssl.create_default_context(cafile=self.ca_file)
        if not self.targets:
            return aiohttp.TCPConnector(limit=limit, ssl=context)
        return aiohttp.TCPConnector(limit=limit, ssl=context, resolver=_Resolver(self.targets))


def _target(text: str) -> tuple[str, tuple[str, int]]:
    found = _TARGET.fullmatch(text)
    try:
        if found is None or not ipaddress.ip_address(found["address"]).is_loopback or int(found["port"]) > 65535:
            raise ValueError
    except ValueError:
        raise BadReach(f"--connect-to must be NAME=127.0.0.1:PORT, and {text!r} is not.") from None
    return found["name"].lower(), (found["address"], int(found["port"]))


class _Resolver(AbstractResolver):
    """Answers for the names that it was given, and leaves others to the system."""

    def __init__(self, targets: dict[str, tuple[str, int]]) -> None:
        self._targets = targets
        self._others = aiohttp.ThreadedResolver(asyncio.get_running_loop())

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        target = self._targets.get(host.lower())
        if target is None:
            return await self._others.resolve(host, port, family)
        address, at_port = target
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=at_port,
                family=socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        await self._others.close()
