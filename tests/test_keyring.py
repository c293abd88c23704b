"""The keyring: what is signed or sealed comes back by its own key and purpose, and keys can be replaced."""

from __future__ import annotations

import time

import pytest

from callin.keyring import Keyring

KEY, NEXT = "k" * 32, "n" * 32
NUMBER = "+447700900001"

# What version 1.0 made with KEY.
SESSION_OF_1_0 = "anna~token.4ee63a5bd327120f84f88a1d272d26eda69507a0bece4182df7be117b311c250"
FORM_OF_1_0 = "form.ccebe8e1362f561bf259206df49f9711551fc08ac1622c4b360401205ba5cc8d"
NUMBER_OF_1_0 = "fSkHPhnVgJTc_DI3yxWAm_P1eLKG8dOkZ3wUk_Gwhqs"


def test_a_signed_value_comes_back_and_a_changed_one_does_not() -> None:
    keyring = Keyring(KEY)
    signed = keyring.sign("dj_1", "cookie")
    assert keyring.unsign(signed, "cookie") == "dj_1"
    assert keyring.unsign(signed, "other cookie") is None
    assert Keyring(NEXT).unsign(signed, "cookie") is None
    for wrong in ("", ".", "dj_1", "dj_1.", signed[:-9], "dj_2." + signed[5:], "\udcff.\udcff", "dj_1.\u00e4"):
        assert keyring.unsign(wrong, "cookie") is None


def test_a_dated_value_comes_back_with_its_date_and_not_with_another() -> None:
    keyring = Keyring(KEY)
    signed = keyring.sign_dated("link", "invitation")
    dated = keyring.unsign_dated(signed, "invitation")
    assert dated is not None
    assert dated.value == "link"
    assert dated.signed_at == pytest.approx(time.time(), abs=60)
    value, date, signature = signed.split(".")
    assert keyring.unsign_dated(f"{value}.z{date[1:]}.{signature}", "invitation") is None
    assert keyring.unsign_dated(signed, "another purpose") is None
    assert keyring.unsign(signed, "invitation") is None
    assert keyring.unsign_dated(keyring.sign("link", "invitation"), "invitation") is None


@pytest.mark.parametrize("text", ["", NUMBER, "+123456789012345", "\u00e9"])
def test_a_sealed_text_comes_back_by_its_key_and_purpose_alone(text: str) -> None:
    sealed = Keyring(KEY).seal(text, "caller")
    assert Keyring(KEY).unseal(sealed, "caller") == text
    assert Keyring(NEXT).unseal(sealed, "caller") is None
    assert Keyring(KEY).unseal(sealed, "something else") is None


def test_a_seal_is_the_same_each_time_of_one_length_and_tells_nothing() -> None:
    keyring = Keyring(KEY)
    one, other = keyring.seal(NUMBER, "caller"), keyring.seal("+447700900002", "caller")
    assert one == Keyring(KEY).seal(NUMBER, "caller")
    assert len(one) == len(keyring.seal("", "caller"))
    assert sum(a == b for a, b in zip(one, other, strict=True)) < len(one) / 2
    with pytest.raises(ValueError, match="16 bytes"):
        keyring.seal("+1234567890123456", "caller")


def test_a_seal_with_one_letter_changed_is_invalid() -> None:
    sealed = Keyring(KEY).seal(NUMBER, "caller")
    for place in range(len(sealed) - 1):  # the last letter has bits that mean nothing
        changed = sealed[:place] + ("A" if sealed[place] != "A" else "B") + sealed[place + 1 :]
        assert Keyring(KEY).unseal(changed, "caller") is None


@pytest.mark.parametrize("sealed", ["", "x", "A" * 43, "A" * 44, "=" * 43, "\u00e9" * 43, "\n" + "A" * 42])
def test_what_was_never_sealed_is_invalid(sealed: str) -> None:
    assert Keyring(KEY).unseal(sealed, "caller") is None


def test_after_the_key_was_replaced_what_the_former_one_made_is_read_until_it_is_removed() -> None:
    former, both, later = Keyring(KEY), Keyring(NEXT, KEY), Keyring(NEXT)
    signed, sealed, dated = former.sign("a", "cookie"), former.seal(NUMBER, "caller"), former.sign_dated("a", "link")
    assert (both.unsign(signed, "cookie"), both.unseal(sealed, "caller")) == ("a", NUMBER)
    assert both.unsign_dated(dated, "link") == former.unsign_dated(dated, "link")
    assert (later.unsign(signed, "cookie"), later.unseal(sealed, "caller")) == (None, None)
    assert later.unsign_dated(dated, "link") is None


def test_after_the_key_was_replaced_everything_is_made_with_the_new_one() -> None:
    former, both, later = Keyring(KEY), Keyring(NEXT, KEY), Keyring(NEXT)
    signed, sealed = both.sign("a", "cookie"), both.seal(NUMBER, "caller")
    assert (later.unsign(signed, "cookie"), later.unseal(sealed, "caller")) == ("a", NUMBER)
    assert (former.unsign(signed, "cookie"), former.unseal(sealed, "caller")) == (None, None)
    assert both.proof("a nonce") == later.proof("a nonce") != former.proof("a nonce")


@pytest.mark.parametrize("keyring", [Keyring(KEY), Keyring(NEXT, KEY)], ids=["same key", "key replaced"])
def test_what_version_1_0_signed_and_sealed_is_still_read(keyring: Keyring) -> None:
    assert keyring.unsign(SESSION_OF_1_0, "session") == "anna~token"
    assert keyring.unsign(FORM_OF_1_0, "form visitor abc") == "form"
    assert keyring.unseal(NUMBER_OF_1_0, "caller") == NUMBER
    assert keyring.unsign(SESSION_OF_1_0, "known") is None
    assert keyring.unsign("anne" + SESSION_OF_1_0[4:], "session") is None
    assert keyring.unseal(NUMBER_OF_1_0, "other") is None
    assert keyring.unseal("A" + NUMBER_OF_1_0[1:], "caller") is None
