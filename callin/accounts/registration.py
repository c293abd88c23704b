"""Makes the account that an invitation is for. The invitation is used up if, and only if, the account exists."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from callin.accounts import models
from callin.accounts.invitations import NOT_VALID, Invitations
from callin.accounts.models import Account, AccountError, key_of
from callin.accounts.new_passwords import check_new_password
from callin.accounts.passwords import Passwords
from callin.contracts import Clock, Record, Store, StoreError


class Registration:
    """Creates accounts. `usable` says which account counts for a key, given the stored one: see `Accounts`."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        passwords: Passwords,
        invitations: Invitations,
        usable: Callable[[str, Account | None], Account | None],
        station_name: Callable[[], str],
    ) -> None:
        self._store = store
        self._clock = clock
        self._passwords = passwords
        self._invitations = invitations
        self._usable = usable
        self._station_name = station_name

    def create(self, token: str, name: str, password: str, also: Sequence[Record] = ()) -> Account:
        """The account that an invitation's token is for. AccountError if token, name or password is refused."""
        invitation = self._invitations.find(token)
        if invitation is None:
            raise AccountError(NOT_VALID)
        name = name.strip()
        models.check_name(name)
        check_new_password(password, name, self._station_name())
        key = key_of(name)
        account = Account(key, name, invitation.role, self._passwords.hash(password), self._clock())
        self._invitations.use(invitation, key)
        try:
            self._write(account, also)
        except AccountError:
            self._invitations.reopen(invitation, key)
            raise
        except StoreError:
            # It may have failed after the write. If that cannot be read either, the invitation stays used: one that
            # has made an account must not make another.
            if not self._was_written(account):
                self._invitations.reopen(invitation, key)
                raise
        return account

    def _write(self, account: Account, also: Sequence[Record]) -> None:
        def change(before: Account | None) -> Account:
            if self._usable(account.key, before):
                raise AccountError("That name is taken. Choose another one.")
            return account

        self._store.change_record(Account, account.key, change, also)

    def _was_written(self, account: Account) -> bool:
        found = self._store.record(Account, account.key)
        return found is not None and found.password == account.password
