"""asyncio: one event loop and a coroutine for each task.

A task's coroutine starts when the task is ready. It awaits one of W slots, then
a segment of its body on a helper thread. It gives the slot back whenever it
waits for tasks it asked for, so that waiting never takes a worker away. Bodies
that are coroutines themselves run on the loop and take no slot at all.

Note: a coroutine for each task from discovery on, which awaits those of its
deps, was here first. A future for each task and a wake-up for each dep made it
cost up to a third more.
"""

from __future__ import annotations

import asyncio

from pyref.build.cancel import Cancel
from pyref.build.eventloop import EventLoop
from pyref.build.run import ASKS, Run, settle
from pyref.build.task import Task


class Coroutines(EventLoop):
    """See the module."""

    def __init__(self, workers: int, check_workers: int, blocking: str) -> None:
        super().__init__(workers, check_workers, blocking, "asyncio")
        self._slots: asyncio.Semaphore
        self._idle: asyncio.Future[None]
        # For each body that waits: whether what it asked for is complete now.
        self._answers: dict[Task, asyncio.Future[bool]]
        self._active: int  # tasks that are ready or running

    def run(self, run: Run, cancel: Cancel | None) -> None:
        """Build until nothing is ready and nothing runs."""
        self.run_on_loop(run, self._main(run), cancel)

    async def _main(self, run: Run) -> None:
        self._slots = asyncio.Semaphore(self.workers)
        self._idle = self._loop.create_future()
        self._answers = {}
        self._active = 0
        await self.look_ahead((run.root,))
        run.enlist(run.discover((run.root,)))
        self._begin(run)
        if self._active:
            await self._idle
        for answer in self._answers.values():  # they wait in vain
            answer.set_result(False)
        await asyncio.gather(*(each for each in self._coroutines if not each.done()))

    def _begin(self, run: Run) -> None:
        """Start a coroutine for each task that is ready, or tell the one it has."""
        ready, answers = run.ready, self._answers
        while ready:
            task = ready.popleft()
            self._active += 1
            if task in answers:
                answers.pop(task).set_result(True)
            else:
                self.spawn(self._build(run, task))

    async def _build(self, run: Run, task: Task) -> None:
        """Make one task complete."""
        # One coroutine for all of it: each further one to await costs as much
        # as a light body does.
        slots, takes_slot = self._slots, not task.awaits
        try:
            while True:
                if takes_slot:
                    await slots.acquire()
                segment = None if run.stopped else await self.start(run, task)
                if takes_slot:
                    slots.release()
                asks = segment is not None and segment[1] is ASKS
                if asks and run.slow:
                    await self.look_ahead(segment[2])
                if segment is not None and settle(run, segment):
                    continue  # what it asked for is complete by now
                if asks:
                    answer = self._answers[task] = self._loop.create_future()
                self._active -= 1
                self._begin(run)
                if not self._active and not self._idle.done():
                    self._idle.set_result(None)
                if not asks or not await answer:
                    return
        except Exception as error:  # not the body's: ours
            if not self._idle.done():
                self._idle.set_exception(error)
