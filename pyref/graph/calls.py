"""How nodes are called in a run where more is to be done than call them."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter_ns
from typing import Any, Union

from .copies import clone
from .errors import GraphError
from .loop import advance, opening
from .plan import Node, Plan, Subgraph, Update
from .result import Result
from .trace import Trace
from .watch import Watch


class Calls:
    """Copies views, times nodes, runs subgraphs, and counts all that.

    A run that wants none of this has no Calls and calls its nodes itself.
    """

    trace: Union[Trace, None] = None

    def __init__(
        self,
        plan: Plan,
        limit: int,
        copying: bool = False,
        trace: Union[Trace, None] = None,
        watch: Union[Watch, None] = None,
    ) -> None:
        self._limit = limit
        self._copying = copying
        self._subgraphs = plan.subgraphs
        # An item for each copy, and the nodes and supersteps of each inner
        # run: tasks append on their own threads, which needs no lock.
        self.copies: list[None] = []
        self.inner: list[tuple[int, int]] = []
        if trace is not None:
            self.trace = trace
            self.one = self.alone = self._timed  # type: ignore[method-assign]
        if watch is not None:
            self._watch = watch
            self.alone = self._compared  # type: ignore[method-assign]

    def one(self, node: Node, view: Any, step: int) -> Update:
        """Call a node on a view, in a superstep."""
        if self._copying:
            view = clone(view)
            self.copies.append(None)
        if self._subgraphs and node.name in self._subgraphs:
            return self._enter(self._subgraphs[node.name], view)
        return node.function(view)

    alone = one
    """Call the only node of a superstep."""

    def bind(self, node: Node, step: int) -> Callable[[Any], Update]:
        """Return a function of the view, for the task's own thread."""
        one = self.one
        return lambda view: one(node, view, step)

    def _compared(self, node: Node, view: Any, step: int) -> Update:
        update = self.one(node, view, step)
        self._watch.compare((node,), (update,), view)
        return update

    def _timed(self, node: Node, view: Any, step: int) -> Update:
        end = self.trace.end  # type: ignore[union-attr]
        begin = perf_counter_ns()
        try:
            update = Calls.one(self, node, view, step)
        except BaseException as error:
            end("node", node.name, step, begin, error)
            raise
        end("node", node.name, step, begin)
        return update

    def _enter(self, subgraph: Subgraph, view: Any) -> Update:
        plan = subgraph.plan
        state = plan.start(subgraph.given(view))
        calls = Calls(plan, self._limit, self._copying) if self._copying or plan.subgraphs else None
        try:
            position = opening(plan, state, None, calls)
            run = advance(plan, state, self._limit, None, position, None, calls)
        except GraphError as error:
            self._count(error.progress, calls)
            raise
        self._count(run, calls)
        return subgraph.result(run.state)

    def _count(self, run: Union[Result, None], calls: Union[Calls, None]) -> None:
        """Add what a subgraph executed, whether it succeeded or not."""
        if run is not None:
            self.inner.append((run.nodes, run.supersteps))
        if calls is not None:
            self.inner += calls.inner
            self.copies += calls.copies
