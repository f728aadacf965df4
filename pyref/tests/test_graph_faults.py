"""What a graph or a run may get wrong, and which fault wins."""

from __future__ import annotations

import unittest
from collections.abc import Callable

from pyref.graph import END, Graph, GraphError, Runner, Send

from .graph_support import EngineTest, State, fan, probe, run, say


class Faults(EngineTest):
    """Which error wins, and what it says."""

    def test_exceptions_name_node_and_step(self) -> None:
        def boom(_state: State) -> State:
            raise ValueError("boom")

        graph = fan({"a": lambda _s: None, "b": boom, "c": boom})
        error = self.fails(graph, "node_failed", "b", step=2)
        self.assertIn("'b': step 2", str(error))
        self.assertIn("ValueError: boom", str(error))
        self.assertIsInstance(error.__cause__, ValueError)
        chain = probe()
        chain.node("b", boom)
        chain.entry("b")
        self.fails(chain, "node_failed", "b", step=1)

    def test_all_tasks_of_a_failing_step_run(self) -> None:
        def boom(_state: State) -> State:
            raise ValueError

        for workers in (0, 3):
            ran: list[str] = []
            graph = fan(
                {"a": boom, "b": lambda _s: ran.append("b"), "c": lambda _s: ran.append("c")}
            )
            with self.assertRaises(GraphError):
                run(graph, workers=workers)
            self.assertEqual(sorted(ran), ["b", "c"])

    def test_updates_that_are_no_maps(self) -> None:
        self.fails(fan({"a": lambda _s: ["log"]}), "node_failed", "a")
        self.fails(fan({"a": lambda _s: None, "b": lambda _s: "log"}), "node_failed", "b")

    def test_a_failing_router_is_its_nodes_fault(self) -> None:
        graph = fan({"a": lambda _s: None})
        graph.branch("a", lambda state: state["nope"], {"end": END})
        self.fails(graph, "node_failed", "a", step=2)

    def test_unknown_field(self) -> None:
        self.fails(fan({"a": lambda _s: {"log": ["x"], "z": 1, "y": 2}}), "unknown_field", "a", "y")

    def test_failures_come_before_unknown_fields_before_read_only_writes(self) -> None:
        def boom(_state: State) -> State:
            raise ValueError

        def bad(_state: State) -> State:
            return {"nope": 1}

        self.fails(fan({"a": bad, "b": boom, "c": boom}), "node_failed", "b")
        self.fails(fan({"a": bad, "b": lambda _s: ["log"]}), "node_failed", "b")
        graph = fan({"a": lambda _s: {"log": ["a"]}, "b": bad, "c": bad})
        graph.nodes["a"] = (graph.nodes["a"][0], True)
        self.fails(graph, "unknown_field", "b", "nope")

    def test_a_tasks_own_faults_come_before_conflicts(self) -> None:
        one = lambda _s: {"x": 1}
        graph = fan({"a": one, "b": one, "c": lambda _s: {"nope": 1}}, ("x", "last", 0))
        self.fails(graph, "unknown_field", "c", "nope")

    def test_read_only_nodes(self) -> None:
        for workers in (("r",), ("a", "r")):
            graph = probe(("x", "last", 0))
            graph.node("s", lambda _s: None)
            for name in workers:
                graph.node(name, lambda _s: {"x": 1}, read_only=name == "r")
                graph.edge("s", name)
            graph.entry("s")
            self.fails(graph, "read_only_violation", "r")
        graph = probe()
        graph.node("r", lambda _s: {}, read_only=True)
        graph.entry("r")
        self.assertEqual(run(graph).nodes, 1)

    def test_conflicts_name_the_second_writer_and_the_first_field(self) -> None:
        graph = fan(
            {
                "a": lambda _s: {"x": 1, "y": 1},
                "b": lambda _s: {"y": 2, "x": 2},
                "c": lambda _s: {"x": 3},
            },
            ("x", "last", 0),
            ("y", "last", 0),
        )
        self.fails(graph, "concurrent_write", "b", "x")

    def test_shapes_and_conflicts_come_in_order_of_task_and_field(self) -> None:
        both = lambda _s: {"x": 1, "log": "text"}
        fine = lambda _s: {"x": 1}
        self.fails(fan({"a": fine, "b": both}, ("x", "last", 0)), "reducer_shape", "b", "log")
        self.fails(fan({"a": both, "b": fine}, ("x", "last", 0)), "reducer_shape", "a", "log")

        swapped = fan(
            {"a": lambda _s: {"l": 1}, "b": lambda _s: {"x": "text", "l": 1}},
            ("l", "last", 0),
            ("x", "append", []),
        )
        self.fails(swapped, "concurrent_write", "b", "l")

    def test_two_shapes_of_one_task(self) -> None:
        self.fails(
            fan({"a": lambda _s: {"z": 1, "log": 1}}, ("z", "append", [])),
            "reducer_shape",
            "a",
            "log",
        )

    def test_routes_come_last(self) -> None:
        graph = fan({"a": lambda _s: {"x": 1}, "b": lambda _s: {"x": 1}}, ("x", "last", 0))
        graph.branch("a", lambda _s: "nowhere", {"end": END})
        self.fails(graph, "concurrent_write", "b", "x")

    def test_no_route(self) -> None:
        for answer in ("zzz", ["end", "zzz"], None, 3, ["end", 3]):
            with self.subTest(answer=answer):
                graph = fan({"a": lambda _s: None, "b": lambda _s: None})
                graph.branch("b", lambda _s, answer=answer: answer, {"end": END})  # type: ignore[misc]
                error = self.fails(graph, "no_route", "b", step=2)
                self.assertIn("'end'", str(error))

    def test_send_outside_the_branch(self) -> None:
        graph = fan({"a": lambda _s: None})
        graph.branch("a", lambda _s: [Send("s", 1)], {"end": END})
        self.fails(graph, "unknown_node", "a", step=2)

    def test_interrupts_pass(self) -> None:
        def stop(_state: State) -> State:
            raise KeyboardInterrupt

        for workers in (0, 2):
            with self.assertRaises(KeyboardInterrupt):
                run(fan({"a": stop, "b": lambda _s: None}), workers=workers)


class Compile(EngineTest):
    def refuses(self, graph: Graph, kind: str, node: str | None = None) -> None:
        with self.assertRaises(GraphError) as caught:
            graph.compile()
        self.assertEqual(
            (caught.exception.kind, caught.exception.node, caught.exception.step), (kind, node, 0)
        )

    def test_faults_in_their_order(self) -> None:
        """One graph with every fault, mended from the first to the last."""
        graph = probe()
        say(graph, "a", "orphan")
        with self.assertRaises(GraphError) as caught:
            say(graph, "a")
        self.assertEqual(caught.exception.kind, "duplicate_node")
        graph.branch("a", lambda _s: [], {})
        graph.edge("a", "b")
        self.refuses(graph, "no_entry")
        graph.entry("a")
        self.refuses(graph, "unknown_node", "b")
        say(graph, "b")
        self.refuses(graph, "empty_routes", "a")
        graph.branches.clear()
        self.refuses(graph, "unreachable", "orphan")
        graph.join(["a", "b"], "orphan")
        graph.compile()

    def test_unknown_nodes_everywhere(self) -> None:
        def check(change: Callable[[Graph], None], node: str = "zz") -> None:
            graph = probe()
            say(graph, "a")
            graph.entry("a")
            change(graph)
            self.refuses(graph, "unknown_node", node)

        check(lambda g: g.edge("zz", "a"))
        check(lambda g: g.edge("a", "zz"))
        check(lambda g: g.edge(END, "a"), END)
        check(lambda g: g.join(["a", "zz"], "a"))
        check(lambda g: g.join(["a"], "zz"))
        check(lambda g: g.branch("zz", lambda _s: "l", {"l": "a"}))
        check(lambda g: g.branch("a", lambda _s: "l", {"l": "zz"}))
        check(lambda g: g.entry("zz"))
        check(lambda g: g.entry(END), END)
        check(lambda g: g.entry_router(lambda _s: "a", ["a", "zz"]))

    def test_cycles_joins_and_routes_count_as_paths(self) -> None:
        graph = probe()
        say(graph, "a", "b", "c", "d")
        graph.entry("a")
        graph.edge("a", "b")
        graph.edge("b", "a")
        graph.join(["a", "b"], "c")
        graph.branch("c", lambda _s: "d", {"d": "d"})
        graph.compile()

    def test_fields(self) -> None:
        graph = probe()
        with self.assertRaises(GraphError) as caught:
            graph.field("log", "last")
        self.assertEqual(
            (caught.exception.kind, caught.exception.field), ("duplicate_field", "log")
        )
        with self.assertRaisesRegex(ValueError, "unknown reducer 'lsat' .*last"):
            graph.field("x", "lsat")

    def test_a_plan_does_not_change_with_its_builder(self) -> None:
        graph = probe()
        say(graph, "a")
        graph.entry("a")
        plan = graph.compile()
        digest = plan.digest()
        say(graph, "b")
        graph.edge("a", "b")
        graph.field("x", "last", 0)
        with Runner(0) as runner:
            self.assertEqual(runner.invoke(plan, {}).state, {"log": ["a"]})
        self.assertEqual(plan.digest(), digest)

    def test_equal_graphs_have_equal_plans(self) -> None:
        def make(names: list[str], flip: bool) -> Graph:
            graph = probe(("x", "max", 0))
            say(graph, *names)
            pairs = [("a", "b"), ("a", "c")]
            for source, target in reversed(pairs) if flip else pairs:
                graph.edge(source, target)
            graph.join(["c", "b"] if flip else ["b", "c"], END)
            graph.branch(
                "b", lambda _s: "y", {"y": "a", "x": END} if flip else {"x": END, "y": "a"}
            )
            graph.entry("a")
            return graph

        plan = make(["a", "b", "c"], False).compile()
        self.assertEqual(plan.digest(), make(["c", "a", "b"], True).compile().digest())
        self.assertEqual(
            plan.value(),
            {
                "branches": [["b", {"x": "__end__", "y": "a"}]],
                "edges": [["a", "b"], ["a", "c"]],
                "entry": ["a"],
                "fields": {"log": "append", "x": "max"},
                "joins": [[["b", "c"], "__end__"]],
                "nodes": ["a", "b", "c"],
                "v": 1,
            },
        )


if __name__ == "__main__":
    unittest.main()
