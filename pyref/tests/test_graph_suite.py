"""The graph benchmarks against the catalogue's values, and their knobs and nonces.

testdata/golden-graph*.json holds what every implementation must compute at the
catalogue's parameters and nonce 0.
"""

from __future__ import annotations

import json
import threading
import time
import unittest
from pathlib import Path
from typing import Any

from pyref import cj, sdk
from pyref.graph import Runner
from pyref.suite import graph_nodes as nodes
from pyref.suite.graph import BENCHMARKS, KNOBS
from pyref.suite.graph_states import COMPLEX

TESTDATA = Path(__file__).parent / "testdata"
BY_NAME = {benchmark.name: benchmark for benchmark in BENCHMARKS}
MEASURED = [name for name in BY_NAME if not name.startswith("conformance/")]


def golden(name: str) -> dict[str, Any]:
    return json.loads((TESTDATA / name).read_text())


class SuiteTest(unittest.TestCase):
    def prepare(self, name: str, **knobs: Any) -> sdk.Case:
        benchmark = BY_NAME[name]
        self.assertLessEqual(set(knobs), set(benchmark.params), name)
        case = benchmark.prepare({**benchmark.params, **knobs})
        self.addCleanup(case.close)
        return case

    def verify(self, name: str, nonce: int = 0, **knobs: Any) -> sdk.Verification:
        return self.prepare(name, **knobs).verify(nonce, True)

    def state(self, name: str, nonce: int = 0, **knobs: Any) -> dict[str, Any]:
        verification = self.verify(name, nonce, **knobs)
        assert verification.result is not None
        return json.loads(verification.result)


class Golden(SuiteTest):
    def test_benchmarks(self) -> None:
        want = golden("golden-graph.json")
        self.assertEqual(set(want), set(MEASURED))
        for name, values in want.items():
            for knobs in self.arms(name):
                with self.subTest(name, **knobs):
                    self.check(self.verify(name, **knobs), values)

    def arms(self, name: str) -> list[dict[str, Any]]:
        """Return knobs that must not change any result."""
        arms: list[dict[str, Any]] = [{}]
        neutral = {"workers": (0, 1, 8), "compile": ("inside",), "copy": ("typed",), "latency_ms": (1,)}
        for knob, values in neutral.items():
            if knob in BY_NAME[name].params:
                arms += [{knob: value} for value in values]
        return arms

    def check(self, got: sdk.Verification, want: dict[str, Any]) -> None:
        self.assertIsNone(got.error)
        checked = 0
        for key, value in want.items():
            if key == "digest":
                self.assertEqual(got.digests["state"], value)
                self.assertEqual(got.digest, value)
            elif key.endswith("_digest"):
                self.assertEqual(got.digests[key.removesuffix("_digest")], value)
            elif key == "cj_bytes":
                self.assertEqual(len((got.result or "").encode()), value)
            elif key in got.counters:
                self.assertEqual(got.counters[key], value, key)
            else:
                self.assertTrue(key.startswith("plan_"), key)  # compilation reports these
                continue
            checked += 1
        self.assertGreater(checked, 1)
        others = {k for k, v in got.counters.items() if k not in want and v}
        self.assertEqual(others, set())

    def test_compilation_reports_the_plan(self) -> None:
        got = self.verify("compilation/graph_with_conditionals")
        self.assertEqual(got.digest, got.digests["plan"])
        counted = {name: count for name, count in got.counters.items() if count}
        self.assertEqual(counted, {"plan_nodes": 2, "plan_edges": 1, "plan_branches": 1})

    def test_conformance(self) -> None:
        for name, want in golden("golden-graph-conformance.json").items():
            with self.subTest(name):
                got = self.verify(name)
                if "error" in want:
                    assert got.error is not None
                    self.assertEqual((got.error.kind, got.error.field), (want["error"], want.get("field")))
                    self.assertIsNone(got.digest)
                    for detail in [want.get("label", ""), str(want.get("limit", "")), *want.get("nodes", [])]:
                        self.assertIn(detail, got.error.message or "")
                    continue
                self.assertEqual(got.digest, want["digest"])
                for counter in ("nodes", "supersteps", "routes"):
                    self.assertEqual(got.counters[counter], want[counter], counter)

    def test_conformance_without_golden_values(self) -> None:
        for kind in ("unknown_node", "no_entry", "duplicate_node", "empty_routes", "read_only_violation"):
            with self.subTest(kind):
                error = self.verify(f"conformance/graph_{kind}").error
                assert error is not None
                self.assertEqual(error.kind, kind)
                self.assertEqual(error.node, "s" if kind == "read_only_violation" else None)

    def test_recursion_limit_exceeded_ran_the_whole_limit(self) -> None:
        self.assertEqual(self.verify("conformance/graph_recursion_limit_exceeded").counters["nodes"], 25)

    def test_node_failed_keeps_the_checkpoints_before(self) -> None:
        got = self.verify("conformance/graph_node_failed")
        assert got.error is not None
        self.assertEqual((got.error.kind, got.error.node), ("node_failed", "worker2"))
        self.assertEqual(got.counters["checkpoints"], 2)
        self.assertEqual(set(got.digests), {"checkpoints"})

    def test_conformance_ignores_the_nonce(self) -> None:
        for name in BY_NAME:
            if name.startswith("conformance/") and name != "conformance/graph_spec":
                self.assertEqual(self.verify(name, 0), self.verify(name, 9), name)


class Spots(unittest.TestCase):
    """Known digests of sweeps over graphs larger than the benchmarks here."""

    def check(self, build: nodes.Builder, limit: int, want: str) -> None:
        plan = build().compile()
        for workers in (0, 4):
            with Runner(workers) as runner:
                result = runner.invoke(plan, COMPLEX.input(), limit=limit)
            self.assertEqual(cj.digest(result.state)[:16], want)

    def test_chains(self) -> None:
        def body(i: int) -> nodes.Body:
            return lambda state: {"counter": state["counter"] + 1, "messages": [f"Node {i}"]}

        for count, want in ((1, "5d1f31445506dbfd"), (10, "e1012194c5cb8125"), (1000, "016a5c6229ca523e")):
            chain = nodes.chain(COMPLEX, [(f"node{i}", body(i)) for i in range(count)])
            self.check(chain, count, want)

    def test_fan_outs(self) -> None:
        def body(i: int) -> nodes.Body:
            return lambda _state: {"metadata": {f"worker{i}": "done"}}

        for width, want in ((1, "982c4c6c13c6b30d"), (200, "98e5a0ee12ac13fa")):
            fan = nodes.fan_out(
                ("start", nodes.setting({"status": "distributing"})),
                [(f"worker{i}", body(i)) for i in range(width)],
                ("collect", lambda state: {"status": "collected", "counter": len(state["metadata"])}),
            )
            self.check(fan, 3, want)


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
        check("sequential_execution/5_nodes_complex", "state_copies", 5, isolation="copy")

    def test_sizes(self) -> None:
        state = self.state("sequential_execution/10_nodes_stress", nodes=4, meta=3)
        self.assertEqual((len(state["messages"]), len(state["metadata"])), (5, 2 + 4 * 3))
        state = self.state("parallel_execution/fanout_5_workers_heavy", width=2, items=7)
        self.assertEqual((state["counter"], len(state["metadata"])), (5, 2 + 2 * 7))

    def test_wide_fan_outs_append_in_order_of_name(self) -> None:
        messages = self.state("parallel_execution/fanout_3_workers", width=11)["messages"]
        want = [f"Worker {i} processing" for i in (1, 10, 11, 2, 3, 4, 5, 6, 7, 8, 9)]
        self.assertEqual(messages[1:], want)

    def test_counter0_moves_the_route(self) -> None:
        for counter0, want in ((0, "route_b"), (1, "route_c"), (2, "route_d"), (3, "route_a"), (-2, "route_d")):
            state = self.state("conditional_branching/multi_branch_4_routes", counter0=counter0)
            self.assertEqual(state["next"], want)
        self.assertEqual(self.state("conditional_branching/binary_conditional", counter0=1)["messages"][1], "Even path")

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
            ("state_cloning/small_state_clone", {"copy": "deep"}),
        ):
            with self.assertRaises(sdk.InvalidParam):
                self.prepare(name, **knobs)


class Nonces(SuiteTest):
    def test_where_the_text_goes(self) -> None:
        big = 2**64 - 1
        simple = self.state("sequential_execution/3_nodes_simple", big, payload=3)
        self.assertEqual(simple["data"], f"xxx#{big}node1 node2 node3 ")
        state = self.state("sequential_execution/5_nodes_complex", 7, payload=2)
        self.assertEqual(state["metadata"]["session"], "test_session#7")
        self.assertEqual(state["messages"][0], "Initial messagexx")
        self.assertEqual(self.state("state_cloning/small_state_clone", 7)["status"], "ready#7")
        self.assertEqual(self.state("state_cloning/medium_state_clone", 7)["data"][:2], ["Item 0#7", "Item 1"])
        self.assertEqual(self.state("state_cloning/large_state_clone", 7)["messages"][:2], ["Message 0#7", "Message 1"])
        plan = self.state("compilation/graph_with_conditionals", 7)
        self.assertEqual(plan["nodes"], ["process#7", "start#7"])
        self.assertEqual(plan["branches"], [["process#7", {"continue": "process#7", "end": "__end__"}]])
        self.assertEqual(plan["entry"], ["start#7"])
        chain = self.state("compilation/simple_graph_3_nodes", 7)
        self.assertEqual(chain["edges"][-1], ["node3#7", "__end__"])

    def test_every_benchmark_depends_on_it(self) -> None:
        for name in MEASURED:
            case = self.prepare(name)
            digests = {case.verify(nonce, False).digest for nonce in (0, 1, 2)}
            self.assertEqual(len(digests), 3, name)


class Timed(SuiteTest):
    def test_outcome_is_that_of_verify(self) -> None:
        for name in MEASURED:
            for knobs in ({}, {"compile": "inside"}, {"copy": "typed"}):
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

    def test_outcome_needs_a_run(self) -> None:
        for name in MEASURED:
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
        self.assertEqual(set(threading.enumerate()) - before, opened)  # none was started inside the clock
        self.assertEqual(len(opened), 4)
        case.close()
        self.assertEqual(set(threading.enumerate()), before)

    def test_only_fan_outs_have_threads(self) -> None:
        before = threading.active_count()
        for name in MEASURED:
            if "workers" not in BY_NAME[name].params:
                self.prepare(name).batch(0, 1)()
        self.assertEqual(threading.active_count(), before)

    def test_results_say_the_digested_value(self) -> None:
        for name in MEASURED:
            verification = self.verify(name)
            assert verification.result is not None
            self.assertEqual(cj.digest(json.loads(verification.result)), verification.digest)
            self.assertIsNone(self.prepare(name).verify(0, False).result)


class Specs(SuiteTest):
    def test_misdescribed_graphs(self) -> None:
        good = {"fields": {"x": {"reducer": "last", "default": 0}}, "nodes": [{"name": "a", "ops": []}], "entry": ["a"]}
        self.assertEqual(self.verify("conformance/graph_spec", **good).counters["nodes"], 1)
        for change in (
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
        ):
            with self.subTest(**change), self.assertRaises(sdk.InvalidParam):
                self.prepare("conformance/graph_spec", **{**good, **change})


if __name__ == "__main__":
    unittest.main()
