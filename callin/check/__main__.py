"""The command `python -m callin.check`: a line for each check. Exit status 0 if nothing is wrong, otherwise 1."""

from __future__ import annotations

import sys

from callin import VERSION, config
from callin.check import Checks, Finding, State
from callin.config import ConfigError

WORDS = {State.OK: "ok   ", State.WRONG: "WRONG", State.LOOK: "look "}


def main() -> int:
    try:
        found = Checks(config.read(), VERSION).findings()
    except ConfigError as error:
        found = [Finding(State.WRONG, "Settings", problem) for problem in error.problems]
    except ModuleNotFoundError as error:
        text = f"This Python lacks {error.name}. Run .venv/bin/python -m callin.check in the app's folder."
        found = [Finding(State.WRONG, "Python", text)]
    for state, title, text in found:
        print(f"{WORDS[state]}  {title}: {text}")
    wrong = sum(finding.state is State.WRONG for finding in found)
    print(f"\n{wrong} of {len(found)} checks failed." if wrong else "\nNothing is wrong.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
