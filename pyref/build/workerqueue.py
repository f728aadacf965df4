"""asyncio_queue: one event loop and up to W worker coroutines on one queue.

A worker awaits a task, runs a segment of its body on a helper thread, and
queues what became ready by it. Workers start with the first tasks queued, one
each. Half-run bodies are kept in a table and queued again when what they asked
for is complete. Nobody polls: who finds nothing left closes the queue, and that
ends them all. Bodies that are coroutines themselves are not queued: they run on
the loop at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from pyref.build.cancel import Cancel
from pyref.build.eventloop import EventLoop
from pyref.build.run import ASKS, Run, settle
from pyref.build.task import Task


class WorkerQueue(EventLoop):
    """See the module."""

    def __init__(self, workers: int, check_workers: int, blocking: str) -> None:
        super().__init__(workers, check_workers, blocking, "asyncio_queue")
        self._queue: asyncio.Queue[Task | None]
        self._open: int  # tasks in the queue and tasks being run
        self._working: int  # workers that were started
        self._over: asyncio.Future[None]

    def run(self, run: Run, cancel: Cancel | None) -> None:
        """Build until nothing is ready and nothing runs."""
        self.run_on_loop(run, self._main(run), cancel)

    async def _main(self, run: Run) -> None:
        self._queue = asyncio.Queue()
        self._open = self._working = 0
        self._over = self._loop.create_future()
        await self.look_ahead((run.root,))
        run.enlist(run.discover((run.root,)))
        self._fill(run)
        await self._over
        await asyncio.gather(*(each for each in self._coroutines if not each.done()))

    def _fill(self, run: Run) -> None:
        """Queue what became ready; close the queue if nothing is left to wait for."""
        ready, queue = run.ready, self._queue
        while ready:
            task = ready.popleft()
            self._open += 1
            if task.awaits:
                self.spawn(self._guarded(self._advance(run, task)))
                continue
            queue.put_nowait(task)
            if self._working < self.workers:
                self._working += 1
                self.spawn(self._guarded(self._work(run)))
        if not self._open and not self._over.done():
            self._over.set_result(None)
            for _ in range(self._working):
                queue.put_nowait(None)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that the build needs; if it fails, so does the build."""
        try:
            await work
        except Exception as error:
            if not self._over.done():
                self._over.set_exception(error)

    async def _work(self, run: Run) -> None:
        get = self._queue.get
        while (task := await get()) is not None:
            await self._advance(run, task)

    async def _advance(self, run: Run, task: Task) -> None:
        """Run segments of a body until it ends or waits."""
        goes_on = True
        while goes_on and not run.stopped:
            segment = await self.start(run, task)
            if segment[1] is ASKS and run.slow:
                self.spawn(self._guarded(self._look_and_settle(run, task, segment[2])))
                return
            goes_on = settle(run, segment)  # if so, what it asked for is complete by now
        self._close_one(run)

    async def _look_and_settle(self, run: Run, task: Task, asked: tuple[Task, ...]) -> None:
        await self.look_ahead(asked)
        if settle(run, (task, ASKS, asked)):
            run.ready.append(task)
        self._close_one(run)

    def _close_one(self, run: Run) -> None:
        self._open -= 1
        self._fill(run)
