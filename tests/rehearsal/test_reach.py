"""Requests to an app over https: by its station's name, with a verified certificate."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest
from aiohttp import web

from rehearsal.account import Account
from rehearsal.behaviour import Behaviour
from rehearsal.clock import Clock
from rehearsal.faults import Faults
from rehearsal.webhooks.client import Answer, WebhookError, Webhooks
from rehearsal.webhooks.reach import Reach
from tests.support.https import Certificate, make_certificate

HOST = "station.example"


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return make_certificate(tmp_path, HOST)


def asked(certificate: Certificate, name: str, authority: Path | None) -> Answer:
    """The answer of a station with this certificate to a request for `name`, which leads there."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=f"{request.scheme}://{request.host}{request.path}")

    async def play() -> Answer:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.chain, certificate.key)
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        port = runner.addresses[0][1]
        reach = Reach.of_options([f"{name}=127.0.0.1:{port}"], str(authority) if authority else None)
        webhooks = Webhooks(Account.random(), Clock(), Faults(), Behaviour(), reach=reach)
        try:
            return await webhooks.ask(f"https://{name}/twiml/enqueue", "POST", {"CallSid": "CA1"})
        finally:
            await webhooks.close()
            await runner.cleanup()

    return asyncio.run(asyncio.wait_for(play(), 20))


def test_the_app_is_asked_by_its_stations_name(certificate: Certificate) -> None:
    assert asked(certificate, HOST, certificate.authority).body == f"https://{HOST}/twiml/enqueue".encode()


def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Certificate) -> None:
    with pytest.raises(WebhookError) as caught:
        asked(certificate, HOST, None)
    assert (caught.value.code, caught.value.kind) == (11237, "ct")


def test_a_certificate_for_another_name_is_refused(certificate: Certificate) -> None:
    with pytest.raises(WebhookError) as caught:
        asked(certificate, "other.example", certificate.authority)
    assert caught.value.code == 11237
