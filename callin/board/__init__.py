"""The board: the line as people and callers read it, from memory, and the wait for what changes."""

from __future__ import annotations

from callin.board.board import Board

__all__ = ["Board"]
