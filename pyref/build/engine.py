"""Options, and the two ways in: ``build`` for one build, ``Builder`` for many."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pyref.build.cancel import Cancel
from pyref.build.coroutines import Coroutines
from pyref.build.dag import Dag
from pyref.build.errors import BuildError, Deadlock, TaskFailed
from pyref.build.pipes import Pipes
from pyref.build.processpool import ProcessPool
from pyref.build.reexecution import check_importable
from pyref.build.run import Run
from pyref.build.sequential import Sequential
from pyref.build.targets import FileTargets
from pyref.build.task import Task
from pyref.build.threadpool import ThreadPool
from pyref.build.workerqueue import WorkerQueue

if TYPE_CHECKING:
    from pyref.build.targets import Targets

EXECUTORS = ("sequential", "threadpool", "asyncio", "asyncio_queue", "multiprocess")
_CHOICES = {
    "executor": EXECUTORS,
    "fail_mode": ("fail_fast", "continue"),
    "discover": ("short_circuit", "full"),
    "start_method": ("spawn", "fork", "forkserver"),
    "blocking": ("to_thread", "native", "on_loop"),
}


@dataclass(frozen=True)
class Options:
    """How to build. Raises ValueError for a choice that does not exist.

    * ``executor``: who runs bodies. ``sequential`` runs one after the other on
      the caller's thread; ``threadpool`` on up to ``workers`` threads;
      ``asyncio`` and ``asyncio_queue`` on such threads under an event loop,
      with a coroutine for each task or for each worker; ``multiprocess`` in
      ``workers`` processes, with FileTargets.
    * ``workers``: at most this many bodies run at once. Threads start as work
      comes in, never more than there is work; ``multiprocess`` starts all of
      its processes with the first build. ``sequential`` takes no notice.
    * ``fail_mode``: after a failure ``fail_fast`` starts no further body,
      ``continue`` goes on with all that does not need what failed.
    * ``discover``: ``short_circuit`` does not look at what only complete tasks
      need, ``full`` does.
    * ``start_method``: how ``multiprocess`` starts processes. ``spawn`` starts
      interpreters on pipes, the others are the standard library's process pool.
    * ``blocking``: where the asyncio executors run functions and generators.
      ``to_thread`` is a helper thread; ``native`` is the same, but bodies that
      only sleep do so on the loop; ``on_loop`` holds up the loop with bodies
      that ask for tasks, and those asked for, to show what that costs.
    * ``check_workers``: at most this many slow checks at once, on threads of
      their own; ``sequential`` does one by one.
    """

    executor: Literal["sequential", "threadpool", "asyncio", "asyncio_queue", "multiprocess"] = (
        "threadpool"
    )
    workers: int = 4
    fail_mode: Literal["fail_fast", "continue"] = "fail_fast"
    discover: Literal["short_circuit", "full"] = "short_circuit"
    start_method: Literal["spawn", "fork", "forkserver"] = "spawn"
    blocking: Literal["to_thread", "native", "on_loop"] = "to_thread"
    check_workers: int = 50

    def __post_init__(self) -> None:
        for name in "workers", "check_workers":
            if getattr(self, name) < 1:
                raise ValueError(f"build: {name} is {getattr(self, name)}, want at least 1")
        for name, choices in _CHOICES.items():
            chosen = getattr(self, name)
            if chosen not in choices:
                near = difflib.get_close_matches(str(chosen), choices, 1)
                hint = f"did you mean {near[0]!r}?" if near else "want " + ", ".join(choices)
                raise ValueError(f"build: {name} is {chosen!r} ({hint})")


class Executor(Protocol):
    """What decides who runs which segment of which body."""

    re_executes: bool  # bodies start again instead of being resumed

    def warm_up(self) -> None:
        """Start every worker and have each do one trivial task."""

    def run(self, run: Run, cancel: Cancel | None) -> None:
        """Build ``run.root``; on return no body of it runs any more."""

    def close(self) -> None:
        """End every thread and child, and wait for them."""


class Result:
    """What a build came to.

    ``error`` is None if the root is complete and nothing failed; ``trace`` is
    described in Run. ``counters`` are worked out here, as the end of the build:
    who times a build times its counting as well.
    """

    COUNTERS = (
        "tasks_run", "body_starts", "suspensions", "re_executions", "checks_parent",
        "checks_child", "targets_written", "ipc_messages", "ipc_bytes", "failed", "skipped",
        "previously_complete", "max_running",
    )  # fmt: skip

    def __init__(self, dag: Dag, run: Run, executor: Executor) -> None:
        self.dag = dag
        self.targets = run.targets
        self.trace = run.trace
        self.error = _error(run)
        self._run = run
        self.re_executes = executor.re_executes  # bodies started again instead of being resumed
        self.counters = _counters(run, executor)

    def completed(self, task: Task) -> bool:
        """Tell whether the build knows the task to be complete."""
        return task in self._run.complete

    def result(self, task: Task) -> Any:
        """Return the result of a complete task. Raises LookupError if none is kept."""
        if isinstance(task, str):
            near = difflib.get_close_matches(task, self.dag.tasks, 1, 0.0)
            raise TypeError(f"result({task!r}): want a task, such as dag.tasks[{near[0]!r}]")
        return self._run.call.result(task)

    def output_digest(self) -> str | None:
        """Return the digest of all targets, or None if none are kept."""
        return self.dag.output_digest(self.targets) if self.targets.records else None

    def check(self) -> None:
        """Raise ``error``, if there is one."""
        if self.error is not None:
            raise self.error


def _error(run: Run) -> BuildError | None:
    if run.error is not None:
        return run.error
    if run.failures:
        task, what = next(iter(run.failures.items()))  # the one that stopped the build
        if run.keep_going:  # which of several came first is chance
            task, what = min(run.failures.items(), key=lambda failure: failure[0].key)
        failed = TaskFailed(task.key, what)
        failed.__cause__ = run.causes.get(task)
        return failed
    if run.root not in run.complete:
        return Deadlock(len(run.known) - len(run.complete), run.stuck())
    return None


def _counters(run: Run, executor: Executor) -> dict[str, int]:
    """Work out everything that is counted."""
    checks, written = run.counted()
    starts, started, peak = _count_bodies(run)
    again = starts - started if executor.re_executes else 0
    counters = {
        "tasks_run": len(run.complete) - run.previously_complete,
        "body_starts": started + again,
        "suspensions": 0 if executor.re_executes else run.waits,
        "re_executions": again,
        "checks_parent": checks,
        "checks_child": 0,
        "targets_written": written,
        "ipc_messages": 0,
        "ipc_bytes": 0,
        "failed": len(run.failures),
        "skipped": run.skipped,
        "previously_complete": run.previously_complete,
        "max_running": peak,
    }
    if executor.re_executes:
        counters |= getattr(executor, "children", {})  # what they did, and the lines it took
    return counters


def _count_bodies(run: Run) -> tuple[int, int, int]:
    """Return how many segments started, of how many bodies, and how many ran at a time."""
    trace, unhurried = run.trace, run.unhurried
    started = [event for event in trace if event.__class__ is Task]
    if unhurried:  # these were with no worker
        trace = [event for event in trace if getattr(event, "key", event) not in unhurried]
    running = peak = 0
    for event in trace:
        if event.__class__ is Task:
            running += 1
            if running > peak:
                peak = running
        else:
            running -= 1
    return len(started), len({*started}), peak


class Builder:
    """An executor that stays up from build to build; use it with ``with``.

    Not for use from several threads at once.
    """

    def __init__(self, options: Options) -> None:
        self._options = options
        self._executor = _executor(options)

    def __enter__(self) -> Builder:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def warm_up(self) -> None:
        """Start every worker now rather than with the first build."""
        self._executor.warm_up()

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers that are up; empty if they are not processes."""
        return getattr(self._executor, "pids", [])

    def build(
        self, dag: Dag, targets: Targets, *, nonce: int = 0, cancel: Cancel | None = None
    ) -> Result:
        """Make the DAG's root complete.

        Errors that belong to the build are in the result, for what was done
        until then is of interest as well. KeyboardInterrupt and the like pass
        through when no body runs any more.
        """
        options = self._options
        if options.executor == "multiprocess":
            if not isinstance(targets, FileTargets):
                raise ValueError("build: multiprocess shares targets between processes: use files")
            check_importable(dag.kinds, options.start_method)
        run = Run(
            dag.root,
            targets,
            nonce,
            keep_going=options.fail_mode == "continue",
            discover_all=options.discover == "full",
            slow=dag.slow or targets.slow,
            kinds=dag.kinds,
            order=dag.order,
        )
        try:
            self._executor.run(run, cancel)
        finally:
            run.close()
        return Result(dag, run, self._executor)

    def close(self) -> None:
        """End every thread and child, and wait for them."""
        self._executor.close()


def build(
    dag: Dag,
    targets: Targets,
    options: Options = Options(),
    *,
    nonce: int = 0,
    cancel: Cancel | None = None,
) -> Result:
    """Build once, with an executor of its own that is gone on return."""
    with Builder(options) as builder:
        return builder.build(dag, targets, nonce=nonce, cancel=cancel)


def _executor(options: Options) -> Executor:
    workers, check_workers = options.workers, options.check_workers
    if options.executor == "sequential":
        return Sequential(workers)
    if options.executor == "threadpool":
        return ThreadPool(workers, check_workers)
    if options.executor == "asyncio":
        return Coroutines(workers, check_workers, options.blocking)
    if options.executor == "asyncio_queue":
        return WorkerQueue(workers, check_workers, options.blocking)
    if options.start_method == "spawn":
        return Pipes(workers, check_workers)
    return ProcessPool(workers, check_workers, options.start_method)
