"""The line in memory, as callers, desks and dashboards read it."""

from __future__ import annotations

from callin.live.board import Board as Board
from callin.live.cache import LineCache as LineCache
from callin.live.dashboards import Dashboards as Dashboards
from callin.live.lineup import Lineup as Lineup
from callin.live.rows import airing_row as airing_row
