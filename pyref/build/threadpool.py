"""threadpool: a coordinator and a pool of W threads.

The unit handed to a thread is one segment of a body. A body that asks for
tasks is a generator: it is kept where it stopped, holds no thread while it
waits, and any thread may resume it. Bodies that are coroutines have a thread
with an event loop to themselves, and take no worker while they await something.

Threads start as work comes in (see ``crew``), so a cold build of very short
bodies may never start all W; ``warm_up`` does. Go's counterpart starts its
goroutines when they are first needed, too.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from typing import TYPE_CHECKING

from pyref.build.cancel import Cancel
from pyref.build.crew import Crew
from pyref.build.errors import Cancelled
from pyref.build.lookahead import Lookahead
from pyref.build.run import ASKS, BROKE, SEEN, Run, Segment, settle
from pyref.build.task import Task

if TYPE_CHECKING:
    from pyref.build.awaiting import LoopThread


class ThreadPool:
    """See the module."""

    re_executes = False

    def __init__(self, workers: int, check_workers: int) -> None:
        self._crew = Crew(workers, "threadpool")
        self._checkers = Crew(check_workers, "threadpool-check")

    def warm_up(self) -> None:
        self._crew.warm_up()

    def run(self, run: Run, cancel: Cancel | None) -> None:
        """Build until nothing is ready and nothing runs."""
        _Build(run, self._crew, self._checkers).run(cancel)

    def close(self) -> None:
        self._crew.close()
        self._checkers.close()


class _Build:
    """The coordinator of one build."""

    def __init__(self, run: Run, crew: Crew, checkers: Crew) -> None:
        self._run = run
        self._crew = crew
        self._checkers = checkers
        self._results: SimpleQueue[Segment | None] = SimpleQueue()  # None: cancelled
        self._natives: LoopThread | None = None
        self._ahead: Lookahead | None = None
        if run.slow:
            self._ahead = Lookahead(run, checkers, self._results.put)
        crew.serve(run.segment, self._results.put)

    def run(self, cancel: Cancel | None) -> None:
        """Build until nothing is ready and nothing runs."""
        if cancel is not None:
            cancel.subscribe(wake := lambda: self._results.put(None))
        try:
            self._coordinate()
        except BaseException:
            self._run.stopped = True
            self._crew.close()  # waits for the bodies that run
            self._checkers.close()
            raise
        finally:
            if cancel is not None:
                cancel.unsubscribe(wake)
            if self._natives is not None:
                self._natives.close()

    def _coordinate(self) -> None:
        run, crew, collect, empty = self._run, self._crew, self._results.get, self._results.empty
        ready = run.ready
        under_way = 0
        self._discover_root()
        while True:
            if ready:
                under_way += len(ready)
                while ready:
                    task = ready.popleft()
                    if task.awaits:
                        self._start_native(task)
                    else:
                        crew.assign(task)
                crew.staff()
            if not under_way and not (self._ahead and self._ahead.open):
                return
            # Take all there is: the more is ready together, the fewer switches.
            segment = collect()
            while True:
                if segment is None:
                    self._cancel()
                elif segment[1] is SEEN or segment[1] is BROKE:
                    assert self._ahead is not None
                    self._ahead.book(segment)
                else:
                    under_way -= 1
                    self._book(segment)
                if empty():
                    break
                segment = collect()
            if run.stopped:
                ready.clear()

    def _discover_root(self) -> None:
        run = self._run
        discover: Callable[[], None] = lambda: run.enlist(run.discover((run.root,)))
        if self._ahead is None or not self._ahead.begin((run.root,), discover):
            discover()

    def _book(self, segment: Segment) -> None:
        """Book how a segment ended; look first at what it asks for, if that takes time."""
        if self._ahead is not None and segment[1] is ASKS:
            if self._ahead.begin(segment[2], partial(self._settle, segment)):
                return
        self._settle(segment)

    def _settle(self, segment: Segment) -> None:
        if settle(self._run, segment):
            self._run.ready.append(segment[0])  # to the tail: the queue has no other end

    def _start_native(self, task: Task) -> None:
        if self._natives is None:
            from pyref.build.awaiting import LoopThread

            self._natives = LoopThread(self._run, self._results.put, "threadpool-loop")
        self._natives.start(task)

    def _cancel(self) -> None:
        self._run.stop(Cancelled())
        if self._natives is not None:
            self._natives.cancel()
