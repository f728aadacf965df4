"""asyncio: one event loop and a coroutine for each task.

A task's coroutine awaits those of its deps, then one of W slots, then a
segment of its body on a helper thread. It gives the slot back whenever it
waits for tasks it asked for, so that waiting never takes a worker away. Bodies
that are coroutines themselves run on the loop and take no slot at all.
"""

from __future__ import annotations

import asyncio

from pyref.build.cancel import Cancel
from pyref.build.errors import BuildError
from pyref.build.eventloop import EventLoop
from pyref.build.run import ASKS, Run, Segment, settle
from pyref.build.task import Task


class Coroutines(EventLoop):
    """See the module."""

    def __init__(self, workers: int, check_workers: int, blocking: str) -> None:
        super().__init__(workers, check_workers, blocking, "asyncio")
        self._slots: asyncio.Semaphore
        self._idle: asyncio.Future[None]
        # For each task that was not complete when discovered: whether it is
        # now, once its coroutine has ended.
        self._built: dict[Task, asyncio.Future[bool]]
        self._active: int  # tasks that are ready or running

    def run(self, run: Run, cancel: Cancel | None) -> None:
        """Build until nothing is ready and nothing runs."""
        self.run_on_loop(run, self._main(run), cancel)

    async def _main(self, run: Run) -> None:
        self._slots = asyncio.Semaphore(self.workers)
        self._idle = self._loop.create_future()
        self._built = {}
        self._active = 0
        await self.look_ahead((run.root,))
        self._begin(run, run.discover((run.root,)))
        if self._active:
            await self._idle
        # Whoever waits now does so in vain. (Cancelling coroutines that wait
        # for each other was tried: it recurses, as deep as the DAG.)
        for built in self._built.values():
            if not built.done():
                built.set_result(False)
        await asyncio.gather(*self._coroutines)

    def _begin(self, run: Run, fresh: list[Task]) -> None:
        """Start a coroutine for each task just discovered."""
        run.enlist(fresh)
        self._count_ready(run)
        create_future = self._loop.create_future
        for task in fresh:
            self._built[task] = create_future()
            self.spawn(self._build(run, task))

    def _count_ready(self, run: Run) -> None:
        # The coroutines find out by themselves; the count tells when to end.
        self._active += len(run.ready)
        run.ready.clear()

    async def _build(self, run: Run, task: Task) -> None:
        """Make one task complete."""
        # One coroutine for all of it: each further one to await costs as much
        # as a light body does.
        built, slots, idle = self._built, self._slots, self._idle
        takes_slot = not task.awaits
        needed: tuple[Task, ...] | None = task.deps
        try:
            while needed is not None:
                for other in needed:
                    future = built.get(other)  # none: it was complete before
                    if future is not None and not await future:
                        return
                if takes_slot:
                    await slots.acquire()
                segment = None if run.stopped else await self.start(run, task)
                asks = segment is not None and segment[1] is ASKS
                if asks and takes_slot:
                    slots.release()
                if asks and run.slow:
                    await self.look_ahead(segment[2])
                needed = None if segment is None else self._settle(run, segment)
                if takes_slot and not asks:
                    slots.release()
                if needed != ():  # else all of it is complete by now: it goes on
                    self._active -= 1
                    self._count_ready(run)
                    if not self._active and not idle.done():
                        idle.set_result(None)
        except Exception as error:  # not the body's: ours
            if not idle.done():
                idle.set_exception(error)
        finally:
            if not built[task].done():
                built[task].set_result(task in run.complete)

    def _settle(self, run: Run, segment: Segment) -> tuple[Task, ...] | None:
        """Book a segment; return what its task needs to go on, None if it is over."""
        task, ending, wanted = segment
        if ending is not ASKS:
            settle(run, segment)
            return None
        try:
            goes_on, fresh = run.ask(task, wanted)
        except BuildError as error:
            run.stop(error)
            return None
        self._begin(run, fresh)
        return () if goes_on else wanted
