"""Which worker gets which test file, when several files run at a time."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController


class Kind(Enum):
    """What a file needs that takes long to start."""

    CHROMIUM = ("tests/browser/", "tests/production/")
    FIRESTORE = ("tests/stores/", "tests/line/test_properties_firestore.py", "tests/test_call_limits.py")
    NOTHING = ()


def kind_of(file: str) -> Kind:
    return next((kind for kind in Kind if file.startswith(kind.value)), Kind.NOTHING)


class FilesAtATime(LoadFileScheduling):
    """`--dist loadfile`, where a worker goes on with the same kind of file.

    What a worker has started (Chromium, Firestore's emulator, a station) serves all its files of the kind. Tests with
    Chromium keep the processor busy, and most others wait for programs: so half of the workers have Chromium, and two
    thirds once no other files wait. One worker has the files with Firestore, until nothing else is left.
    """

    def _assign_work_unit(self, node: WorkerController) -> None:
        file = next((one for kinds in self._preferred(node) for one in self.workqueue if kind_of(one) in kinds), None)
        if file is None:
            node.shutdown()
            return
        self.workqueue.move_to_end(file, last=False)
        super()._assign_work_unit(node)

    def _preferred(self, node: WorkerController) -> Iterator[set[Kind]]:
        """The kinds of file that this worker may have next, the best first."""
        last = self._last_file(node)
        running = [one for one in self.nodes if one is not node and not one.shutting_down]
        others = [kind_of(file) for one in running if (file := self._last_file(one))]
        has_room = others.count(Kind.CHROMIUM) < self._most_with_chromium()
        without_chromium = {Kind.NOTHING} if Kind.FIRESTORE in others else {Kind.NOTHING, Kind.FIRESTORE}
        if last is None and has_room:
            yield {Kind.CHROMIUM}
        elif last and kind_of(last) is not Kind.NOTHING:
            yield {kind_of(last)}
        yield without_chromium
        yield {Kind.FIRESTORE}
        if has_room:
            yield {Kind.CHROMIUM}

    def _most_with_chromium(self) -> int:
        kinds = {kind_of(file) for file in self.collection}
        if kinds == {Kind.CHROMIUM}:
            return self.numnodes
        has_others = any(kind_of(file) is not Kind.CHROMIUM for file in self.workqueue)
        return max(1, self.numnodes // 2 if has_others else self.numnodes * 2 // 3)

    def _last_file(self, node: WorkerController) -> str | None:
        return next(reversed(self.assigned_work[node]), None)
