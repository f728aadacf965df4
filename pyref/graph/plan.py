"""Check a graph and link it into a plan that runs without looking up names.

In a plan every node holds its successors, joins and branches as objects, in
the order in which the engine needs them, so that a superstep of a plain chain
costs no look-up, no set and no sort.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn, Union

from pyref import cj

from .errors import GraphError
from .reducers import REDUCERS, Apply, Put

if TYPE_CHECKING:
    from .builder import Graph

END = "__end__"

View = Mapping[str, Any]
Update = Union[Mapping[str, Any], None]
NodeFunction = Callable[[Any], Update]


class Send(NamedTuple):
    """A task for the next superstep: run ``node`` on ``input`` instead of the state.

    The input may be the router's view or hold it: nothing will change it.
    """

    node: str
    input: Any


Router = Callable[[Any], Union[str, list[str], list[Send]]]


class Branch:
    """A router and where its labels lead."""

    __slots__ = ("router", "routes", "sendable", "source")

    def __init__(
        self, source: str | None, router: Router, routes: dict[str, tuple[Node, ...]]
    ) -> None:
        self.source = source  # None: the entry
        self.router = router
        self.routes = routes  # END leads to no node: ()
        self.sendable = {node.name: node for nodes in routes.values() for node in nodes}


class Join:
    """A target that waits for several sources."""

    __slots__ = ("sources", "target")

    def __init__(self, sources: frozenset[Node], target: tuple[Node, ...]) -> None:
        self.sources = sources
        self.target = target  # END is no node: ()

    def value(self) -> list[Any]:
        """Describe the join in the value model: its sources, sorted, and its target."""
        return [
            sorted(node.name for node in self.sources),
            self.target[0].name if self.target else END,
        ]


class Subgraph(NamedTuple):
    """A plan that runs as a node of another."""

    plan: Plan
    given: Callable[[Any], Mapping[str, Any]]
    result: Callable[[dict[str, Any]], Update]


class Node:
    """A node with everything that follows it."""

    __slots__ = (
        "after",
        "branches",
        "function",
        "joins",
        "name",
        "only_branch",
        "plain",
        "read_only",
    )

    def __init__(self, name: str, function: NodeFunction, read_only: bool) -> None:
        self.name = name
        self.function = function
        self.read_only = read_only
        self.after: tuple[Node, ...] = ()  # by name, without END
        self.joins: tuple[Join, ...] = ()
        self.branches: tuple[Branch, ...] = ()
        self.plain = True  # nothing but edges follows
        self.only_branch: Branch | None = None  # set where it is all that follows


_NO_SUBGRAPHS: dict[str, Subgraph] = {}

by_name = attrgetter("name")


class Plan:
    """A checked graph, ready to run any number of times, in any thread.

    ``start`` makes the first state of a run; ``first``, ``again`` and ``put``
    hold the reducers' functions by field (see Reducer). Nothing may be assigned.
    """

    __slots__ = (
        "_edge_targets",
        "again",
        "branches",
        "defaults",
        "edges",
        "entry",
        "entry_branch",
        "first",
        "joins",
        "nodes",
        "put",
        "reducers",
        "subgraphs",
    )

    def __init__(self, graph: Graph) -> None:
        self.reducers = graph.reducers.copy()
        self.defaults = graph.defaults.copy()
        self.first: dict[str, Apply | None] = {}
        self.again: dict[str, Apply] = {}
        self.put: dict[str, Put | None] = {}
        for name, reducer_name in self.reducers.items():
            reducer = REDUCERS[reducer_name]
            self.first[name] = reducer.first
            self.again[name] = reducer.again
            self.put[name] = reducer.put
        self.edges = tuple(graph.edges)
        self.joins = tuple(graph.joins)
        self.branches = tuple(graph.branches)
        self.nodes: dict[str, Node] = {}
        # Run instead of their nodes' functions.
        self.subgraphs = graph.subgraphs.copy() if graph.subgraphs else _NO_SUBGRAPHS
        self.entry: tuple[Node, ...] = ()
        self.entry_branch: Branch | None = None
        self._edge_targets: dict[str, list[str]] | None = None  # not before it is asked for

    def start(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the starting state: each field as given, else its default.

        To give what is no field is an error, unknown_field.
        """
        state = {**self.defaults, **given}
        if len(state) > len(self.defaults):
            self._refuse(given)
        return state

    def _refuse(self, given: Mapping[str, Any]) -> NoReturn:
        from difflib import get_close_matches  # which no other run has to load

        name = min(given.keys() - self.defaults.keys(), key=str)
        close = get_close_matches(str(name), self.defaults, 1)
        if close:
            hint = f"did you mean {close[0]!r}?"
        else:
            hint = f"fields: {', '.join(map(repr, self.defaults)) or 'none'}"
        raise GraphError("unknown_field", f"given as input ({hint})", field=name)

    def edge_targets(self) -> dict[str, list[str]]:
        """Return, by node, where its plain edges lead, END included, sorted."""
        if self._edge_targets is None:
            targets: dict[str, set[str]] = {name: set() for name in self.nodes}
            for a, b in self.edges:
                targets[a].add(b)
            self._edge_targets = {name: sorted(found) for name, found in targets.items()}
        return self._edge_targets

    def value(self) -> dict[str, Any]:
        """Describe the plan in the value model; equal graphs give equal values."""
        return {
            "branches": sorted(
                ([source, routes] for source, _, routes in self.branches),
                key=cj.dumps,
            ),
            "edges": sorted([a, b] for a, b in self.edges),
            "entry": sorted(node.name for node in self.entry),
            "fields": self.reducers,
            "joins": sorted(([sorted(set(a)), b] for a, b in self.joins), key=cj.dumps),
            "nodes": sorted(self.nodes),
            "v": 1,
        }

    def digest(self) -> str:
        """Return the SHA-256 of the plan's canonical JSON."""
        return cj.digest(self.value())


def link(graph: Graph) -> Plan:
    """Make the plan of a graph, or raise the first of its faults."""
    if not graph.entries and graph.entry_branch is None:
        raise GraphError("no_entry", "call entry or entry_router")
    plan = Plan(graph)
    nodes = plan.nodes = {
        name: Node(name, function, read_only)
        for name, (function, read_only) in graph.nodes.items()
    }  # fmt: skip
    try:
        _link_edges(plan)
        _link_joins(plan)
        _link_branches(plan)
        plan.entry = tuple([nodes[name] for name in sorted(set(graph.entries))])
    except KeyError:
        raise _unknown_node(plan, graph.entries) from None
    if graph.entry_branch is not None:
        routes: dict[str, tuple[Node, ...]] = {node.name: (node,) for node in plan.entry}
        plan.entry_branch = Branch(None, graph.entry_branch, routes)
    _check_routes(plan)
    _check_reach(plan)
    return plan


def _link_edges(plan: Plan) -> None:
    nodes = plan.nodes
    more: dict[str, set[Node]] = {}
    for source, target in plan.edges:
        node = nodes[source]
        if target == END:
            continue
        if not node.after:
            node.after = (nodes[target],)
        else:
            more.setdefault(source, {node.after[0]}).add(nodes[target])
    for source, targets in more.items():
        nodes[source].after = tuple(sorted(targets, key=by_name))


def _link_joins(plan: Plan) -> None:
    nodes = plan.nodes
    for sources, target in plan.joins:
        join = Join(
            frozenset(nodes[name] for name in sources),
            () if target == END else (nodes[target],),
        )
        for node in join.sources:
            node.joins += (join,)
            node.plain = False


def _link_branches(plan: Plan) -> None:
    nodes = plan.nodes
    for source, router, routes in plan.branches:
        node = nodes[source]
        table: dict[str, tuple[Node, ...]] = {
            label: () if target == END else (nodes[target],)
            for label, target in routes.items()
        }  # fmt: skip
        node.branches += (Branch(source, router, table),)
        node.plain = False
    for source, _, _ in plan.branches:
        node = nodes[source]
        if len(node.branches) == 1 and not node.after and not node.joins:
            node.only_branch = node.branches[0]


def _unknown_node(plan: Plan, entries: tuple[str, ...]) -> GraphError:
    """Find the first look-up that failed; only called when one did."""

    def look_ups() -> Iterator[tuple[str, bool, str]]:  # name, may be END, where
        for a, b in plan.edges:
            yield a, False, f"the edge to {b!r}"
            yield b, True, f"the edge from {a!r}"
        for sources, b in plan.joins:
            for a in sources:
                yield a, False, f"the join to {b!r}"
            yield b, True, f"the join of {sources}"
        for a, _, routes in plan.branches:
            yield a, False, "a branch from it"
            for label in sorted(routes):
                yield routes[label], True, f"route {label!r} of the branch from {a!r}"
        for name in entries:
            yield name, False, "the entry"

    for name, end, where in look_ups():
        if name not in plan.nodes and not (end and name == END):
            return GraphError("unknown_node", f"named by {where}", node=name)
    raise AssertionError("no look-up failed")


def _check_routes(plan: Plan) -> None:
    empty = [source for source, _, routes in plan.branches if not routes]
    if empty:
        raise GraphError("empty_routes", node=min(empty))
    if plan.entry_branch is not None and not plan.entry:
        raise GraphError("empty_routes", "of the entry router")


def _check_reach(plan: Plan) -> None:
    seen = set(plan.entry)
    todo = list(plan.entry)
    while todo:
        node = todo.pop()
        following = node.after
        if not node.plain:
            following += tuple(n for join in node.joins for n in join.target)
            following += tuple(n for branch in node.branches for n in branch.sendable.values())
        for target in following:
            if target not in seen:
                seen.add(target)
                todo.append(target)
    if len(seen) < len(plan.nodes):
        lost = sorted(name for name, node in plan.nodes.items() if node not in seen)
        raise GraphError(
            "unreachable", f"no path from the entry reaches {', '.join(lost)}", node=lost[0]
        )
