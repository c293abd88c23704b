"""The app needs no capabilities of root's, and no permission to write to its own code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.deployed import unprivileged
from tests.support.production import Bed


def capabilities(pid: int) -> int:
    """The effective rights of a process, of those that only root has, as a set of bits."""
    [line] = [one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith("CapEff:")]
    return int(line.split()[1], 16)


@pytest.mark.parametrize("what", ["open('main.py', 'a')", "open('new.txt', 'w')", "open('static/twiml/new.xml', 'w')"])
def test_the_user_that_runs_the_app_may_not_write_to_its_code(bed: Bed, what: str) -> None:
    command = unprivileged([sys.executable, "-c", what])
    done = subprocess.run(command, check=False, cwd=bed.app.code, capture_output=True, text=True, timeout=30)
    assert "PermissionError" in done.stderr


def test_the_app_and_caddy_have_no_rights_of_roots_but_to_read(bed: Bed) -> None:
    may_read_all = 1 << 2  # CAP_DAC_READ_SEARCH: see `unprivileged`
    for program in (bed.app.program, bed.proxy):
        assert program is not None
        assert capabilities(program.pid) & ~may_read_all == 0
        assert Path(f"/proc/{program.pid}").stat().st_uid != 0
