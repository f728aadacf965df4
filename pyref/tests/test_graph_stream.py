"""Runs as loops over their events, and several callers of one runner."""

from __future__ import annotations

import threading
import unittest
from typing import Any

from pyref.graph import Events, Graph, GraphError, MemoryStore, Runner, Stream

from .graph_support import EngineTest, State, fan, probe, run, say
from .test_graph_resume import sending, uneven
from .test_graph_subgraph import inner, outer

MODES = ("values", "updates", "events", "callbacks")


class Loops(EngineTest):
    def open(self, graph: Graph, mode: str, runner: Runner | None = None, **options: Any) -> Events:
        return (runner or Runner(0)).stream(graph.compile(), {}, mode, **options)

    def test_the_same_events_as_a_sink_gets(self) -> None:
        with Runner(3) as runner:
            for graph in (
                uneven(),
                sending(),
                fan({"a": lambda _s: {}, "b": lambda _s: {"log": ["b"]}}),
                outer(inner("x")),
            ):
                for mode in MODES:
                    want: list[Any] = []
                    done = run(graph, stream=Stream(mode, want.append))
                    events = self.open(graph, mode, runner)
                    self.assertEqual(list(events), want)
                    assert events.result is not None
                    self.assertEqual(events.result.state, done.state)
                    self.assertEqual(events.result.counters(), done.counters())
                    self.assertEqual(list(events), [])  # and that is all

    def test_nodes_run_as_events_are_taken(self) -> None:
        ran: list[str] = []
        graph = probe()
        for name in "abc":
            graph.node(name, lambda _s, name=name: ran.append(name))  # type: ignore[misc]
        graph.entry("a")
        graph.edge("a", "b")
        graph.edge("b", "c")
        events = self.open(graph, "events")
        self.assertEqual((next(events)["type"], ran), ("node_start", []))
        self.assertEqual((next(events)["type"], ran), ("node_end", ["a"]))
        self.assertEqual((next(events)["type"], ran), ("node_start", ["a"]))
        self.assertIsNone(events.result)
        events.close()
        self.assertEqual((list(events), ran), ([], ["a"]))
        self.assertIsNone(events.result)

    def test_the_first_event_and_no_more(self) -> None:
        for mode, nodes in (("values", 0), ("updates", 1), ("events", 0), ("callbacks", 0)):
            with self.open(uneven(), mode) as events:
                next(events)
            count = events.progress.counters()
            self.assertEqual((mode, count["nodes"], count["supersteps"]), (mode, nodes, nodes))
            self.assertGreaterEqual(count["events"], 1)

    def test_faults_come_out_of_the_loop(self) -> None:
        def boom(_state: State) -> State:
            raise ValueError

        events = self.open(fan({"a": boom, "b": lambda _s: None}), "events")
        taken = []
        with self.assertRaises(GraphError) as caught:
            for event in events:
                taken.append(event["type"])
        self.assertEqual(taken, ["node_start", "node_end", "node_start", "node_start"])
        self.assertEqual((caught.exception.kind, caught.exception.step), ("node_failed", 2))
        self.assertIsNone(events.result)
        self.assertEqual((events.progress.nodes, events.progress.supersteps), (3, 2))
        self.assertEqual(list(events), [])

    def test_the_limit_announces_nothing(self) -> None:
        graph = probe()
        say(graph, "p")
        graph.entry("p")
        graph.edge("p", "p")
        taken = []
        with self.assertRaises(GraphError) as caught:
            for event in self.open(graph, "events", limit=2):
                taken.append(event["type"])
        self.assertEqual(taken, ["node_start", "node_end"] * 2)
        assert caught.exception.progress is not None
        self.assertEqual(caught.exception.progress.counters()["events"], 4)

    def test_checkpoints_are_written_on_the_way(self) -> None:
        store = MemoryStore()
        events = self.open(uneven(), "updates", store=store, thread="s")
        self.assertEqual(store.steps("s"), [0])
        next(events)
        self.assertEqual(store.steps("s"), [0, 1])
        list(events)
        want = MemoryStore()
        run(uneven(), store=want, thread="s")
        self.assertEqual(store.checkpoints("s"), want.checkpoints("s"))

    def test_joins_and_routes_last_from_step_to_step(self) -> None:
        graph = uneven()
        graph.branch("e", lambda s: "a" if len(s["log"]) < 14 else "end", {"a": "a", "end": "b"})
        events = self.open(graph, "values", limit=50)
        list(events)
        want = run(graph, limit=50)
        assert events.result is not None
        self.assertEqual(events.result.routes, want.routes)
        self.assertEqual(events.result.state, want.state)

    def test_an_entry_that_leads_nowhere(self) -> None:
        graph = probe()
        say(graph, "a")
        graph.entry_router(lambda _s: [], ["a"])
        events = self.open(graph, "callbacks")
        self.assertEqual([e["type"] for e in events], ["run_start", "run_end"])
        assert events.result is not None
        self.assertEqual((events.result.nodes, events.result.routes), (0, 1))

    def test_bad_modes(self) -> None:
        with self.assertRaisesRegex(ValueError, "stream mode 'debug'"):
            self.open(uneven(), "debug")


class Callers(EngineTest):
    def test_one_plan_from_many_threads(self) -> None:
        """Every option at once, on one runner and one plan: no caller sees another."""
        graph = sending()
        graph.subgraph(
            "sub", inner("x", "y"), lambda s: {"log": s["log"][:1]}, lambda f: {"log": f["log"]}
        )
        graph.edge("t", "sub")
        plan = graph.compile()
        want = {mark: run(graph, {"log": [mark]}).state["log"] for mark in "abcdefgh"}
        failures: list[Any] = []
        gate = threading.Barrier(len(want))

        def call(runner: Runner, mark: str) -> None:
            gate.wait(10)
            for round_ in range(30):
                store, seen = MemoryStore(), []
                options: dict[str, Any] = [
                    {},
                    {"stream": Stream("callbacks", seen.append)},
                    {"store": store},
                    {"isolation": "copy"},
                ][round_ % 4]
                got = runner.invoke(plan, {"log": [mark]}, **options)
                count = got.counters()
                if (
                    got.state["log"] != want[mark]
                    or count["sub_nodes"] != 2
                    or count["events"] != len(seen)
                ):
                    failures.append((mark, got.state, count))
                for data in store.checkpoints():
                    if runner.resume(plan, data).state != got.state:
                        failures.append((mark, data))
                events = runner.stream(plan, {"log": [mark]}, "updates")
                if [e["node"] for e in events] != [
                    e["node"] for e in runner.stream(plan, {"log": ["?"]}, "updates")
                ]:
                    failures.append((mark, "events"))

        with Runner(3) as runner:
            callers = [threading.Thread(target=call, args=(runner, mark)) for mark in want]
            for caller in callers:
                caller.start()
            for caller in callers:
                caller.join()
        self.assertEqual(failures, [])


if __name__ == "__main__":
    unittest.main()
