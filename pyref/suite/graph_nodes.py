"""The graphs of the benchmarks: node bodies and how they hang together.

Every function here makes the nodes first and returns a builder: a function
that creates and fills a fresh Graph from them. Bodies format their texts when
they run, in Go as here: that is part of the work.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from pyref.graph import END, Graph

from .graph_states import COMPLEX, LARGE, MEDIUM, SIMPLE, SMALL, StateKind

Builder = Callable[[], Graph]
State = dict[str, Any]
Body = Callable[[State], State | None]
Named = tuple[str, Body]


def chain(kind: StateKind, nodes: Sequence[Named], *, read_only: bool = False) -> Builder:
    """One node after another, the last to END."""

    def build() -> Graph:
        graph = Graph()
        kind.declare(graph)
        for name, body in nodes:
            graph.node(name, body, read_only=read_only)
        previous = nodes[0][0]
        graph.entry(previous)
        for name, _ in nodes[1:]:
            graph.edge(previous, name)
            previous = name
        graph.edge(previous, END)
        return graph

    return build


def counting(state: State) -> State:
    """Add one to the counter, nothing else."""
    return {"counter": state["counter"] + 1}


def simple_chain(count: int) -> Builder:
    """The chain of 3_nodes_simple: each node adds its name to the data."""

    def body(i: int) -> Body:
        return lambda state: {
            "counter": state["counter"] + 1,
            "data": f"{state['data']}node{i} ",
        }

    return chain(SIMPLE, [(f"node{i}", body(i)) for i in range(1, count + 1)])


def processed_by(i: int) -> Body:
    """Count and say so (the complex compilation graph)."""
    return lambda state: {
        "counter": state["counter"] + 1,
        "messages": [f"Processed by node{i}"],
    }


def step_chain(count: int) -> Builder:
    """The chain of 5_nodes_complex."""

    def body(i: int) -> Body:
        return lambda state: {
            "counter": state["counter"] + 1,
            "messages": [f"Processed by node{i}"],
            "metadata": {f"step{i}": "completed"},
        }

    return chain(COMPLEX, [(f"node{i}", body(i)) for i in range(count)])


def entries(prefix: str, count: int, value: str) -> State:
    """Return entries that are numbered from 0 and all say the same."""
    return {f"{prefix}{j}": value for j in range(count)}


def results(prefix: str, count: int) -> State:
    """Return entries that are numbered from 0 and say so."""
    return {f"{prefix}{j}": f"result_{j}" for j in range(count)}


def item_chain(first: int, count: int, doing: str, meta: int) -> Builder:
    """A chain whose nodes say "Node {i}" and what they are doing, and set ``meta`` entries each."""
    doing = doing and f" {doing}"

    def body(i: int) -> Body:
        if not meta:
            return lambda state: {
                "counter": state["counter"] + 1,
                "messages": [f"Node {i}{doing}"],
            }
        return lambda state: {
            "counter": state["counter"] + 1,
            "messages": [f"Node {i}{doing}"],
            "metadata": entries(f"node{i}_item", meta, "value"),
        }

    return chain(COMPLEX, [(f"node{i}", body(i)) for i in range(first, first + count)])


def idle(_state: State) -> None:
    """Do nothing."""


def idle_chain(kind: StateKind, count: int) -> Builder:
    """A chain of nodes that are flagged read-only and only look on."""
    return chain(kind, [(f"node{i}", idle) for i in range(1, count + 1)], read_only=True)


def mutating_chain(count: int) -> Builder:
    """A chain that counts and says so, in the same words everywhere."""

    def body(state: State) -> State:
        return {"counter": state["counter"] + 1, "messages": ["Mutated"]}

    return chain(COMPLEX, [(f"node{i}", body) for i in range(1, count + 1)])


def message_chain(count: int) -> Builder:
    """A chain over the Large state that adds a message a node."""

    def body(i: int) -> Body:
        return lambda _state: {"messages": [f"Node {i} processed"]}

    return chain(LARGE, [(f"node{i}", body(i)) for i in range(1, count + 1)])


# ---- graphs over the states that are copied ----------------------------------

# The view may be the state itself (isolation share), so a body that returns a
# container whole makes a new one first: of what it changes, not of the rest.


def small_chain(count: int) -> Builder:
    """A chain that moves both numbers."""

    def body(state: State) -> State:
        return {"counter": state["counter"] + 1, "value": state["value"] + 1.5}

    return chain(SMALL, [(f"node{i}", body) for i in range(1, count + 1)])


def raised(counters: list[int], i: int) -> list[int]:
    """Return the counters with the i-th, counted round, raised by one."""
    counters = counters.copy()
    counters[i % 100] += 1
    return counters


def medium_chain(count: int) -> Builder:
    """A chain that adds a text and returns the counters whole."""

    def body(i: int) -> Body:
        return lambda state: {
            "data": [f"Node {i} processed"],
            "counters": raised(state["counters"], i),
        }

    return chain(MEDIUM, [(f"node{i}", body(i)) for i in range(1, count + 1)])


def large_chain(count: int) -> Builder:
    """A chain that adds a message and returns the blocks whole, one of them changed."""

    def body(i: int) -> Body:
        def node(state: State) -> State:
            blocks = state["data_blocks"].copy()
            block = blocks[i % 10] = blocks[i % 10].copy()
            block[0] = i % 256
            return {"messages": [f"Node {i} processed"], "data_blocks": blocks}

        return node

    return chain(LARGE, [(f"node{i}", body(i)) for i in range(1, count + 1)])


def medium_fan(width: int) -> Builder:
    """Workers that return the counters whole, each with one of its own raised."""

    def body(i: int) -> Body:
        return lambda state: {
            "data": [f"Worker {i} processed"],
            "counters": raised(state["counters"], i),
        }

    workers = workers_of(width, 0, body)
    return fan_out(("start", idle), workers, ("collect", idle), MEDIUM)


# ---- routed graphs -----------------------------------------------------------


def by_next(state: State) -> Any:
    """Route by the field ``next``."""
    return state["next"]


def conditionals(suffix: str = "") -> Builder:
    """start -> process -> process ... END, names ending in ``suffix``; only compiled."""
    start, process = "start" + suffix, "process" + suffix

    def run_start(_state: State) -> State:
        return {"counter": 0, "next": "process"}

    def run_process(state: State) -> State:
        counter = state["counter"] + 1
        return {"counter": counter, "next": "end" if counter >= 3 else "continue"}

    def build() -> Graph:
        graph = Graph()
        COMPLEX.declare(graph)
        graph.node(start, run_start)
        graph.node(process, run_process)
        graph.edge(start, process)
        graph.branch(process, by_next, {"continue": process, "end": END})
        graph.entry(start)
        return graph

    return build


def binary() -> Builder:
    """A start that routes to one of two nodes by the counter's parity."""

    def start(state: State) -> State:
        counter = state["counter"] + 1
        return {"counter": counter, "next": "odd" if counter % 2 else "even"}

    return _routed("start", start, {
        "even": lambda _state: {"messages": ["Even path"]},
        "odd": lambda _state: {"messages": ["Odd path"]},
    })  # fmt: skip


def four_ways() -> Builder:
    """A router that goes to one of four nodes by the counter modulo 4."""
    routes = ("route_a", "route_b", "route_c", "route_d")

    def router(state: State) -> State:
        counter = state["counter"] + 1
        return {"counter": counter, "next": routes[counter % 4]}

    def processed(name: str) -> Body:
        return lambda _state: {"messages": [f"Processed by {name}"]}

    return _routed("router", router, {name: processed(name) for name in routes})


def _routed(source: str, body: Body, targets: dict[str, Body]) -> Builder:
    """A source, then the one of several nodes that ``next`` names, then END."""
    routes = {name: name for name in targets}

    def build() -> Graph:
        graph = Graph()
        COMPLEX.declare(graph)
        graph.node(source, body)
        for name, target in targets.items():
            graph.node(name, target)
            graph.edge(name, END)
        graph.branch(source, by_next, routes)
        graph.entry(source)
        return graph

    return build


def loop(rounds: int) -> Builder:
    """A node that runs until the counter reaches ``rounds``."""

    def processor(state: State) -> State:
        counter = state["counter"] + 1
        return {
            "counter": counter,
            "messages": [f"Iteration {counter}"],
            "next": "end" if counter >= rounds else "continue",
        }

    def build() -> Graph:
        graph = Graph()
        COMPLEX.declare(graph)
        graph.node("processor", processor)
        graph.branch("processor", by_next, {"continue": "processor", "end": END})
        graph.entry("processor")
        return graph

    return build


def nested(levels: int) -> Builder:
    """Levels that route to the next by a branch of a single route each, the last to END."""

    def body(level: int) -> Body:
        last = level == levels - 1
        return lambda state: {
            "counter": state["counter"] + 1,
            "messages": [f"Level {level}"],
            "next": "end" if last else f"level{level + 1}",
        }

    names = [f"level{i}" for i in range(levels)]
    bodies = [(name, body(i)) for i, name in enumerate(names)]

    def build() -> Graph:
        graph = Graph()
        COMPLEX.declare(graph)
        for name, level in bodies:
            graph.node(name, level)
        for name, following in zip(names, names[1:]):
            graph.branch(name, by_next, {following: following})
        graph.branch(names[-1], by_next, {"end": END})
        graph.entry(names[0])
        return graph

    return build


# ---- fan-outs ----------------------------------------------------------------


def fan_out(
    source: Named,
    workers: Sequence[Named],
    collector: Named,
    kind: StateKind = COMPLEX,
) -> Builder:
    """A source, workers side by side, a collector, END."""
    return staged([(source, workers)], collector, kind)


def staged(
    stages: Sequence[tuple[Named, Sequence[Named]]],
    final: Named,
    kind: StateKind = COMPLEX,
) -> Builder:
    """Stages of a source and its workers, one after the other, then a last node."""
    sources = [source for source, _ in stages] + [final]

    def build() -> Graph:
        graph = Graph()
        kind.declare(graph)
        for name, body in sources:
            graph.node(name, body)
        for i, ((source, _), workers) in enumerate(stages):
            after = sources[i + 1][0]
            for name, body in workers:
                graph.node(name, body)
                graph.edge(source, name)
                graph.edge(name, after)
        graph.edge(final[0], END)
        graph.entry(sources[0][0])
        return graph

    return build


def setting(update: State) -> Body:
    """Set fields to constants."""
    return lambda _state: update.copy()


def waiting(body: Body, latency_ms: int) -> Body:
    """Let a node wait before it works, if asked to."""
    if not latency_ms:
        return body
    seconds = latency_ms / 1000

    def wait(state: State) -> State | None:
        time.sleep(seconds)
        return body(state)

    return wait


def workers_of(
    width: int,
    latency_ms: int,
    body: Callable[[int], Body],
    first: int = 1,
) -> list[Named]:
    """Return workers numbered from ``first``."""
    return [(f"worker{i}", waiting(body(i), latency_ms)) for i in range(first, first + width)]


def plain_fan(width: int, latency_ms: int) -> Builder:
    """The graph of fanout_3_workers; its collector counts the metadata."""

    def body(i: int) -> Body:
        return lambda _state: {
            "messages": [f"Worker {i} processing"],
            "metadata": {f"worker{i}_result": "completed"},
        }

    def collect(state: State) -> State:
        return {"status": "collected", "counter": len(state["metadata"])}

    start = setting({"counter": 0, "status": "distributing"})
    return fan_out(("start", start), workers_of(width, latency_ms, body), ("collect", collect))


def heavy_fan(width: int, items: int, latency_ms: int) -> Builder:
    """The graph of fanout_5_workers_heavy; its aggregator counts the messages."""

    def body(i: int) -> Body:
        return lambda _state: {
            "messages": [f"Worker {i} started", f"Worker {i} completed"],
            "metadata": results(f"worker{i}_item", items),
        }

    def aggregator(state: State) -> State:
        return {"status": "aggregated", "counter": len(state["messages"])}

    dispatcher = setting({"counter": 0, "status": "dispatching"})
    workers = workers_of(width, latency_ms, body)
    return fan_out(("dispatcher", dispatcher), workers, ("aggregator", aggregator))


def report_fan(width: int, latency_ms: int) -> Builder:
    """The graph of stream_parallel_3_workers: a message a worker, a status at both ends."""

    def body(i: int) -> Body:
        return lambda _state: {"messages": [f"Worker {i}"]}

    return _status_fan(width, latency_ms, body)


def item_fan(width: int, items: int, latency_ms: int) -> Builder:
    """The graph of tracing_overhead/parallel_3_workers: a message and entries a worker."""

    def body(i: int) -> Body:
        return lambda _state: {
            "messages": [f"Worker {i} processing"],
            "metadata": results(f"worker{i}_item", items),
        }

    return _status_fan(width, latency_ms, body)


def _status_fan(width: int, latency_ms: int, body: Callable[[int], Body]) -> Builder:
    start, collect = setting({"status": "started"}), setting({"status": "collected"})
    return fan_out(("start", start), workers_of(width, latency_ms, body), ("collect", collect))


def wide_fan(width: int, latency_ms: int) -> Builder:
    """The graph of wide_fanout_50: an entry a worker, counted by the collector."""

    def body(i: int) -> Body:
        return lambda _state: {"metadata": {f"worker{i}": "done"}}

    def collect(state: State) -> State:
        return {"status": "collected", "counter": len(state["metadata"])}

    start = setting({"status": "distributing"})
    workers = workers_of(width, latency_ms, body, first=0)
    return fan_out(("start", start), workers, ("collect", collect))


def stages_of(count: int, width: int, latency_ms: int) -> Builder:
    """The graph of two_stage_parallel, with any number of stages."""

    def body(stage: int, i: int) -> Body:
        return lambda _state: {"metadata": {f"stage{stage}_{i}": "done"}}

    stages: list[tuple[Named, list[Named]]] = [
        (
            (f"stage{s}_start", setting({"status": f"stage{s}"})),
            [
                (f"stage{s}_proc{i}", waiting(body(s, i), latency_ms))
                for i in range(1, width + 1)
            ],
        )
        for s in range(1, count + 1)
    ]
    return staged(stages, ("final", setting({"status": "complete"})))
