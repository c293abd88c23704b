"""The version of this program, as `/health` tells it."""

from __future__ import annotations

VERSION = "1.0"
