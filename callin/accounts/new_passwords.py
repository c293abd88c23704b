"""What a new password must be: long enough, and not among the first that somebody would try."""

from __future__ import annotations

from callin.accounts.models import MAX_PASSWORD_CHARACTERS, AccountError

MIN_PASSWORD_CHARACTERS = 10
MIN_SCORE = 2
"""Of zxcvbn's 0 to 4. 2 means that more than a million guesses are needed, and sign-in allows a few a minute."""

COMPARED_CHARACTERS = 72
"""zxcvbn takes no more, because its time grows with the square of the length."""

ADVICE = "A few words in a row are easy to remember."


def check_new_password(password: str, account_name: str, station_name: str) -> None:
    """AccountError if the password is too short, too long, common, or little more than one of the names."""
    if len(password) < MIN_PASSWORD_CHARACTERS:
        raise AccountError(f"A password needs at least {MIN_PASSWORD_CHARACTERS} characters. {ADVICE}")
    if len(password) > MAX_PASSWORD_CHARACTERS:
        raise AccountError(f"A password has at most {MAX_PASSWORD_CHARACTERS} characters.")
    if is_easy_to_guess(password, account_name, station_name):
        raise AccountError(
            f"That password is among the first that somebody would try: it is common, or made of a name. {ADVICE}"
        )


def is_easy_to_guess(password: str, account_name: str, station_name: str) -> bool:
    """Whether fewer than a million guesses find it, with the names among the words that are tried first."""
    plain = "".join(letter for letter in password.lower() if letter.isalnum())
    names = ["".join(letter for letter in name.lower() if letter.isalnum()) for name in (account_name, station_name)]
    if any(name and not plain.replace(name, "").strip("0123456789") for name in names):
        return True
    # Imported on first use: most instances never see a new password.
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]

    words = [*names, *station_name.split(), *account_name.split("-"), "radio", "station"]
    score: int = zxcvbn(password[:COMPARED_CHARACTERS], user_inputs=words)["score"]
    return score < MIN_SCORE
