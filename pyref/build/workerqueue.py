"""asyncio_queue: one event loop and W worker coroutines on one queue.

A worker awaits a task, runs a segment of its body on a helper thread, and
queues what became ready by it. Half-run bodies are kept in a table and queued
again when what they asked for is complete. Nobody polls: the worker that
finds nothing left closes the queue, and that ends them all. Bodies that are
coroutines themselves are not queued: they run on the loop at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from pyref.build.cancel import Cancel
from pyref.build.eventloop import EventLoop
from pyref.build.run import ASKS, Run, Segment, settle
from pyref.build.task import Task


class WorkerQueue(EventLoop):
    """See the module."""

    def __init__(self, workers: int, check_workers: int, blocking: str) -> None:
        super().__init__(workers, check_workers, blocking, "asyncio_queue")
        self._queue: _Queue

    def run(self, run: Run, cancel: Cancel | None) -> None:
        """Build until nothing is ready and nothing runs."""
        self.run_on_loop(run, self._main(run), cancel)

    async def _main(self, run: Run) -> None:
        self._queue = _Queue()
        await self.look_ahead((run.root,))
        run.enlist(run.discover((run.root,)))
        self._fill(run)
        workers = [self.spawn(self._work(run)) for _ in range(self.workers)]
        await asyncio.gather(*workers)
        await asyncio.gather(*self._coroutines)

    async def _work(self, run: Run) -> None:
        get = self._queue.get
        while (task := await get()) is not None:
            if isinstance(task, Exception):
                raise task
            await self._advance(run, task)

    async def _advance(self, run: Run, task: Task) -> None:
        """Run segments of a body until it ends or waits."""
        goes_on = True
        while goes_on and not run.stopped:
            segment = await self.start(run, task)
            if segment[1] is ASKS and run.slow:
                self.spawn(self._apart(self._look_and_settle(run, segment)))
                return
            goes_on = settle(run, segment)  # if so, what it asked for is complete by now
        self._close_one(run)

    async def _look_and_settle(self, run: Run, segment: Segment) -> None:
        await self.look_ahead(segment[2])
        if settle(run, segment):
            run.ready.append(segment[0])
        self._close_one(run)

    async def _apart(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that takes no worker; if it fails, have a worker say so."""
        try:
            await work
        except Exception as error:
            self._queue.put_nowait(error)

    def _close_one(self, run: Run) -> None:
        self._queue.open -= 1
        self._fill(run)

    def _fill(self, run: Run) -> None:
        """Queue what became ready; close the queue if nothing is left to wait for."""
        ready, queue = run.ready, self._queue
        while ready:
            task = ready.popleft()
            queue.open += 1
            if task.awaits:
                self.spawn(self._apart(self._advance(run, task)))
            else:
                queue.put_nowait(task)
        if not queue.open:
            for _ in range(self.workers):
                queue.put_nowait(None)


class _Queue(asyncio.Queue["Task | Exception | None"]):
    """The ready tasks; ``open`` counts those in it and those being run."""

    open = 0
