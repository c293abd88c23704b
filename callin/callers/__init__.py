"""The callers behind numbers: what is known of them from all their calls, their lists, and how long they are kept."""

from __future__ import annotations

from callin.callers.jobs import CallerStats as CallerStats
from callin.callers.jobs import Retention as Retention
from callin.callers.models import BlockedBrowser as BlockedBrowser
from callin.callers.models import Caller as Caller
from callin.callers.models import Person as Person
from callin.callers.models import digits_of as digits_of
from callin.callers.service import Callers as Callers
