"""Spans: one for each run, node and checkpoint."""

from __future__ import annotations

import time
import unittest
from typing import Any

from pyref.graph import Collector, Graph, GraphError, MemoryStore, Runner, Span, Stream

from .graph_support import EngineTest, State, fan, probe, run, say
from .test_graph_subgraph import inner, outer


class Spans(EngineTest):
    def spans(self, graph: Graph, **options: Any) -> list[Span]:
        collector = Collector()
        result = run(graph, tracer=collector, **options)
        self.assertEqual(result.counters()["spans"], len(collector.spans))
        return collector.spans

    def test_one_for_each_thing_done(self) -> None:
        graph = fan({"a": lambda _s: None, "b": lambda _s: {"log": ["b"]}})
        for workers in (0, 3):
            spans = self.spans(graph, workers=workers, store=MemoryStore(), thread="t7")
            self.assertEqual(
                sorted(s[:3] for s in spans),
                [
                    ("checkpoint", "t7/00000000", 0),
                    ("checkpoint", "t7/00000001", 1),
                    ("checkpoint", "t7/00000002", 2),
                    ("node", "a", 2),
                    ("node", "b", 2),
                    ("node", "s", 1),
                    ("run", "t7", 2),
                ],
            )
            self.assertEqual(spans[-1].kind, "run")
            self.assertEqual({s.error for s in spans}, {""})

    def test_no_tracer_no_spans(self) -> None:
        self.assertEqual(run(fan({"a": lambda _s: None})).counters()["spans"], 0)

    def test_times(self) -> None:
        graph = probe()
        graph.node("slow", lambda _s: time.sleep(0.02))
        graph.entry("slow")
        before = time.perf_counter_ns()
        node, whole = self.spans(graph)
        after = time.perf_counter_ns()
        self.assertGreaterEqual(node.duration_ns, 19_000_000)
        self.assertLessEqual(before, whole.start_ns)
        self.assertLessEqual(whole.start_ns, node.start_ns)
        self.assertLessEqual(node.start_ns + node.duration_ns, whole.start_ns + whole.duration_ns)
        self.assertLessEqual(whole.start_ns + whole.duration_ns, after)

    def test_failures(self) -> None:
        def boom(_state: State) -> State:
            raise ValueError("boom")

        collector = Collector()
        with self.assertRaises(GraphError) as caught:
            run(fan({"a": boom, "b": lambda _s: None}), tracer=collector)
        found = {(s.kind, s.name, s.step): s.error for s in collector.spans}
        self.assertEqual(found["node", "a", 2], "ValueError: boom")
        self.assertEqual(found["node", "b", 2], "")
        self.assertEqual(found["run", "t0", 2], f"GraphError: {caught.exception}")
        assert caught.exception.progress is not None
        self.assertEqual(caught.exception.progress.counters()["spans"], 4)

    def test_a_checkpoint_that_cannot_be_kept(self) -> None:
        class Full(MemoryStore):
            def put(self, thread: str, step: int, data: bytes) -> None:
                if step == 1:
                    raise OSError("no space")
                super().put(thread, step, data)

        collector = Collector()
        with self.assertRaises(OSError):
            run(fan({"a": lambda _s: None}), tracer=collector, store=Full())
        self.assertEqual(
            [(s.kind, s.step, s.error) for s in collector.spans],
            [
                ("checkpoint", 0, ""),
                ("node", 1, ""),
                ("checkpoint", 1, "OSError: no space"),
                ("run", 0, "OSError: no space"),
            ],
        )

    def test_subgraphs_are_one_node(self) -> None:
        spans = self.spans(outer(inner("x", "y")))
        self.assertEqual([s.name for s in spans], ["before", "sub", "t0"])

    def test_with_everything_else(self) -> None:
        graph = probe()
        say(graph, "a", "b")
        graph.entry("a")
        graph.branch("a", lambda _s: "x", {"x": "b"})
        seen: list[Any] = []
        spans = self.spans(
            graph, isolation="copy", stream=Stream("callbacks", seen.append), store=MemoryStore()
        )
        self.assertEqual((len(spans), len(seen)), (6, 10))

    def test_resuming_is_a_run(self) -> None:
        graph = probe()
        say(graph, "a", "b", "c")
        graph.entry("a")
        graph.edge("a", "b")
        graph.edge("b", "c")
        store, collector = MemoryStore(), Collector()
        plan = graph.compile()
        with Runner(0) as runner:
            runner.invoke(plan, {}, store=store)
            result = runner.resume(plan, store.load(1), tracer=collector)
        self.assertEqual(
            [s[:3] for s in collector.spans], [("node", "b", 2), ("node", "c", 3), ("run", "t0", 3)]
        )
        self.assertEqual(result.counters()["spans"], 3)


if __name__ == "__main__":
    unittest.main()
