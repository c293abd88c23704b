"""The values that the app is about: frozen, without behaviour beyond what follows from their own fields.

Every time is in seconds since 1970 (UTC), as a float; every duration is in seconds.
"""

from __future__ import annotations

from callin.model.calls import AIR_DESK as AIR_DESK
from callin.model.calls import AIR_DESKS as AIR_DESKS
from callin.model.calls import AIR_QUEUE as AIR_QUEUE
from callin.model.calls import EXTRA_DESKS as EXTRA_DESKS
from callin.model.calls import HELD_QUEUE as HELD_QUEUE
from callin.model.calls import LONGEST_QUEUE_NAME as LONGEST_QUEUE_NAME
from callin.model.calls import QUEUES as QUEUES
from callin.model.calls import READY_QUEUE as READY_QUEUE
from callin.model.calls import SCREEN_DESK as SCREEN_DESK
from callin.model.calls import SCREEN_QUEUE as SCREEN_QUEUE
from callin.model.calls import WAITING_QUEUE as WAITING_QUEUE
from callin.model.calls import Call as Call
from callin.model.calls import Denial as Denial
from callin.model.calls import Intent as Intent
from callin.model.calls import Known as Known
from callin.model.calls import Moment as Moment
from callin.model.calls import Outcome as Outcome
from callin.model.calls import ReadyCheckAnswer as ReadyCheckAnswer
from callin.model.calls import Stage as Stage
from callin.model.calls import Standing as Standing
from callin.model.calls import Verdict as Verdict
from callin.model.calls import caller_of as caller_of
from callin.model.calls import desk_of_air_queue as desk_of_air_queue
from callin.model.calls import is_screen as is_screen
from callin.model.calls import is_screen_queue as is_screen_queue
from callin.model.calls import queue_of as queue_of
from callin.model.desks import NEXT_FEW as NEXT_FEW
from callin.model.desks import Desk as Desk
from callin.model.desks import DialCaller as DialCaller
from callin.model.desks import DialLine as DialLine
from callin.model.desks import Follow as Follow
from callin.model.desks import HangUp as HangUp
from callin.model.desks import Instruction as Instruction
from callin.model.desks import InstructionKind as InstructionKind
from callin.model.desks import OfferTakeover as OfferTakeover
from callin.model.desks import Place as Place
from callin.model.desks import Press as Press
from callin.model.desks import PressKind as PressKind
from callin.model.desks import WaitInSilence as WaitInSilence
from callin.model.desks import WaitRange as WaitRange
from callin.model.music import MusicPosition as MusicPosition
from callin.model.music import Recording as Recording
from callin.model.music import Tune as Tune
from callin.model.music import TunePart as TunePart
from callin.model.show import ON_NOW as ON_NOW
from callin.model.show import SCHEDULE as SCHEDULE
from callin.model.show import Airing as Airing
from callin.model.show import Card as Card
from callin.model.show import ChatMessage as ChatMessage
from callin.model.show import DateException as DateException
from callin.model.show import Opening as Opening
from callin.model.show import Programme as Programme
from callin.model.show import Schedule as Schedule
from callin.model.show import ScheduledShow as ScheduledShow
from callin.model.show import SettingsChange as SettingsChange
from callin.model.show import Show as Show
from callin.model.show import Slot as Slot
from callin.model.show import Words as Words
from callin.model.stored import LeaseHolder as LeaseHolder
from callin.model.stored import StoredRecord as StoredRecord
from callin.model.twilio import DEFAULT_PREFIX as DEFAULT_PREFIX
from callin.model.twilio import ENDED_STATUSES as ENDED_STATUSES
from callin.model.twilio import Arrival as Arrival
from callin.model.twilio import CallRecording as CallRecording
from callin.model.twilio import CallState as CallState
from callin.model.twilio import Member as Member
from callin.model.twilio import MissedCall as MissedCall
from callin.model.twilio import MissedCalls as MissedCalls
from callin.model.twilio import Reading as Reading
from callin.model.twilio import Refusal as Refusal
from callin.model.twilio import StationNames as StationNames
