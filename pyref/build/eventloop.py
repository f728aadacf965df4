"""The event loop that both asyncio executors run on, and its helper threads.

Segments run on a crew of up to W threads (which starts them as work comes in),
never on the loop's default pool, whose size depends on the machine.
``blocking`` is the exception to that:

* ``to_thread`` - every segment runs on a helper thread,
* ``native``    - bodies that only sleep await the sleep on the loop,
* ``on_loop``   - bodies that ask for tasks, and those asked for, run on the
  loop, where they hold up everything else. That is a mistake people make (a
  generator "called" in a helper thread still runs where it is advanced, and
  tasks of one class all have generator bodies or none has); it is kept here
  so that its price can be measured.

Bodies that are coroutines run on the loop with every choice, and need none of
the W workers. Slow checks have threads of their own (see ``lookahead``).
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine, Iterable
from typing import TYPE_CHECKING, Any

from pyref.build.cancel import Cancel
from pyref.build.crew import Crew
from pyref.build.errors import Cancelled
from pyref.build.interrupts import run_until_complete
from pyref.build.kinds import message
from pyref.build.lookahead import Lookahead
from pyref.build.run import ASKS, BROKE, DONE, DROPPED, FAILED, SEEN, Run, Segment
from pyref.build.task import Task

if TYPE_CHECKING:
    from pyref.build.awaiting import Natives


class EventLoop:
    """A loop of its own with a crew of W; the loop is the only coordinator."""

    re_executes = False

    def __init__(self, workers: int, check_workers: int, blocking: str, name: str) -> None:
        self.workers = workers
        self._native = blocking == "native"
        self._on_loop = blocking == "on_loop"
        self._crew = Crew(workers, name)
        self._checkers = Crew(check_workers, f"{name}-check")
        self._ahead: Lookahead | None = None
        self._searches: set[asyncio.Future[None]] = set()  # that are under way
        self._natives: Natives | None = None
        self._native_bodies = False  # have been on this loop
        self._loop = asyncio.new_event_loop()
        self._delivered: deque[Segment] = deque()
        self._woken = False
        self._staffing = False
        self._under_way: dict[Task, asyncio.Future[Segment]] = {}
        self._coroutines: list[asyncio.Task[None]] = []

    def warm_up(self) -> None:
        self._crew.warm_up()
        run_until_complete(self._loop, asyncio.sleep(0))

    def run_on_loop(
        self, run: Run, main: Coroutine[Any, Any, None], cancel: Cancel | None
    ) -> None:
        """Run ``main`` to its end; if interrupted, wait for the bodies that run."""
        loop = self._loop
        self._crew.serve(run.segment, self._deliver)
        if run.slow:
            self._ahead = Lookahead(run, self._checkers, self._deliver)
        if cancel is not None:
            cancel.subscribe(stop := lambda: loop.call_soon_threadsafe(self._cancel, run))
        try:
            run_until_complete(loop, main)
            if self._natives is not None:
                run_until_complete(loop, self._natives.close())
        except BaseException:
            run.stopped = True
            self._end_all()
            self._crew.close()
            self._checkers.close()
            raise
        finally:
            self._ahead = self._natives = None
            self._searches.clear()
            self._staffing = False
            self._delivered.clear()
            self._under_way.clear()
            self._coroutines.clear()
            if cancel is not None:
                cancel.unsubscribe(stop)

    def _end_all(self) -> None:
        """Cancel every coroutine and see it end, however often Ctrl-C is pressed."""
        left = dict.fromkeys(self._coroutines)
        left.update(dict.fromkeys(asyncio.all_tasks(self._loop)))
        if self._natives is not None:
            left.update(dict.fromkeys(self._natives.tasks()))
        while True:
            try:
                run_until_complete(self._loop, _cancelled(left))
                return
            except (KeyboardInterrupt, SystemExit):
                pass  # either meant for us or raised by one of them

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start a coroutine that belongs to the build."""
        task = self._loop.create_task(coroutine)
        self._coroutines.append(task)
        return task

    def _cancel(self, run: Run) -> None:
        run.stop(Cancelled())
        if self._natives is not None:
            self._natives.cancel()

    async def look_ahead(self, wanted: Iterable[Task]) -> None:
        """Look at what discovery below ``wanted`` will look at, if that takes its time."""
        if self._ahead is None:
            return
        future = self._loop.create_future()
        if self._ahead.begin(wanted, lambda: future.done() or future.set_result(None)):
            self._searches.add(future)
            try:
                await future
            finally:
                self._searches.discard(future)

    def start(self, run: Run, task: Task) -> asyncio.Future[Segment]:
        """Start a segment where ``blocking`` says; the future is how it ended."""
        if task.awaits:
            return self._start_native(run, task)
        if self._native and task.kind == "io":
            return self._loop.create_task(_sleep(run, task))
        future = self._loop.create_future()
        if self._on_loop and task.dynamic:
            future.set_result(run.segment(task))
        else:
            self._under_way[task] = future
            self._crew.assign(task)
            if not self._staffing and self._crew.may_grow:
                self._staffing = True
                self._loop.call_soon(self._staff)  # when others have assigned theirs
        return future

    def _start_native(self, run: Run, task: Task) -> asyncio.Future[Segment]:
        if self._natives is None:
            from pyref.build.awaiting import Natives

            self._natives = Natives(run, self._take)
            self._native_bodies = True
        future = self._under_way[task] = self._loop.create_future()
        self._natives.start(task)
        return future

    def close(self) -> None:
        self._crew.close()
        self._checkers.close()
        if self._native_bodies and not self._loop.is_closed():
            from pyref.build.awaiting import wind_up

            wind_up(self._loop)
        self._loop.close()

    def _staff(self) -> None:
        # Starting a thread gives it time to finish work. Nobody needs to wake
        # the loop meanwhile: it is here, and collects right after.
        self._staffing = False
        self._woken = True
        try:
            self._crew.staff()
        except Exception as error:  # no thread to be had; the loop would only log it
            self._fail(error)
        self._collect()

    def _fail(self, error: Exception) -> None:
        """End the build with an error of ours: whoever awaits a segment gets it."""
        for future in (*self._under_way.values(), *self._searches):
            if not future.done():
                future.set_exception(error)
        self._under_way.clear()

    def _deliver(self, segment: Segment) -> None:
        """Hand a segment over to the loop; called on helper threads.

        Waking the loop is a system call and a switch of threads, so those who
        find it woken already leave it at that. The order of the two
        statements here and in _collect makes that safe: who finds ``_woken``
        set has appended before _collect clears it and looks.

        Note: leaving the loop asleep for as long as there is more work queued
        was tried as well, and made no difference to builds of light tasks.
        """
        self._delivered.append(segment)
        if not self._woken:
            self._woken = True
            self._loop.call_soon_threadsafe(self._collect)

    def _collect(self) -> None:
        self._woken = False
        delivered, take = self._delivered, self._take
        while delivered:
            take(delivered.popleft())

    def _take(self, segment: Segment) -> None:
        if segment[1] is SEEN or segment[1] is BROKE:
            if self._ahead is not None:  # else: interrupted
                try:
                    self._ahead.book(segment)
                except Exception as error:
                    self._fail(error)
            return
        future = self._under_way.pop(segment[0], None)
        if future is not None and not future.done():  # else: interrupted
            future.set_result(segment)


async def _sleep(run: Run, task: Task) -> Segment:
    """Run.segment for a body that only sleeps, without a thread."""
    if run.stopped:
        return task, DROPPED, None
    run.trace.append(task)
    body = run.bodies.get(task)
    if body is None:
        body = run.bodies[task] = (wanted for wanted in task.rounds)
    try:
        for wanted in body:
            if not run.complete.issuperset(wanted):
                return task, ASKS, wanted
        sleep_ms = task.params["sleep_ms"]
        await asyncio.sleep(sleep_ms / 1000)
        run.targets.put(task, {"slept_ms": sleep_ms})
        del run.bodies[task]
    except Exception as error:
        run.causes[task] = error
        return task, FAILED, message(error)
    finally:
        run.trace.append(task.key)
    return task, DONE, None


async def _cancelled(coroutines: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel and wait; gathering also takes note of what they raised, or the loop would log it."""
    # A few at a time, in the order in which they wait for slots: each one that
    # leaves has the semaphore look for the first that is not cancelled.
    for number, coroutine in enumerate(coroutines):
        coroutine.cancel()
        if number % 20 == 19:
            await asyncio.sleep(0)
            await asyncio.sleep(0)  # the first made it known to them, in the second they leave
    await asyncio.gather(*coroutines, return_exceptions=True)
