"""Which worker gets which test file, when several files run at a time."""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

WITH_CHROMIUM = ("tests/browser/", "tests/production/")


def is_with_chromium(file: str) -> bool:
    return file.startswith(WITH_CHROMIUM)


class FilesAtATime(LoadFileScheduling):
    """`--dist loadfile`, where a worker goes on with the same kind of file: with Chromium or without.

    What a worker has started (Chromium, a station) serves all its files of the kind. Tests with Chromium keep the
    processor busy, and most others wait for programs: so no more than half of the workers have Chromium, unless there
    are no other files.
    """

    def _assign_work_unit(self, node: WorkerController) -> None:
        last_file = self._last_file(node)
        wants_chromium = is_with_chromium(last_file) if last_file else self._has_room_for_chromium(node)
        by_kind = {
            kind: next((f for f in self.workqueue if is_with_chromium(f) == kind), None) for kind in (True, False)
        }
        file = by_kind[wants_chromium]
        if file is None and (wants_chromium or self._has_room_for_chromium(node)):
            file = by_kind[not wants_chromium]
        if file is None:
            node.shutdown()
            return
        self.workqueue.move_to_end(file, last=False)
        super()._assign_work_unit(node)

    def _last_file(self, node: WorkerController) -> str | None:
        return next(reversed(self.assigned_work[node]), None)

    def _has_room_for_chromium(self, node: WorkerController) -> bool:
        if all(map(is_with_chromium, self.collection)):
            return True
        others = [self._last_file(one) for one in self.nodes if one is not node and not one.shutting_down]
        return sum(is_with_chromium(file) for file in others if file) < (self.numnodes + 1) // 2
