"""asyncio_queue: one event loop and W worker coroutines on one queue.

A worker awaits a task, runs a segment of its body on a helper thread, and
queues what became ready by it. Half-run bodies are kept in a table and queued
again when what they asked for is complete. Nobody polls: the worker that
finds nothing left closes the queue, and that ends them all.
"""

from __future__ import annotations

import asyncio

from pyref.build.cancel import Cancel
from pyref.build.eventloop import EventLoop
from pyref.build.run import Run, settle
from pyref.build.task import Task


class WorkerQueue(EventLoop):
    """See the module."""

    def __init__(self, workers: int, blocking: str) -> None:
        super().__init__(workers, blocking, "asyncio_queue")

    def run(self, run: Run, cancel: Cancel | None) -> None:
        """Build until nothing is ready and nothing runs."""
        self.run_on_loop(run, self._main(run), cancel)

    async def _main(self, run: Run) -> None:
        queue = _Queue(run, self.workers)
        run.enlist(run.discover((run.root,)))
        queue.fill()
        for _ in range(self.workers):
            self.spawn(self._work(run, queue))
        await asyncio.gather(*self._coroutines)

    async def _work(self, run: Run, queue: _Queue) -> None:
        while (task := await queue.get()) is not None:
            while not run.stopped and settle(run, await self.start(run, task)):
                pass  # what it asked for is complete by now: it goes on
            queue.open -= 1
            queue.fill()


class _Queue(asyncio.Queue["Task | None"]):
    """The ready tasks; ``open`` counts those in it and those being run."""

    def __init__(self, run: Run, workers: int) -> None:
        super().__init__()
        self.open = 0
        self._run = run
        self._workers = workers

    def fill(self) -> None:
        """Take in what became ready; close if nothing is left to wait for."""
        ready = self._run.ready
        while ready:
            self.put_nowait(ready.popleft())
            self.open += 1
        if not self.open:
            for _ in range(self._workers):
                self.put_nowait(None)
