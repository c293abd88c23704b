"""Runs the README's commands one after the other, timed, and types a newcomer's answers."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from bench.machine import done
from tests.support.chromium import chromium, new_page
from tests.support.pages import DeskPage
from tests.support.processes import ROOT
from tests.support.production import PASSWORD
from tests.support.station import Station
from tests.support.terminal import Conversation, converse
from tests.support.twilio_account import client_of, snapshot

DJ_HZ = 700.0
CHOICE = re.compile(r"[0-9]|y")
"""An answer chosen from what the program shows, so not copied by hand."""

Answers = list[tuple[str, str]]
"""A part of each question, and the answer to type."""


def commands_of(heading: str) -> list[str]:
    """The README's commands under a heading: those of its first block."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    section = readme.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    block = re.search(r"^\n((?: {4}\S.*\n)+)", section, re.MULTILINE)
    assert block, heading
    return [line.strip() for line in block[1].splitlines()]


@dataclass
class Walk:
    """One host, by the README's section with that heading.

    `replaced` has a value for each placeholder in the commands, `answers` what is typed at a command's questions, and
    `after` what happens by itself once a command is done.
    """

    heading: str
    environment: Mapping[str, str]
    folder: Path
    replaced: Mapping[str, str]
    answers: Mapping[str, Answers]
    after: Mapping[str, Callable[[], None]]
    shown: dict[str, str] = field(default_factory=dict)
    copied: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def run(self) -> None:
        """Runs all commands, in the README's order."""
        print(f"\n{self.heading}, by the README's commands:", flush=True)
        self.commands = commands_of(self.heading)
        for command in self.commands:
            with self.timed(command):
                self._run(command)
            self.after.get(command, lambda: None)()
        self.copied = [*self.replaced, *self.copied]
        print(f"  {len(self.commands)} commands, {len(self.copied)} values copied by hand: {', '.join(self.copied)}")

    @contextmanager
    def timed(self, words: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        taken = time.monotonic() - began
        self.seconds += taken
        print(f"  {taken:6.1f} s  {words}", flush=True)

    def _run(self, command: str) -> None:
        if command.startswith("cd "):
            self.folder /= command.removeprefix("cd ")
            assert self.folder.is_dir()
            return
        typed = command
        for placeholder, value in self.replaced.items():
            typed = typed.replace(placeholder, value)
        if command not in self.answers:
            self.shown[command] = done(["sh", "-c", typed], self.environment, self.folder).stdout
            return
        talk = self.talk(typed, self.answers[command])
        assert talk.status == 0, f"{command}: {talk.status}\n{talk.shown}"
        self.copied += [question for question, answer in self.answers[command] if not CHOICE.fullmatch(answer)]

    def talk(self, command: str, answers: Answers) -> Conversation:
        return converse(["sh", "-c", command], self.environment, answers, self.folder)

    def first_call(self, link: str, station: Station, chromium_flags: tuple[str, ...]) -> None:
        """The admin's link, an account, the desk in Chromium, and the first caller on the air, with sound."""
        # The headless build's call breaks off in the sealed network.
        with sync_playwright() as playwright, chromium(playwright, DJ_HZ, *chromium_flags, has_windows=True) as browser:
            page = new_page(browser)
            with self.timed("the link is opened, and the first account made"):
                self._make_account(page, link)
            with self.timed("the desk is opened, and “Connect to Queue” pressed"):
                desk = DeskPage(page, station.app.environment["PUBLIC_URL"])
                page.goto(desk.url + "/")
                desk.wait_until_ready()
                desk.connect()
                desk.expect_air_state("standby")
            with self.timed("a listener rings, and is on the air"):
                caller = station.ring("+447700900001")
                desk.expect_on_air_with("001")
                station.until(
                    lambda: station.control("GET", f"/sound/{caller}")["heard"]["frequency_hz"], "they hear nothing"
                )
        print(f"  From nothing to the first call on the air: {self.seconds:.0f} s.", flush=True)

    def _make_account(self, page: Page, link: str) -> None:
        page.goto(link)
        page.get_by_label("Name").fill("anna")
        for label in ("Password", "The password again"):
            page.get_by_label(label, exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Make").click()
        expect(page.locator("[data-desk]")).to_be_visible()

    def again(self, setup: str, settings: Path, account: Mapping[str, str]) -> None:
        """Sets up a second time, which must ask nothing, and change neither the account nor the file."""
        with client_of(account) as client:
            before = snapshot(client), settings.read_bytes()
            with self.timed(f"{setup}, a second time"):
                talk = self.talk(setup, [])
            after = snapshot(client), settings.read_bytes()
        assert (talk.status, talk.typed) == (0, []), talk.shown
        assert "Done:" not in talk.shown, talk.shown
        assert before == after
        print("           It asked nothing and changed nothing. Its last line: " + talk.shown.strip().splitlines()[-1])
