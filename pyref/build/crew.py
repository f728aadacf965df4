"""W helper threads that run segments of bodies.

Note: concurrent.futures.ThreadPoolExecutor was tried first. Its future per
call (a condition each, and a lock taken several times) costs three times what
the two queue operations here do, and for light bodies that is the whole build.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from queue import SimpleQueue

from pyref.build.kinds import message
from pyref.build.run import FAILED, Segment
from pyref.build.task import Task


class Crew:
    """Up to ``size`` threads, started as work comes in, taking it first in first out.

    ``perform`` runs one piece of work, ``deliver`` gets what came of it; both
    are called on the helper thread. Use ``assign`` from one thread only.
    """

    def __init__(self, size: int, name: str) -> None:
        self.size = size
        self._name = name
        self._jobs: SimpleQueue[Task | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._perform: Callable[[Task], Segment]
        self._deliver: Callable[[Segment], object]

    def serve(
        self, perform: Callable[[Task], Segment], deliver: Callable[[Segment], object]
    ) -> None:
        """Say what the work is; nothing may be under way."""
        self._perform, self._deliver = perform, deliver

    def assign(self, task: Task, under_way: int) -> None:
        """Queue one piece of work; ``under_way`` others have not been delivered yet."""
        self._jobs.put(task)
        started = len(self._threads)
        if under_way >= started < self.size:
            self._start(started)

    def warm_up(self) -> None:
        """Start every thread and let each do one trivial thing."""
        everyone = threading.Barrier(self.size + 1)
        idle = Task("", "", {}, lambda _task, _workshop: {})

        def perform(task: Task) -> Segment:
            everyone.wait()
            return task, "", None

        self.serve(perform, lambda _: None)
        for number in range(self.size):
            self.assign(idle, number)
        everyone.wait()

    def close(self) -> None:
        """Let the threads finish what is queued, and wait for them."""
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def _start(self, number: int) -> None:
        # Daemon: only matters if close was interrupted by a second Ctrl-C.
        thread = threading.Thread(target=self._work, name=f"{self._name}-{number}", daemon=True)
        thread.start()
        self._threads.append(thread)

    def _work(self) -> None:
        take = self._jobs.get
        while (task := take()) is not None:
            try:
                segment = self._perform(task)
            except BaseException as error:  # SystemExit: even then nobody may wait for ever
                segment = task, FAILED, message(error)
            self._deliver(segment)
