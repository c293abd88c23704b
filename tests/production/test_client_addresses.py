"""The address that a client counts by behind a station's proxy, whatever headers it sends."""

from __future__ import annotations

from dataclasses import replace

from callin.accounts.limits import VISIT_BURST
from tests.support.production import Bed


def test_behind_caddy_each_client_counts_by_its_own_address_and_cannot_write_another(bed: Bed) -> None:
    guesser, listener = replace(bed.https, source="127.0.0.2"), replace(bed.https, source="127.0.0.3")
    path = bed.app.url + "/call/token"
    told = []
    for number in range(VISIT_BURST * 2):
        written = f"203.0.113.{number}"
        spellings = ("X-Forwarded-For", "X_Forwarded_For", "X-Appengine-User-IP", "X_Appengine_User_IP", "X-Real-IP")
        headers = dict.fromkeys(spellings, written) | {"Forwarded": f"for={written}"}
        told.append(guesser.ask(path, "POST", headers=headers).status)
        if told[-1] == 429:
            break
    assert told[-1] == 429
    assert listener.ask(path, "POST").status == 200
    assert len(told) >= VISIT_BURST
