"""Prints a link that makes an admin: `python -m callin.admin`, for a station's first one, or if none can sign in.

It needs PUBLIC_URL and SESSION_KEY as the app has them, and reaches neither the store nor Twilio.
"""

from __future__ import annotations

import sys

from callin.accounts import first_admin_link
from callin.config import ConfigError, read_only
from callin.keyring import Keyring


def main() -> int:
    """The command: the link goes to stdout, what to do with it to stderr. 1 if a setting is missing or wrong."""
    try:
        values = read_only("PUBLIC_URL", "SESSION_KEY")
        link = f"{values['PUBLIC_URL']}/invitation?{first_admin_link(Keyring(values['SESSION_KEY']))}"
    except ConfigError as error:
        print(f"These settings are missing or wrong:\n{error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        sentence = f"This Python lacks {error.name}. Run .venv/bin/python -m callin.admin in the app's folder."
        print(sentence, file=sys.stderr)
        return 1
    print(
        "Open this link within 72 hours and choose a name and a password. It works once:", file=sys.stderr, flush=True
    )
    print(link)
    return 0


if __name__ == "__main__":
    sys.exit(main())
