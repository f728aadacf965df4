"""Threads that run the tasks of a superstep.

concurrent.futures.ThreadPoolExecutor was the first choice and serves as well,
but for nodes of a few microseconds it is the whole cost: a future, a queue
entry and a wake-up for each task, 10 to 20 us together. Here a superstep is one
batch. The coordinator wakes one thread; a thread that takes a task while more
are waiting wakes the next before it starts. So tasks that block spread over
all threads, and tasks that take no time are mostly done by the first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, Union

Call = tuple[Callable[[Any], Any], Any]


class Failure:
    """What a call raised, in the place of its result."""

    __slots__ = ("error",)

    def __init__(self, error: BaseException) -> None:
        self.error = error


class _Batch:
    __slots__ = ("calls", "done", "left", "lock", "results", "taken")

    def __init__(self, calls: Sequence[Call]) -> None:
        self.calls = calls
        self.results: list[Any] = [None] * len(calls)
        self.taken = 0
        self.left = len(calls)
        self.lock = Lock()  # guards taken and left
        self.done = Lock()  # released with the last result
        self.done.acquire()


class Pool:
    """A fixed number of threads, started at once and ended by ``close``.

    They are daemons: a program that forgets to close ends all the same.
    """

    def __init__(self, workers: int, name: str = "graph") -> None:
        self._queue: SimpleQueue[Union[_Batch, None]] = SimpleQueue()
        self._threads = [
            Thread(target=self._serve, name=f"{name}-{i}", daemon=True) for i in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def run(self, calls: Sequence[Call]) -> list[Any]:
        """Run all calls; return their results, or Failures, in the same order.

        Ctrl-C passes through at once. Calls that run then go on, others never start.
        """
        batch = _Batch(calls)
        try:
            self._queue.put(batch)
            batch.done.acquire()
        except BaseException:
            with batch.lock:
                batch.taken = len(calls)
            raise
        return batch.results

    def close(self) -> None:
        """End the threads and wait for them. Not while a run is under way."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()
        self._threads = []

    def _serve(self) -> None:
        while (batch := self._queue.get()) is not None:
            self._help(batch)
            del batch  # an idle thread must not keep a state alive

    def _help(self, batch: _Batch) -> None:
        with batch.lock:
            i = batch.taken
            batch.taken += 1
        count = len(batch.calls)
        if i + 1 < count:
            self._queue.put(batch)
        while i < count:
            function, view = batch.calls[i]
            try:
                batch.results[i] = function(view)
            except BaseException as error:  # handed to the coordinator
                batch.results[i] = Failure(error)
            with batch.lock:
                i = batch.taken
                batch.taken += 1
                batch.left -= 1
                last = not batch.left
            if last:
                batch.done.release()
