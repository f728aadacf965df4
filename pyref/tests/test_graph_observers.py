"""Streams, checkpoints, isolation and threads."""

from __future__ import annotations

import threading
import unittest
from typing import Any

from pyref.graph import Graph, GraphError, MemoryStore, Runner, Send, Stream

from .graph_support import EngineTest, State, fan, probe, run, say


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

    def test_what_was_emitted_does_not_change(self) -> None:
        graph = probe()
        say(graph, "a", "b")
        graph.entry("a")
        graph.edge("a", "b")
        seen: list[dict[str, Any]] = []
        run(graph, stream=Stream("values", seen.append))
        self.assertEqual([e["state"]["log"] for e in seen], [[], ["a"], ["a", "b"]])

    def test_updates_in_task_order(self) -> None:
        seen = [(e["step"], e["node"], e["update"]) for e in self.events("updates")]
        self.assertEqual(seen, [(1, "s", {}), (2, "a", {"log": ["a"]}), (2, "b", {}), (3, "z", {})])

    def test_events_around_the_barrier(self) -> None:
        seen = [(e["step"], e["type"], e["node"]) for e in self.events("events") if e["step"] == 2]
        self.assertEqual(
            seen,
            [
                (2, "node_start", "a"),
                (2, "node_start", "b"),
                (2, "node_end", "a"),
                (2, "node_end", "b"),
            ],
        )

    def test_a_failing_step_ends_the_stream(self) -> None:
        def boom(_state: State) -> State:
            raise ValueError

        for mode, want in (("events", 4), ("updates", 1), ("values", 1)):
            seen: list[Any] = []
            store = MemoryStore()
            with self.assertRaises(GraphError) as caught:
                run(
                    fan({"a": boom, "b": lambda _s: {"log": ["b"]}}),
                    stream=Stream(mode, seen.append),
                    store=store,
                )
            self.assertEqual((mode, len(seen)), (mode, want))
            self.assertEqual(len(store.checkpoints()), 2)
            assert caught.exception.progress is not None
            counters = caught.exception.progress.counters()
            self.assertEqual(
                (counters["events"], counters["checkpoints"], counters["nodes"]), (want, 2, 3)
            )

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
            result = run(
                fan({"a": vandal, "b": vandal}, ("x", "last", None)),
                given,
                workers,
                isolation="copy",
            )
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

    def test_copies_are_counted_as_they_are_made(self) -> None:
        """Not one for each task that ran: here two run whose views cannot be copied."""

        class Stubborn:
            def __deepcopy__(self, _memo: object) -> object:
                raise RuntimeError("not to be copied")

        def send(_state: State) -> list[Send]:
            return [Send("m", {"v": v}) for v in (1, Stubborn(), 3, Stubborn(), 5)]

        for workers in (0, 2):
            graph = probe()
            graph.node("m", lambda _given: None)
            graph.entry_router(send, ["m"])
            with self.assertRaises(GraphError) as caught:
                run(graph, workers=workers, isolation="copy")
            progress = caught.exception.progress
            assert progress is not None
            self.assertEqual((progress.nodes, progress.state_copies), (5, 3))

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
        plans = [
            fan({"a": boom, "b": boom, "c": boom}).compile(),
            fan({"a": lambda _s: None, "b": lambda _s: None}).compile(),
        ]
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
