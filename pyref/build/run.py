"""One build's bookkeeping: what is complete, what is ready, what waits.

No threads, no clock: executors decide who calls these methods and when. Only
``segment`` may be called from several threads at once; everything else belongs
to one coordinator. What helper threads share with it needs no lock, because
each access is a single operation of the interpreter: appending to ``trace``,
asking whether something is in ``complete``, setting and reading ``stopped``.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from pyref.build.errors import BuildError, Cycle
from pyref.build.kinds import Call, dynamic, message
from pyref.build.task import Task

if TYPE_CHECKING:
    from pyref.build.kinds import Body
    from pyref.build.targets import Targets

# How a segment of a body ended.
DONE: Final = "done"  # the body reached its end and the target is there
ASKS: Final = "asks"  # it asks for tasks; the value is what for
FAILED: Final = "failed"  # it raised; the value is the message
DROPPED: Final = "dropped"  # it never started, for the build had stopped

# How a look at a target came out; it travels like a segment.
SEEN: Final = "seen"  # the value is whether it exists, or None if nobody looked
BROKE: Final = "broke"  # the value is what looking raised

# (task, how it ended, value)
Segment = tuple[Task, str, Any]


class Run:
    """The state of one build.

    ``trace`` is its history: a Task where a segment of its body started, the
    task's key where that segment ended. Peaks, counts and the order of things
    are worked out from it after the build instead of being counted during it.
    """

    __slots__ = (
        "_before", "askers", "awaited", "bodies", "call", "causes", "complete", "dead",
        "discover_all", "error", "failures", "keep_going", "known", "looked", "nonce", "order",
        "previously_complete",
        "ready", "root", "skipped", "slow", "stopped", "targets", "trace", "unhurried", "waiting",
        "waits",
    )  # fmt: skip

    def __init__(
        self,
        root: Task,
        targets: Targets,
        nonce: int,
        *,
        keep_going: bool,
        discover_all: bool,
        slow: bool = False,
        kinds: Mapping[str, Body] | None = None,
        order: tuple[Task, ...] = (),
    ) -> None:
        self.root = root
        self.order = order  # of the DAG, if that has one
        self.targets = targets
        self._before = len(targets.checked), len(targets.written)  # by earlier builds on them
        self.nonce = nonce
        self.call = Call(targets, nonce, dict(kinds or ()))
        self.slow = slow  # there are checks that take their time
        self.looked: dict[Task, bool] = {}  # what such checks found, until discovery gets there
        self.keep_going = keep_going  # fail_mode is continue
        self.discover_all = discover_all  # descend below what is complete
        self.known: set[Task] = set()
        self.complete: set[Task] = set()
        self.ready: deque[Task] = deque()
        self.waiting: dict[Task, int] = {}  # how many tasks each one waits for
        self.askers: dict[Task, list[Task]] = {}  # who asked for a task and waits
        self.awaited: dict[Task, tuple[Task, ...]] = {}  # what each asker asked for last
        self.bodies: dict[Task, Generator[tuple[Task, ...], None, None]] = {}  # half-run
        self.dead: set[Task] = set()  # failed, or downstream of a failure
        self.failures: dict[Task, str] = {}
        self.causes: dict[Task, BaseException] = {}  # of failures, if raised in this process
        self.trace: list[Task | str] = []
        self.unhurried: set[str] = set()  # keys of tasks whose bodies needed no worker
        self.stopped = False  # no new body starts
        self.error: BuildError | None = None  # that ended the build, if not a failure
        self.previously_complete = 0
        self.waits = 0  # requests that found something incomplete
        self.skipped = 0

    # ---- discovery and readiness ----------------------------------------------

    def discover(self, tasks: Iterable[Task]) -> list[Task]:
        """Check what is new below ``tasks``, depth first; return what is incomplete."""
        known = self.known
        exists = self.recall if self.looked else self.targets.exists
        fresh: list[Task] = []
        stack = [*tasks]
        stack.reverse()
        while stack and not self.stopped:
            task = stack.pop()
            if task in known:
                continue
            known.add(task)
            if exists(task):
                self.complete.add(task)
                self.previously_complete += 1
                if not self.discover_all:
                    continue
            else:
                fresh.append(task)
            if task.deps:
                stack += task.deps[::-1]
        if self.dead:
            for task in fresh:
                if not self.dead.isdisjoint(task.deps):
                    self._skip(task)
        return fresh

    def recall(self, task: Task) -> bool:
        """Return what looking ahead has found; look now if it has not."""
        found = self.looked.pop(task, None)
        return self.targets.exists(task) if found is None else found

    def look(self, task: Task) -> Segment:
        """Look at a target, as a piece of work; on any thread."""
        if self.stopped:
            return task, SEEN, None
        try:
            return task, SEEN, self.targets.exists(task)
        except Exception as error:
            return task, BROKE, error

    def enlist(self, fresh: Iterable[Task]) -> None:
        """Queue newly discovered tasks, or note how many deps each waits for."""
        complete, waiting, ready = self.complete, self.waiting, self.ready
        for task in fresh:
            count = 0
            for dep in task.deps:
                if dep not in complete:
                    count += 1
            if count:
                waiting[task] = count
            elif task not in self.dead:
                ready.append(task)

    def finish(self, task: Task) -> None:
        """Mark a task complete and queue what waited for it alone.

        A dead task is never queued: one of those it waits for never finishes.
        """
        self.complete.add(task)
        self._count_down(task.dependents)
        if self.askers:
            self._count_down(self.askers.pop(task, ()))

    def _count_down(self, tasks: Iterable[Task]) -> None:
        waiting = self.waiting
        for task in tasks:
            count = waiting.get(task)
            if count == 1:
                del waiting[task]
                self.ready.append(task)
            elif count:  # not there: unknown, or complete before
                waiting[task] = count - 1

    def ask(self, task: Task, wanted: tuple[Task, ...]) -> tuple[bool, list[Task]]:
        """Note that a running body asks for ``wanted``.

        Returns whether all of it is complete, so that the body goes on instead
        of waiting, and what was discovered, for ``enlist``. (Below a complete
        task there may be incomplete ones, where those are looked for.)
        """
        fresh = self.discover(wanted)
        missing = [other for other in wanted if other not in self.complete]
        if not missing:
            return True, fresh
        self.waits += 1
        self._refuse_cycle(task, missing)
        for other in missing:
            self.askers.setdefault(other, []).append(task)
        self.awaited[task] = wanted
        self.waiting[task] = len(missing)
        if not self.dead.isdisjoint(missing):
            self._skip(task)
        return False, fresh

    def _refuse_cycle(self, asker: Task, missing: Sequence[Task]) -> None:
        """Raise Cycle if something in ``missing`` waits for the asker.

        A guard: resolving a DAG has refused this already. It costs a look at
        each task asked for, and a walk only below those that need others.
        """
        came_from: dict[Task, Task] = {}
        stack: list[Task] = []
        for task in missing:
            if task is asker or task.deps or task in self.awaited:
                came_from[task] = asker
                stack.append(task)
        while stack:
            task = stack.pop()
            if task is asker:
                raise Cycle(_way_back(asker, came_from))
            for needed in (*task.deps, *self.awaited.get(task, ())):
                if needed not in came_from and needed not in self.complete:
                    came_from[needed] = task
                    stack.append(needed)

    # ---- failure ----------------------------------------------------------------

    def fail(self, task: Task, what: str) -> None:
        """Note a failure: stop the build, or skip what is downstream of it."""
        self.failures[task] = what
        self.dead.add(task)
        if not self.keep_going:
            self.stopped = True
            return
        for dependent in self._downstream(task):
            self._skip(dependent)

    def _skip(self, task: Task) -> None:
        stack = [task]
        while stack:
            task = stack.pop()
            if task in self.dead:
                continue
            self.dead.add(task)
            self.skipped += 1
            if task in self.bodies:
                _end(self.bodies.pop(task))
            stack += self._downstream(task)

    def _downstream(self, task: Task) -> list[Task]:
        waiting = [t for t in task.dependents if t in self.known and t not in self.complete]
        return waiting + self.askers.pop(task, [])

    def stop(self, error: BuildError) -> None:
        """Let no new body start, and say why."""
        self.stopped = True
        if self.error is None:
            self.error = error

    def stuck(self) -> list[str]:
        """Return the way from the root to what never became ready."""
        path: dict[str, None] = {}
        task = self.root
        while task.key not in path:
            path[task.key] = None
            needed = (*task.deps, *self.awaited.get(task, ()))
            task = next((other for other in needed if other not in self.complete), task)
        keys = list(path)
        return keys if task.key == keys[-1] and task not in task.deps else [*keys, task.key]

    def close(self) -> None:
        """End the bodies that were left half-way; nothing of the build may run any more."""
        while self.bodies:
            _end(self.bodies.popitem()[1])
        self.call.close()

    # ---- what was done to the targets ---------------------------------------------

    def counted(self) -> tuple[int, int]:
        """Return the checks made and the records written on this side since the start."""
        checks, written = self._before
        return len(self.targets.checked) - checks, len(self.targets.written) - written

    # ---- bodies -------------------------------------------------------------------

    def segment(self, task: Task) -> Segment:
        """Run a body from its start, or from where it is, to its next request or end.

        A request for what is known to be complete is not worth coming back for.
        """
        if self.stopped:
            return task, DROPPED, None
        self.trace.append(task)
        try:
            if not task.stepwise:
                self.targets.put(task, task.work(task, self.call))
            else:
                body = self.bodies.get(task)
                if body is None:
                    body = self.bodies[task] = dynamic(task, self.call)
                for wanted in body:
                    if not self.complete.issuperset(wanted):
                        self.trace.append(task.key)
                        return task, ASKS, wanted
                del self.bodies[task]
        except Exception as error:
            self.bodies.pop(task, None)
            self.causes[task] = error
            self.trace.append(task.key)
            if not self.keep_going:
                self.stopped = True  # now, not when the coordinator hears of it
            return task, FAILED, message(error)
        self.trace.append(task.key)
        return task, DONE, None


def _end(body: Generator[tuple[Task, ...], None, None]) -> None:
    """Have a half-run body leave; what it says to that is of no interest any more."""
    with suppress(Exception):
        body.close()


def _way_back(asker: Task, came_from: dict[Task, Task]) -> list[str]:
    """Return the keys on the way from the asker to itself."""
    keys = [asker.key]
    task = came_from[asker]
    while task is not asker:
        keys.append(task.key)
        task = came_from[task]
    keys.append(asker.key)
    keys.reverse()
    return keys


def settle(run: Run, segment: Segment) -> bool:
    """Book how a segment ended; what became ready is in ``run.ready`` afterwards.

    Returns True if the body asked for what is complete by now: it goes on.
    """
    task, ending, value = segment
    if ending is DONE:
        run.finish(task)
    elif ending is ASKS:
        try:
            goes_on, fresh = run.ask(task, value)
        except BuildError as error:
            run.stop(error)
            return False
        run.enlist(fresh)
        return goes_on
    elif ending is FAILED:
        run.fail(task, value)
    return False
