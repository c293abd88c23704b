"""The command `python -m callin.setup`: settings, then a plan that it shows, then the changes, the numbers last.

All messages go to stderr. Without a settings file the lines NAME=VALUE that the environment needs go to stdout.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from callin import config
from callin.config import ConfigError, Settings, file
from callin.contracts import PhoneError
from callin.model import StationNames
from callin.public_address import AddressError, PublicAddress
from callin.setup.apply import Applier, UndoFile
from callin.setup.plan import NUMBER, Change, Plan, Planner
from callin.setup.questions import Questions, Terminal
from callin.twilio.client import TwilioAccess, TwilioAccount
from callin.twilio.pointing import APPLICATIONS
from callin.twiml import Links

SECONDS_BETWEEN_LOOKS = 1.0
DONE, FAILED, NUMBERS_LEFT = 0, 1, 3
TAKE_OVER = """
Some of this sends its calls to another app today. If that is another station, or the live one of which this is a copy,
give this one a STATION_PREFIX and numbers of its own. If this app is to have the calls, """


class StoppedError(Exception):
    """Why nothing more is done, as a sentence; empty if it was said already."""


class Setup:
    """One run of the command."""

    def __init__(self, options: argparse.Namespace, terminal: Terminal) -> None:
        self._options = options
        self._terminal = terminal
        self._file = config.path()
        self._record = UndoFile(self._file)
        self._printed: dict[str, str] = {}
        self._is_interactive = sys.stdin.isatty() and not options.yes

    def run(self) -> int:
        settings = self._settings()
        account = TwilioAccount(access_of(settings))
        links = Links(settings.public_url, StationNames(settings.station_prefix))
        applier = Applier(settings.twilio_account_sid, account, links, self._record, self._remember)
        if self._options.undo:
            return self._undo(settings, applier)
        kind = account.kind()
        trial = "a trial account" if kind.is_trial else "a full account"
        self._terminal.say(
            f"Twilio account {settings.twilio_account_sid}, {trial}, {kind.status}. {links.public_url}\n"
        )
        plan = Planner(settings, account, links, makes_key=self._file is not None).plan()
        if plan.problems:
            raise StoppedError("\n".join(f"- {problem}" for problem in plan.problems))
        return self._carry_out(plan, settings, applier)

    def _settings(self) -> Settings:
        problems: list[str] = []
        values = config.load(problems)
        if problems:
            raise ConfigError(problems)
        values = config.with_secrets(values, problems)
        if self._is_interactive and not self._options.undo:
            answers = Questions(values, self._terminal, TwilioAccount).ask_all()
            if not self._options.dry_run:
                self._remember(answers)
        elif not values.get("SESSION_KEY") and self._file is not None and not self._options.dry_run:
            key = config.new_key()
            values["SESSION_KEY"] = key
            self._remember({"SESSION_KEY": key})
        return config.check(values, problems, for_setup=True)

    def _remember(self, values: Mapping[str, str]) -> None:
        """Stores settings in the file, or prints them if there is none."""
        if self._file is None:
            self._printed |= values
        elif values:
            file.write(self._file, values)

    def _carry_out(self, plan: Plan, settings: Settings, applier: Applier) -> int:
        for change in plan.changes:
            for line in change.lines():
                self._terminal.say(line)
        self._must_not_take(plan)
        if self._options.dry_run:
            self._terminal.say("\nNothing was changed." if plan.changes else "Nothing has to be changed.")
            return DONE
        if plan.changes:
            self._must_be_wanted("Make these changes?")
        self._remember(plan.known)
        for change in plan.changes:
            if change.kind != NUMBER:
                self._do(applier, change)
        numbers = [change for change in plan.changes if change.kind == NUMBER]
        result = self._point(numbers, settings, applier)
        self._print_settings(settings)
        return result

    def _must_not_take(self, plan: Plan) -> None:
        """Stops, unless somebody has said that this app is to get the calls that another app gets today."""
        if not plan.taken or self._options.take_over or self._options.dry_run:
            return
        self._terminal.say(
            TAKE_OVER + ("type: take over" if self._is_interactive else "run this again with --take-over.")
        )
        if not self._is_interactive or self._terminal.ask("Anything else stops here").lower() != "take over":
            raise StoppedError("Nothing was changed.")

    def _must_be_wanted(self, question: str) -> None:
        if self._options.yes:
            return
        if not self._is_interactive:
            raise StoppedError("\nNothing was changed. Run this again in a terminal, or with --yes.")
        if self._terminal.ask(f"\n{question} y or n").lower() not in ("y", "yes"):
            raise StoppedError("Nothing was changed.")

    def _point(self, numbers: list[Change], settings: Settings, applier: Applier) -> int:
        """Points the numbers, once this app answers at PUBLIC_URL."""
        if numbers and not self._options.without_health:
            if not settings.session_key:
                raise StoppedError("SESSION_KEY is not set, so this app cannot prove that it answers. Set it.")
            if problem := self._why_app_does_not_answer(settings):
                self._terminal.say(
                    f"\n{problem}\nThe numbers are not pointed yet. Run this again once the app is running."
                )
                return NUMBERS_LEFT
        for change in numbers:
            self._do(applier, change)
        self._terminal.say("Nothing else has to be changed. Now run: .venv/bin/python -m callin.check")
        return DONE

    def _why_app_does_not_answer(self, settings: Settings) -> str:
        """Why the app was not reached, in a sentence; empty once this app answers. Asks again until --wait is over."""
        address = PublicAddress(settings.public_url, settings.session_key, settings.twilio_auth_token)
        until = time.monotonic() + self._options.wait
        while True:
            try:
                address.health()
            except AddressError as error:
                if time.monotonic() > until:
                    return str(error)
                time.sleep(SECONDS_BETWEEN_LOOKS)
            else:
                return ""

    def _do(self, applier: Applier, change: Change) -> None:
        applier.apply(change)
        self._terminal.say(f"Done: {change.title}")

    def _print_settings(self, settings: Settings) -> None:
        if self._file is not None:
            return
        for application in APPLICATIONS:
            name = application.setting
            print(f"{name}={self._printed.get(name) or getattr(settings, name.lower())}")

    def _undo(self, settings: Settings, applier: Applier) -> int:
        done = self._record.read(settings.twilio_account_sid)
        if not done:
            raise StoppedError("There is no record of a set-up on this machine, so there is nothing to undo.")
        for one in reversed(done):
            self._terminal.say(f"{one.title}: {'will be deleted' if one.is_made else 'will get back what it had'}")
        if self._options.dry_run:
            self._terminal.say("\nNothing was changed.")
            return DONE
        self._must_be_wanted("Undo all this? Calls will no longer reach this app.")
        for line in applier.undo():
            self._terminal.say(line)
        if self._record.read(settings.twilio_account_sid):
            return FAILED
        self._terminal.say("The account is as it was before.")
        return DONE


def access_of(settings: Settings) -> TwilioAccess:
    return TwilioAccess(settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_api_url)


def options_of(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m callin.setup",
        description="Prepares the Twilio account for this app.",
        epilog="Exit status: 0: all is done; 3: only the numbers are left, until the app answers; 1: it failed.",
    )
    add = parser.add_argument
    add("--dry-run", action="store_true", help="show what would change, and change nothing")
    add("--yes", action="store_true", help="ask no questions; still take no calls away from another app")
    add("--take-over", action="store_true", help="also take the calls that go to another app today")
    add("--undo", action="store_true", help="leave the account as it was before the first set-up on this machine")
    add("--wait", type=float, default=0.0, metavar="SECONDS", help="how long to wait until the app answers")
    add("--without-health", action="store_true", help="point the numbers without checking that the app answers")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    try:
        return Setup(options_of(arguments), Terminal()).run()
    except ConfigError as error:
        where = config.path() or Path("the environment")
        return _failed(f"These settings are missing or wrong, in {where}:\n{error}")
    except PhoneError as error:
        return _failed(f"{error}\nRun the command again when this is fixed. What was done so far stays.")
    except (StoppedError, ValueError) as error:
        return _failed(str(error))
    except OSError as error:
        return _failed(
            f"{error.filename or 'A file'} cannot be written: {error.strerror}. Run this as the files' owner."
        )
    except ModuleNotFoundError as error:
        return _failed(f"This Python lacks {error.name}. Run .venv/bin/python -m callin.setup in the app's folder.")
    except (KeyboardInterrupt, EOFError):
        return _failed("\nStopped. What was done so far stays. Run the command again to do the rest.")


def _failed(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return FAILED


if __name__ == "__main__":
    sys.exit(main())
