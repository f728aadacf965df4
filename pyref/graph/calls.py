"""How nodes are called in a run where more is to be done than call them."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import partial
from time import perf_counter_ns
from typing import Any, Union

from .loop import advance, start
from .plan import Node, Subgraph, Update
from .trace import Trace
from .watch import Watch


class Calls:
    """Copies views, times nodes, runs subgraphs, and counts all that.

    A run that wants none of this has no Calls and calls its nodes itself.
    """

    __slots__ = ("_copying", "_limit", "_watch", "copies", "subs", "trace")

    def __init__(
        self,
        limit: int,
        copying: bool = False,
        trace: Union[Trace, None] = None,
        watch: Union[Watch, None] = None,
    ) -> None:
        self._limit = limit
        self._copying = copying
        self._watch = watch
        self.trace = trace
        # An item for each copy, and the nodes and supersteps of each inner
        # run: tasks append on their own threads, which needs no lock.
        self.copies: list[None] = []
        self.subs: list[tuple[int, int]] = []

    def alone(self, node: Node, state: dict[str, Any], step: int) -> Update:
        """Call the only node of a superstep."""
        update = self._call(node, step, state)
        if self._watch is not None:
            self._watch.compare((node,), (update,), state)
        return update

    def bind(self, node: Node, step: int) -> Callable[[Any], Update]:
        """Return a function that calls the node, on the task's own thread."""
        return partial(self._call, node, step)

    def _call(self, node: Node, step: int, view: Any) -> Update:
        trace = self.trace
        if trace is None:
            return self._work(node, view)
        begin = perf_counter_ns()
        try:
            update = self._work(node, view)
        except BaseException as error:
            trace.end("node", node.name, step, begin, error)
            raise
        trace.end("node", node.name, step, begin)
        return update

    def _work(self, node: Node, view: Any) -> Update:
        if self._copying:
            view = deepcopy(view)
            self.copies.append(None)
        if node.subgraph is None:
            return node.function(view)
        return self._nest(node.subgraph, view)

    def _nest(self, subgraph: Subgraph, view: Any) -> Update:
        plan = subgraph.plan
        inner = Calls(self._limit, self._copying) if plan.nested or self._copying else None
        run = None
        try:
            run = start(plan, subgraph.given(view), None, inner)
            advance(plan, run, self._limit, None)
        finally:
            if run is not None:
                self.subs.append((run.nodes, run.supersteps))
            if inner is not None:
                self.subs += inner.subs
                self.copies += inner.copies
        return subgraph.result(run.state)
