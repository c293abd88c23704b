"""The client's address: which forwarding headers count, from which peer, and in which spelling."""

from __future__ import annotations

import pytest

from callin.config import ConfigError, read
from callin.config.kinds import networks
from callin.web.visitor import client_address
from tests.support.station import new_environment

PROXIES = networks("127.0.0.1, 10.0.0.0/8, fd00::/8")


def address(peer: str, forwarded: str | None = None, proxies: str = "127.0.0.1, 10.0.0.0/8, fd00::/8") -> str:
    environ = {"REMOTE_ADDR": peer}
    if forwarded is not None:
        environ["HTTP_X_FORWARDED_FOR"] = forwarded
    return client_address(environ, on_app_engine=False, trusted_proxies=networks(proxies))


@pytest.mark.parametrize("forwarded", [None, "", "198.51.100.9", "198.51.100.9, 127.0.0.1", "x" * 5000])
def test_without_a_trusted_proxy_the_peer_is_the_client_whatever_it_claims(forwarded: str | None) -> None:
    assert address("192.0.2.1", forwarded) == "192.0.2.1"
    assert address("127.0.0.1", forwarded, proxies="") == "127.0.0.1"


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("198.51.100.9, 192.0.2.1", "192.0.2.1"),
        ("198.51.100.9,192.0.2.1,10.1.2.3", "192.0.2.1"),
        ("198.51.100.9, 192.0.2.1, fd00::1, 10.1.2.3", "192.0.2.1"),
        ("10.9.9.9", "10.9.9.9"),
        ("127.0.0.1, 10.9.9.9", "127.0.0.1"),
        ("192.0.2.1:4711", "192.0.2.1"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        (" 192.0.2.1 ", "192.0.2.1"),
    ],
)
def test_behind_trusted_proxies_the_last_address_that_is_not_a_proxys_counts(forwarded: str, client: str) -> None:
    assert address("127.0.0.1", forwarded) == client
    assert address("::ffff:127.0.0.1", forwarded) == client


@pytest.mark.parametrize(
    "forwarded", ["", "unknown", "192.0.2.1, unknown", "192.0.2.1,", "192.0.2.1, _hidden", "1.2.3"]
)
def test_a_proxy_that_names_no_address_is_itself_what_is_known(forwarded: str) -> None:
    assert address("10.1.2.3", forwarded) == "10.1.2.3"


def test_a_peer_without_an_address_is_kept_as_it_is_named() -> None:
    assert address("", "192.0.2.1") == ""
    assert address("unix:", "192.0.2.1") == "unix:"


def test_on_app_engine_its_own_header_alone_counts() -> None:
    environ = {
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_X_APPENGINE_USER_IP": "192.0.2.1",
        "HTTP_X_FORWARDED_FOR": "198.51.100.9",
    }
    assert client_address(environ, on_app_engine=True, trusted_proxies=PROXIES) == "192.0.2.1"
    assert client_address(environ, on_app_engine=False, trusted_proxies=PROXIES) == "198.51.100.9"
    assert client_address(environ, on_app_engine=False, trusted_proxies=()) == "127.0.0.1"
    del environ["HTTP_X_APPENGINE_USER_IP"]
    assert client_address(environ, on_app_engine=True, trusted_proxies=PROXIES) == ""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("proxy.example.org", "and 'proxy.example.org' is none"),
        ("10.0.0.0/33", "and '10.0.0.0/33' is none"),
        ("10.0.0.1/8", "and '10.0.0.1/8' is none"),
        ("127.0.0.1 10.0.0.1", "and '127.0.0.1 10.0.0.1' is none"),
        ("0.0.0.0/0", "must not be the whole internet"),
        ("127.0.0.1, ::/0", "must not be the whole internet"),
        ("::ffff:10.0.0.1", "in dotted form"),
    ],
)
def test_a_wrong_value_stops_the_start_with_a_sentence(text: str, sentence: str, tmp_path: object) -> None:
    with pytest.raises(ConfigError) as caught:
        read(new_environment(tmp_path, 8080, 9100) | {"TRUSTED_PROXIES": text})
    [problem] = caught.value.problems
    assert problem.startswith("TRUSTED_PROXIES must")
    assert sentence in problem
