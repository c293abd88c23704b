"""A passkey over https behind the proxy, for the station's own name."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.support.passkeys import add_passkey, begin_sign_in, give_authenticator
from tests.support.production import PASSWORD, Bed


def test_an_admin_signs_in_with_a_passkey_over_https(bed: Bed, open_page: Callable[..., Page]) -> None:
    bed.app.accept(bed.app.invite(bed.app.new_visitor("admin"), "admin"), "keeper")
    page = open_page("/", "keeper")
    give_authenticator(page)
    assert len(add_passkey(page, bed.app.url, "laptop")) == 10
    begin_sign_in(page, bed.app.url, "keeper", PASSWORD)
    page.get_by_role("button", name="Use my passkey").click()
    expect(page).to_have_url(bed.app.url + "/")
