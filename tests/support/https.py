"""Https on this machine: an authority of the test's own, a certificate from it, and requests that verify both."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import http.client
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.support.web import TIMEOUT_SECONDS, Answer, exchange

_DAYS = dt.timedelta(days=2)


@dataclass(frozen=True)
class Certificate:
    """Files for a server (`chain`, `key`), and for those that verify it (`authority`)."""

    host: str
    authority: Path
    chain: Path
    key: Path
    key_hash: str
    """As Chromium's --ignore-certificate-errors-spki-list takes it."""


def make_certificate(folder: Path, host: str) -> Certificate:
    """A new authority, and a certificate for that host from it."""
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _signed("Authority of a test", authority_key, "Authority of a test", authority_key, ())
    certificate = _signed(host, key, "Authority of a test", authority_key, (host,))
    files = Certificate(
        host, folder / "authority.pem", folder / "chain.pem", folder / "key.pem", _hash_of(key.public_key())
    )
    files.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    files.chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    files.key.touch(mode=0o600)
    files.key.write_bytes(key.private_bytes(*private))
    return files


def _signed(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    hosts: tuple[str, ...],
) -> x509.Certificate:
    """With everything that Python's strict check of RFC 5280 wants. Without hosts: an authority."""
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _DAYS)
        .not_valid_after(now + _DAYS)
        .add_extension(x509.BasicConstraints(ca=not hosts, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(_usage(is_authority=not hosts), critical=True)
    )
    if hosts:
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        builder = builder.add_extension(names, critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _hash_of(key: ec.EllipticCurvePublicKey) -> str:
    public = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(public).digest()).decode()


def key_hash_of_server(host: str, port: int, authority: Path) -> str:
    """The key hash of a server's certificate, once `authority` has verified it."""
    shown = ssl.get_server_certificate((host, port), ca_certs=str(authority), timeout=TIMEOUT_SECONDS)
    key = x509.load_pem_x509_certificate(shown.encode()).public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return _hash_of(key)


@dataclass(frozen=True)
class Https:
    """Requests to a host, which go to a port of this machine. Addresses have no port, as at a station."""

    certificate: Certificate
    port: int
    source: str = "127.0.0.1"
    """The address that connections come from: any of 127.0.0.0/8."""

    @property
    def url(self) -> str:
        return f"https://{self.certificate.host}"

    def ask(
        self, url: str, method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """One request on a connection of its own, as `web.ask`. The certificate is verified."""
        assert url.startswith((self.url + "/", self.url + "?")) or url == self.url, f"{url} is another host's"
        parts = urlsplit(url)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return exchange(_Connection(self), path, method, body, headers)


class _Connection(http.client.HTTPSConnection):
    """A connection to the port that replaces the host."""

    def __init__(self, way: Https) -> None:
        context = ssl.create_default_context(cafile=way.certificate.authority)
        super().__init__(way.certificate.host, context=context, timeout=TIMEOUT_SECONDS)
        self._way, self._trusting = way, context

    def connect(self) -> None:
        plain = socket.create_connection(("127.0.0.1", self._way.port), TIMEOUT_SECONDS, (self._way.source, 0))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # as http.client does: else a request takes 40 ms
        self.sock = self._trusting.wrap_socket(plain, server_hostname=self.host)
