"""What the tests of the graph catalogue have in common."""

from __future__ import annotations

import json
import unittest
from typing import Any

from pyref import sdk
from pyref.suite.graph import BENCHMARKS

BY_NAME = {benchmark.name: benchmark for benchmark in BENCHMARKS}
MEASURED = [name for name in BY_NAME if not name.startswith("conformance/")]
RUNS = [name for name in MEASURED if "isolation" in BY_NAME[name].params]
WIDE = [name for name in RUNS if "/wide_state_" in name]  # half a second each
LIGHT = [name for name in MEASURED if name not in WIDE]


class SuiteTest(unittest.TestCase):
    def prepare(self, name: str, **knobs: Any) -> sdk.Case:
        benchmark = BY_NAME[name]
        self.assertLessEqual(set(knobs), set(benchmark.params), name)
        case = benchmark.prepare({**benchmark.params, **knobs})
        self.addCleanup(case.close)
        return case

    def verify(self, name: str, nonce: int = 0, **knobs: Any) -> sdk.Verification:
        return self.prepare(name, **knobs).verify(nonce, True)

    def value(self, name: str, nonce: int = 0, **knobs: Any) -> Any:
        """Return the digested value: a final state, a plan, a copy."""
        verification = self.verify(name, nonce, **knobs)
        assert verification.result is not None
        return json.loads(verification.result)
