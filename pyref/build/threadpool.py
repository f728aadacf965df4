"""threadpool: a coordinator and a pool of W threads.

The unit handed to a thread is one segment of a body. A body that asks for
tasks is a generator: it is kept where it stopped, holds no thread while it
waits, and any thread may resume it.

Threads start as work comes in (see ``crew``), so a cold build of very short
bodies may never start all W; ``warm_up`` does. Go's counterpart starts all its
goroutines at once, which costs it next to nothing.
"""

from __future__ import annotations

from queue import SimpleQueue

from pyref.build.cancel import Cancel
from pyref.build.crew import Crew
from pyref.build.errors import Cancelled
from pyref.build.run import Run, Segment, settle


class ThreadPool:
    """See the module."""

    re_executes = False

    def __init__(self, workers: int) -> None:
        self._crew = Crew(workers, "threadpool")

    def warm_up(self) -> None:
        self._crew.warm_up()

    def run(self, run: Run, cancel: Cancel | None) -> None:
        """Build until nothing is ready and nothing runs."""
        results: SimpleQueue[Segment | None] = SimpleQueue()
        self._crew.serve(run.segment, results.put)
        if cancel is not None:
            cancel.subscribe(wake := lambda: results.put(None))
        try:
            self._coordinate(run, results)
        except BaseException:
            run.stopped = True
            self._crew.close()  # waits for the bodies that run
            raise
        finally:
            if cancel is not None:
                cancel.unsubscribe(wake)

    def _coordinate(self, run: Run, results: SimpleQueue[Segment | None]) -> None:
        crew, ready, collect = self._crew, run.ready, results.get
        under_way = 0
        run.enlist(run.discover((run.root,)))
        while True:
            if ready:
                under_way += len(ready)
                while ready:
                    crew.assign(ready.popleft())
                crew.staff()
            if not under_way:
                return
            # Take all there is: the more is ready together, the fewer switches.
            segment = collect()
            while True:
                if segment is None:
                    run.stop(Cancelled())
                else:
                    under_way -= 1
                    if settle(run, segment):
                        ready.append(segment[0])  # to the tail: the queue has no other end
                if results.empty():
                    break
                segment = collect()
            if run.stopped:
                ready.clear()

    def close(self) -> None:
        self._crew.close()
