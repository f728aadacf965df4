"""The engine's rules: where runs start, what follows what, how fields take updates."""

from __future__ import annotations

import os
import signal
import threading
import unittest
from typing import Any

from pyref import cj
from pyref.graph import END, Graph, GraphError, MemoryStore, Runner, Send
from pyref.graph.pool import Pool

from .graph_support import EngineTest, State, fan, probe, run, say


class Start(EngineTest):
    def test_input_replaces_defaults_without_the_reducer(self) -> None:
        graph = probe(("x", "last", 7), ("m", "merge", {"a": 1}))
        say(graph, "n")
        graph.entry("n")
        result = run(graph, {"log": ["in"], "m": {"b": 2}})
        self.assertEqual(result.state, {"log": ["in", "n"], "x": 7, "m": {"b": 2}})

    def test_input_of_no_field(self) -> None:
        def check(given: State, field: str, hint: str) -> None:
            graph = probe(("status", "last", ""), ("m", "merge", {}))
            say(graph, "a")
            graph.entry("a")
            outer = Graph()
            outer.subgraph("sub", graph.compile(), lambda _s: given, lambda _s: None)
            outer.entry("sub")
            with Runner(0) as runner:
                for start in (
                    lambda: runner.invoke(graph.compile(), given),
                    lambda: runner.stream(graph.compile(), given),
                    lambda: runner.invoke(graph.compile(), given, store=MemoryStore()),
                ):
                    with self.assertRaises(GraphError) as caught:
                        start()
                    error = caught.exception
                    self.assertEqual((error.kind, error.node), ("unknown_field", None))
                    self.assertEqual(error.field, field)
                    self.assertIn(hint, str(error))
                with self.assertRaises(GraphError) as caught:
                    runner.invoke(outer.compile(), {})
            self.assertEqual((caught.exception.kind, caught.exception.node), ("node_failed", "sub"))
            self.assertIn(f"field {field!r}", str(caught.exception))

        check({"statsu": 1, "log": []}, "statsu", "given as input (did you mean 'status'?)")
        check({"z": 1, "y": 2}, "y", "given as input (fields: 'log', 'status', 'm')")

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
        graph.branch(
            "c",
            lambda s: ["a", "b"] if s["log"].count("c") < 3 else "end",
            {"a": "a", "b": "b", "end": END},
        )
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
            graph = fan(
                {"v": lambda _s: {"f": current}, "w": lambda _s: {"f": update}},
                ("f", reducer, current),
            )
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


class Interrupts(unittest.TestCase):
    def test_ctrl_c_ends_a_step_with_the_calls_that_run(self) -> None:
        begun: list[int] = []
        over = threading.Event()
        interrupts: list[int] = []

        def interrupt(number: int, _: object) -> None:
            interrupts.append(number)
            if len(interrupts) == 1:
                raise KeyboardInterrupt

        def call(number: int) -> None:
            begun.append(number)
            # Again and again: one that comes just before a lock is waited for ends no waiting.
            while not over.wait(0.02):
                os.kill(os.getpid(), signal.SIGINT)

        pool = Pool(2)
        previous = signal.signal(signal.SIGINT, interrupt)
        try:
            with self.assertRaises(KeyboardInterrupt):
                pool.run([(call, number) for number in range(50)])
        finally:
            over.set()
            pool.close()
            signal.signal(signal.SIGINT, previous)
        self.assertLessEqual(len(begun), 2)


if __name__ == "__main__":
    unittest.main()
