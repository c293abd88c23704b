"""The line: the one place where calls and desks change."""

from __future__ import annotations

from callin.line.calls import Line as Line
from callin.line.refusals import PhoneFailed as PhoneFailed
from callin.line.refusals import Refused as Refused
from callin.line.screener import Screener as Screener
from callin.line.studio import Studio as Studio
from callin.line.unused import Unused as Unused
from callin.line.writing import Saved as Saved
from callin.line.writing import Writing as Writing
