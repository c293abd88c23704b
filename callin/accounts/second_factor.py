"""Passkeys as a second factor after the password, and recovery codes for a day without them."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace

from callin.accounts.models import AccountError, hash_token
from callin.contracts import Clock, Record, Store
from callin.keyring import Keyring

if TYPE_CHECKING:
    from fido2.server import Fido2Server
    from fido2.webauthn import AttestedCredentialData

CEREMONY_SECONDS = 300.0
"""How long a person may take to use the authenticator."""

MAX_PASSKEYS = 10
MAX_NAME_CHARACTERS = 50
MAX_RESPONSE_CHARACTERS = 20_000
RECOVERY_CODES = 10
CODE_GROUPS, CODE_GROUP_LETTERS = 3, 4
CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without letters that are mistaken for others. Twelve of these are 59 bits."""

TRY_AGAIN = "The passkey did not answer as it should, or took too long. Try again."
ADD_PASSKEY_FIRST = "Add a passkey first."
NO_CODE = "That is not one of your recovery codes, or it was used before."


class Passkey(Struct, frozen=True):
    """A credential of WebAuthn. `credential` is what the authenticator attested, with the public key, in base64url."""

    id: str
    credential: str
    name: str
    made_at: float
    used_at: float = 0.0

    def __repr__(self) -> str:
        return f"Passkey({self.name!r})"  # without the credential


class SecondFactor(Struct, frozen=True):
    """An account's passkeys, and the SHA-256 of each recovery code that is left.

    A record of its own: an older program that writes the account would lose fields that it does not know.
    """

    key: str
    passkeys: tuple[Passkey, ...] = ()
    recovery_codes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"SecondFactor({self.key!r}, {self.passkeys})"  # without the codes


class Ceremony(Struct, frozen=True):
    """What a page hands to the browser's WebAuthn as JSON, and what it sends back with the answer."""

    options: str
    state: str


class SecondFactors:
    """The second factors in a store. Every method raises StoreError as the store does.

    The WebAuthn library is imported on first use: it takes a tenth of a second.
    """

    def __init__(self, store: Store, clock: Clock, keyring: Keyring, public_url: str) -> None:
        self._store = store
        self._clock = clock
        self._keyring = keyring
        self._origin = public_url
        self.host = urlsplit(public_url).hostname or ""

    def of(self, key: str) -> SecondFactor | None:
        """An account's second factor, or None if it has no passkey."""
        found = self._store.record(SecondFactor, key)
        return found if found and found.passkeys else None

    def keys(self) -> set[str]:
        """The keys of the accounts that have one."""
        return {one.key for one in self._store.records(SecondFactor) if one.passkeys}

    @property
    def is_possible(self) -> bool:
        """Whether browsers allow passkeys at PUBLIC_URL: it needs a host name, not an IP address."""
        return not self.host.replace(".", "").isdigit() and ":" not in self.host

    # Passkeys

    def begin_registration(self, key: str, name: str) -> Ceremony:
        """Options for a new passkey. AccountError if the account has too many."""
        from fido2.webauthn import PublicKeyCredentialUserEntity, UserVerificationRequirement

        passkeys = self._passkeys(key)
        if len(passkeys) >= MAX_PASSKEYS:
            raise AccountError(f"An account has at most {MAX_PASSKEYS} passkeys. Remove one first.")
        user = PublicKeyCredentialUserEntity(id=hash_token(key).encode(), name=name, display_name=name)
        options, state = self._server.register_begin(
            user, [_credential(one) for one in passkeys], user_verification=UserVerificationRequirement.PREFERRED
        )
        return self._ceremony(options, state, f"register {key}")

    def finish_registration(
        self, key: str, state: str, response: str, name: str, also: Sequence[Record] = ()
    ) -> list[str]:
        """Adds the passkey. Returns the account's recovery codes if it is the first, else an empty list."""
        _, opened = self._open(state, f"register {key}")
        now = self._clock()
        data = _checked(lambda: self._server.register_complete(opened, json.loads(response[:MAX_RESPONSE_CHARACTERS])))
        credential = data.credential_data
        new = Passkey(
            _text(credential.credential_id), _text(credential), name.strip()[:MAX_NAME_CHARACTERS] or "Passkey", now
        )
        codes, hashes = _new_codes()

        def change(before: SecondFactor | None) -> SecondFactor:
            old = before or SecondFactor(key)
            if any(one.id == new.id for one in old.passkeys):
                raise AccountError("This passkey is already registered.")
            kept = old.recovery_codes if old.passkeys else hashes
            return SecondFactor(key, (*old.passkeys, new), kept)

        after = self._store.change_record(SecondFactor, key, change, also)
        return codes if after and after.recovery_codes == hashes else []

    def begin_sign_in(self, key: str) -> Ceremony:
        """Options to ask one of the account's passkeys."""
        options, state = self._server.authenticate_begin([_credential(one) for one in self._passkeys(key)])
        return self._ceremony(options, state, f"sign in {key}")

    def check_passkey(self, key: str, state: str, response: str) -> None:
        """AccountError if the answer is not from one of the account's passkeys, or was used before."""
        began_at, opened = self._open(state, f"sign in {key}")
        credentials = [_credential(one) for one in self._passkeys(key)]
        answer = _checked(
            lambda: self._server.authenticate_complete(
                opened, credentials, json.loads(response[:MAX_RESPONSE_CHARACTERS])
            )
        )
        used, now = _text(answer.credential_id), self._clock()

        def change(before: SecondFactor | None) -> SecondFactor:
            passkeys = before.passkeys if before else ()
            # An answer that is sent twice began before the passkey's last use.
            if before is None or not any(one.id == used and one.used_at < began_at for one in passkeys):
                raise AccountError(TRY_AGAIN)
            return replace(
                before, passkeys=tuple([replace(one, used_at=now) if one.id == used else one for one in passkeys])
            )

        self._store.change_record(SecondFactor, key, change)

    def remove(self, key: str, passkey_id: str, also: Sequence[Record] = ()) -> None:
        """Removes a passkey; with the last one the recovery codes too."""

        def change(before: SecondFactor | None) -> SecondFactor | None:
            left = tuple([one for one in (before.passkeys if before else ()) if one.id != passkey_id])
            if before is None or len(left) == len(before.passkeys):
                raise AccountError("That passkey has already been removed.")
            return replace(before, passkeys=left) if left else None

        self._store.change_record(SecondFactor, key, change, also)

    def remove_all(self, key: str, also: Sequence[Record] = ()) -> None:
        """Removes all passkeys and codes: the password alone is enough again."""
        self._store.change_record(SecondFactor, key, lambda _: None, also)

    # Recovery codes

    def new_codes(self, key: str, also: Sequence[Record] = ()) -> list[str]:
        """Makes ten new recovery codes; the old ones are void. They cannot be read again."""
        codes, hashes = _new_codes()

        def change(before: SecondFactor | None) -> SecondFactor:
            if before is None or not before.passkeys:
                raise AccountError(ADD_PASSKEY_FIRST)
            return replace(before, recovery_codes=hashes)

        self._store.change_record(SecondFactor, key, change, also)
        return codes

    def use_code(self, key: str, code: str) -> int:
        """Uses up a recovery code; returns how many are left. AccountError if it is none."""
        used = hash_token(_plain(code))

        def change(before: SecondFactor | None) -> SecondFactor:
            if before is None or used not in before.recovery_codes:
                raise AccountError(NO_CODE)
            return replace(before, recovery_codes=tuple([one for one in before.recovery_codes if one != used]))

        after = self._store.change_record(SecondFactor, key, change)
        return len(after.recovery_codes) if after else 0

    # Ceremonies

    @cached_property
    def _server(self) -> Fido2Server:
        from fido2.server import Fido2Server
        from fido2.webauthn import PublicKeyCredentialRpEntity

        host = PublicKeyCredentialRpEntity(name=self.host, id=self.host)
        return Fido2Server(host, verify_origin=lambda origin: origin == self._origin)

    def _passkeys(self, key: str) -> tuple[Passkey, ...]:
        found = self.of(key)
        return found.passkeys if found else ()

    def _ceremony(self, options: Any, state: dict[str, Any], purpose: str) -> Ceremony:
        signed = self._keyring.sign(f"{self._clock()!r}~{json.dumps(state)}", purpose)
        return Ceremony(json.dumps(dict(options)["publicKey"]), _text(signed.encode()))

    def _open(self, state: str, purpose: str) -> tuple[float, dict[str, Any]]:
        """When the ceremony began, and the library's state. AccountError if it is not ours or too old."""
        try:
            signed = _bytes(state).decode()
        except ValueError:
            raise AccountError(TRY_AGAIN) from None
        at, _, found = (self._keyring.unsign(signed, purpose) or "").partition("~")
        if not found or not 0 <= self._clock() - float(at) <= CEREMONY_SECONDS:
            raise AccountError(TRY_AGAIN)
        opened: dict[str, Any] = json.loads(found)
        return float(at), opened


def _checked(check: Callable[[], Any]) -> Any:
    try:
        return check()
    except Exception as error:
        raise AccountError(TRY_AGAIN) from error


def _credential(passkey: Passkey) -> AttestedCredentialData:
    from fido2.webauthn import AttestedCredentialData

    return AttestedCredentialData(_bytes(passkey.credential))


def _new_codes() -> tuple[list[str], tuple[str, ...]]:
    """Codes for a person, and their hashes."""
    codes = [
        "-".join("".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_GROUP_LETTERS)) for _ in range(CODE_GROUPS))
        for _ in range(RECOVERY_CODES)
    ]
    return codes, tuple([hash_token(_plain(code)) for code in codes])


def _plain(code: str) -> str:
    return "".join(letter for letter in code.lower() if letter.isalnum())


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
