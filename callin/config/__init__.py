"""The settings: one table of names, kinds, defaults and secrets, read from the environment and checked all at once.

Whoever needs a setting is handed it.
"""

from __future__ import annotations

from callin.config.reading import ConfigError as ConfigError
from callin.config.reading import read as read
from callin.config.reading import read_only as read_only
from callin.config.table import REQUIRED as REQUIRED
from callin.config.table import SETTINGS as SETTINGS
from callin.config.table import Setting as Setting
from callin.config.table import Settings as Settings
