"""Graphs as nodes of graphs."""

from __future__ import annotations

import unittest
from typing import Any

from pyref.graph import END, Graph, GraphError, MemoryStore, Plan, Runner, Send, Stream

from .graph_support import EngineTest, State, fan, probe, run, say


def inner(*names: str) -> Plan:
    """A chain whose nodes say their names."""
    graph = probe()
    say(graph, *names)
    graph.entry(names[0])
    for a, b in zip(names, [*names[1:], END]):
        graph.edge(a, b)
    return graph.compile()


def give_log(view: State) -> State:
    return {"log": view["log"]}


def outer(plan: Plan) -> Graph:
    """A node before a subgraph, whose whole log is taken over."""
    graph = probe(("all", "last", []))
    say(graph, "before")
    graph.subgraph("sub", plan, give_log, lambda final: {"all": final["log"]})
    graph.entry("before")
    graph.edge("before", "sub")
    return graph


class Subgraphs(EngineTest):
    def test_input_and_result(self) -> None:
        graph = outer(inner("x", "y"))
        for workers in (0, 3):
            result = run(graph, workers=workers)
            self.assertEqual(result.state, {"log": ["before"], "all": ["before", "x", "y"]})
            count = result.counters()
            self.assertEqual((count["nodes"], count["supersteps"]), (2, 2))
            self.assertEqual((count["sub_nodes"], count["sub_supersteps"]), (2, 2))

    def test_nested_ones_count_at_every_depth(self) -> None:
        deep = outer(inner("x", "y", "z")).compile()
        graph = probe()
        graph.subgraph("top", deep, give_log, lambda final: {"log": final["all"]})
        graph.entry("top")
        result = run(graph)
        self.assertEqual(result.state["log"], ["before", "x", "y", "z"])
        count = result.counters()
        self.assertEqual((count["nodes"], count["sub_nodes"], count["sub_supersteps"]), (1, 5, 5))

    def test_side_by_side_on_the_pool(self) -> None:
        graph = probe()
        graph.subgraph(
            "sub",
            inner("x", "y"),
            lambda given: {"log": [given]},
            lambda final: {"log": final["log"][:1]},
        )
        graph.entry_router(lambda _s: [Send("sub", str(i)) for i in range(30)], ["sub"])
        for workers in (0, 4):
            result = run(graph, workers=workers)
            self.assertEqual(result.state["log"], [str(i) for i in range(30)])
            self.assertEqual(result.counters()["sub_nodes"], 60)

    def test_no_events_checkpoints_or_threads_of_its_own(self) -> None:
        seen: list[Any] = []
        store = MemoryStore()
        result = run(outer(inner("x", "y")), stream=Stream("events", seen.append), store=store)
        self.assertEqual([e["node"] for e in seen], ["before", "before", "sub", "sub"])
        self.assertEqual(len(store.checkpoints()), 3)
        self.assertEqual(result.counters()["checkpoints"], 3)

    def test_a_limit_of_its_own(self) -> None:
        graph = outer(inner("x", "y", "z"))
        self.assertEqual(run(graph, limit=3).supersteps, 2)
        with self.assertRaises(GraphError) as caught:
            run(graph, limit=2)
        error = caught.exception
        self.assertEqual((error.kind, error.node, error.step), ("node_failed", "sub", 2))
        assert isinstance(error.__cause__, GraphError) and error.progress is not None
        self.assertEqual(error.__cause__.kind, "recursion_limit")
        count = error.progress.counters()
        self.assertEqual((count["nodes"], count["sub_nodes"], count["sub_supersteps"]), (2, 2, 2))

    def test_failures_name_the_outer_and_the_inner_node(self) -> None:
        def boom(_state: State) -> State:
            raise ValueError("boom")

        failing = probe()
        failing.node("bad", boom)
        failing.entry("bad")
        graph = probe()
        graph.subgraph("sub", outer(failing.compile()).compile(), give_log, lambda _final: None)
        graph.entry("sub")
        for workers in (0, 2):
            error = self.fails(graph, "node_failed", "sub", step=1)
            self.assertEqual(
                str(error),
                "graph: node 'sub': step 1: node failed: subgraph: node 'sub': step 2: node failed: "
                "subgraph: node 'bad': step 1: node failed: ValueError: boom",
            )
            assert error.progress is not None
            self.assertEqual(error.progress.counters()["sub_nodes"], 3)

    def test_what_ran_counts_when_the_superstep_fails(self) -> None:
        def boom(_state: State) -> State:
            raise ValueError

        graph = fan({"bad": boom})
        graph.subgraph("sub", inner("x", "y"), give_log, lambda _final: None)
        graph.edge("s", "sub")
        error = self.fails(graph, "node_failed", "bad")
        assert error.progress is not None
        self.assertEqual(error.progress.counters()["sub_nodes"], 2)

    def test_an_inner_entry_router_may_fail(self) -> None:
        lost = probe()
        say(lost, "a")
        lost.entry_router(lambda _s: "nowhere", ["a"])
        error = self.fails(outer(lost.compile()), "node_failed", "sub", step=2)
        assert isinstance(error.__cause__, GraphError)
        self.assertEqual(error.__cause__.kind, "no_route")

    def test_isolation_reaches_inside(self) -> None:
        def vandal(state: State) -> State:
            state["log"].append("vandal")
            return {"log": ["fine"]}

        plain = probe()
        plain.node("v", vandal)
        plain.entry("v")
        graph = outer(plain.compile())
        result = run(graph, isolation="copy")
        self.assertEqual(result.state, {"log": ["before"], "all": ["before", "fine"]})
        self.assertEqual(result.state_copies, 3)  # before, sub, v

    def test_inner_runs_never_change_the_outer_state(self) -> None:
        plan = inner(*(f"n{i:02}" for i in range(24)))
        graph = outer(plan)
        graph.node("again", lambda s: {"log": [str(len(s["log"]))]})
        graph.edge("sub", "again")
        given = {"log": ["in"] * 40}
        result = run(graph, given, limit=30)
        self.assertEqual((len(result.state["log"]), len(result.state["all"])), (42, 65))
        self.assertEqual(given, {"log": ["in"] * 40})

    def test_names_are_nodes(self) -> None:
        graph = probe()
        graph.subgraph("sub", inner("x"), give_log, lambda _final: None)
        with self.assertRaises(GraphError) as caught:
            say(graph, "sub")
        self.assertEqual(caught.exception.kind, "duplicate_node")
        graph.entry("sub")
        plan = graph.compile()
        self.assertEqual(plan.value()["nodes"], ["sub"])
        with Runner(0) as runner:
            self.assertEqual(runner.invoke(plan, {}).counters()["sub_nodes"], 1)


if __name__ == "__main__":
    unittest.main()
