"""Small graphs that pin down one rule of the engine each. They are never timed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pyref import sdk
from pyref.graph import Graph, Send

from .graph_cases import RunCase, Settings
from .graph_nodes import Body, plain_fan
from .graph_states import COMPLEX

State = dict[str, Any]


def say(name: str) -> Body:
    """Append the node's name to the log."""
    return lambda _state: {"log": [name]}


def silent(_state: State) -> None:
    """Do nothing."""


def write_x(state: State) -> State:
    """Count in x."""
    return {"x": state["x"] + 1}


def _graph(*says: str) -> Graph:
    """Return a graph with the usual fields and nodes that say their names."""
    graph = Graph()
    graph.field("log", "append", [])
    graph.field("meta", "merge", {})
    graph.field("x", "last", 0)
    for name in says:
        graph.node(name, say(name))
    return graph


def uneven_fan_in() -> Graph:
    graph = _graph("a", "b", "c", "d", "join")
    for source, target in ("ab", "ac", "cd"):
        graph.edge(source, target)
    graph.edge("b", "join")
    graph.edge("d", "join")
    graph.entry("a")
    return graph


def uneven_fan_in_barrier() -> Graph:
    graph = _graph("a", "b", "c", "d", "join")
    for source, target in ("ab", "ac", "cd"):
        graph.edge(source, target)
    graph.join(["b", "d"], "join")
    graph.entry("a")
    return graph


def task_order() -> Graph:
    names = [f"w{i}" for i in range(12)]
    graph = _graph(*names)
    graph.node("s", silent)
    for name in names:
        graph.edge("s", name)
    graph.entry("s")
    return graph


def send_order() -> Graph:
    graph = _graph("s", "z")
    graph.node("m", lambda given: {"log": [f"m:{given['tag']}"]})
    graph.edge("s", "z")
    graph.branch("s", lambda _state: [Send("m", {"tag": tag}) for tag in (2, 1, 0)], {"m": "m"})
    graph.entry("s")
    return graph


def router_sees_own_update_only() -> Graph:
    graph = _graph("both", "one")
    graph.node("s", silent)
    for name in ("p1", "p2"):
        graph.node(name, lambda _state, name=name: {"meta": {name: "1"}})  # type: ignore[misc]
        graph.edge("s", name)
        graph.branch(
            name,
            lambda state: "both" if len(state["meta"]) > 1 else "one",
            {"both": "both", "one": "one"},
        )
    graph.entry("s")
    return graph


def router_returns_list() -> Graph:
    graph = _graph("s", "left", "right")
    graph.branch("s", lambda _state: ["l", "r"], {"l": "left", "r": "right"})
    graph.entry("s")
    return graph


def recursion_limit_exact() -> Graph:
    names = [f"n{i:02d}" for i in range(25)]
    graph = _graph()
    for name in names:
        graph.node(name, write_x)
    for source, target in zip(names, names[1:]):
        graph.edge(source, target)
    graph.entry(names[0])
    return graph


def recursion_limit_exceeded() -> Graph:
    graph = _graph("p")
    graph.edge("p", "p")
    graph.entry("p")
    return graph


def concurrent_write() -> Graph:
    graph = _graph("s")
    for name in ("a", "b"):
        graph.node(name, write_x)
        graph.edge("s", name)
    graph.entry("s")
    return graph


def unknown_field() -> Graph:
    graph = _graph()
    graph.node("s", lambda _state: {"nope": 1})
    graph.entry("s")
    return graph


def no_route() -> Graph:
    graph = _graph("s", "t")
    graph.branch("s", lambda _state: "zzz", {"t": "t"})
    graph.entry("s")
    return graph


def unreachable() -> Graph:
    graph = _graph("s", "orphan")
    graph.entry("s")
    return graph


def unknown_node() -> Graph:
    graph = _graph("s")
    graph.edge("s", "nowhere")
    graph.entry("s")
    return graph


def no_entry() -> Graph:
    return _graph("s")


def duplicate_node() -> Graph:
    graph = _graph("s", "s")
    graph.entry("s")
    return graph


def empty_routes() -> Graph:
    graph = _graph("s")
    graph.branch("s", lambda _state: [], {})
    graph.entry("s")
    return graph


def read_only_violation() -> Graph:
    graph = _graph()
    graph.node("s", write_x, read_only=True)
    graph.entry("s")
    return graph


def node_failed() -> Graph:
    """Let worker2 of a fan-out of three fail."""
    graph = plain_fan(3, 0)()

    def fail(_state: State) -> State:
        raise RuntimeError("worker2 fails by design")

    graph.nodes["worker2"] = (fail, False)
    return graph


GRAPHS: tuple[Callable[[], Graph], ...] = (
    uneven_fan_in,
    uneven_fan_in_barrier,
    task_order,
    send_order,
    router_sees_own_update_only,
    router_returns_list,
    recursion_limit_exact,
    recursion_limit_exceeded,
    concurrent_write,
    unknown_field,
    no_route,
    unreachable,
    unknown_node,
    no_entry,
    duplicate_node,
    empty_routes,
    read_only_violation,
    node_failed,
)


def _benchmark(build: Callable[[], Graph]) -> sdk.Benchmark:
    failing_fan = build is node_failed

    def prepare(_params: Mapping[str, Any]) -> sdk.Case:
        settings = Settings(workers=4, store="memory" if failing_fan else None)
        return RunCase(build, lambda _nonce: COMPLEX.input() if failing_fan else {}, settings)

    rule = build.__name__
    description = f"the engine's rule: {rule.replace('_', ' ')}"
    return sdk.Benchmark(f"conformance/graph_{rule}", {}, prepare, description)


CONFORMANCE = [_benchmark(build) for build in GRAPHS]
