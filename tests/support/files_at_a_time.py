"""Which worker gets which test file, when several files run at a time."""

from __future__ import annotations

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

WITH_CHROMIUM = ("tests/browser/", "tests/production/")


def is_with_chromium(file: str) -> bool:
    return file.startswith(WITH_CHROMIUM)


class FilesAtATime(LoadFileScheduling):  # type: ignore[misc]
    """`--dist loadfile`, where a worker goes on with the same kind of file: with Chromium or without.

    Tests with Chromium keep the processor busy, and most others wait for programs. So half of the workers begin with
    one kind and half with the other. What a worker has started (Chromium, a station) serves all its files of the kind.
    """

    def _assign_work_unit(self, node: WorkerController) -> None:
        last_file = next(reversed(self.assigned_work[node]), None)
        wants_chromium = is_with_chromium(last_file) if last_file else self.nodes.index(node) % 2 == 0
        first = next((file for file in self.workqueue if is_with_chromium(file) == wants_chromium), None)
        if first is not None:
            self.workqueue.move_to_end(first, last=False)
        super()._assign_work_unit(node)
