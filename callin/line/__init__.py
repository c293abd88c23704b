"""The line: the one place where calls and desks change."""

from __future__ import annotations

from callin.line.admission import Admission as Admission
from callin.line.calls import Line as Line
from callin.line.claims import Claims as Claims
from callin.line.claims import PhoneFailed as PhoneFailed
from callin.line.claims import PressRejected as PressRejected
from callin.line.messages import MessageCalls as MessageCalls
from callin.line.screener import IdleDeskCleanup as IdleDeskCleanup
from callin.line.screener import Screener as Screener
from callin.line.show import ChangedMeanwhileError as ChangedMeanwhileError
from callin.line.show import Saved as Saved
from callin.line.show import ShowSettings as ShowSettings
from callin.line.show import Writing as Writing
from callin.line.studio import Studio as Studio
from callin.line.takeover import Takeover as Takeover
