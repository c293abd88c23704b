"""Sets up an account on the rehearsal network: by the command, or by the same code in this process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping

from callin.config import check
from callin.model import StationNames
from callin.setup.apply import Applier, UndoFile
from callin.setup.plan import Planner
from callin.twilio.client import TwilioAccess, TwilioAccount
from callin.twiml import Links
from tests.support.processes import ROOT


def try_setup(environment: Mapping[str, str], *options: str) -> subprocess.CompletedProcess[str]:
    """`python -m callin.setup`, as a script runs it."""
    return subprocess.run(
        [sys.executable, "-m", "callin.setup", *options],
        check=False,
        env=dict(environment),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def run_setup(environment: Mapping[str, str]) -> dict[str, str]:
    """The settings that the command prints. It must succeed. The app is started afterwards."""
    done = try_setup(environment, "--yes", "--without-health")
    assert done.returncode == 0, done.stderr
    return dict(line.split("=", 1) for line in done.stdout.splitlines())


def set_up(environment: Mapping[str, str]) -> dict[str, str]:
    """Makes the same changes in the account, and answers the same settings."""
    problems: list[str] = []
    settings = check(environment, problems, for_setup=True)
    access = TwilioAccess(settings.twilio_account_sid, settings.twilio_auth_token, settings.twilio_api_url)
    account, links = TwilioAccount(access), Links(settings.public_url, StationNames(settings.station_prefix))
    plan = Planner(settings, account, links, makes_key=False).plan()
    assert (problems, plan.problems) == ([], ())
    made = dict(plan.known)
    applier = Applier(settings.twilio_account_sid, account, links, UndoFile(None), made.update)
    for change in plan.changes:
        applier.apply(change)
    return made
