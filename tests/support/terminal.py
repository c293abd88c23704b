"""A person at a terminal: a program's questions, and the answers that are typed."""

from __future__ import annotations

import os
import pty
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.processes import ROOT

_QUESTION = re.compile(r"(?:^|\n)((?!\[\d+/)[^\n]*): \Z")
"""The prompt of a question; a step under way, such as `[1/12] Traffic: `, is not one."""

LONGEST_SECONDS = 60


@dataclass
class Conversation:
    """What was shown, what was typed, in order, and the exit status."""

    shown: str = ""
    typed: list[str] = field(default_factory=list)
    status: int = -1


def converse(
    command: Sequence[str], environment: Mapping[str, str], answers: Sequence[tuple[str, str]], cwd: Path = ROOT
) -> Conversation:
    """Runs the command in a terminal. `answers` has a part of each expected question, in order, and what is typed."""
    ours, terminal = pty.openpty()
    left, talk = list(answers), Conversation()
    process = subprocess.Popen(
        list(command),
        cwd=cwd,
        env=dict(environment),
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    os.close(terminal)
    assert process.stdout is not None
    try:
        pending = b""
        while chunk := os.read(process.stdout.fileno(), 4096):
            pending += chunk
            asked = _QUESTION.search(pending.decode(errors="replace"))
            if asked:
                talk.shown += pending.decode()
                pending = b""
                assert left, f"an unexpected question: {asked[1]}\n{talk.shown}"
                expected, answer = left.pop(0)
                assert expected in asked[1], f"expected {expected!r}, asked: {asked[1]}\n{talk.shown}"
                talk.typed.append(answer)
                os.write(ours, answer.encode() + b"\n")
        talk.shown += pending.decode()
        talk.status = process.wait(LONGEST_SECONDS)
        assert not left, f"was not asked for {left}\n{talk.shown}"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        os.close(ours)
    return talk
