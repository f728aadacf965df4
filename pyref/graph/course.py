"""What follows a superstep: edges, joins, branches and Sends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NoReturn, Union

from pyref import cj

from .errors import GraphError
from .faults import router_failed
from .plan import END, Branch, Join, Node, Plan, Send, Update, by_name
from .reducers import Apply

State = dict[str, Any]
Pending = tuple[tuple[Node, ...], list[Any]]
"""Nodes to run, in task order, and the inputs of as many Sends at their end."""


class Course:
    """Finds what follows supersteps that end in more than plain edges."""

    __slots__ = ("asked", "joins", "paths")

    def __init__(self) -> None:
        self.asked = 0  # routers called
        self.joins: dict[Join, set[Node]] = {}  # what each join still waits for
        self.paths: Union[list[list[str]], None] = None
        """Where the tasks led, if wanted; whoever takes this clears it."""

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
        paths = self.paths
        for i, node in enumerate(nodes):
            targets = triggered if paths is None else set()
            targets.update(node.after)
            earlier, end = len(sends), False
            for join in node.joins:
                if self._arrive(join, node):
                    targets.update(join.target)
                    end = end or not join.target
            if node.branches:
                view = _own_view(plan.first, state, updates[i]) if updates else state
                for branch in node.branches:
                    self.asked += 1
                    end = _collect(branch, _answer(branch, view), targets, sends) or end
            if paths is not None:
                triggered |= targets
                targets.update(sent for sent, _ in sends[earlier:])
                paths.append(_path(plan, node, targets, end))
        return _pending(triggered, sends)

    def _arrive(self, join: Join, node: Node) -> bool:
        """Note that a source has run; tell whether the join fires."""
        waiting = self.joins.get(join)
        if waiting is None:
            waiting = self.joins[join] = set(join.sources)
        waiting.discard(node)
        if waiting:
            return False
        del self.joins[join]
        return True

    def waiting(self) -> list[list[Any]]:
        """Describe the joins that have seen some of their sources but not all."""
        found = [
            [sorted(node.name for node in join.sources - missing), *join.value()]
            for join, missing in self.joins.items()
        ]
        return sorted(found, key=cj.dumps)


def _path(plan: Plan, node: Node, targets: Iterable[Node], end: bool) -> list[str]:
    """Return where a task led, sorted, each once; if nowhere, to END."""
    found = {target.name for target in targets}
    if end or not found or END in plan.edge_targets()[node.name]:
        found.add(END)
    return sorted(found)


def _own_view(first: dict[str, Union[Apply, None]], state: State, update: Update) -> State:
    """Copy the state even without an update: the router may send its view on."""
    view = state.copy()
    for field, value in (update or {}).items():
        reduce = first[field]
        view[field] = value if reduce is None else reduce(view[field], value)
    return view


def _answer(branch: Branch, view: State) -> Any:
    try:
        return branch.router(view)
    except Exception as error:
        raise router_failed(branch, error) from error


def ask(branch: Branch, view: State) -> Pending:
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
) -> bool:
    """Add what a router's answer leads to; tell whether END is part of it."""
    end = False
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
            targets = branch.routes[item]
            triggered.update(targets)
            end = end or not targets
        else:
            _no_route(branch, item)
    return end


def _no_route(branch: Branch, label: Any) -> NoReturn:
    known = ", ".join(sorted(map(repr, branch.routes)))
    raise GraphError("no_route", f"label {label!r} (routes: {known})", node=branch.source)


def _pending(triggered: set[Node], sends: list[tuple[Node, Any]]) -> Pending:
    nodes = tuple(sorted(triggered, key=by_name))
    if not sends:
        return nodes, []
    return nodes + tuple(node for node, _ in sends), [given for _, given in sends]
