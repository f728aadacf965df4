"""Bodies that are coroutine functions: where they run, and how they ask.

On an event loop such a body needs no worker: any number of them may be
awaiting something at the same time. Both asyncio executors run them on their
loop, threadpool on one more thread that does nothing else (``LoopThread``).
The other two have no loop: sequential and the worker processes of multiprocess
run the body on a loop of their own and do nothing else until it asks or ends
(``awaits_alone``).

A record is written on the loop: it is small, and handing it to a thread would
take longer.

Imported when there is such a body, not before.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Generator

from pyref.build.interrupts import run_until_complete
from pyref.build.kinds import Call, Failure, check_all_asked, message, round_of
from pyref.build.run import ASKS, DONE, DROPPED, FAILED, Run, Segment
from pyref.build.task import Task


class AsyncCall(Call):
    """What a coroutine body finds around it; each has its own."""

    __slots__ = ("_ask", "_task", "_waits", "asked")

    def __init__(
        self, call: Call, task: Task, ask: Callable[[tuple[Task, ...]], Awaitable[None]]
    ) -> None:
        self.targets, self.seed, self.kinds, self._loop = call.targets, call.seed, call.kinds, None
        self.asked = 0
        self._ask = ask
        self._task = task
        self._waits = False

    async def ask(self) -> tuple[Task, ...]:
        """Ask for the next round of the task; return its tasks when all are complete.

        A request cannot be taken back: a body that stops waiting for one, as
        by a timeout, has failed.
        """
        if self._waits:
            raise Failure("asked for a round while waiting for another")
        asked = round_of(self._task, self.asked)
        self.asked += 1
        self._waits = True
        await self._ask(asked)
        self._waits = False
        return asked

    def check(self) -> None:
        """Refuse the end of a body that has not asked for everything, or is asking still."""
        if self._waits:
            raise Failure("the body went on before what it asked for was complete")
        check_all_asked(self._task, self.asked)


class Natives:
    """The coroutine bodies of one run, on the loop of whoever calls the methods.

    ``deliver`` gets a segment each time a body that was started asks or ends.
    """

    def __init__(self, run: Run, deliver: Callable[[Segment], object]) -> None:
        self._run = run
        self._deliver = deliver
        self._bodies: dict[Task, _Body] = {}
        self._leaving = False

    def start(self, task: Task) -> None:
        """Start a body, or let it go on with what it asked for."""
        run = self._run
        if run.stopped:
            self._deliver((task, DROPPED, None))
            return
        run.unhurried.add(task.key)
        run.trace.append(task)
        body = self._bodies.get(task)
        if body is None:
            body = self._bodies[task] = _Body()
            body.task = asyncio.get_running_loop().create_task(self._perform(task, body))
            return
        body.under_way = True
        if body.over is not None:
            self._end(task, body, body.over)
        elif not body.answer.done():
            body.answer.set_result(None)

    def cancel(self) -> None:
        """Cancel all bodies, those that wait for tasks and those that wait for anything else."""
        self._leaving = True
        for body in self._bodies.values():
            body.task.cancel()

    def tasks(self) -> set[asyncio.Task[None]]:
        """Return the tasks of the bodies that have not ended in good order."""
        return {body.task for body in self._bodies.values()}

    async def close(self) -> None:
        """Cancel the bodies that are left, and what bodies have started beside themselves."""
        self._leaving = True
        await end_all_others()
        self._bodies.clear()

    async def _perform(self, task: Task, body: _Body) -> None:
        run = self._run

        async def ask(asked: tuple[Task, ...]) -> None:
            if run.complete.issuperset(asked):
                return
            body.answer = asyncio.get_running_loop().create_future()
            self._book(task, body, (task, ASKS, asked))
            await body.answer

        call = AsyncCall(run.call, task, ask)
        segment: Segment
        try:
            result = await task.work(task, call)
            if self._leaving:
                raise asyncio.CancelledError
            call.check()
            run.targets.put(task, result)
            segment = task, DONE, None
        except KeyboardInterrupt:
            if threading.current_thread() is threading.main_thread():
                raise
            segment = task, FAILED, "KeyboardInterrupt"
        except BaseException as error:  # SystemExit: even then nobody may wait for ever
            run.causes[task] = error
            segment = task, FAILED, message(error)
            if self._leaving:
                segment = task, DROPPED, None
        self._end(task, body, segment)

    def _end(self, task: Task, body: _Body, segment: Segment) -> None:
        if not body.under_way:  # it did not wait for what it asked for: it is told when that is due
            body.over = segment
            return
        del self._bodies[task]
        if segment[1] is FAILED and not self._run.keep_going:
            self._run.stopped = True  # now, not when the coordinator hears of it
        self._book(task, body, segment)

    def _book(self, task: Task, body: _Body, segment: Segment) -> None:
        body.under_way = False
        self._run.trace.append(task.key)
        self._deliver(segment)


class _Body:
    """One coroutine and where it stands."""

    __slots__ = ("answer", "over", "task", "under_way")

    def __init__(self) -> None:
        self.task: asyncio.Task[None]
        self.answer: asyncio.Future[None]  # to its request
        self.under_way = True  # neither ended nor waiting for tasks
        self.over: Segment | None = None  # how it ended while it should have waited


class LoopThread:
    """A thread with a loop for the coroutine bodies of one run."""

    def __init__(self, run: Run, deliver: Callable[[Segment], object], name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._natives = Natives(run, deliver)
        self._thread = threading.Thread(target=self._loop.run_forever, name=name, daemon=True)
        try:
            self._thread.start()
        except BaseException:
            self._loop.close()
            raise

    def start(self, task: Task) -> None:
        """See Natives."""
        self._loop.call_soon_threadsafe(self._natives.start, task)

    def cancel(self) -> None:
        """See Natives."""
        self._loop.call_soon_threadsafe(self._natives.cancel)

    def close(self) -> None:
        """Cancel the bodies that are left, wait for them, end the thread."""
        try:
            asyncio.run_coroutine_threadsafe(self._natives.close(), self._loop).result()
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            wind_up(self._loop)


def awaits_alone(task: Task, shared: Call) -> Generator[tuple[Task, ...], None, None]:
    """``kinds.dynamic`` for a coroutine body; the loop stands still between its steps."""
    loop = shared.loop()
    event: asyncio.Future[tuple[Task, ...] | None] = loop.create_future()
    answer: asyncio.Future[None]

    async def ask(asked: tuple[Task, ...]) -> None:
        nonlocal answer
        answer = loop.create_future()
        event.set_result(asked)
        await answer

    def ended(_: object) -> None:
        if not event.done():
            event.set_result(None)

    call = AsyncCall(shared, task, ask)
    body = loop.create_task(task.work(task, call))
    body.add_done_callback(ended)
    try:
        while (asked := run_until_complete(loop, event)) is not None:
            yield asked
            event = loop.create_future()
            if not answer.done():  # else it has given up waiting, and call.check will say so
                answer.set_result(None)
    finally:
        if not body.done():
            body.cancel()
            run_until_complete(loop, asyncio.gather(body, return_exceptions=True))
        if body.done() and not body.cancelled():
            body.exception()  # takes note of what it raised, or the loop would log it
    try:
        result = body.result()
    except asyncio.CancelledError as error:
        raise Failure(message(error)) from error
    call.check()
    shared.targets.put(task, result)


async def end_all_others() -> None:
    """Cancel every other task of this loop, and see it end."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for other in others:
        other.cancel()
    await asyncio.gather(*others, return_exceptions=True)


def wind_up(loop: asyncio.AbstractEventLoop) -> None:
    """Close a loop that stands still, with all that was started on it."""
    try:
        run_until_complete(loop, _wind_up())
    finally:
        loop.close()


async def _wind_up() -> None:
    loop = asyncio.get_running_loop()
    await end_all_others()
    await loop.shutdown_asyncgens()
    await loop.shutdown_default_executor()
