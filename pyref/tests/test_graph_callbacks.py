"""Stream mode callbacks: its events, their order, and what counts as a change."""

from __future__ import annotations

import unittest
from typing import Any

from pyref import cj
from pyref.graph import END, Graph, GraphError, Send, Stream

from .graph_support import EngineTest, State, fan, probe, run, say


def callbacks(graph: Graph, given: State | None = None, **options: Any) -> list[dict[str, Any]]:
    seen: list[dict[str, Any]] = []
    result = run(graph, given, stream=Stream("callbacks", seen.append), **options)
    assert result.counters()["events"] == len(seen)
    return seen


def edges(graph: Graph, **options: Any) -> list[tuple[int, str, list[str]]]:
    seen = callbacks(graph, **options)
    return [(e["step"], e["from"], e["to"]) for e in seen if e["type"] == "edge"]


class Order(EngineTest):
    def test_every_event_of_a_run(self) -> None:
        graph = fan({"b": lambda _s: {}, "a": lambda _s: {"log": ["a"]}})
        for workers in (0, 2):
            self.assertEqual(
                callbacks(graph, workers=workers),
                [
                    {"state": {"log": []}, "type": "run_start"},
                    {"node": "s", "step": 1, "type": "node_start"},
                    {"node": "s", "step": 1, "type": "node_end"},
                    {"from": "s", "step": 1, "to": ["a", "b"], "type": "edge"},
                    {"node": "a", "step": 2, "type": "node_start"},
                    {"node": "b", "step": 2, "type": "node_start"},
                    {"node": "a", "step": 2, "type": "node_end"},
                    {"fields": ["log"], "node": "a", "step": 2, "type": "state_changed"},
                    {"from": "a", "step": 2, "to": ["__end__"], "type": "edge"},
                    {"node": "b", "step": 2, "type": "node_end"},
                    {"from": "b", "step": 2, "to": ["__end__"], "type": "edge"},
                    {"state": {"log": ["a"]}, "type": "run_end"},
                ],
            )

    def test_a_failing_step_says_no_more_than_its_starts(self) -> None:
        def boom(_state: State) -> State:
            raise ValueError

        for bad in (boom, lambda _s: {"nope": 1}, lambda _s: {"log": "text"}, lambda _s: 5):
            for others in ({}, {"b": lambda _s: {"log": ["b"]}}):
                seen: list[Any] = []
                with self.assertRaises(GraphError):
                    run(fan({"a": bad, **others}), stream=Stream("callbacks", seen.append))
                types = [e["type"] for e in seen]
                self.assertEqual(types[:4], ["run_start", "node_start", "node_end", "edge"])
                self.assertEqual(types[4:], ["node_start"] * (1 + len(others)))

    def test_states_are_snapshots(self) -> None:
        graph = probe()
        say(graph, *"abcdefghijklmnopqrstuvwxyz")
        for a, b in zip("abcdefghijklmnopqrstuvwxy", "bcdefghijklmnopqrstuvwxyz"):
            graph.edge(a, b)
        graph.entry("a")
        seen = callbacks(graph, {"log": ["in"] * 20}, limit=30)
        self.assertEqual(seen[0]["state"], {"log": ["in"] * 20})
        self.assertEqual(len(seen[-1]["state"]["log"]), 46)


class Edges(EngineTest):
    def test_edges_joins_labels_and_sends(self) -> None:
        graph = probe()
        say(graph, *"abcz")
        graph.node("m", lambda _given: None)
        graph.entry("a", "b")
        graph.edge("a", "c")
        graph.edge("a", END)
        graph.join(["a", "b"], "z")
        graph.branch("b", lambda _s: [Send("m", 1), Send("m", 2)], {"m": "m"})
        graph.branch("c", lambda _s: ["x", "y"], {"x": END, "y": "m"})
        self.assertEqual(
            edges(graph),
            [
                (1, "a", ["__end__", "c"]),
                (1, "b", ["m", "z"]),  # the last source completes the join
                (2, "c", ["__end__", "m"]),
                (2, "z", ["__end__"]),
                (2, "m", ["__end__"]),
                (2, "m", ["__end__"]),
                (3, "m", ["__end__"]),
            ],
        )

    def test_single_tasks(self) -> None:
        graph = probe()
        say(graph, "a", "b", "c")
        graph.entry("a")
        graph.branch("a", lambda _s: ["x", "y"], {"x": END, "y": "b"})
        graph.branch("b", lambda _s: "x", {"x": END})
        graph.edge("b", "c")
        graph.join(["c"], END)
        self.assertEqual(
            edges(graph),
            [(1, "a", ["__end__", "b"]), (2, "b", ["__end__", "c"]), (3, "c", ["__end__"])],
        )

    def test_a_join_that_waits_is_no_edge(self) -> None:
        graph = probe()
        say(graph, "a", "b", "c")
        graph.entry("a")
        graph.edge("a", "b")
        graph.join(["a", "b"], "c")
        self.assertEqual(edges(graph), [(1, "a", ["b"]), (2, "b", ["c"]), (3, "c", ["__end__"])])


class Changes(EngineTest):
    def changed(self, reducer: str, current: Any, value: Any) -> bool:
        """Tell whether writing value to a field is a change, alone and beside another task."""
        answers = set()
        for others in ({}, {"v": lambda _s: None}):
            graph = fan({"w": lambda _s: {"f": value}, **others}, ("f", reducer, current))
            seen = [e["fields"] for e in callbacks(graph) if e["type"] == "state_changed"]
            self.assertIn(seen, ([], [["f"]]))
            answers.add(bool(seen))
        self.assertEqual(len(answers), 1)
        return answers.pop()

    def test_by_canonical_json(self) -> None:
        def check(reducer: str, current: Any, value: Any, want: bool) -> None:
            self.assertEqual(self.changed(reducer, current, value), want, (reducer, current, value))
            if reducer == "last":
                self.assertEqual(cj.dumps(current) != cj.dumps(value), want)

        for same in (
            (1, 1.0), (0.0, -0.0), (0, -0.0), ("a", "a"), ([1], [1.0]), ([1], (1,)), (b"\x01", [1]),
            ({"a": 1, "b": 2}, {"b": 2, "a": 1.0}), (4611686018427388000, 2.0**62), (None, None),
        ):  # fmt: skip
            check("last", *same, False)
        for different in (
            (True, 1), (1, True), (0, False), ([1], [True]), ({"a": 0}, {"a": False}), (1, 2),
            ("1", 1), (None, 0), ([], {}), ([1], [1, 2]), ({}, {"a": None}), (2**62, 2.0**62),
            ("a", "b"), (1.0, 1.5), (True, 1.0),
        ):  # fmt: skip
            check("last", *different, True)
        check("append", ["a"], [], False)
        check("append", ["a"], [None], True)
        check("merge", {"a": 1}, {}, False)
        check("merge", {"a": 1}, {"a": 1.0}, False)
        check("merge", {"a": 1}, {"a": True}, True)
        check("merge", {"a": 1}, {"b": None}, True)
        check("max", 3, 2, False)
        check("max", 3, 3.0, False)
        check("max", 3, 4, True)
        check("max", [1, 2], [1, 1], False)
        check("max", [1, 2], [2, 1], True)
        check("nonempty", "x", "", False)
        check("nonempty", "x", "y", True)
        check("nonnull", 1, None, False)
        check("overwrite", [1], [1], False)

    def test_each_task_against_the_steps_start(self) -> None:
        """Both write what the other writes too: each is a change for itself."""
        write = lambda _s: {"m": {"k": "v"}, "log": [], "n": 1}
        graph = fan({"a": write, "b": write}, ("m", "merge", {}), ("n", "max", 0))
        seen = [(e["node"], e["fields"]) for e in callbacks(graph) if e["type"] == "state_changed"]
        self.assertEqual(seen, [("a", ["m", "n"]), ("b", ["m", "n"])])

    def test_sends_are_compared_with_the_state(self) -> None:
        graph = probe(("x", "last", 5))
        graph.node("m", lambda given: {"x": given["x"]})
        graph.entry_router(lambda _s: [Send("m", {"x": 5})], ["m"])
        self.assertEqual([e["type"] for e in callbacks(graph)].count("state_changed"), 0)

    def test_read_only_nodes_are_not_compared(self) -> None:
        graph = probe()
        graph.node("r", lambda _s: {}, read_only=True)
        graph.entry("r")
        self.assertEqual(
            [e["type"] for e in callbacks(graph)],
            ["run_start", "node_start", "node_end", "edge", "run_end"],
        )

    def test_values_without_canonical_json_count_as_changes(self) -> None:
        self.assertTrue(self.changed("last", {1, 2}, {1, 2, 3}))


if __name__ == "__main__":
    unittest.main()
