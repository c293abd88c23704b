"""Stored sounds: greetings, music for waiting callers, messages. Each is stored in pieces, and found only if whole."""

from __future__ import annotations

from callin.sounds.choice import GREETING as GREETING
from callin.sounds.choice import LIMITS as LIMITS
from callin.sounds.choice import MUSIC as MUSIC
from callin.sounds.choice import ChosenSounds as ChosenSounds
from callin.sounds.choice import SoundChoice as SoundChoice
from callin.sounds.library import NewSound as NewSound
from callin.sounds.library import SoundLibrary as SoundLibrary
from callin.sounds.library import SoundLimits as SoundLimits
from callin.sounds.library import slice_of as slice_of
from callin.sounds.models import PIECE_BYTES as PIECE_BYTES
from callin.sounds.models import Sound as Sound
from callin.sounds.models import SoundPiece as SoundPiece
from callin.sounds.models import SoundUpload as SoundUpload
from callin.sounds.wav import SoundError as SoundError
from callin.sounds.wav import Wav as Wav
from callin.sounds.wav import read_header as read_header
