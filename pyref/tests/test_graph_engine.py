"""The engine's rules, one by one: order, reducers, errors, observers, threads."""

from __future__ import annotations

import threading
import unittest
from collections.abc import Callable
from typing import Any

from pyref import cj
from pyref.graph import END, Graph, GraphError, MemoryStore, Result, Runner, Send, Stream

State = dict[str, Any]


def probe(*fields: tuple[str, str, Any]) -> Graph:
    """Return a graph with a log and the given fields."""
    graph = Graph()
    graph.field("log", "append", [])
    for name, reducer, default in fields:
        graph.field(name, reducer, default)
    return graph


def say(graph: Graph, *names: str) -> None:
    for name in names:
        graph.node(name, lambda _state, name=name: {"log": [name]})  # type: ignore[misc]


def fan(workers: dict[str, Callable[[State], Any]], *fields: tuple[str, str, Any]) -> Graph:
    """Return a silent source ``s`` and workers that end their paths."""
    graph = probe(*fields)
    graph.node("s", lambda _state: None)
    for name, function in workers.items():
        graph.node(name, function)
        graph.edge("s", name)
    graph.entry("s")
    return graph


def run(graph: Graph, given: State | None = None, workers: int = 0, **options: Any) -> Result:
    with Runner(workers) as runner:
        return runner.invoke(graph.compile(), given or {}, **options)


class EngineTest(unittest.TestCase):
    def fails(self, graph: Graph, kind: str, node: str | None = None, field: str | None = None, step: int | None = None) -> GraphError:
        """Check the error for every number of workers; return the last."""
        for workers in (0, 1, 4):
            with self.assertRaises(GraphError) as caught:
                run(graph, workers=workers)
            error = caught.exception
            self.assertEqual((error.kind, error.node, error.field), (kind, node, field))
            if step is not None:
                self.assertEqual(error.step, step)
        return error

    def log(self, graph: Graph, want: str, **options: Any) -> None:
        for workers in (0, 4):
            self.assertEqual(" ".join(run(graph, workers=workers, **options).state["log"]), want)


class Start(EngineTest):
    def test_input_replaces_defaults_without_the_reducer(self) -> None:
        graph = probe(("x", "last", 7), ("m", "merge", {"a": 1}))
        say(graph, "n")
        graph.entry("n")
        result = run(graph, {"log": ["in"], "m": {"b": 2}, "stray": 1})
        self.assertEqual(result.state, {"log": ["in", "n"], "x": 7, "m": {"b": 2}})

    def test_runs_share_nothing(self) -> None:
        default: list[str] = []
        graph = Graph()
        graph.field("log", "append", default)
        say(graph, "n")
        graph.entry("n")
        plan, given = graph.compile(), {"log": ["in"]}
        with Runner(0) as runner:
            for _ in range(2):
                self.assertEqual(runner.invoke(plan, {}).state, {"log": ["n"]})
                self.assertEqual(runner.invoke(plan, given).state, {"log": ["in", "n"]})
        self.assertEqual((default, given), ([], {"log": ["in"]}))

    def test_several_entries_run_in_order_of_name(self) -> None:
        graph = probe()
        say(graph, "b", "a")
        graph.entry("b", "a")
        self.log(graph, "a b")

    def test_entry_router_counts_as_a_route(self) -> None:
        graph = probe(("x", "last", 0))
        say(graph, "a", "b", "c")
        graph.entry_router(lambda state: ["c", "a"] if state["x"] else "b", ["a", "b", "c"])
        result = run(graph, {"x": 1})
        self.assertEqual((result.state["log"], result.routes, result.nodes), (["a", "c"], 1, 2))
        self.assertEqual(run(graph).state["log"], ["b"])

    def test_entry_router_may_send(self) -> None:
        graph = probe()
        graph.node("m", lambda given: {"log": [given]})
        graph.entry_router(lambda _state: [Send("m", "2"), Send("m", "1")], ["m"])
        self.log(graph, "2 1")

    def test_entry_router_outside_its_targets(self) -> None:
        graph = probe()
        say(graph, "a")
        graph.entry_router(lambda _state: "b", ["a"])
        self.fails(graph, "no_route", step=0)


class Steps(EngineTest):
    def test_tasks_see_the_state_of_the_step_before(self) -> None:
        seen: list[int] = []

        def look(state: State) -> State:
            seen.append(len(state["log"]))
            return {"log": ["w"]}

        run(fan({f"w{i}": look for i in range(5)}), workers=0)
        self.assertEqual(seen, [0] * 5)

    def test_a_node_triggered_by_many_edges_runs_once(self) -> None:
        graph = probe()
        say(graph, "a", "b", "c")
        graph.entry("a", "b")
        graph.edge("a", "c")
        graph.edge("a", "c")
        graph.edge("b", "c")
        self.log(graph, "a b c")

    def test_paths_of_different_length_trigger_twice(self) -> None:
        graph = probe()
        say(graph, "a", "b", "c")
        graph.entry("a")
        graph.edge("a", "b")
        graph.edge("a", "c")
        graph.edge("b", "c")
        self.log(graph, "a b c c")

    def test_edges_and_branches_all_fire(self) -> None:
        graph = probe()
        say(graph, "a", "b", "c", "d")
        graph.entry("a")
        graph.edge("a", "b")
        graph.branch("a", lambda _state: "x", {"x": "c"})
        graph.branch("a", lambda _state: ["y", "z"], {"y": "d", "z": END})
        self.log(graph, "a b c d")
        self.assertEqual(run(graph).routes, 2)

    def test_sends_come_last_in_the_order_of_their_senders(self) -> None:
        graph = probe()
        say(graph, "b", "a", "z")
        graph.node("m", lambda given: {"log": [given]})
        graph.entry("b", "a")
        graph.edge("a", "z")
        for name in ("b", "a"):
            graph.branch(
                name,
                lambda _state, name=name: [Send("m", name + "1"), Send("m", name + "0")],  # type: ignore[misc]
                {"m": "m"},
            )
        self.log(graph, "a b z a1 a0 b1 b0")

    def test_what_follows_a_send_follows_once(self) -> None:
        graph = probe()
        say(graph, "s", "after")
        graph.node("m", lambda given: {"log": [given]})
        graph.entry("s")
        graph.branch("s", lambda _state: [Send("m", "1"), Send("m", "2")], {"m": "m"})
        graph.edge("m", "after")
        self.log(graph, "s 1 2 after")

    def test_a_single_send_gets_its_input(self) -> None:
        graph = probe()
        say(graph, "s")
        graph.node("m", lambda given: {"log": [given]})
        graph.entry("s")
        graph.branch("s", lambda _state: [Send("m", "only")], {"m": "m"})
        self.log(graph, "s only")

    def test_routers_see_their_own_tasks_update_only(self) -> None:
        views: list[list[str]] = []

        def router(state: State) -> str:
            views.append(state["log"])
            return "end"

        graph = fan({name: (lambda _s, name=name: {"log": [name]}) for name in "ab"})  # type: ignore[misc]
        graph.branch("a", router, {"end": END})
        graph.branch("b", router, {"end": END})
        run(graph)
        self.assertEqual(views, [["a"], ["b"]])

    def test_a_join_waits_for_all_and_starts_over(self) -> None:
        graph = probe()
        say(graph, "a", "b", "c", "d")
        graph.entry("a")
        graph.edge("a", "b")
        graph.edge("a", "c")
        graph.edge("c", "b")
        graph.join(["b", "c"], "d")
        # b runs with c, the join fires; b runs again with d, the join waits.
        self.log(graph, "a b c b d")

    def test_a_join_fires_again_once_all_ran_again(self) -> None:
        graph = probe()
        say(graph, "a", "b", "c")
        graph.entry("a", "b")
        graph.join(["a", "b"], "c")
        graph.branch("c", lambda s: ["a", "b"] if s["log"].count("c") < 3 else "end", {"a": "a", "b": "b", "end": END})
        self.log(graph, "a b c a b c a b c")

    def test_limit(self) -> None:
        graph = probe()
        say(graph, "p")
        graph.entry("p")
        graph.branch("p", lambda s: "p" if len(s["log"]) < 4 else "end", {"p": "p", "end": END})
        self.assertEqual(run(graph, limit=4).supersteps, 4)
        with self.assertRaises(GraphError) as caught:
            run(graph, limit=3)
        error = caught.exception
        self.assertEqual((error.kind, error.step), ("recursion_limit", 3))
        assert error.progress is not None
        self.assertEqual(error.progress.nodes, 3)


class Reducers(EngineTest):
    def reduce(self, reducer: str, current: Any, *updates: Any) -> Any:
        """Apply updates within one superstep, and one superstep each; return the value."""
        workers = {f"w{i}": (lambda _s, u=u: {"f": u}) for i, u in enumerate(updates)}  # type: ignore[misc]
        together = run(fan(workers, ("f", reducer, current))).state["f"]
        chain = probe(("f", reducer, current))
        for name, function in workers.items():
            chain.node(name, function)
        for a, b in zip(workers, [*list(workers)[1:], END]):
            chain.edge(a, b)
        chain.entry("w0")
        self.assertEqual(run(chain).state["f"], together)
        return together

    def test_values(self) -> None:
        def check(reducer: str, current: Any, updates: list[Any], want: Any) -> None:
            before = cj.dumps(current), cj.dumps(updates)
            self.assertEqual(self.reduce(reducer, current, *updates), want)
            self.assertEqual((cj.dumps(current), cj.dumps(updates)), before)

        check("last", 1, [2], 2)
        check("overwrite", 1, [2, 3], 3)
        check("append", ["a"], [["b"], [], ["c", "d"]], ["a", "b", "c", "d"])
        check("merge", {"a": 1}, [{"b": 2}, {"a": 3}], {"a": 3, "b": 2})
        check("max", 3, [2, 5, 4], 5)
        check("max", 2.5, [2], 2.5)
        check("max", [1, 5, 3], [[2, 2, 3], [0, 9, 0]], [2, 9, 3])
        for nothing in (None, "", [], {}, False, 0, 0.0):
            check("nonempty", "old", [nothing], "old")
        check("nonempty", "old", ["new", ""], "new")
        check("nonnull", "old", [None], "old")
        check("nonnull", "old", ["", None], "")

    def test_misfits(self) -> None:
        def check(reducer: str, current: Any, update: Any) -> None:
            graph = fan({"w": lambda _s: {"f": update}}, ("f", reducer, current))
            self.fails(graph, "reducer_shape", "w", "f", 2)
            graph = fan({"v": lambda _s: {"f": current}, "w": lambda _s: {"f": update}}, ("f", reducer, current))
            self.fails(graph, "reducer_shape", "w", "f", 2)

        check("append", [], "text")
        check("append", [], ("tuple",))
        check("append", [], None)
        check("merge", {}, [("a", 1)])
        check("max", 1, "2")
        check("max", 1, True)
        check("max", 1, None)
        check("max", [1], [1, 2])
        check("max", [1], 1)
        check("max", [1], ["1"])

    def test_old_values_stay_as_they_were(self) -> None:
        kept: list[Any] = []

        def keep(state: State) -> State:
            kept.append((state["log"], list(state["log"])))
            return {"log": ["x"]}

        graph = probe()
        for name in ("a", "b", "c", "d"):
            graph.node(name, keep)
        graph.entry("a")
        graph.edge("a", "b")
        graph.edge("a", "c")
        graph.edge("b", "d")
        graph.edge("c", "d")
        run(graph)
        self.assertEqual(len(kept), 4)
        for held, copy in kept:
            self.assertEqual(held, copy)


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
            graph = fan({"a": boom, "b": lambda _s: ran.append("b"), "c": lambda _s: ran.append("c")})
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
        one = lambda _s: {"x": 1}  # noqa: E731
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
            {"a": lambda _s: {"x": 1, "y": 1}, "b": lambda _s: {"y": 2, "x": 2}, "c": lambda _s: {"x": 3}},
            ("x", "last", 0),
            ("y", "last", 0),
        )
        self.fails(graph, "concurrent_write", "b", "x")

    def test_shapes_and_conflicts_come_in_order_of_task_and_field(self) -> None:
        both = lambda _s: {"x": 1, "log": "text"}  # noqa: E731
        fine = lambda _s: {"x": 1}  # noqa: E731
        self.fails(fan({"a": fine, "b": both}, ("x", "last", 0)), "reducer_shape", "b", "log")
        self.fails(fan({"a": both, "b": fine}, ("x", "last", 0)), "reducer_shape", "a", "log")

        swapped = fan({"a": lambda _s: {"l": 1}, "b": lambda _s: {"x": "text", "l": 1}}, ("l", "last", 0), ("x", "append", []))
        self.fails(swapped, "concurrent_write", "b", "l")

    def test_two_shapes_of_one_task(self) -> None:
        self.fails(fan({"a": lambda _s: {"z": 1, "log": 1}}, ("z", "append", [])), "reducer_shape", "a", "log")

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
        self.assertEqual((caught.exception.kind, caught.exception.node, caught.exception.step), (kind, node, 0))

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
        self.assertEqual((caught.exception.kind, caught.exception.field), ("duplicate_field", "log"))
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
            graph.branch("b", lambda _s: "y", {"y": "a", "x": END} if flip else {"x": END, "y": "a"})
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


class Observers(EngineTest):
    def graph(self) -> Graph:
        graph = fan({"b": lambda _s: {}, "a": lambda _s: {"log": ["a"]}})
        graph.node("z", lambda _s: None)
        graph.join(["a", "b"], "z")
        return graph

    def events(self, mode: str) -> list[dict[str, Any]]:
        seen: list[dict[str, Any]] = []
        result = run(self.graph(), stream=Stream(mode, seen.append))
        self.assertEqual(result.counters()["events"], len(seen))
        return seen

    def test_values_only_after_steps_that_wrote(self) -> None:
        self.assertEqual(
            self.events("values"),
            [
                {"mode": "values", "state": {"log": []}, "step": 0},
                {"mode": "values", "state": {"log": ["a"]}, "step": 2},
            ],
        )

    def test_updates_in_task_order(self) -> None:
        seen = [(e["step"], e["node"], e["update"]) for e in self.events("updates")]
        self.assertEqual(seen, [(1, "s", {}), (2, "a", {"log": ["a"]}), (2, "b", {}), (3, "z", {})])

    def test_events_around_the_barrier(self) -> None:
        seen = [(e["step"], e["type"], e["node"]) for e in self.events("events") if e["step"] == 2]
        self.assertEqual(
            seen,
            [(2, "node_start", "a"), (2, "node_start", "b"), (2, "node_end", "a"), (2, "node_end", "b")],
        )

    def test_a_failing_step_ends_the_stream(self) -> None:
        def boom(_state: State) -> State:
            raise ValueError

        for mode, want in (("events", 4), ("updates", 1), ("values", 1)):
            seen: list[Any] = []
            store = MemoryStore()
            with self.assertRaises(GraphError) as caught:
                run(fan({"a": boom, "b": lambda _s: {"log": ["b"]}}), stream=Stream(mode, seen.append), store=store)
            self.assertEqual((mode, len(seen)), (mode, want))
            self.assertEqual(len(store.checkpoints()), 2)
            assert caught.exception.progress is not None
            counters = caught.exception.progress.counters()
            self.assertEqual((counters["events"], counters["checkpoints"], counters["nodes"]), (want, 2, 3))

    def test_checkpoints(self) -> None:
        store = MemoryStore()
        result = run(self.graph(), store=store, thread="t9")
        kept = store.checkpoints("t9")
        self.assertEqual(len(kept), result.supersteps + 1)
        self.assertEqual(result.counters()["checkpoint_bytes"], sum(map(len, kept)))
        want = (
            b'{"id":"t9/00000002","next":["z"],"parent":"t9/00000001",'
            b'"state":{"log":["a"]},"step":2,"thread":"t9","v":1}'
        )
        self.assertEqual(kept[2], want)
        self.assertIn(b'"next":["s"],"parent":null', kept[0])
        self.assertIn(b'"next":[]', kept[3])

    def test_durability_exit(self) -> None:
        store = MemoryStore()
        run(self.graph(), store=store, durability="exit")
        want = b'{"id":"t0/00000003","next":[],"parent":null,"state":{"log":["a"]},"step":3,"thread":"t0","v":1}'
        self.assertEqual(store.checkpoints(), [want])

    def test_pending_sends_are_listed(self) -> None:
        graph = probe()
        say(graph, "s", "z")
        graph.node("m", lambda _given: None)
        graph.entry("s")
        graph.edge("s", "z")
        graph.branch("s", lambda _s: [Send("m", 1), Send("m", 2)], {"m": "m"})
        store = MemoryStore()
        run(graph, store=store)
        self.assertIn(b'"next":["z","m","m"]', store.checkpoints()[1])

    def test_bad_options(self) -> None:
        for options in ({"isolation": "deep"}, {"durability": "never", "store": MemoryStore()}):
            with self.assertRaises(ValueError):
                run(self.graph(), **options)
        with self.assertRaises(ValueError):
            Stream("debug", print)
        with self.assertRaises(ValueError):
            Runner(-1)


class Isolation(EngineTest):
    def test_copy_protects_state_and_input(self) -> None:
        def vandal(state: State) -> State:
            state["log"].append("vandal")
            state["x"] = 99
            return {}

        for workers in (0, 2):
            given = {"log": ["in"], "x": [1]}
            result = run(fan({"a": vandal, "b": vandal}, ("x", "last", None)), given, workers, isolation="copy")
            self.assertEqual(result.state, {"log": ["in"], "x": [1]})
            self.assertEqual(given, {"log": ["in"], "x": [1]})
            self.assertEqual(result.counters()["state_copies"], 3)

    def test_copy_of_a_send(self) -> None:
        graph = probe()
        graph.node("m", lambda given: given.append("x"))
        payload: list[str] = []
        graph.entry_router(lambda _s: [Send("m", payload), Send("m", payload)], ["m"])
        self.assertEqual(run(graph, isolation="copy").state_copies, 2)
        self.assertEqual(payload, [])

    def test_share_copies_nothing(self) -> None:
        seen: list[int] = []
        marker = {"k": "v"}
        run(fan({"a": lambda s: seen.append(id(s["x"]))}, ("x", "last", None)), {"x": marker})
        self.assertEqual(seen, [id(marker)])


class Threads(EngineTest):
    def names(self, workers: int, width: int = 6) -> list[str]:
        """Return the threads that ran the tasks of a fan-out, source first.

        Tasks wait for each other, as many as there are threads, so that none
        can take two at once.
        """
        side_by_side = max(1, min(workers, width))
        barrier = threading.Barrier(side_by_side)
        ran: list[str] = []

        def task(_state: State) -> None:
            ran.append(threading.current_thread().name)
            barrier.wait(10)

        graph = fan({f"w{i}": task for i in range(width)})
        graph.nodes["s"] = (lambda _s: ran.append(threading.current_thread().name), False)
        run(graph, workers=workers)
        return ran

    def test_workers_are_threads_of_the_pool(self) -> None:
        here = threading.current_thread().name
        for workers in (1, 2, 3, 6):
            with self.subTest(workers=workers):
                first, *rest = self.names(workers)
                self.assertEqual(first, here)  # a single task stays with the caller
                self.assertNotIn(here, rest)
                self.assertEqual(len(set(rest)), workers)

    def test_no_workers_no_threads(self) -> None:
        before = threading.active_count()
        runner = Runner(0)
        self.assertEqual(threading.active_count(), before)
        runner.close()
        self.assertEqual(set(self.names(0)), {threading.current_thread().name})

    def test_close_ends_the_threads(self) -> None:
        before = set(threading.enumerate())
        runner = Runner(5)
        self.assertEqual(len(set(threading.enumerate()) - before), 5)
        runner.close()
        runner.close()
        self.assertEqual(set(threading.enumerate()), before)

    def test_failures_leave_the_pool_usable(self) -> None:
        def boom(_state: State) -> State:
            raise ValueError

        before = set(threading.enumerate())
        plans = [fan({"a": boom, "b": boom, "c": boom}).compile(), fan({"a": lambda _s: None, "b": lambda _s: None}).compile()]
        with Runner(2) as runner:
            for _ in range(20):
                with self.assertRaises(GraphError):
                    runner.invoke(plans[0], {})
                self.assertEqual(runner.invoke(plans[1], {}).nodes, 3)
            self.assertEqual(len(set(threading.enumerate()) - before), 2)
        self.assertEqual(set(threading.enumerate()), before)

    def test_compile_and_single_tasks_start_no_thread(self) -> None:
        before = threading.active_count()
        graph = probe()
        say(graph, "a")
        graph.entry("a")
        run(graph)
        self.assertEqual(threading.active_count(), before)

    def test_one_runner_serves_several_callers(self) -> None:
        plan = fan({f"w{i:02}": (lambda _s, i=i: {"log": [i]}) for i in range(20)}).compile()  # type: ignore[misc]
        results: list[Any] = []

        def call(runner: Runner) -> None:
            for _ in range(20):
                results.append(runner.invoke(plan, {}).state["log"])

        with Runner(3) as runner:
            callers = [threading.Thread(target=call, args=(runner,)) for _ in range(4)]
            for caller in callers:
                caller.start()
            for caller in callers:
                caller.join()
        self.assertEqual(results, [list(range(20))] * 80)


if __name__ == "__main__":
    unittest.main()
