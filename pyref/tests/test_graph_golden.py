"""The graph benchmarks against what every implementation must compute.

testdata/golden-graph*.json holds it, for the catalogue's parameters and nonce 0.
The wide_state benchmarks pass 15 to 29 MB of state on. They are checked once
here; with XBENCH_SLOW=1 in the environment also under every knob that must not
change the result, which takes half a minute.
"""

from __future__ import annotations

import json
import os
import unittest
from pathlib import Path
from typing import Any

from pyref import sdk
from pyref.tests.graph_suite_support import BY_NAME, MEASURED, WIDE, SuiteTest

TESTDATA = Path(__file__).parent / "testdata"

UNKNOWN = {"langgraph/sequential_1000_first_event"}
"""Our own addition: no other implementation has computed it."""

NEUTRAL: dict[str, tuple[Any, ...]] = {
    "workers": (0, 1, 8),
    "compile": ("inside",),
    "copy": ("deepcopy", "typed"),
    "latency_ms": (1,),
    "repr": ("map", "record"),
}
"""Knobs that must not change any result."""


def golden(name: str) -> dict[str, Any]:
    return json.loads((TESTDATA / name).read_text())


def arms(name: str) -> list[dict[str, Any]]:
    """Return the defaults and every neutral change of one knob."""
    return [{}] + [
        {knob: value}
        for knob, values in NEUTRAL.items()
        if knob in BY_NAME[name].params
        for value in values
    ]


class Golden(SuiteTest):
    def test_benchmarks(self) -> None:
        want = golden("golden-graph.json")
        self.assertEqual(set(want), set(MEASURED) - UNKNOWN)
        for name, values in want.items():
            for knobs in arms(name) if name not in WIDE else [{}]:
                with self.subTest(name, **knobs):
                    self.check(self.verify(name, **knobs), values)

    @unittest.skipUnless(os.environ.get("XBENCH_SLOW"), "takes half a minute: set XBENCH_SLOW=1")
    def test_wide_states_under_every_neutral_knob(self) -> None:
        want = golden("golden-graph.json")
        for name in WIDE:
            for knobs in arms(name)[1:]:
                with self.subTest(name, **knobs):
                    self.check(self.verify(name, **knobs), want[name])

    def check(self, got: sdk.Verification, want: dict[str, Any]) -> None:
        self.assertIsNone(got.error)
        checked = 0
        for key, value in want.items():
            if key == "digest":
                self.assertEqual(got.digests["state"], value)
                self.assertEqual(got.digest, value)
            elif key == "sha256":
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
                    self.assertEqual(got.error.kind, want["error"])
                    self.assertEqual(got.error.field, want.get("field"))
                    self.assertIsNone(got.digest)
                    details = [want.get("label", ""), want.get("limit", ""), *want.get("nodes", [])]
                    for detail in details:
                        self.assertIn(str(detail), got.error.message or "")
                    continue
                self.assertEqual(got.digest, want["digest"])
                for counter in ("nodes", "supersteps", "routes"):
                    self.assertEqual(got.counters[counter], want[counter], counter)

    def test_conformance_without_golden_values(self) -> None:
        for kind in (
            "unknown_node",
            "no_entry",
            "duplicate_node",
            "empty_routes",
            "read_only_violation",
        ):
            with self.subTest(kind):
                error = self.verify(f"conformance/graph_{kind}").error
                assert error is not None
                self.assertEqual(error.kind, kind)
                self.assertEqual(error.node, "s" if kind == "read_only_violation" else None)

    def test_recursion_limit_exceeded_ran_the_whole_limit(self) -> None:
        got = self.verify("conformance/graph_recursion_limit_exceeded")
        self.assertEqual(got.counters["nodes"], 25)

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


class Spots(SuiteTest):
    """Known digests of sweeps."""

    def check(self, name: str, want: str, **knobs: Any) -> None:
        self.assertEqual((self.verify(name, **knobs).digest or "")[:16], want, (name, knobs))

    def test_chains(self) -> None:
        chain = "stress_tests/large_graph_100_nodes"
        self.check(chain, "5d1f31445506dbfd", nodes=1)
        self.check(chain, "e1012194c5cb8125", nodes=10)
        self.check(chain, "016a5c6229ca523e", nodes=1000)

    def test_fan_outs(self) -> None:
        fan = "stress_tests/wide_fanout_50_parallel_branches"
        for workers in (4, 0):
            self.check(fan, "982c4c6c13c6b30d", width=1, workers=workers)
            self.check(fan, "98e5a0ee12ac13fa", width=200, workers=workers)


if __name__ == "__main__":
    unittest.main()
