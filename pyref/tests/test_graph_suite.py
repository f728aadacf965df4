"""The knobs, nonces and outcomes of the graph benchmarks, and described graphs."""

from __future__ import annotations

import hashlib
import json
import struct
import tempfile
import threading
import time
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

from pyref import cj, sdk
from pyref.suite.graph import BENCHMARKS, KNOBS
from pyref.suite.graph_copies import CLONES
from pyref.suite.graph_encoding import (
    json_block,
    json_large,
    json_map,
    json_medium,
    json_small,
    json_texts,
    pack_map,
    pack_medium,
    pack_small,
    pack_texts,
)
from pyref.suite.graph_knobs import CHOICES
from pyref.suite.graph_states import letters
from pyref.suite.graph_wide import wide_input
from pyref.tests.graph_suite_support import BY_NAME, LIGHT, RUNS, WIDE, SuiteTest

EVENTS_ONLY = {"langgraph/sequential_1000_first_event"}
"""What these digest does not depend on the input."""


class Knobs(SuiteTest):
    def test_order_of_names(self) -> None:
        for benchmark in BENCHMARKS[:-1]:
            self.assertEqual(list(benchmark.params), [k for k in KNOBS if k in benchmark.params])

    def test_lengths(self) -> None:
        def check(name: str, counter: str, want: int, **knobs: Any) -> None:
            self.assertEqual(self.verify(name, **knobs).counters[counter], want, (name, knobs))

        check("sequential_execution/3_nodes_simple", "supersteps", 60, nodes=60)
        check("compilation/complex_graph_10_nodes", "plan_nodes", 33, nodes=33)
        check("conditional_branching/loop_with_exit_condition", "routes", 70, iterations=70)
        check("conditional_branching/loop_with_exit_condition", "routes", 2, counter0=3)
        check("parallel_execution/fanout_3_workers", "nodes", 22, width=20)
        check("parallel_execution/two_stage_parallel", "nodes", 4 * 6 + 1, width=5, stages=4)
        check("parallel_execution/two_stage_parallel", "supersteps", 41, stages=20)
        check("checkpointing/memory_checkpoint_3_nodes", "checkpoints", 41, nodes=40)
        check("checkpointing/memory_checkpoint_3_nodes", "checkpoints", 1, durability="exit")
        check("checkpointing/file_checkpoint_3_nodes", "checkpoints", 41, nodes=40)
        check("checkpointing/file_checkpoint_5_nodes", "checkpoint_bytes", 4961, fsync=True)
        check("event_streaming/stream_values_5_nodes", "events", 61, nodes=60)
        check("event_streaming/stream_events_5_nodes", "events", 120, nodes=60)
        check("event_streaming/stream_updates_3_nodes_complex", "events", 60, nodes=60)
        check("event_streaming/stream_parallel_3_workers", "events", 4, width=12)
        check("state_cloning/medium_state_parallel_3_workers", "state_copies", 14, width=12)
        check("state_cloning/large_state_3_nodes", "state_copies", 0, isolation="share")
        check("stress_tests/deep_nesting_10_levels", "routes", 60, nodes=60)
        check("stress_tests/deep_nesting_10_levels", "routes", 1, nodes=1)
        check("stress_tests/long_running_100_iterations", "supersteps", 3, iterations=3)
        check("stress_tests/long_running_100_iterations", "supersteps", 130, counter0=-30)
        check("stress_tests/long_running_100_iterations", "supersteps", 1, counter0=500)
        check("real_world_scenarios/batch_processing_pipeline", "nodes", 12 + 4, width=12)
        check("real_world_scenarios/batch_processing_pipeline", "nodes", 4, width=1)
        check("tracing_overhead/5_nodes_with_subscriber", "spans", 61, nodes=60)
        check("tracing_overhead/checkpoint_3_nodes_with_subscriber", "spans", 5, durability="exit")
        check("read_only_optimization/5_read_only_nodes_with_callbacks", "events", 182, nodes=60)
        check("read_only_optimization/3_mutating_nodes_large_state", "events", 22, nodes=5)
        check("langgraph/sequential_10", "events", 60, nodes=60)
        check("langgraph/sequential_1000_first_event", "supersteps", 1, nodes=60)
        check("langgraph/fanout_to_subgraph_10x", "sub_nodes", 12 * 3, width=3)
        check("langgraph/react_agent_10x", "routes", 4, iterations=3)
        check("langgraph/sequential_1000_compilation", "plan_edges", 60, nodes=60)

    def test_isolation_changes_no_result(self) -> None:
        for name in RUNS:
            if name in WIDE:
                continue
            with self.subTest(name):
                shared = self.verify(name, isolation="share")
                copied = self.verify(name, isolation="copy")
                self.assertEqual(copied.digest, shared.digest)
                self.assertEqual(shared.counters["state_copies"], 0)
                # One for every node that ran; the nodes of a subgraph are no less.
                nodes = copied.counters["nodes"] + copied.counters["sub_nodes"]
                self.assertEqual(copied.counters["state_copies"], nodes)

    def test_sizes(self) -> None:
        state = self.value("sequential_execution/10_nodes_stress", nodes=4, meta=3)
        self.assertEqual((len(state["messages"]), len(state["metadata"])), (5, 2 + 4 * 3))
        state = self.value("parallel_execution/fanout_5_workers_heavy", width=2, items=7)
        self.assertEqual((state["counter"], len(state["metadata"])), (5, 2 + 2 * 7))

        state = self.value("event_streaming/stream_updates_3_nodes_complex", nodes=4, meta=3)
        self.assertEqual((len(state["messages"]), len(state["metadata"])), (5, 2 + 4 * 3))
        state = self.value("tracing_overhead/parallel_3_workers_no_subscriber", width=4, items=3)
        self.assertEqual((len(state["messages"]), len(state["metadata"])), (5, 2 + 4 * 3))
        state = self.value("real_world_scenarios/batch_processing_pipeline", width=4, items=3)
        self.assertEqual((len(state["messages"]), state["counter"]), (1 + 1 + 4 + 3, 2 + 4 * 3 + 1))

    def test_chains_that_go_round_their_containers(self) -> None:
        state = self.value("state_cloning/medium_state_3_nodes", nodes=102)
        self.assertEqual(state["counters"][:5], [1, 3, 4, 4, 5])  # 0 once, 1 and 2 twice
        blocks = self.value("state_cloning/large_state_3_nodes", nodes=11)["data_blocks"]
        self.assertEqual([block[0] for block in blocks], [10, 11, 2, 3, 4, 5, 6, 7, 8, 9])
        block = self.value("state_cloning/large_state_3_nodes", nodes=300)["data_blocks"][0]
        self.assertEqual(block[0], 300 % 256)
        state = self.value("state_cloning/small_state_3_nodes", nodes=5)
        self.assertEqual((state["counter"], state["value"]), (5, 7.5))

    def test_wide_fan_outs_append_in_order_of_name(self) -> None:
        messages = self.value("parallel_execution/fanout_3_workers", width=11)["messages"]
        want = [f"Worker {i} processing" for i in (1, 10, 11, 2, 3, 4, 5, 6, 7, 8, 9)]
        self.assertEqual(messages[1:], want)

    def test_counter0_moves_the_route(self) -> None:
        for counter0, want in ((0, "b"), (1, "c"), (2, "d"), (3, "a"), (-2, "d")):
            state = self.value("conditional_branching/multi_branch_4_routes", counter0=counter0)
            self.assertEqual(state["next"], f"route_{want}")
        state = self.value("conditional_branching/binary_conditional", counter0=1)
        self.assertEqual(state["messages"][1], "Even path")

    def test_requests_are_routed_by_their_counter(self) -> None:
        for counter0, intent, who, status in (
            (3, "billing", "billing", "resolved"),
            (0, "tech", "tech", "resolved"),
            (1, "sales", "sales", "resolved"),
            (2, "other", "general", "resolved"),
            (19, "billing", "billing", "escalated"),
            (24, "tech", "tech", "escalated"),
            (9, "sales", "sales", "resolved"),  # these never escalate
            (14, "other", "general", "resolved"),
        ):
            with self.subTest(counter0=counter0):
                router = "real_world_scenarios/customer_service_router"
                state = self.value(router, counter0=counter0)
                metadata = state["metadata"]
                got = metadata["intent"], metadata["specialist"], state["status"]
                self.assertEqual(got, (intent, who, status))
                self.assertEqual("escalated" in metadata, status == "escalated")

    def test_every_node_of_a_workflow_waits_for_its_latency(self) -> None:
        for name, knobs, steps in (
            ("customer_service_router", {}, 3),
            ("batch_processing_pipeline", {"workers": 0}, 9),
            ("batch_processing_pipeline", {"workers": 8}, 4),
            ("financial_analysis_workflow", {"workers": 0}, 6),
        ):
            run = self.prepare(f"real_world_scenarios/{name}", latency_ms=10, **knobs).batch(0, 1)
            start = time.perf_counter()
            run()
            self.assertGreaterEqual(time.perf_counter() - start, steps * 0.010, name)

    def test_every_worker_waits_for_its_latency(self) -> None:
        fan = "parallel_execution/fanout_3_workers"
        for workers, least in ((0, 0.080), (4, 0.020)):  # sleeps never end early
            run = self.prepare(fan, width=4, latency_ms=20, workers=workers).batch(0, 1)
            start = time.perf_counter()
            run()
            self.assertGreaterEqual(time.perf_counter() - start, least)

    def test_values_without_sense(self) -> None:
        for name, knobs in (
            ("sequential_execution/3_nodes_simple", {"nodes": 0}),
            ("sequential_execution/3_nodes_simple", {"payload": -1}),
            ("sequential_execution/3_nodes_simple", {"compile": "within"}),
            ("sequential_execution/3_nodes_simple", {"nodes": (1 << 30) + 1}),
            ("conditional_branching/binary_conditional", {"counter0": -(1 << 30) - 1}),
            ("parallel_execution/fanout_3_workers", {"workers": -1}),
            ("state_cloning/small_state_clone", {"copy": "deep"}),
            ("state_cloning/small_state_json_serialize", {"repr": "typed"}),
            ("checkpointing/file_checkpoint_3_nodes", {"durability": "never"}),
            ("langgraph/wide_state_15x600_compilation", {"repr": "object"}),
        ):
            ((knob, value),) = knobs.items()
            with self.assertRaisesRegex(sdk.InvalidParam, f"^{knob}={value}: want "):
                self.prepare(name, **knobs)


class Nonces(SuiteTest):
    def test_where_the_text_goes(self) -> None:
        big = 2**64 - 1
        simple = self.value("sequential_execution/3_nodes_simple", big, payload=3)
        self.assertEqual(simple["data"], f"xxx#{big}node1 node2 node3 ")
        state = self.value("sequential_execution/5_nodes_complex", 7, payload=2)
        self.assertEqual(state["metadata"]["session"], "test_session#7")
        self.assertEqual(state["messages"][0], "Initial messagexx")
        self.assertEqual(self.value("state_cloning/small_state_clone", 7)["status"], "ready#7")
        data = self.value("state_cloning/medium_state_clone", 7)["data"]
        self.assertEqual(data[:2], ["Item 0#7", "Item 1"])
        messages = self.value("state_cloning/large_state_clone", 7)["messages"]
        self.assertEqual(messages[:2], ["Message 0#7", "Message 1"])
        plan = self.value("compilation/graph_with_conditionals", 7)
        self.assertEqual(plan["nodes"], ["process#7", "start#7"])
        routes = {"continue": "process#7", "end": "__end__"}
        self.assertEqual(plan["branches"], [["process#7", routes]])
        self.assertEqual(plan["entry"], ["start#7"])
        chain = self.value("compilation/simple_graph_3_nodes", 7)
        self.assertEqual(chain["edges"][-1], ["node3#7", "__end__"])
        wide = self.value("langgraph/wide_state_15x600_compilation", 7)
        self.assertEqual(wide["branches"], [["six#7", {"end": "__end__", "one": "one#7"}]])
        self.assertEqual(wide["joins"], [[["four#7", "three#7"], "five#7"]])

    def test_where_the_text_goes_in_messages(self) -> None:
        self.assertEqual(self.value("langgraph/sequential_10", 7), {"messages": ["#7"]})
        state = self.value("langgraph/fanout_to_subgraph_10x", 7)
        self.assertEqual(state["subjects"][0], letters(1000, 0) + "#7")
        self.assertEqual(state["jokes"][0], f"Joke about {letters(1000, 0)}#7 - hohoho" + " a" * 10)
        self.assertEqual(state["subjects"][1], letters(1000, 1))
        messages = self.value("langgraph/react_agent_10x", 7)["messages"]
        self.assertEqual(messages[0], {"role": "human", "id": "human-0", "content": "hi?#7"})
        self.assertEqual(wide_input(3, 5, 7)["messages"][0].pop("nonce"), "#7")
        self.assertNotIn("nonce", wide_input(3, 5, 0)["messages"][0])

    def test_every_benchmark_depends_on_it(self) -> None:
        for name in LIGHT:
            if name in EVENTS_ONLY:
                continue
            case = self.prepare(name)
            digests = {case.verify(nonce, False).digest for nonce in (0, 1, 2)}
            self.assertEqual(len(digests), 3, name)


class Timed(SuiteTest):
    def test_outcome_is_that_of_verify(self) -> None:
        for name in LIGHT:
            for knobs in ({}, {"compile": "inside"}, {"copy": "typed"}, {"repr": "record"}):
                if not set(knobs) <= set(BY_NAME[name].params):
                    continue
                with self.subTest(name, **knobs):
                    case = self.prepare(name, **knobs)
                    for nonce, iterations in ((3, 1), (4, 5)):
                        case.batch(nonce, iterations)()
                        outcome = case.outcome()
                        verification = case.verify(nonce, False)
                        self.assertEqual(outcome.digest, verification.digest)
                        self.assertEqual(outcome.counters, verification.counters)

    def test_a_first_event_ends_the_run(self) -> None:
        got = self.verify("langgraph/sequential_1000_first_event", isolation="copy")
        event = {"mode": "updates", "node": "node_0", "step": 1, "update": {}}
        self.assertEqual(json.loads(got.result or ""), event)
        self.assertEqual(got.digest, cj.digest(event))
        counted = {name: count for name, count in got.counters.items() if count}
        self.assertEqual(counted, {"nodes": 1, "supersteps": 1, "events": 1, "state_copies": 1})

    def test_outcome_needs_a_run(self) -> None:
        for name in LIGHT:
            case = self.prepare(name)
            case.batch(0, 1)
            with self.assertRaises(RuntimeError):
                case.outcome()

    def test_threads_belong_to_the_case(self) -> None:
        before = set(threading.enumerate())
        benchmark = BY_NAME["parallel_execution/fanout_3_workers"]
        case = benchmark.prepare({**benchmark.params, "workers": 4})
        opened = set(threading.enumerate()) - before
        case.batch(0, 3)()
        # None was started inside the clock.
        self.assertEqual(set(threading.enumerate()) - before, opened)
        self.assertEqual(len(opened), 4)
        case.close()
        self.assertEqual(set(threading.enumerate()), before)

    def test_only_fan_outs_have_threads(self) -> None:
        before = threading.active_count()
        for name in LIGHT:
            if "workers" not in BY_NAME[name].params:
                self.prepare(name).batch(0, 1)()
        self.assertEqual(threading.active_count(), before)

    def test_results_say_the_digested_value(self) -> None:
        for name in LIGHT:
            verification = self.verify(name)
            assert verification.result is not None
            value = json.loads(verification.result)
            data = bytes.fromhex(value) if "bincode" in name else cj.dumpb(value)
            self.assertEqual(hashlib.sha256(data).hexdigest(), verification.digest)
            self.assertIsNone(self.prepare(name).verify(0, False).result)


class Files(SuiteTest):
    """File checkpoints: a fresh directory a run, and nothing left behind."""

    def setUp(self) -> None:
        self.directory = Path(self.enter(tempfile.TemporaryDirectory()))
        self.enter(mock.patch.object(tempfile, "tempdir", str(self.directory)))

    def enter(self, context: Any) -> Any:  # unittest has it from 3.11 on
        value = context.__enter__()
        self.addCleanup(context.__exit__, None, None, None)
        return value

    def files(self) -> list[str]:
        return sorted(path.name for path in self.directory.rglob("*") if path.is_file())

    def test_every_run_has_its_own(self) -> None:
        case = self.prepare("checkpointing/file_checkpoint_3_nodes")
        run = case.batch(0, 5)
        self.assertEqual(self.files(), [])
        run()
        self.assertEqual(self.files(), [f"{step:08d}.json" for step in range(4) for _ in range(5)])
        case.batch(1, 2)()
        self.assertEqual(len(self.files()), 2 * 4)
        case.verify(0, False)
        self.assertEqual(len(self.files()), 4)
        case.close()
        self.assertEqual(list(self.directory.iterdir()), [])

    def test_only_file_checkpoints_write_any(self) -> None:
        for name in LIGHT:
            if "fsync" not in BY_NAME[name].params:
                case = self.prepare(name)
                case.batch(0, 1)()
                case.verify(0, False)
        self.assertEqual(list(self.directory.iterdir()), [])


class Copying(unittest.TestCase):
    """Copies of values that the benchmarks do not have."""

    def test_what_is_one_object_twice(self) -> None:
        shared = [bytearray(b"x")]
        twice = {"a": shared, "b": shared, "c": [{"d": shared}]}
        for name, keeps in (("generic", False), ("deepcopy", True)):
            with self.subTest(name):
                made = CLONES[name](twice)
                self.assertEqual(made, twice)
                self.assertIsNot(made["a"], shared)
                self.assertIsNot(made["a"][0], shared[0])
                self.assertEqual(made["a"] is made["b"], keeps)
                self.assertEqual(made["a"][0] is made["c"][0]["d"][0], keeps)

    def test_every_arm_copies_by_its_own_function(self) -> None:
        self.assertEqual(set(CLONES) | {"typed"}, set(CHOICES["copy"]))
        self.assertEqual(len(set(CLONES.values())), len(CLONES))


class TypedJSON(unittest.TestCase):
    """Encoders written for a type write what the one for any value does."""

    texts = (
        "",
        "a",
        'quote " slash \\',
        "\0\x1f\n\x7f",
        "é\u2028\ue000",
        "\U0001f600",
        "0.0",
        "1e-05",
    )

    def test_parts(self) -> None:
        self.assertEqual(json_texts([]), "[]")
        self.assertEqual(json_texts(self.texts), cj.dumps(self.texts))
        for texts in ({}, {text: f"value of {text}" for text in reversed(self.texts)}):
            self.assertEqual(json_map(texts), cj.dumps(texts))
        for block in (b"", b"\0", bytes(range(256))):
            self.assertEqual(json_block(bytearray(block)), cj.dumps(list(block)))

    def test_states(self) -> None:
        metadata = dict.fromkeys(self.texts, "x")
        whole = (0.0, -0.0, -3.0, 1e15, 1e16, 1e20, 1e21, 1.7976931348623157e308)
        for value in (*whole, 4.5, 1e-5, 1e-7, 5e-324):
            for status in self.texts:
                small = {"counter": -(2**63), "status": status, "value": value}
                self.assertEqual(json_small(small), cj.dumpb(small))
        for count in (0, 1, 3):
            medium = {
                "data": list(self.texts[:count]),
                "metadata": metadata,
                "counters": list(range(-1, count)),
            }
            self.assertEqual(json_medium(medium), cj.dumpb(medium))
            large = {
                "messages": list(self.texts),
                "metadata": metadata,
                "data_blocks": [bytearray(range(count))] * count,
            }
            self.assertEqual(json_large(large), cj.dumpb(large))

    def test_what_has_no_form(self) -> None:
        for state in (
            {"counter": 0, "status": "\ud800", "value": 0.0},
            {"counter": 0, "status": "", "value": float("nan")},
            {"counter": 0, "status": "", "value": float("inf")},
        ):
            with self.assertRaises(ValueError):
                json_small(state)


class Encoding(unittest.TestCase):
    """Packed binary of texts that the benchmarks do not have."""

    def plain(self, texts: list[str]) -> bytes:
        encoded = [text.encode() for text in texts]
        return b"".join(struct.pack("<Q", len(data)) + data for data in encoded)

    def test_texts(self) -> None:
        for texts in (
            [],
            [""],
            ["a", "x" * 127, "b"],
            ["x" * 128],
            ["x" * 300, "é"],
            ["é" * 60],  # 120 bytes
            ["é" * 64],  # 128 bytes, 64 characters
            ["\0\x7f", "\U0001f600"],
        ):
            want = struct.pack("<Q", len(texts)) + self.plain(texts)
            self.assertEqual(pack_texts(texts), want, texts)

    def test_maps_are_in_order_of_their_keys_bytes(self) -> None:
        keys = ["\ue000", "\U0001f600", "b", "a", "é", ""]  # UTF-16 would have the second first
        ordered = sorted(keys, key=str.encode)
        want = self.plain([text for key in ordered for text in (key, f"value of {key}")])
        got = pack_map({key: f"value of {key}" for key in keys})
        self.assertEqual(got, struct.pack("<Q", len(keys)) + want)

    def test_numbers(self) -> None:
        small = pack_small({"counter": 2**32 - 1, "status": "é", "value": -0.5})
        text = struct.pack("<Q", 2) + "é".encode()
        self.assertEqual(small, b"\xff\xff\xff\xff" + text + struct.pack("<d", -0.5))
        medium = pack_medium({"data": [], "metadata": {}, "counters": [1, 2**32 - 1]})
        self.assertEqual(medium, struct.pack("<QQQII", 0, 0, 2, 1, 2**32 - 1))
        with self.assertRaises(struct.error):
            pack_small({"counter": 2**32, "status": "", "value": 0.0})

    def test_letters(self) -> None:
        for count in (0, 1, 26, 27, 1000):
            for salt in (0, 1, 2, 25, 26, 99):
                want = [chr(ord("a") + (salt + 7 * j) % 26) for j in range(count)]
                self.assertEqual(list(letters(count, salt)), want)


class Specs(SuiteTest):
    def test_given_for_no_field(self) -> None:
        """Left out, as on every side; the engine on its own refuses it."""
        described: dict[str, Any] = {
            "fields": {"x": {"reducer": "last", "default": 0}},
            "nodes": [{"name": "a", "ops": []}],
            "entry": ["a"],
        }
        want = self.verify("conformance/graph_spec", **described, input={"x": 7})
        got = self.verify("conformance/graph_spec", **described, input={"x": 7, "y": 8})
        self.assertEqual(got.digests, want.digests)

    def test_misdescribed_graphs(self) -> None:
        good: dict[str, Any] = {
            "fields": {"x": {"reducer": "last", "default": 0}},
            "nodes": [{"name": "a", "ops": []}],
            "entry": ["a"],
        }
        for none in ("", None):
            got = self.verify("conformance/graph_spec", **good, checkpointer=none, mode=none)
            counted = {name: count for name, count in got.counters.items() if count}
            self.assertEqual(counted, {"nodes": 1, "supersteps": 1})
            self.assertEqual(set(got.digests), {"state", "plan"})
        changes: tuple[dict[str, Any], ...] = (
            {"fields": {"x": {"reducer": "lsat"}}},
            {"fields": {"x": {}}},
            {"nodes": [{"ops": []}]},
            {"nodes": [{"name": "a", "ops": [{"frob": ["x", 1]}]}]},
            {"nodes": [{"name": "a", "ops": [{"set": ["x"]}]}]},
            {"edges": [["a"]]},
            {"branches": [{"from": "a", "router": {"dice": 6}, "routes": {}}]},
            {"branches": [{"from": "a", "router": {"mod": ["x", 0]}, "routes": {}}]},
            {"checkpointer": "file"},
            {"mode": "debug"},
            {"limit": 0},
        )
        for change in changes:
            with self.subTest(**change), self.assertRaises(sdk.InvalidParam):
                self.prepare("conformance/graph_spec", **{**good, **change})


if __name__ == "__main__":
    unittest.main()
