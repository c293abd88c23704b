"""What listeners leave for the station: messages by phone, voice notes and texts from the browser."""

from __future__ import annotations

from callin.messages.missed import MissedRecordings as MissedRecordings
from callin.messages.models import ListenerMessage as ListenerMessage
from callin.messages.models import MessageError as MessageError
from callin.messages.models import MessageRefusal as MessageRefusal
from callin.messages.models import MessageRefusedError as MessageRefusedError
from callin.messages.models import MessageSettings as MessageSettings
from callin.messages.models import Source as Source
from callin.messages.models import Typed as Typed
from callin.messages.notes import VoiceNotes as VoiceNotes
from callin.messages.service import GONE as GONE
from callin.messages.service import Messages as Messages
from callin.messages.service import Recordings as Recordings
