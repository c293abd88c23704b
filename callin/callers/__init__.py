"""Who calls: the caller behind a number over all their calls, what the station noted, and for how long it is kept."""

from __future__ import annotations

from callin.callers.book import Callers as Callers
from callin.callers.browsers import BlockedBrowser as BlockedBrowser
from callin.callers.forgetting import Forgetting as Forgetting
from callin.callers.index import end_of_number as end_of_number
from callin.callers.people import Caller as Caller
from callin.callers.people import Person as Person
from callin.callers.tally import Tally as Tally
