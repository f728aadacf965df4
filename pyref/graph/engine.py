"""Run plans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Union

from . import checkpoint
from .calls import Calls
from .events import Events
from .loop import advance, opening
from .plan import Plan
from .pool import Pool
from .result import Position, Result
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

        Fields that are not ``given`` have their defaults; to give what is no
        field is an error. At most ``limit`` supersteps run; a graph that needs
        exactly that many succeeds. With a ``store``, a checkpoint is written
        after the input and every superstep (durability ``step``) or once at the
        end (``exit``), under the name ``thread``. A ``tracer`` is told how long
        the run, its nodes and its checkpoints took.

        With isolation ``share`` a node is given the state itself: reading it
        costs nothing, and a node that changes it breaks the run. To wrap it in
        a MappingProxyType costs a small run 1 to 6 % and would guard the
        outermost map only. With ``copy`` every task gets a clone. Either
        way the view is good until the node or router returns.
        """
        state = {**plan.defaults, **given}
        if len(state) != len(plan.defaults):
            state = plan.start(given)  # raises; to call it for every run would slow it by 2 %
        pool = self._pool
        if (
            stream is None
            and store is None
            and tracer is None
            and isolation == "share"
            and not plan.subgraphs
        ):
            if plan.entry_branch is None:
                return advance(plan, state, limit, pool)
            return advance(plan, state, limit, pool, opening(plan, state, None, None))
        trace = None if tracer is None else Trace(tracer)
        watch, calls = _observers(plan, limit, isolation, stream, store, durability, thread, trace)
        if trace is None:
            return _begin(plan, state, limit, pool, watch, calls)
        return trace.run(thread, 0, _begin, plan, state, limit, pool, watch, calls)

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
        again. One that does not fit the plan is a GraphError, bad_checkpoint,
        and so is None, which ``latest`` gives for a thread without any.
        """
        own_thread, state, position = checkpoint.decode(plan, data)
        thread = thread or own_thread
        step = position.step
        trace = None if tracer is None else Trace(tracer)
        watch, calls = _observers(plan, limit, isolation, stream, store, durability, thread, trace)
        if watch is not None:
            position = watch.resume(state, position, checkpoint.name_of(own_thread, step))
        args = plan, state, limit, self._pool, position, watch, calls
        return advance(*args) if trace is None else trace.run(thread, step, advance, *args)

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
        wish = Stream(mode, waiting.append)
        watch, calls = _observers(plan, limit, isolation, wish, store, durability, thread, None)
        assert watch is not None
        state, pool = plan.start(given), self._pool
        watch.in_turns = True
        position = watch.begin(state, opening(plan, state, watch, calls))
        return Events(
            position or Position(plan.entry, []),
            Result(state, 0, 0, position.routes if position else 0, watch, calls),
            watch,
            waiting,
            limit,
            lambda at, state: advance(plan, state, limit, pool, at, watch, calls),
        )


def _begin(
    plan: Plan,
    state: dict[str, Any],
    limit: int,
    pool: Union[Pool, None],
    watch: Union[Watch, None],
    calls: Union[Calls, None],
) -> Result:
    position = opening(plan, state, watch, calls)
    if watch is not None:
        position = watch.begin(state, position)
    return advance(plan, state, limit, pool, position, watch, calls)


def _observers(
    plan: Plan,
    limit: int,
    isolation: str,
    stream: Union[Stream, None],
    store: Union[Store, None],
    durability: str,
    thread: str,
    trace: Union[Trace, None],
) -> tuple[Union[Watch, None], Union[Calls, None]]:
    """Return what a run needs beside its loop."""
    if isolation != "share" and isolation != "copy":
        raise ValueError(f"isolation {isolation!r}: want share or copy")
    watch = calls = None
    if stream is not None or store is not None:
        watch = Watch(plan, stream, store, durability, thread, trace)
    callbacks = watch if stream is not None and stream.mode == "callbacks" else None
    if isolation == "copy" or trace is not None or callbacks is not None or plan.subgraphs:
        calls = Calls(plan, limit, isolation == "copy", trace, callbacks)
    return watch, calls
