"""The line's decisions: pure functions of values, which know no HTTP, no database, no Twilio and no clock."""

from __future__ import annotations

from callin.rules.calls import advance as advance
from callin.rules.numbers import SHOWN_DIGITS as SHOWN_DIGITS
from callin.rules.numbers import in_full as in_full
from callin.rules.numbers import is_listeners_browser as is_listeners_browser
from callin.rules.numbers import is_somebodys as is_somebodys
from callin.rules.numbers import masked as masked
from callin.rules.numbers import masked_digits as masked_digits
