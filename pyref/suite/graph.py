"""The graph benchmarks by name, with their knobs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pyref import sdk

from . import graph_nodes as nodes
from .graph_cases import (
    CloneCase,
    CompileCase,
    RunCase,
    Settings,
    clone_generic,
    clone_large,
    clone_medium,
    clone_small,
)
from .graph_conformance import CONFORMANCE
from .graph_spec import SPEC
from .graph_states import COMPLEX, LARGE, MEDIUM, SIMPLE, SMALL, StateKind

__all__ = ["BENCHMARKS"]

Params = Mapping[str, Any]

KNOBS = (
    "workers",
    "nodes",
    "width",
    "items",
    "stages",
    "iterations",
    "latency_ms",
    "meta",
    "payload",
    "counter0",
    "compile",
    "isolation",
    "copy",
    "durability",
)
"""The order of knobs in names, whatever their benchmark."""

RUN = {"payload": 0, "compile": "outside", "isolation": "share"}
FAN = RUN | {"workers": 4, "latency_ms": 0}
KEEP = RUN | {"durability": "step"}

CHOICES = {
    "compile": ("outside", "inside"),
    "isolation": ("share", "copy"),
    "copy": ("generic", "typed"),
    "durability": ("step", "exit"),
}
AT_LEAST = {"nodes": 1, "width": 1, "stages": 1, "iterations": 1}


def check(params: Params) -> None:
    """Refuse values that make no sense."""
    for knob, value in params.items():
        choices = CHOICES.get(knob)
        if choices is not None and value not in choices:
            raise sdk.InvalidParam(f"{knob} {value!r}: want {' or '.join(choices)}")
        least = AT_LEAST.get(knob, 0)
        if type(value) is int and knob != "counter0" and value < least:
            raise sdk.InvalidParam(f"{knob} {value}: want at least {least}")


def benchmark(
    name: str,
    params: Params,
    prepare: Callable[[Params], sdk.Case],
    description: str,
) -> sdk.Benchmark:
    """Put the knobs in order and check their values before anything is prepared."""

    def checked(given: Params) -> sdk.Case:
        check(given)
        return prepare(given)

    ordered = {knob: params[knob] for knob in KNOBS if knob in params}
    return sdk.Benchmark(name, ordered, checked, description)


def run(
    name: str,
    kind: StateKind,
    params: Params,
    build: Callable[[Params], nodes.Builder],
    description: str,
    limit: Callable[[Params], int] = lambda _params: 25,
) -> sdk.Benchmark:
    """A benchmark that runs a graph; the limit grows with what is asked for."""

    def prepare(p: Params) -> sdk.Case:
        def make_input(nonce: int) -> dict[str, Any]:
            return kind.input(nonce, p["payload"], p.get("counter0", 0))

        settings = Settings(
            workers=p.get("workers", 0),
            limit=max(25, limit(p)),
            isolation=p["isolation"],
            checkpoints="durability" in p,
            durability=p.get("durability", "step"),
            compile_inside=p["compile"] == "inside",
        )
        return RunCase(build(p), make_input, settings)

    return benchmark(name, params, prepare, description)


def clone(
    name: str,
    kind: StateKind,
    typed: Callable[[dict[str, Any]], dict[str, Any]],
    description: str,
) -> sdk.Benchmark:
    """A benchmark that copies a state."""

    def prepare(p: Params) -> sdk.Case:
        return CloneCase(kind.input, typed if p["copy"] == "typed" else clone_generic)

    return benchmark(name, {"copy": "generic"}, prepare, description)


def compile_simple(p: Params) -> sdk.Case:
    numbers = range(1, p["nodes"] + 1)
    return CompileCase(
        lambda suffix: nodes.chain(SIMPLE, [(f"node{i}{suffix}", nodes.counting) for i in numbers])
    )


def compile_complex(p: Params) -> sdk.Case:
    bodies = [nodes.processed_by(i) for i in range(p["nodes"])]
    return CompileCase(
        lambda suffix: nodes.chain(COMPLEX, [(f"node{i}{suffix}", body) for i, body in enumerate(bodies)])
    )


def compile_conditionals(_p: Params) -> sdk.Case:
    return CompileCase(nodes.conditionals)


def chain_limit(p: Params) -> int:
    return int(p["nodes"])


COMPILATION = [
    benchmark(
        "compilation/simple_graph_3_nodes",
        {"nodes": 3},
        compile_simple,
        "build and compile a chain of two fields",
    ),
    benchmark(
        "compilation/complex_graph_10_nodes",
        {"nodes": 10},
        compile_complex,
        "build and compile a chain of five fields",
    ),
    benchmark(
        "compilation/graph_with_conditionals",
        {},
        compile_conditionals,
        "build and compile a loop with a branch",
    ),
]

SEQUENTIAL = [
    run(
        "sequential_execution/3_nodes_simple",
        SIMPLE,
        RUN | {"nodes": 3},
        lambda p: nodes.simple_chain(p["nodes"]),
        "a chain that counts and writes text",
        chain_limit,
    ),
    run(
        "sequential_execution/5_nodes_complex",
        COMPLEX,
        RUN | {"nodes": 5},
        lambda p: nodes.step_chain(p["nodes"]),
        "a chain that adds a message and an entry a node",
        chain_limit,
    ),
    run(
        "sequential_execution/10_nodes_stress",
        COMPLEX,
        RUN | {"nodes": 10, "meta": 10},
        lambda p: nodes.item_chain(0, p["nodes"], "processing", p["meta"]),
        "a chain that adds a message and ten entries a node",
        chain_limit,
    ),
]

CONDITIONAL = [
    run(
        "conditional_branching/binary_conditional",
        COMPLEX,
        RUN | {"counter0": 0},
        lambda _p: nodes.binary(),
        "one of two routes",
    ),
    run(
        "conditional_branching/loop_with_exit_condition",
        COMPLEX,
        RUN | {"counter0": 0, "iterations": 5},
        lambda p: nodes.loop(p["iterations"]),
        "a node that routes to itself until it has counted far enough",
        lambda p: p["iterations"],
    ),
    run(
        "conditional_branching/multi_branch_4_routes",
        COMPLEX,
        RUN | {"counter0": 0},
        lambda _p: nodes.four_ways(),
        "one of four routes",
    ),
]

PARALLEL = [
    run(
        "parallel_execution/fanout_3_workers",
        COMPLEX,
        FAN | {"width": 3},
        lambda p: nodes.plain_fan(p["width"], p["latency_ms"]),
        "a source, workers side by side, a collector",
    ),
    run(
        "parallel_execution/fanout_5_workers_heavy",
        COMPLEX,
        FAN | {"width": 5, "items": 20},
        lambda p: nodes.heavy_fan(p["width"], p["items"], p["latency_ms"]),
        "workers that add two messages and twenty entries each",
    ),
    run(
        "parallel_execution/two_stage_parallel",
        COMPLEX,
        FAN | {"width": 3, "stages": 2},
        lambda p: nodes.stages_of(p["stages"], p["width"], p["latency_ms"]),
        "two fan-outs, one after the other",
        lambda p: 2 * p["stages"] + 1,
    ),
]

CHECKPOINTING = [
    run(
        "checkpointing/memory_checkpoint_3_nodes",
        COMPLEX,
        KEEP | {"nodes": 3, "meta": 0},
        lambda p: nodes.item_chain(1, p["nodes"], "completed", p["meta"]),
        "a chain with a checkpoint in memory after every step",
        chain_limit,
    ),
    run(
        "checkpointing/memory_checkpoint_5_nodes",
        COMPLEX,
        KEEP | {"nodes": 5, "meta": 10},
        lambda p: nodes.item_chain(1, p["nodes"], "completed", p["meta"]),
        "a chain with ten entries a node and checkpoints in memory",
        chain_limit,
    ),
    run(
        "checkpointing/memory_checkpoint_loop_5_iterations",
        COMPLEX,
        KEEP | {"counter0": 0, "iterations": 5},
        lambda p: nodes.loop(p["iterations"]),
        "a loop with a checkpoint in memory after every round",
        lambda p: p["iterations"],
    ),
]

CLONING = [
    clone(
        "state_cloning/small_state_clone",
        SMALL,
        clone_small,
        "copy three scalars",
    ),
    clone(
        "state_cloning/medium_state_clone",
        MEDIUM,
        clone_medium,
        "copy 100 texts, 50 entries and 100 numbers",
    ),
    clone(
        "state_cloning/large_state_clone",
        LARGE,
        clone_large,
        "copy 1000 texts, 500 entries and ten blocks of 10 KiB",
    ),
]

BENCHMARKS: list[sdk.Benchmark] = [
    *COMPILATION,
    *SEQUENTIAL,
    *CONDITIONAL,
    *PARALLEL,
    *CHECKPOINTING,
    *CLONING,
    *CONFORMANCE,
    SPEC,
]
"""Every graph benchmark and conformance case that this program offers."""
