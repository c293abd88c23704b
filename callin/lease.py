"""A lease in the store: what one instance at a time does, and goes on doing only while the lease is its own."""

from __future__ import annotations

import logging
import secrets

from callin.contracts import Clock, Store, StoreError

log = logging.getLogger(__name__)


class LostLeaseError(Exception):
    """The lease could not be renewed: another instance may have it by now."""


class Lease:
    """This instance's hold on a lease. It is used by one thread."""

    def __init__(self, store: Store, clock: Clock, name: str, seconds: float) -> None:
        self._store = store
        self._clock = clock
        self._name = name
        self._seconds = seconds
        self._holder = secrets.token_hex(8)
        self._taken_at: float | None = None

    @property
    def is_held(self) -> bool:
        """Whether this instance had it when it last asked."""
        return self._taken_at is not None

    def take(self) -> bool:
        """Whether this instance has it from now: it was free, over, or its own. False too while the store fails."""
        now = self._clock()
        try:
            has_it = self._store.take_lease(self._name, self._holder, now, self._seconds)
        except StoreError as error:
            log.warning("The lease of the %s could not be read: %s", self._name, error)
            has_it = False
        self._taken_at = now if has_it else None
        return has_it

    def keep(self) -> None:
        """Renews it, if it is held, once a third of its time is over. LostLeaseError where another has it."""
        if self._taken_at is None or self._clock() - self._taken_at < self._seconds / 3:
            return
        if not self.take():
            raise LostLeaseError
