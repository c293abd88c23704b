"""Checks a station: `python -m callin.check`, and the admins' page `/check`. One line each, with the cure."""

from __future__ import annotations

from callin.check.checks import Checks as Checks
from callin.check.findings import Finding as Finding
from callin.check.findings import State as State
