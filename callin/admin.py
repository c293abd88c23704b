"""Prints a link that makes an admin, or with `reset NAME` one that gives an account a new password.

`python -m callin.admin` is for a station's first admin, `python -m callin.admin reset NAME` for one that is locked out.

It needs PUBLIC_URL and SESSION_KEY as the app has them, and reaches neither the store nor Twilio.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from callin.accounts import first_admin_link, reset_link
from callin.config import ConfigError, read_only
from callin.keyring import Keyring

FIRST_ADMIN = "Open this link within 72 hours and choose a name and a password. It works once:"
RESET = "Open this link within a day and choose a new password. It works once, and removes the account's passkeys:"
USAGE = "Use: python -m callin.admin, or python -m callin.admin reset NAME"


def link_for(arguments: Sequence[str], public_url: str, keyring: Keyring) -> str:
    """The link that the command's arguments ask for."""
    if arguments:
        return f"{public_url}/reset#{reset_link(keyring, arguments[1])}"
    return f"{public_url}/invitation#{first_admin_link(keyring)}"


def main(arguments: Sequence[str] = ()) -> int:
    """The command: the link goes to stdout, what to do with it to stderr. 1 if a setting is missing or wrong."""
    if arguments and (len(arguments) != 2 or arguments[0] != "reset"):
        print(USAGE, file=sys.stderr)
        return 2
    try:
        values = read_only("PUBLIC_URL", "SESSION_KEY")
        link = link_for(arguments, values["PUBLIC_URL"], Keyring(values["SESSION_KEY"]))
    except ConfigError as error:
        print(f"These settings are missing or wrong:\n{error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        sentence = f"This Python lacks {error.name}. Run .venv/bin/python -m callin.admin in the app's folder."
        print(sentence, file=sys.stderr)
        return 1
    print(RESET if arguments else FIRST_ADMIN, file=sys.stderr, flush=True)
    print(link)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
