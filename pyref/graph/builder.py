"""Collect the parts of a graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .errors import GraphError
from .plan import END, NodeFunction, Plan, Router, Subgraph, Update, link
from .reducers import REDUCERS


class Graph:
    """A graph under construction; ``compile`` checks it and makes a Plan.

    Names are any strings but END. Parts may be added in any order; a name is
    looked up when the graph is compiled.
    """

    def __init__(self) -> None:
        self.reducers: dict[str, str] = {}
        self.defaults: dict[str, Any] = {}
        self.nodes: dict[str, tuple[NodeFunction, bool]] = {}
        self.subgraphs: dict[str, Subgraph] = {}
        self.edges: list[tuple[str, str]] = []
        self.joins: list[tuple[tuple[str, ...], str]] = []
        self.branches: list[tuple[str, Router, dict[str, str]]] = []
        self.entries: tuple[str, ...] = ()
        self.entry_branch: Router | None = None

    def field(self, name: str, reducer: str, default: Any = None) -> None:
        """Declare a field. The default is shared by all runs and never changed."""
        if name in self.reducers:
            raise GraphError("duplicate_field", field=name)
        if reducer not in REDUCERS:
            known = ", ".join(REDUCERS)
            raise ValueError(f"field {name!r}: unknown reducer {reducer!r} (known: {known})")
        self.reducers[name] = reducer
        self.defaults[name] = default

    def node(self, name: str, function: NodeFunction, *, read_only: bool = False) -> None:
        """Add a node: a function from a read-only view of the state to an update.

        The update maps fields to values; None or empty means no update. A
        read-only node may not return any. The view is good until the function
        returns; what it holds may be kept.
        """
        if name in self.nodes:
            raise GraphError("duplicate_node", node=name)
        if name == END:
            raise GraphError("unknown_node", "the name stands for the end", node=name)
        self.nodes[name] = (function, read_only)

    def subgraph(
        self,
        name: str,
        plan: Plan,
        given: Callable[[Any], Mapping[str, Any]],
        result: Callable[[dict[str, Any]], Update],
    ) -> None:
        """Add a node that runs a compiled graph.

        ``given`` makes the inner run's input of the view, ``result`` the update
        of its final state. The inner run takes place where the node runs, one
        task at a time, with the outer run's limit for itself and the outer
        run's isolation. It emits no events and has neither checkpoints nor
        spans. Its failure is the node's.
        """
        self.node(name, _no_function)
        self.subgraphs[name] = Subgraph(plan, given, result)

    def edge(self, source: str, target: str) -> None:
        """Trigger ``target`` (or END) whenever ``source`` has run."""
        self.edges.append((source, target))

    def join(self, sources: Iterable[str], target: str) -> None:
        """Trigger ``target`` once every source has run since it last fired."""
        self.joins.append((tuple(sources), target))

    def branch(self, source: str, router: Router, routes: Mapping[str, str]) -> None:
        """After ``source``, ask ``router`` where to go.

        It returns a label of ``routes``, a list of labels, or a list of Sends
        to nodes that are among the routes' targets.
        """
        self.branches.append((source, router, dict(routes)))

    def entry(self, *names: str) -> None:
        """Start at these nodes."""
        self.entries += names

    def entry_router(self, router: Router, targets: Iterable[str]) -> None:
        """Ask ``router`` where to start; it returns names of ``targets`` or Sends to them."""
        self.entries = tuple(targets)
        self.entry_branch = router

    def compile(self) -> Plan:
        """Check the graph and make an immutable plan of it, or raise GraphError."""
        return link(self)


def _no_function(_view: Any) -> Update:
    raise AssertionError("a subgraph runs in its place")
