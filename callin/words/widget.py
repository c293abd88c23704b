"""What the station's own site shows of the line, in the station's language: see static/widget/widget.js."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class WidgetWords:
    """`{name}` in a text stands for a value, see `filled`."""

    name: str
    open: str
    nobody_waits: str
    one_waits: str
    several_wait: str
    full: str
    last_calls: str
    closed: str
    opens: str
    by_phone: str
    show: str
    show_with_topic: str
    call: str
    look: str
    """The link while the line takes no calls."""
