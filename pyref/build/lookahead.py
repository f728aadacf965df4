"""Look at several targets at a time, where looking takes its time.

Discovery checks one target after the other, which is right for a file that is
there or not. Where checks take their time (targets far away, tasks of kind
slow_check) this module goes ahead of it: it looks at what discovery is going
to look at, and at nothing else, on helper threads that are started for it, and
leaves what it finds in ``run.looked``. Then discovery goes its usual way, so
order and counts are those of checking one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from queue import SimpleQueue

from pyref.build.cancel import Cancel
from pyref.build.crew import Crew
from pyref.build.errors import Cancelled
from pyref.build.run import BROKE, Run, Segment
from pyref.build.task import Task


class Lookahead:
    """The searches of one run. All methods belong to its coordinator."""

    def __init__(self, run: Run, crew: Crew, deliver: Callable[[Segment], object]) -> None:
        """Have ``crew`` look; what it sees goes to ``deliver``, and from there to ``book``."""
        crew.serve(run.look, deliver)
        self.open = 0  # searches under way
        self._run = run
        self._crew = crew
        self._waiting: dict[Task, list[_Search]] = {}  # for each look under way

    def begin(self, wanted: Iterable[Task], then: Callable[[], object]) -> bool:
        """Look at what discovery below ``wanted`` will look at.

        Returns False if that needed no waiting; otherwise ``then`` is called
        by ``book`` once it is done.
        """
        search = _Search(then)
        self._walk(search, wanted)
        self._crew.staff()
        if search.left:
            self.open += 1
        return search.left > 0

    def book(self, segment: Segment) -> None:
        """Take in what a look came to. Raises what the look raised."""
        task, how, found = segment
        if how is BROKE:
            raise found
        run = self._run
        if found is not None:
            run.looked[task] = found
        descend = found is not None and (not found or run.discover_all)
        for search in self._waiting.pop(task):
            search.left -= 1
            if descend:
                self._walk(search, task.deps)
            if not search.left:
                self.open -= 1
                search.then()
        self._crew.staff()

    def _walk(self, search: _Search, tasks: Iterable[Task]) -> None:
        """Look at ``tasks`` and, where that takes no time, go on below them."""
        run, looked = self._run, self._run.looked
        stack = [*tasks]
        stack.reverse()
        while stack:
            task = stack.pop()
            if task in search.met or task in run.known:
                continue
            search.met.add(task)
            found = looked.get(task)
            if found is None:
                if task.check_s or run.targets.slow:
                    search.left += 1
                    self._look(search, task)
                    continue
                found = looked[task] = run.targets.exists(task)
            if not found or run.discover_all:
                stack += task.deps[::-1]

    def _look(self, search: _Search, task: Task) -> None:
        waiting = self._waiting.get(task)
        if waiting is not None:  # for another search
            waiting.append(search)
            return
        self._waiting[task] = [search]
        self._crew.assign(task)


class _Search:
    """One request to look ahead."""

    __slots__ = ("left", "met", "then")

    def __init__(self, then: Callable[[], object]) -> None:
        self.left = 0  # looks that it waits for
        self.met: set[Task] = set()
        self.then = then


def look_ahead(run: Run, crew: Crew, wanted: Iterable[Task], cancel: Cancel | None) -> None:
    """Look ahead and wait for the end of it: for coordinators that need not do both."""
    seen: SimpleQueue[Segment | None] = SimpleQueue()
    ahead = Lookahead(run, crew, seen.put)
    if cancel is not None:
        cancel.subscribe(wake := lambda: seen.put(None))
    try:
        ahead.begin(wanted, lambda: None)
        while ahead.open:
            segment = seen.get()
            if segment is None:
                run.stop(Cancelled())
            else:
                ahead.book(segment)
    finally:
        if cancel is not None:
            cancel.unsubscribe(wake)
