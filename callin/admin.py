"""Makes a link by which somebody becomes an admin: `python -m callin.admin`, for the first one, and when none is left.

It needs PUBLIC_URL and SESSION_KEY, as the app has them, and nothing else: neither the store nor the account is asked.
"""

from __future__ import annotations

import sys

from callin.accounts import first_admin_link
from callin.config import ConfigError, read_only
from callin.keyring import Keyring


def main() -> int:
    """Prints the link to stdout, and what to do with it to stderr. 1 when a setting is missing."""
    try:
        values = read_only("PUBLIC_URL", "SESSION_KEY")
    except ConfigError as error:
        print(f"The settings are not usable:\n{error}", file=sys.stderr)
        return 1
    link = first_admin_link(Keyring(values["SESSION_KEY"]))
    print("Open this address within 72 hours, and choose a name and a password. It works once:", file=sys.stderr)
    print(f"{values['PUBLIC_URL']}/invitation?{link}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
