"""The last second of a live sound: meters measure it, and listeners read it frame by frame."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from rehearsal.sound.mulaw import FRAME_SECONDS, FRAMES_PER_SECOND, SILENCE

# A reader starts two frames behind the newest, so that one that is late leaves no gap, and jumps back to that when it
# falls more than six behind: the browser's clock and ours never agree for long.
_CUSHION = 2
_TOO_FAR_BEHIND = 6


class Stream:
    """The newest second of 20 ms frames, each with the moment (monotonic seconds) at which it came."""

    def __init__(self) -> None:
        """Start empty."""
        self._frames: deque[tuple[float, bytes]] = deque(maxlen=FRAMES_PER_SECOND)
        self.count = 0
        self.tap: Callable[[bytes], None] | None = None
        """Gets each frame as it comes."""

    def append(self, frame: bytes) -> None:
        """Add the frame that came now."""
        if self.tap is not None:
            self.tap(frame)
        self._frames.append((time.monotonic(), frame))
        self.count += 1

    def last_second(self, *, begun: float = 0.0) -> bytes:
        """The sound of the last second, or of the time since `begun` (in monotonic seconds) if that is less."""
        earliest = max(time.monotonic() - 1.0 - FRAME_SECONDS, begun)
        return b"".join(frame for at, frame in self._frames if at > earliest)

    def get(self, number: int) -> bytes | None:
        """The frame with that number, counted from 0, or None if it has not come, or is no longer kept."""
        behind = self.count - number
        return self._frames[-behind][1] if 0 < behind <= len(self._frames) else None


class Reader:
    """One listener's place in a stream."""

    def __init__(self, stream: Stream) -> None:
        """Begin to listen to the stream from now on."""
        self.stream = stream
        self._next: int | None = None
        self._first = stream.count

    def frame(self) -> bytes:
        """The next frame; silence when none has come."""
        count = self.stream.count
        if self._next is None:
            if count < self._first + _CUSHION:
                return SILENCE
            self._next = count - _CUSHION
        elif count - self._next > _TOO_FAR_BEHIND:
            self._next = count - _CUSHION
        frame = self.stream.get(self._next)
        if frame is None:
            self._next, self._first = None, count
            return SILENCE
        self._next += 1
        return frame
