"""Signs what browsers keep for us and seals phone numbers for page addresses, with two keys at a time.

The libraries are imported on first use: Twilio's requests need neither, and a cold start should not wait for them.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESSIV
    from itsdangerous import Signer, TimestampSigner

NAMESPACE = "radio-call-in"
SIGNERS_KEPT = 1000
SEALED_BYTES = 16
AES_256_SIV_KEY_BYTES = 64

_SEALED = re.compile(r"[A-Za-z0-9_-]{43}")


class Dated(Struct, frozen=True):
    """A value and when it was signed, in seconds since 1970."""

    value: str
    signed_at: float


class Keyring:
    """Signs and seals with SESSION_KEY. Reads what SESSION_KEY or SESSION_KEY_BEFORE signed or sealed.

    Each method takes a purpose: what was made for one purpose is not accepted for another.
    """

    def __init__(self, key: str, key_before: str = "") -> None:
        self._keys = [key, key_before] if key_before else [key]
        # A signer takes longer to make than to use, and each session has one for the tokens of its forms.
        self._signer = functools.lru_cache(SIGNERS_KEPT)(self._make_signer)
        self._ciphers = functools.cache(self._make_ciphers)

    def sign(self, value: str, purpose: str) -> str:
        """`value` with its signature."""
        return self._signer(purpose).sign(value).decode()

    def unsign(self, signed: str, purpose: str) -> str | None:
        """The value that `sign` was given for this purpose, or None for what our keys have not signed."""
        from itsdangerous import BadSignature

        try:
            return self._signer(purpose).unsign(_bytes(signed)).decode()
        except BadSignature:
            return unsign_of_1_0(signed, purpose, self._keys)

    def sign_dated(self, value: str, purpose: str) -> str:
        """`value` with the present time and a signature of both."""
        return self._dated_signer(purpose).sign(value).decode()

    def unsign_dated(self, signed: str, purpose: str) -> Dated | None:
        """What `sign_dated` was given for this purpose, or None for what our keys have not signed."""
        from itsdangerous import BadSignature

        try:
            value, signed_at = self._dated_signer(purpose).unsign(_bytes(signed), return_timestamp=True)
        except BadSignature:
            return None
        return Dated(value.decode(), signed_at.timestamp())

    def seal(self, text: str, purpose: str) -> str:
        """`text`, of 16 bytes at most, encrypted for an address. The same text gives the same 43 characters.

        AES-SIV (RFC 5297) stays safe although nothing random goes in. The text is padded to one length, so that the
        result does not reveal how long it is.
        """
        padded = text.encode().ljust(SEALED_BYTES, b"\0")
        if len(padded) > SEALED_BYTES:
            raise ValueError(f"only {SEALED_BYTES} bytes can be sealed")
        sealed = self._ciphers()[0].encrypt(padded, [purpose.encode()])
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def unseal(self, sealed: str, purpose: str) -> str | None:
        """The text that `seal` was given for this purpose, or None for what our keys have not sealed."""
        from cryptography.exceptions import InvalidTag

        if not _SEALED.fullmatch(sealed):
            return None
        given = base64.urlsafe_b64decode(sealed + "=")
        for cipher in self._ciphers():
            try:
                return cipher.decrypt(given, [purpose.encode()]).rstrip(b"\0").decode()
            except InvalidTag:
                continue
        return unseal_of_1_0(given, purpose, self._keys)

    def proof(self, nonce: str) -> str:
        """The nonce's HMAC-SHA256 with a key of its own, as README tells monitors to compute it."""
        return _hmac(_hmac(self._keys[0].encode(), b"health"), nonce.encode()).hex()

    def fingerprints(self, text: str, purpose: str) -> tuple[str, ...]:
        """The text's HMAC-SHA256 by each key, the newest first. Without the keys nobody can try texts against it."""
        return tuple(_hmac(_hmac(key.encode(), purpose.encode()), text.encode()).hex() for key in self._keys)

    def _make_signer(self, purpose: str) -> Signer:
        from itsdangerous import Signer

        keys = self._keys[::-1]  # it wants the newest last
        return Signer(keys, _bytes(f"{NAMESPACE} {purpose}"), key_derivation="hmac", digest_method=hashlib.sha256)

    def _dated_signer(self, purpose: str) -> TimestampSigner:
        from itsdangerous import TimestampSigner

        salt = _bytes(f"{NAMESPACE} dated {purpose}")
        return TimestampSigner(self._keys[::-1], salt, key_derivation="hmac", digest_method=hashlib.sha256)

    def _make_ciphers(self) -> list[AESSIV]:
        from cryptography.hazmat.primitives.ciphers.aead import AESSIV
        from cryptography.hazmat.primitives.hashes import SHA256
        from cryptography.hazmat.primitives.kdf.hkdf import HKDF

        info = f"{NAMESPACE} seal".encode()
        return [
            AESSIV(HKDF(SHA256(), AES_256_SIV_KEY_BYTES, salt=None, info=info).derive(key.encode()))
            for key in self._keys
        ]


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


# What version 1.0 signed and sealed, by its own means. Remove the rest of this file after June 2027: browsers keep a
# trusted-device cookie, which lasts longest, for 180 days.


def unsign_of_1_0(signed: str, purpose: str, keys: Sequence[str]) -> str | None:
    """The value that version 1.0 signed with one of the keys."""
    value, _, signature = signed.partition(".")
    message = _bytes(f"{purpose}:{value}")
    given = _bytes(signature)
    good = any(hmac.compare_digest(_hmac(key.encode(), message).hex().encode(), given) for key in keys)
    return value if good else None


def unseal_of_1_0(sealed: bytes, purpose: str, keys: Sequence[str]) -> str | None:
    """The text that version 1.0 sealed with one of the keys: 16 bytes of tag, then 16 bytes of text."""
    tag, hidden = sealed[:SEALED_BYTES], sealed[SEALED_BYTES:]
    for key in map(str.encode, keys):
        mask = _hmac(key, f"{purpose}:hide ".encode() + tag)
        padded = bytes(one ^ other for one, other in zip(hidden, mask, strict=False))
        if hmac.compare_digest(_hmac(key, f"{purpose}:tag ".encode() + padded)[:SEALED_BYTES], tag):
            return padded.rstrip(b"\0").decode()
    return None
