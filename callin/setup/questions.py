"""Asks for the settings that are missing or wrong, says where each is found, and checks each answer as it is typed."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from urllib.parse import urlsplit

from callin import config
from callin.config import Setting
from callin.config.table import CONSOLE
from callin.twilio.client import Resource, TwilioAccess, TwilioAccount, TwilioError

SQLITE = "sqlite:////var/lib/radio-callin/line.sqlite"
APP_ENGINE = ".appspot.com"
BY_NAME = {setting.name: setting for setting in config.SETTINGS}
UNAUTHORIZED = (401, 404)


class Terminal:
    """The person at the terminal, who answers the questions."""

    def say(self, text: str) -> None:
        print(text, file=sys.stderr)

    def ask(self, question: str, *, secret: bool = False) -> str:
        """The answer, without spaces around it. EOFError if the terminal is closed."""
        if secret:
            return getpass.getpass(f"{question} (it is not shown): ").strip()
        print(f"{question}: ", end="", file=sys.stderr, flush=True)
        return input().strip()


class Questions:
    """Completes the values of a settings file."""

    def __init__(
        self, values: dict[str, str], terminal: Terminal, account_of: Callable[[TwilioAccess], TwilioAccount]
    ) -> None:
        self._values = values
        self._terminal = terminal
        self._account_of = account_of
        self.answers: dict[str, str] = {}

    def ask_all(self) -> dict[str, str]:
        """The new values, by setting. TwilioError if Twilio cannot be reached, or has too few numbers."""
        account = self._ask_credentials()
        self._ask("PUBLIC_URL", "The address at which the app is, or will be, such as https://callin.mystation.org")
        self._ask_host()
        self._ask_numbers(account)
        if not self._values.get("STATION_NAME"):
            self._ask("STATION_NAME", "The station's name, as callers hear it")
        if not self._values.get("SESSION_KEY"):
            self._set("SESSION_KEY", config.new_key())
        return self.answers

    def _ask_credentials(self) -> TwilioAccount:
        """Asks until Twilio accepts the account's SID and token."""
        while True:
            self._ask("TWILIO_ACCOUNT_SID", "Account SID")
            self._ask("TWILIO_AUTH_TOKEN", "Auth Token")
            values = self._values
            account = self._account_of(
                TwilioAccess(
                    values["TWILIO_ACCOUNT_SID"], values["TWILIO_AUTH_TOKEN"], values.get("TWILIO_API_URL", "")
                )
            )
            try:
                account.kind()
            except TwilioError as error:
                if error.status not in UNAUTHORIZED:
                    raise
                self._terminal.say(
                    "Twilio does not know this Account SID with this Auth Token. Please copy both again."
                )
                values["TWILIO_ACCOUNT_SID"] = values["TWILIO_AUTH_TOKEN"] = ""
            else:
                return account

    def _ask(self, name: str, question: str) -> None:
        """Asks for a setting until its value is good, unless it has a good one."""
        if self._is_good(name):
            return
        setting, text = BY_NAME[name], self._values.get(name, "")
        self._terminal.say(f"\n{setting.explanation}")
        while True:
            if text:
                self._terminal.say(self._problem(setting, text))
            text = self._terminal.ask(question, secret=setting.is_secret)
            if text and not self._problem(setting, text):
                self._set(name, text)
                return

    def _problem(self, setting: Setting, text: str) -> str:
        try:
            config.value_of(setting, text)
        except ValueError as error:
            return str(error)
        return ""

    def _ask_host(self) -> None:
        """Sets STORE, which depends on where the app runs."""
        if self._values.get("STORE"):
            return
        host = urlsplit(self._values["PUBLIC_URL"]).hostname or ""
        on_app_engine = (
            host.endswith(APP_ENGINE)
            or self._choose("\nWhere does the app run?", ["On Google App Engine", "On a server of your own"]) == 0
        )
        self._set("STORE", "firestore:" if on_app_engine else SQLITE)
        if not on_app_engine and not self._values.get("TRUSTED_PROXIES"):
            self._set("TRUSTED_PROXIES", "127.0.0.1")  # Caddy, on the same machine

    def _ask_numbers(self, account: TwilioAccount) -> None:
        """Lets the person choose from the account's numbers, so that none has to be copied."""
        names = ("TWILIO_LISTENER_NUMBER", "TWILIO_DJ_NUMBER")
        missing = [name for name in names if not self._is_good(name)]
        if not missing:
            return
        chosen = {self._values.get(name) for name in names if name not in missing}
        numbers = [number for number in account.numbers() if number.has_voice and number.name not in chosen]
        if len(numbers) < len(missing):
            raise TwilioError(
                f"Two numbers that carry calls are needed, and this account has {len(numbers) + len(chosen)}: one that "
                f"listeners ring, one that the DJ rings. Buy what is missing in {CONSOLE} under Phone Numbers, Buy a "
                "number, and run this again.",
                permanent=True,
            )
        for name in missing:
            one = numbers.pop(self._choose(f"\n{BY_NAME[name].help} Which is it?", [_shown(n) for n in numbers]))
            self._set(name, one.name)

    def _is_good(self, name: str) -> bool:
        return bool(self._values.get(name)) and not self._problem(BY_NAME[name], self._values[name])

    def _choose(self, question: str, choices: list[str]) -> int:
        """The index of the choice."""
        self._terminal.say(question)
        for number, choice in enumerate(choices, 1):
            self._terminal.say(f"  {number}  {choice}")
        while True:
            text = self._terminal.ask(f"1 to {len(choices)}")
            if text.isascii() and text.isdigit() and 1 <= int(text) <= len(choices):
                return int(text) - 1

    def _set(self, name: str, value: str) -> None:
        self._values[name] = self.answers[name] = value


def _shown(number: Resource) -> str:
    label = "" if number.label in ("", number.name) else f", “{number.label}”"
    host = urlsplit(number.properties["voice_url"]).netloc
    return number.name + label + (f" (its calls go to {host})" if host else "")
