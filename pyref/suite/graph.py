"""The graph benchmarks by name, with their knobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyref import cj, sdk

from . import graph_nodes as nodes
from . import graph_workflows as workflows
from .graph_cases import CompileCase
from .graph_conformance import CONFORMANCE
from .graph_copies import CLONES, CloneCase, clone_large, clone_medium, clone_small
from .graph_encoding import (
    EncodeCase,
    json_large,
    json_medium,
    json_small,
    pack_large,
    pack_medium,
    pack_small,
)
from .graph_knobs import FAN, KEEP, KNOBS, RUN, Params, benchmark, by_iterations, by_nodes, run
from .graph_langgraph import LANGGRAPH
from .graph_spec import SPEC
from .graph_states import COMPLEX, LARGE, MEDIUM, SIMPLE, SMALL, StateKind

__all__ = ["BENCHMARKS", "KNOBS"]


def clone(
    name: str,
    kind: StateKind,
    typed: Callable[[dict[str, Any]], dict[str, Any]],
    description: str,
) -> sdk.Benchmark:
    """A benchmark that copies a state."""

    def prepare(p: Params) -> sdk.Case:
        return CloneCase(kind.input, CLONES.get(p["copy"], typed))

    return benchmark(name, {"copy": "generic"}, prepare, description)


def encode_json(
    name: str,
    kind: StateKind,
    typed: Callable[[dict[str, Any]], bytes],
    description: str,
) -> sdk.Benchmark:
    """A benchmark that encodes a state as canonical JSON."""

    def prepare(p: Params) -> sdk.Case:
        encoder = typed if p["repr"] == "record" else cj.dumpb
        return EncodeCase(kind.input, encoder, is_text=True)

    return benchmark(name, {"repr": "map"}, prepare, f"encode {description} as canonical JSON")


def encode_packed(
    name: str,
    kind: StateKind,
    typed: Callable[[dict[str, Any]], bytes],
    description: str,
) -> sdk.Benchmark:
    """A benchmark that encodes a state as packed binary."""
    return benchmark(
        name,
        {},
        lambda _p: EncodeCase(kind.input, typed, is_text=False),
        f"encode {description} as packed binary, by code written for the type",
    )


def compile_simple(p: Params) -> sdk.Case:
    def prepare(suffix: str) -> nodes.Builder:
        names = [f"node{i}{suffix}" for i in range(1, p["nodes"] + 1)]
        return nodes.chain(SIMPLE, [(name, nodes.counting) for name in names])

    return CompileCase(prepare)


def compile_complex(p: Params) -> sdk.Case:
    bodies = [nodes.processed_by(i) for i in range(p["nodes"])]

    def prepare(suffix: str) -> nodes.Builder:
        return nodes.chain(COMPLEX, [(f"node{i}{suffix}", body) for i, body in enumerate(bodies)])

    return CompileCase(prepare)


def compile_conditionals(_p: Params) -> sdk.Case:
    return CompileCase(nodes.conditionals)


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
        steps=by_nodes,
    ),
    run(
        "sequential_execution/5_nodes_complex",
        COMPLEX,
        RUN | {"nodes": 5},
        lambda p: nodes.step_chain(p["nodes"]),
        "a chain that adds a message and an entry a node",
        steps=by_nodes,
    ),
    run(
        "sequential_execution/10_nodes_stress",
        COMPLEX,
        RUN | {"nodes": 10, "meta": 10},
        lambda p: nodes.item_chain(0, p["nodes"], "processing", p["meta"]),
        "a chain that adds a message and ten entries a node",
        steps=by_nodes,
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
        steps=by_iterations,
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
        steps=lambda p: 2 * p["stages"] + 1,
    ),
]

CHECKPOINTING = [
    run(
        "checkpointing/memory_checkpoint_3_nodes",
        COMPLEX,
        KEEP | {"nodes": 3, "meta": 0},
        lambda p: nodes.item_chain(1, p["nodes"], "completed", p["meta"]),
        "a chain with a checkpoint in memory after every step",
        steps=by_nodes,
    ),
    run(
        "checkpointing/memory_checkpoint_5_nodes",
        COMPLEX,
        KEEP | {"nodes": 5, "meta": 10},
        lambda p: nodes.item_chain(1, p["nodes"], "completed", p["meta"]),
        "a chain with ten entries a node and checkpoints in memory",
        steps=by_nodes,
    ),
    run(
        "checkpointing/memory_checkpoint_loop_5_iterations",
        COMPLEX,
        KEEP | {"counter0": 0, "iterations": 5},
        lambda p: nodes.loop(p["iterations"]),
        "a loop with a checkpoint in memory after every round",
        steps=by_iterations,
    ),
    run(
        "checkpointing/file_checkpoint_3_nodes",
        COMPLEX,
        KEEP | {"nodes": 3, "meta": 0, "fsync": False},
        lambda p: nodes.item_chain(1, p["nodes"], "completed", p["meta"]),
        "a chain with a checkpoint in a file after every step",
        steps=by_nodes,
    ),
    run(
        "checkpointing/file_checkpoint_5_nodes",
        COMPLEX,
        KEEP | {"nodes": 5, "meta": 10, "fsync": False},
        lambda p: nodes.item_chain(1, p["nodes"], "completed", p["meta"]),
        "a chain with ten entries a node and checkpoints in files",
        steps=by_nodes,
    ),
]

STREAMING = [
    run(
        "event_streaming/stream_values_5_nodes",
        COMPLEX,
        RUN | {"nodes": 5},
        lambda p: nodes.item_chain(1, p["nodes"], "", 0),
        "a chain whose states are streamed",
        steps=by_nodes,
        mode="values",
    ),
    run(
        "event_streaming/stream_events_5_nodes",
        COMPLEX,
        RUN | {"nodes": 5},
        lambda p: nodes.item_chain(1, p["nodes"], "", 0),
        "a chain whose starts and ends of nodes are streamed",
        steps=by_nodes,
        mode="events",
    ),
    run(
        "event_streaming/stream_updates_3_nodes_complex",
        COMPLEX,
        RUN | {"nodes": 3, "meta": 10},
        lambda p: nodes.item_chain(1, p["nodes"], "", p["meta"]),
        "a chain whose updates are streamed",
        steps=by_nodes,
        mode="updates",
    ),
    run(
        "event_streaming/stream_parallel_3_workers",
        COMPLEX,
        FAN | {"width": 3},
        lambda p: nodes.report_fan(p["width"], p["latency_ms"]),
        "a fan-out whose states are streamed",
        mode="values",
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
    encode_json(
        "state_cloning/small_state_json_serialize",
        SMALL,
        json_small,
        "three scalars",
    ),
    encode_json(
        "state_cloning/medium_state_json_serialize",
        MEDIUM,
        json_medium,
        "100 texts, 50 entries and 100 numbers",
    ),
    encode_json(
        "state_cloning/large_state_json_serialize",
        LARGE,
        json_large,
        "1000 texts, 500 entries and ten blocks of 10 KiB",
    ),
    encode_packed(
        "state_cloning/small_state_bincode_serialize",
        SMALL,
        pack_small,
        "three scalars",
    ),
    encode_packed(
        "state_cloning/medium_state_bincode_serialize",
        MEDIUM,
        pack_medium,
        "100 texts, 50 entries and 100 numbers",
    ),
    encode_packed(
        "state_cloning/large_state_bincode_serialize",
        LARGE,
        pack_large,
        "1000 texts, 500 entries and ten blocks of 10 KiB",
    ),
    run(
        "state_cloning/small_state_3_nodes",
        SMALL,
        {"nodes": 3, "isolation": "copy"},
        lambda p: nodes.small_chain(p["nodes"]),
        "a chain whose nodes get copies of three scalars",
        steps=by_nodes,
    ),
    run(
        "state_cloning/medium_state_3_nodes",
        MEDIUM,
        {"nodes": 3, "isolation": "copy"},
        lambda p: nodes.medium_chain(p["nodes"]),
        "a chain whose nodes get copies of 250 small values",
        steps=by_nodes,
    ),
    run(
        "state_cloning/large_state_3_nodes",
        LARGE,
        {"nodes": 3, "isolation": "copy"},
        lambda p: nodes.large_chain(p["nodes"]),
        "a chain whose nodes get copies of 1500 texts and ten blocks of 10 KiB",
        steps=by_nodes,
    ),
    run(
        "state_cloning/medium_state_parallel_3_workers",
        MEDIUM,
        {"workers": 4, "width": 3, "isolation": "copy"},
        lambda p: nodes.medium_fan(p["width"]),
        "a fan-out whose nodes get copies of 250 small values",
    ),
]

STRESS = [
    run(
        "stress_tests/large_graph_100_nodes",
        COMPLEX,
        RUN | {"nodes": 100},
        lambda p: nodes.item_chain(0, p["nodes"], "", 0),
        "a long chain that adds a message a node",
        steps=by_nodes,
    ),
    run(
        "stress_tests/deep_nesting_10_levels",
        COMPLEX,
        RUN | {"nodes": 10},
        lambda p: nodes.nested(p["nodes"]),
        "a chain that goes on by a branch of one route at every level",
        steps=by_nodes,
    ),
    run(
        "stress_tests/wide_fanout_50_parallel_branches",
        COMPLEX,
        FAN | {"width": 50},
        lambda p: nodes.wide_fan(p["width"], p["latency_ms"]),
        "many workers side by side, an entry each",
    ),
    run(
        "stress_tests/long_running_100_iterations",
        COMPLEX,
        RUN | {"counter0": 0, "iterations": 100},
        lambda p: nodes.loop(p["iterations"]),
        "a node that routes to itself a hundred times",
        steps=by_iterations,
    ),
]

WORKFLOWS = [
    run(
        "real_world_scenarios/customer_service_router",
        COMPLEX,
        RUN | {"latency_ms": 0, "counter0": 0},
        lambda p: workflows.customer_service(p["latency_ms"]),
        "classify a request, hand it to a specialist, resolve or escalate it",
    ),
    run(
        "real_world_scenarios/batch_processing_pipeline",
        COMPLEX,
        FAN | {"width": 5, "items": 2},
        lambda p: workflows.batch_pipeline(p["width"], p["items"], p["latency_ms"]),
        "processors side by side, each with a route of its own, one in error",
    ),
    run(
        "real_world_scenarios/financial_analysis_workflow",
        COMPLEX,
        FAN,
        lambda p: workflows.financial_analysis(p["latency_ms"]),
        "three analyses side by side, an assessment, one of two reports",
    ),
]


def with_and_without(
    name: str,
    params: Params,
    build: Callable[[Params], nodes.Builder],
    description: str,
    steps: Callable[[Params], int] = lambda _params: 0,
) -> list[sdk.Benchmark]:
    """The two arms of a benchmark of tracing."""
    return [
        run(
            f"tracing_overhead/{name}_{arm}_subscriber",
            COMPLEX,
            params,
            build,
            f"{description}, {arm} a tracer",
            steps=steps,
            traced=arm == "with",
        )
        for arm in ("no", "with")
    ]


TRACING = [
    *with_and_without(
        "5_nodes",
        RUN | {"nodes": 5, "meta": 10},
        lambda p: nodes.item_chain(1, p["nodes"], "completed", p["meta"]),
        "a chain with ten entries a node",
        by_nodes,
    ),
    *with_and_without(
        "parallel_3_workers",
        FAN | {"width": 3, "items": 20},
        lambda p: nodes.item_fan(p["width"], p["items"], p["latency_ms"]),
        "a fan-out",
    ),
    *with_and_without(
        "checkpoint_3_nodes",
        KEEP | {"nodes": 3, "meta": 0},
        lambda p: nodes.item_chain(1, p["nodes"], "completed", p["meta"]),
        "a chain with a checkpoint in memory after every step",
        by_nodes,
    ),
]

READ_ONLY = [
    run(
        "read_only_optimization/5_read_only_nodes_with_callbacks",
        COMPLEX,
        RUN | {"nodes": 5},
        lambda p: nodes.idle_chain(COMPLEX, p["nodes"]),
        "a chain of nodes flagged read-only, with callbacks",
        steps=by_nodes,
        mode="callbacks",
    ),
    run(
        "read_only_optimization/5_mutating_nodes_with_callbacks",
        COMPLEX,
        RUN | {"nodes": 5},
        lambda p: nodes.mutating_chain(p["nodes"]),
        "a chain of nodes that write, with callbacks that name what changed",
        steps=by_nodes,
        mode="callbacks",
    ),
    run(
        "read_only_optimization/3_read_only_nodes_large_state",
        LARGE,
        RUN | {"nodes": 3},
        lambda p: nodes.idle_chain(LARGE, p["nodes"]),
        "a chain of nodes flagged read-only over a large state, with callbacks",
        steps=by_nodes,
        mode="callbacks",
    ),
    run(
        "read_only_optimization/3_mutating_nodes_large_state",
        LARGE,
        RUN | {"nodes": 3},
        lambda p: nodes.message_chain(p["nodes"]),
        "a chain of nodes that write a large state, with callbacks that name what changed",
        steps=by_nodes,
        mode="callbacks",
    ),
]

BENCHMARKS: list[sdk.Benchmark] = [
    *COMPILATION,
    *SEQUENTIAL,
    *CONDITIONAL,
    *PARALLEL,
    *CHECKPOINTING,
    *STREAMING,
    *CLONING,
    *STRESS,
    *WORKFLOWS,
    *TRACING,
    *READ_ONLY,
    *LANGGRAPH,
    *CONFORMANCE,
    SPEC,
]
"""Every graph benchmark and conformance case that this program offers."""
