"""Run plans, superstep by superstep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, NoReturn, Union

from .errors import GraphError
from .faults import blame, failed, router_failed
from .plan import Branch, Join, Node, Plan, Send, Update, by_name
from .pool import Call, Failure, Pool
from .reducers import Apply
from .store import Store
from .watch import Stream, Watch

State = dict[str, Any]
Pending = tuple[tuple[Node, ...], list[Any]]
"""Nodes to run, in task order, and the inputs of as many Sends at their end."""


class Result:
    """A run's final state and what was counted on the way."""

    __slots__ = ("_watch", "nodes", "routes", "state", "state_copies", "supersteps")

    def __init__(
        self,
        state: State,
        nodes: int,
        supersteps: int,
        routes: int,
        state_copies: int,
        watch: Union[Watch, None],
    ) -> None:
        self.state = state
        self.nodes = nodes
        self.supersteps = supersteps
        self.routes = routes
        self.state_copies = state_copies
        self._watch = watch

    def counters(self) -> dict[str, int]:
        """Return every counter by name."""
        watch = self._watch
        return {
            "nodes": self.nodes,
            "supersteps": self.supersteps,
            "routes": self.routes,
            "checkpoints": watch.checkpoints if watch else 0,
            "checkpoint_bytes": watch.checkpoint_bytes if watch else 0,
            "events": watch.events if watch else 0,
            "state_copies": self.state_copies,
        }


class Runner:
    """Runs plans; owns the threads for supersteps of several tasks.

    ``workers`` threads are started at once and live until ``close``. With 0
    every task runs on the caller. A superstep of one task always does: there
    is nothing to run beside it. The number never changes a result.
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
    ) -> Result:
        """Run to the end and return the result, or raise GraphError.

        At most ``limit`` supersteps run; a graph that needs exactly that many
        succeeds. With a ``store``, a checkpoint is written after the input and
        every superstep (durability ``step``) or once at the end (``exit``),
        under the name ``thread``.

        With isolation ``share`` a node is given the state itself: reading it
        costs nothing, and a node that changes it breaks the run. To wrap it in
        a MappingProxyType costs a small run 1 to 6 % and would guard the
        outermost map only. With ``copy`` every task gets a deep copy.
        """
        if isolation != "share" and isolation != "copy":
            raise ValueError(f"isolation {isolation!r}: want share or copy")
        copier = _Copier() if isolation == "copy" else None
        watch = None
        if stream is not None or store is not None:
            watch = Watch(stream, store, durability, thread)
        first = plan.first
        course: Union[_Course, None] = None
        state = plan.start(given)
        step = ran = routes = 0
        try:
            nodes = plan.entry
            inputs: list[Any] = []
            if plan.entry_branch is not None:
                routes = 1
                nodes, inputs = _ask(plan.entry_branch, state)
            if watch is not None:
                watch.begin(state, nodes)
            while nodes:
                if step == limit:
                    raise GraphError("recursion_limit", f"not finished after {limit} supersteps")
                step += 1
                if watch is not None:
                    watch.start(step, nodes)
                ran += len(nodes)

                if len(nodes) == 1 and not inputs:
                    # One task: no other update to keep apart, so the state
                    # changes in place, and its router sees just that state.
                    node = nodes[0]
                    try:
                        update = node.function(state if copier is None else copier.copy(state))
                    except Exception as error:
                        raise failed(node, error) from error
                    if update:
                        try:
                            if node.read_only:
                                raise PermissionError
                            for field, value in update.items():
                                reduce = first[field]
                                state[field] = value if reduce is None else reduce(state[field], value)
                        except Exception as error:
                            blame(plan, state, nodes, (update,), error)
                    if node.plain:
                        following = node.after
                    elif node.only_branch is not None:
                        routes += 1
                        following, inputs = _ask(node.only_branch, state)
                    else:
                        course = course or _Course()
                        following, inputs = course.follow(plan, nodes, (), state)
                    if watch is not None:
                        watch.end(step, nodes, (update,), state, following)
                else:
                    updates = self._run_tasks(plan, nodes, inputs, state, copier)
                    fresh = _combine(plan, state, nodes, updates)
                    shared = nodes[0].after
                    inputs = []
                    for node in nodes:
                        if node.after != shared or not node.plain:
                            course = course or _Course()
                            following, inputs = course.follow(plan, nodes, updates, state)
                            break
                    else:
                        following = shared
                    state.update(fresh)
                    if watch is not None:
                        watch.end(step, nodes, updates, state, following)
                nodes = following
            if watch is not None:
                watch.finish(step, state)
        except GraphError as error:
            error.step = step
            if course is not None:
                routes += course.asked
            error.progress = Result(state, ran, step, routes, _copies(copier), watch)
            raise
        if course is not None:
            routes += course.asked
        return Result(state, ran, step, routes, _copies(copier), watch)

    def _run_tasks(
        self,
        plan: Plan,
        nodes: Sequence[Node],
        inputs: Sequence[Any],
        state: State,
        copier: Union[_Copier, None],
    ) -> list[Update]:
        """Run the tasks of a superstep, all of them whatever happens."""
        views = [state] * (len(nodes) - len(inputs))
        views += inputs
        pool = self._pool
        results: list[Any]
        if pool is not None and len(nodes) > 1:
            calls: list[Call] = [(node.function, view) for node, view in zip(nodes, views)]
            if copier is not None:
                calls = [(copier.before(function), view) for function, view in calls]
            results = pool.run(calls)
        else:
            results = []
            for node, view in zip(nodes, views):
                try:
                    results.append(node.function(view if copier is None else copier.copy(view)))
                except Exception as error:
                    results.append(Failure(error))
        if Failure in map(type, results):
            for result in results:
                if type(result) is Failure and not isinstance(result.error, Exception):
                    raise result.error  # KeyboardInterrupt, SystemExit
            blame(plan, state, nodes, results, None)
        return results


class _Copier:
    """Copies views for the tasks of a run, and counts the copies."""

    __slots__ = ("made",)

    def __init__(self) -> None:
        self.made: list[None] = []  # one for each: appending needs no lock

    def copy(self, view: Any) -> Any:
        copied = deepcopy(view)
        self.made.append(None)
        return copied

    def before(self, function: Any) -> Any:
        """Copy on the task's own thread."""
        return lambda view: function(self.copy(view))


def _copies(copier: Union[_Copier, None]) -> int:
    return 0 if copier is None else len(copier.made)


def _combine(plan: Plan, state: State, nodes: Sequence[Node], updates: Sequence[Update]) -> State:
    """Return the new values of the fields that the tasks wrote."""
    first, again = plan.first, plan.again
    fresh: State = {}
    try:
        for node, update in zip(nodes, updates):
            if update:
                if node.read_only:
                    raise PermissionError
                for field, value in update.items():
                    if field in fresh:
                        fresh[field] = again[field](fresh[field], value)
                    else:
                        reduce = first[field]
                        fresh[field] = value if reduce is None else reduce(state[field], value)
    except Exception as error:
        blame(plan, state, nodes, updates, error)
    return fresh


class _Course:
    """Finds what follows supersteps that end in more than plain edges."""

    __slots__ = ("asked", "joins")

    def __init__(self) -> None:
        self.asked = 0  # routers called
        self.joins: dict[Join, set[Node]] = {}  # what each join still waits for

    def follow(
        self,
        plan: Plan,
        nodes: Sequence[Node],
        updates: Sequence[Update],
        state: State,
    ) -> Pending:
        """Return what is triggered by a superstep of ``nodes``.

        ``state`` is the one the superstep started from, to which each task's
        own update is still to be applied for its routers; or, with no
        ``updates``, that of a single task with its update already in it.
        """
        triggered: set[Node] = set()
        sends: list[tuple[Node, Any]] = []
        for i, node in enumerate(nodes):
            triggered.update(node.after)
            for join in node.joins:
                waiting = self.joins.get(join)
                if waiting is None:
                    waiting = self.joins[join] = set(join.sources)
                waiting.discard(node)
                if not waiting:
                    triggered.update(join.target)
                    del self.joins[join]
            if node.branches:
                view = _own_view(plan.first, state, updates[i]) if updates else state
                for branch in node.branches:
                    self.asked += 1
                    _collect(branch, _answer(branch, view), triggered, sends)
        return _pending(triggered, sends)


def _own_view(first: dict[str, Union[Apply, None]], state: State, update: Update) -> State:
    if not update:
        return state
    view = state.copy()
    for field, value in update.items():
        reduce = first[field]
        view[field] = value if reduce is None else reduce(view[field], value)
    return view


def _answer(branch: Branch, view: State) -> Any:
    try:
        return branch.router(view)
    except Exception as error:
        raise router_failed(branch, error) from error


def _ask(branch: Branch, view: State) -> Pending:
    """Follow a branch that is all that follows its node, or the entry."""
    answer = _answer(branch, view)
    if type(answer) is str:
        try:
            return branch.routes[answer], []
        except KeyError:
            _no_route(branch, answer)
    triggered: set[Node] = set()
    sends: list[tuple[Node, Any]] = []
    _collect(branch, answer, triggered, sends)
    return _pending(triggered, sends)


def _collect(
    branch: Branch,
    answer: Any,
    triggered: set[Node],
    sends: list[tuple[Node, Any]],
) -> None:
    """Add what a router's answer leads to."""
    for item in answer if isinstance(answer, list) else (answer,):
        if type(item) is Send:
            node = branch.sendable.get(item.node)
            if node is None:
                raise GraphError(
                    "unknown_node",
                    f"Send to {item.node!r}, which is not among the branch's targets",
                    node=branch.source,
                )
            sends.append((node, item.input))
        elif isinstance(item, str) and item in branch.routes:
            triggered.update(branch.routes[item])
        else:
            _no_route(branch, item)


def _no_route(branch: Branch, label: Any) -> NoReturn:
    known = ", ".join(sorted(map(repr, branch.routes)))
    raise GraphError("no_route", f"label {label!r} (routes: {known})", node=branch.source)


def _pending(triggered: set[Node], sends: list[tuple[Node, Any]]) -> Pending:
    nodes = tuple(sorted(triggered, key=by_name))
    if not sends:
        return nodes, []
    return nodes + tuple(node for node, _ in sends), [given for _, given in sends]
