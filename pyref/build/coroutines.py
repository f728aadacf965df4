"""asyncio: one event loop and a coroutine for each task.

A task's coroutine awaits those of its deps, then one of W slots, then a
segment of its body on a helper thread. It gives the slot back whenever it
waits for tasks it asked for, so that waiting never takes a worker away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from pyref.build.cancel import Cancel
from pyref.build.errors import BuildError
from pyref.build.eventloop import EventLoop
from pyref.build.run import ASKS, Run, settle
from pyref.build.task import Task


class Coroutines(EventLoop):
    """See the module."""

    def __init__(self, workers: int, blocking: str) -> None:
        super().__init__(workers, blocking, "asyncio")
        self._slots: asyncio.Semaphore
        self._idle: asyncio.Future[None]
        # One coroutine for each task that was not complete when discovered; it
        # returns whether the task is complete now.
        self._built: dict[Task, asyncio.Task[bool]] = {}
        self._active = 0  # tasks that are ready or running

    def run(self, run: Run, cancel: Cancel | None) -> None:
        """Build until nothing is ready and nothing runs."""
        try:
            self.run_on_loop(run, self._main(run), cancel)
        finally:
            self._built.clear()

    async def _main(self, run: Run) -> None:
        self._slots = asyncio.Semaphore(self.workers)
        self._idle = self._loop.create_future()
        self._active = 0
        self._begin(run, run.discover((run.root,)))
        if self._active:
            await self._idle
        # Whoever still waits now waits for something that failed.
        left = [coroutine for coroutine in self._built.values() if not coroutine.done()]
        for coroutine in left:
            coroutine.cancel()
        if left:
            await asyncio.gather(*left, return_exceptions=True)

    def _begin(self, run: Run, fresh: list[Task]) -> None:
        """Start a coroutine for each task just discovered."""
        run.enlist(fresh)
        self._count_ready(run)
        create_task, built = self._loop.create_task, self._built
        for task in fresh:
            built[task] = create_task(self._build(run, task))

    def _count_ready(self, run: Run) -> None:
        # The coroutines find out by themselves; the count tells when to end.
        self._active += len(run.ready)
        run.ready.clear()

    async def _build(self, run: Run, task: Task) -> bool:
        try:
            return await self._complete(task.deps) and await self._perform(run, task)
        except Exception as error:  # not the body's: ours, or the targets'
            if not self._idle.done():
                self._idle.set_exception(error)
            raise

    async def _complete(self, tasks: Iterable[Task]) -> bool:
        """Wait for tasks; tell whether all of them are complete."""
        for task in tasks:
            coroutine = self._built.get(task)
            if coroutine is not None and not await coroutine:
                return False
        return True

    async def _perform(self, run: Run, task: Task) -> bool:
        """Run the body, segment by segment, with a slot for each."""
        while True:
            async with self._slots:
                wanted = await self._segments(run, task)
            self._active -= 1
            self._count_ready(run)
            if not self._active and not self._idle.done():
                self._idle.set_result(None)
            if wanted is None:
                return task in run.complete
            if not await self._complete(wanted):
                return False

    async def _segments(self, run: Run, task: Task) -> tuple[Task, ...] | None:
        """Run the body until it ends or has to wait; return what it waits for."""
        while not run.stopped:
            segment = await self.start(run, task)
            _, ending, wanted = segment
            if ending is not ASKS:
                settle(run, segment)
                break
            try:
                fresh = run.wait_for(task, wanted)
            except BuildError as error:
                run.stop(error)
                break
            if fresh is not None:
                self._begin(run, fresh)
                return wanted
        return None
