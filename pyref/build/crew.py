"""W helper threads that run segments of bodies.

Note: concurrent.futures.ThreadPoolExecutor was tried first. Its future per
call (a condition each, and a lock taken several times) costs three times what
the two queue operations here do, and for light bodies that is the whole build.

Note: handing light bodies over in batches, by calling one idle thread for many
of them and having it call the next if they turn out to be long, was tried too.
It made no measurable difference: the first thread to run does most of a burst
as it is, before the others have been given the interpreter.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue

from pyref.build.kinds import message
from pyref.build.run import DONE, FAILED, Segment
from pyref.build.task import Task


class Crew:
    """Up to ``size`` threads that take work first in, first out.

    Threads are started by ``staff``, when more work is open than threads are
    there: not W of them at once, but as work comes in that no idle thread can
    take, which is ThreadPoolExecutor's own policy. That starts all of them for
    bodies that wait or compute, and fewer for bodies so short that one thread
    does the work of a burst while the next would still be starting. (Starting
    a thread takes far longer than adding up a hundred numbers.) However large
    ``size`` is, there are never more threads than there was work at a time.

    ``perform`` runs one piece of work, ``deliver`` gets what came of it; both
    are called on the helper thread. All else belongs to the coordinator.
    """

    def __init__(self, size: int, name: str) -> None:
        self.size = size
        self._name = name
        self._jobs: SimpleQueue[Task | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._assigned = 0
        self._performed: list[int] = []  # by thread, so that no lock is needed
        self._perform: Callable[[Task], Segment]
        self._deliver: Callable[[Segment], object]

    def serve(
        self, perform: Callable[[Task], Segment], deliver: Callable[[Segment], object]
    ) -> None:
        """Say what the work is; nothing may be under way."""
        self._perform, self._deliver = perform, deliver

    def assign(self, task: Task) -> None:
        """Queue one piece of work; call ``staff`` when all there is for now is queued."""
        self._jobs.put(task)
        self._assigned += 1

    def staff(self) -> None:
        """Start as many threads as the open work can use.

        Raises RuntimeError if the system has no thread to give.
        """
        threads = self._threads
        # A new thread works while its start is waited for: look again each time.
        while len(threads) < self.size and self._assigned - sum(self._performed) > len(threads):
            number = len(threads)
            del self._performed[number:]  # one that could not be started may have left its own
            self._performed.append(0)
            # Daemon: only matters if close was cut short by a second Ctrl-C.
            thread = threading.Thread(
                target=self._work, args=(number,), name=f"{self._name}-{number}", daemon=True
            )
            threads.append(thread)  # now: when interrupted in start it may be there or not
            try:
                thread.start()
            except Exception:
                threads.pop()
                raise

    @property
    def may_grow(self) -> bool:
        """Tell whether ``staff`` might start a thread."""
        return len(self._threads) < self.size

    def warm_up(self) -> None:
        """Start every thread and let each do one trivial thing.

        If that fails, ``close`` ends those that were started.
        """
        everyone = threading.Barrier(self.size)
        delivered: SimpleQueue[Segment] = SimpleQueue()

        def perform(task: Task) -> Segment:
            everyone.wait()
            return task, DONE, None

        self.serve(perform, delivered.put)
        trivial = Task("", "", {}, lambda _task, _call: {})
        for _ in range(self.size):
            self.assign(trivial)
        try:
            self.staff()
            for _ in range(self.size):
                delivered.get()
        except BaseException:
            everyone.abort()  # they would wait for ever for those that never came
            raise

    def close(self) -> None:
        """Drop what is queued, let the threads finish what they are at, and wait for them."""
        with contextlib.suppress(Empty):
            while True:
                self._jobs.get_nowait()
        self._jobs.put(None)
        for thread in self._threads:
            if thread.is_alive():  # else its start was interrupted, and all it will find is None
                thread.join()
        self._threads.clear()
        self._jobs = SimpleQueue()
        self._assigned = 0
        self._performed = []

    def _work(self, number: int) -> None:
        jobs, performed = self._jobs, self._performed
        take = jobs.get
        while (task := take()) is not None:
            try:
                segment = self._perform(task)
            except BaseException as error:  # SystemExit: even then nobody may wait for ever
                segment = task, FAILED, message(error)
            performed[number] += 1
            self._deliver(segment)
        jobs.put(None)  # for the next one
