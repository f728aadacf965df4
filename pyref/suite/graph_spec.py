"""Graphs whose whole definition comes as params.

So that random graphs can be made once and run in every language; the params
are those of the catalogue's ``conformance/graph_spec``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pyref import cj, sdk
from pyref.graph import REDUCERS, Graph

from .graph_cases import RunCase, Settings
from .graph_nodes import Body

Params = Mapping[str, Any]


def prepare(p: Params) -> sdk.Case:
    """Make the case; faults of the graph itself are left to its runs."""
    if p["checkpointer"] not in (None, "", "memory"):
        raise sdk.InvalidParam(f"checkpointer {p['checkpointer']!r}: want memory or nothing")
    if p["mode"] not in (None, "", "values", "updates", "events"):
        raise sdk.InvalidParam(f"mode {p['mode']!r}: want values, updates, events or nothing")
    if p["limit"] < 1 or p["workers"] < 0:
        raise sdk.InvalidParam(f"limit {p['limit']}, workers {p['workers']}: want at least 1 and 0")
    parts = _Parts(p)
    settings = Settings(
        workers=p["workers"],
        limit=p["limit"],
        store=p["checkpointer"] or None,
        mode=p["mode"] or None,
    )
    # A description may give more than it declares, as random ones do; the engine
    # itself refuses that, for a person has then misspelt a field.
    given = {name: value for name, value in p["input"].items() if name in p["fields"]}
    return RunCase(parts.build, lambda _nonce: given, settings)


class _Parts:
    """The functions of a described graph, made once, and its builder."""

    def __init__(self, p: Params) -> None:
        try:
            self.fields = [
                (name, field["reducer"], field.get("default"))
                for name, field in p["fields"].items()
            ]
            self.nodes = [
                (name, body_of(name, node.get("ops", [])), bool(node.get("read_only")))
                for node in p["nodes"]
                for name in (node["name"],)
            ]
            self.edges = [(a, b) for a, b in p["edges"]]
            self.joins = [(list(sources), target) for sources, target in p["joins"]]
            self.branches = [
                (branch["from"], router_of(branch["router"], branch["routes"]), branch["routes"])
                for branch in p["branches"]
            ]
            self.entry = list(p["entry"])
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise sdk.InvalidParam(f"graph: {type(error).__name__}: {error}") from None
        for name, reducer, _ in self.fields:
            if reducer not in REDUCERS:
                raise sdk.InvalidParam(f"field {name!r}: unknown reducer {reducer!r}")

    def build(self) -> Graph:
        graph = Graph()
        for name, reducer, default in self.fields:
            graph.field(name, reducer, default)
        for name, body, read_only in self.nodes:
            graph.node(name, body, read_only=read_only)
        for a, b in self.edges:
            graph.edge(a, b)
        for sources, target in self.joins:
            graph.join(sources, target)
        for source, router, routes in self.branches:
            graph.branch(source, router, routes)
        if self.entry:
            graph.entry(*self.entry)
        return graph


def body_of(name: str, ops: list[dict[str, Any]]) -> Body:
    """Return the function that carries out a node's ops in order.

    Every op reads the view; of two that write one field the later stands, but a
    put adds to a map that is there.
    """
    steps = [_step(name, op) for op in ops]

    def body(view: dict[str, Any]) -> dict[str, Any]:
        update: dict[str, Any] = {}
        for step in steps:
            step(view, update)
        return update

    return body


Step = Callable[[dict[str, Any], dict[str, Any]], None]


def _step(name: str, op: dict[str, Any]) -> Step:
    ((verb, args),) = op.items()
    if verb == "say":
        return _write(args, lambda _view: [name])
    field, *rest = args
    if verb == "append":
        return _write(field, lambda _view: list(rest))
    if verb == "put":
        key, value = rest
        return _put(field, key, value)
    (what,) = rest
    if verb == "set":
        return _write(field, lambda _view: what)
    if verb == "add":
        return _write(field, lambda view: _number(view[field]) + what)
    if verb == "size":
        return _write(field, lambda view: _size(view[what]))
    raise ValueError(f"unknown op {verb!r}")


def _write(field: str, value: Callable[[dict[str, Any]], Any]) -> Step:
    def step(view: dict[str, Any], update: dict[str, Any]) -> None:
        update[field] = value(view)

    return step


def _put(field: str, key: str, value: Any) -> Step:
    def step(_view: dict[str, Any], update: dict[str, Any]) -> None:
        made = update.get(field)
        update[field] = {**made, key: value} if isinstance(made, dict) else {key: value}

    return step


def _number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError(f"want a number, got {value!r}")
    return value


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"want an integer, got {value!r}")
    return value


def _size(value: Any) -> int:
    if not isinstance(value, (list, dict, str)):
        raise TypeError(f"want a list, a map or a text, got {value!r}")
    return len(value)


def router_of(router: dict[str, Any], routes: dict[str, str]) -> Callable[[dict[str, Any]], Any]:
    """Return the function that a router describes."""
    ((verb, args),) = router.items()
    if verb == "field":
        return lambda view: _text(view.get(args))
    if verb == "mod":
        field, divisor = args
        if divisor < 1:
            raise ValueError(f"mod {divisor}: want at least 1")
        return lambda view: str(_integer(view[field]) % divisor)
    if verb == "all":
        labels = sorted(routes)
        return lambda _view: labels
    if verb == "size":
        field, limit, below, above = args
        return lambda view: below if _size(view[field]) < limit else above
    raise ValueError(f"unknown router {verb!r}")


def _text(value: Any) -> str:
    """Return a value as a label: texts as they are, all else as canonical JSON."""
    return value if isinstance(value, str) else cj.dumps(value)


SPEC = sdk.Benchmark(
    "conformance/graph_spec",
    {
        "fields": None,
        "nodes": None,
        "edges": [],
        "joins": [],
        "branches": [],
        "entry": [],
        "input": {},
        "limit": 25,
        "workers": 4,
        "checkpointer": "",
        "mode": "",
    },
    prepare,
    "a graph described by its params",
)
