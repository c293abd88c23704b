"""The line: the one place where calls and desks change."""

from __future__ import annotations

from callin.line.admission import Admission as Admission
from callin.line.air_desks import AirDesks as AirDesks
from callin.line.calls import CALLER_GONE as CALLER_GONE
from callin.line.calls import Calls as Calls
from callin.line.desks import Desks as Desks
from callin.line.desks import PhoneFailed as PhoneFailed
from callin.line.desks import PressRejected as PressRejected
from callin.line.screener_desks import IdleDeskCleanup as IdleDeskCleanup
from callin.line.screener_desks import ScreenerDesks as ScreenerDesks
from callin.line.sentences import DROPPING as DROPPING
from callin.line.sentences import HOLDING as HOLDING
from callin.line.sentences import SENTENCES as SENTENCES
from callin.line.sentences import THANKING as THANKING
from callin.line.show import SWITCHES as SWITCHES
from callin.line.show import ChangedMeanwhileError as ChangedMeanwhileError
from callin.line.show import ShowSettings as ShowSettings
from callin.line.show import Writing as Writing
from callin.line.takeover import NOTHING_TO_TAKE_OVER as NOTHING_TO_TAKE_OVER
from callin.line.takeover import Takeover as Takeover
