"""Run plans."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import perf_counter_ns
from typing import Any, Union

from . import checkpoint
from .calls import Calls
from .errors import GraphError
from .events import Events
from .loop import advance, start
from .plan import Plan
from .pool import Pool
from .result import Result
from .store import Store
from .trace import Trace, Tracer
from .watch import Event, Stream, Watch


class Runner:
    """Runs plans; owns the threads for supersteps of several tasks.

    ``workers`` threads are started at once and live until ``close``. With 0
    every task runs on the caller. A superstep of one task always does: there
    is nothing to run beside it. The number never changes a result.

    Any number of threads may call one Runner at once, also with one plan: a
    run shares nothing with another but the pool.
    """

    def __init__(self, workers: int = 4) -> None:
        if workers < 0:
            raise ValueError(f"workers {workers}: want 0 or more")
        self.workers = workers
        self._pool = Pool(workers) if workers else None

    def close(self) -> None:
        """End the threads and wait for them."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def invoke(
        self,
        plan: Plan,
        given: Mapping[str, Any],
        *,
        limit: int = 25,
        isolation: str = "share",
        stream: Union[Stream, None] = None,
        store: Union[Store, None] = None,
        durability: str = "step",
        thread: str = "t0",
        tracer: Union[Tracer, None] = None,
    ) -> Result:
        """Run to the end and return the result, or raise GraphError.

        At most ``limit`` supersteps run; a graph that needs exactly that many
        succeeds. With a ``store``, a checkpoint is written after the input and
        every superstep (durability ``step``) or once at the end (``exit``),
        under the name ``thread``. A ``tracer`` is told how long the run, its
        nodes and its checkpoints took.

        With isolation ``share`` a node is given the state itself: reading it
        costs nothing, and a node that changes it breaks the run. To wrap it in
        a MappingProxyType costs a small run 1 to 6 % and would guard the
        outermost map only. With ``copy`` every task gets a deep copy. Either
        way the view is good until the node or router returns.
        """
        if (
            stream is None
            and store is None
            and tracer is None
            and isolation == "share"
            and not plan.nested
        ):
            return advance(plan, start(plan, given), limit, self._pool)

        def enter(watch: Union[Watch, None], calls: Union[Calls, None]) -> Result:
            run = start(plan, given, watch, calls)
            if watch is not None:
                watch.begin(run)
            return run

        wishes = plan, limit, isolation, stream, store, durability, thread
        return self._observed(wishes, tracer, enter)

    def resume(
        self,
        plan: Plan,
        data: Union[bytes, str],
        *,
        limit: int = 25,
        isolation: str = "share",
        stream: Union[Stream, None] = None,
        store: Union[Store, None] = None,
        durability: str = "step",
        thread: Union[str, None] = None,
        tracer: Union[Tracer, None] = None,
    ) -> Result:
        """Go on from a stored checkpoint as if the run had not stopped.

        Steps and ``limit`` count from the beginning of the whole run, the
        result's counters what this call does. Checkpoints go on under the
        thread of the one given, or under another; that one is not written
        again. One that does not fit the plan is a GraphError, bad_checkpoint.
        """
        own_thread, run = checkpoint.decode(plan, data)

        def enter(watch: Union[Watch, None], calls: Union[Calls, None]) -> Result:
            run.watch, run.calls = watch, calls
            if watch is not None:
                watch.resume(run, checkpoint.name_of(own_thread, run.step))
            return run

        wishes = plan, limit, isolation, stream, store, durability, thread or own_thread
        return self._observed(wishes, tracer, enter)

    def stream(
        self,
        plan: Plan,
        given: Mapping[str, Any],
        mode: str = "values",
        *,
        limit: int = 25,
        isolation: str = "share",
        store: Union[Store, None] = None,
        durability: str = "step",
        thread: str = "t0",
    ) -> Events:
        """Return an iterator over the events of a run, which goes on as they are taken.

        The modes are those of Stream, the rest is as in ``invoke``. Afterwards
        the iterator's ``result`` is the run's. Errors come out of the loop.
        """
        waiting: list[Event] = []
        watch, calls = _observers(
            (plan, limit, isolation, Stream(mode, waiting.append), store, durability, thread), None
        )
        assert watch is not None
        watch.in_turns = True
        run = start(plan, given, watch, calls)
        watch.begin(run)
        return Events(run, watch, waiting, limit, lambda: advance(plan, run, limit, self._pool))

    def _observed(self, wishes: _Wishes, tracer: Union[Tracer, None], enter: _Enter) -> Result:
        """Run with all that was wished for, and time it if there is a tracer."""
        plan, limit, *_, thread = wishes
        if tracer is None:
            return advance(plan, enter(*_observers(wishes, None)), limit, self._pool)
        trace = Trace(tracer)
        observers = _observers(wishes, trace)
        step, begin = 0, perf_counter_ns()
        try:
            run = enter(*observers)
            advance(plan, run, limit, self._pool)
        except BaseException as error:
            step = error.step if isinstance(error, GraphError) else 0
            trace.end("run", thread, step, begin, error)
            raise
        trace.end("run", thread, run.step, begin)
        return run


_Wishes = tuple[Plan, int, str, Union[Stream, None], Union[Store, None], str, str]
"""Plan, limit, isolation, stream, store, durability, thread."""

_Enter = Callable[[Union[Watch, None], Union[Calls, None]], Result]


def _observers(
    wishes: _Wishes, trace: Union[Trace, None]
) -> tuple[Union[Watch, None], Union[Calls, None]]:
    """Return what a run needs beside its loop."""
    plan, limit, isolation, stream, store, durability, thread = wishes
    if isolation != "share" and isolation != "copy":
        raise ValueError(f"isolation {isolation!r}: want share or copy")
    watch = calls = None
    if stream is not None or store is not None:
        watch = Watch(plan, stream, store, durability, thread, trace)
    callbacks = watch if stream is not None and stream.mode == "callbacks" else None
    if isolation == "copy" or trace is not None or callbacks is not None or plan.nested:
        calls = Calls(limit, isolation == "copy", trace, callbacks)
    return watch, calls
