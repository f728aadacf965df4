"""Checkpoints, byte by byte, and runs that go on from them."""

from __future__ import annotations

import json
import os
import random
import unittest
from typing import Any

from pyref import cj
from pyref.graph import END, Graph, GraphError, MemoryStore, Plan, Runner, Send, Stream
from pyref.suite.graph_spec import _Parts

from .graph_support import EngineTest, State, probe, run, say
from .test_graph_random import make_spec

CASES = 250


def uneven() -> Graph:
    """a -> b, a -> c, c -> d, join({b, d}, e): b waits a step for d."""
    graph = probe()
    say(graph, *"abcde")
    graph.entry("a")
    for source, target in ("ab", "ac", "cd"):
        graph.edge(source, target)
    graph.join(["d", "b"], "e")
    return graph


def sending() -> Graph:
    """s sends twice to m, beside an edge to z; then all meet in t."""
    graph = probe()
    say(graph, *"szt")
    graph.node("m", lambda given: {"log": [f"m:{given['tag']}"]})
    graph.entry("s")
    graph.edge("s", "z")
    graph.branch("s", lambda _s: [Send("m", {"tag": "é"}), Send("m", {"tag": 2.5})], {"m": "m"})
    graph.join(["m", "z"], "t")
    return graph


def probe_of(value: Any) -> Graph:
    """A graph with a value in its state."""
    graph = probe(("bad", "last", value))
    say(graph, "a")
    graph.entry("a")
    return graph


class Bytes(EngineTest):
    def written(self, graph: Graph, **options: Any) -> list[str]:
        store = MemoryStore()
        run(graph, store=store, **options)
        return [data.decode() for data in store.checkpoints(options.get("thread", "t0"))]

    def test_a_join_that_waits(self) -> None:
        self.assertEqual(
            self.written(uneven()),
            [
                '{"id":"t0/00000000","next":["a"],"parent":null,"state":{"log":[]},"step":0,"thread":"t0","v":1}',
                '{"id":"t0/00000001","next":["b","c"],"parent":"t0/00000000",'
                '"state":{"log":["a"]},"step":1,"thread":"t0","v":1}',
                '{"id":"t0/00000002","joins":[[["b"],["b","d"],"e"]],"next":["d"],"parent":"t0/00000001",'
                '"state":{"log":["a","b","c"]},"step":2,"thread":"t0","v":1}',
                '{"id":"t0/00000003","next":["e"],"parent":"t0/00000002",'
                '"state":{"log":["a","b","c","d"]},"step":3,"thread":"t0","v":1}',
                '{"id":"t0/00000004","next":[],"parent":"t0/00000003",'
                '"state":{"log":["a","b","c","d","e"]},"step":4,"thread":"t0","v":1}',
            ],
        )

    def test_pending_sends(self) -> None:
        self.assertEqual(
            self.written(sending(), thread="x")[1:3],
            [
                '{"id":"x/00000001","next":["z","m","m"],"parent":"x/00000000",'
                '"sends":[{"tag":"é"},{"tag":2.5}],"state":{"log":["s"]},"step":1,"thread":"x","v":1}',
                # The first m completes the join, the second begins anew.
                '{"id":"x/00000002","joins":[[["m"],["m","z"],"t"]],"next":["t"],"parent":"x/00000001",'
                '"state":{"log":["s","z","m:é","m:2.5"]},"step":2,"thread":"x","v":1}',
            ],
        )

    def test_several_joins_in_order_of_their_text(self) -> None:
        graph = probe()
        say(graph, *"abz")
        graph.entry("a")
        graph.edge("a", "b")
        graph.join(["z", "a", "a"], "z")
        graph.join(["a", "z"], END)
        graph.join(["a", "b"], "z")
        second = self.written(graph, limit=9)[1]
        self.assertIn(
            '"joins":[[["a"],["a","b"],"z"],[["a"],["a","z"],"__end__"],[["a"],["a","z"],"z"]],"next":["b"]',
            second,
        )

    def test_every_checkpoint_is_canonical(self) -> None:
        """They are written by hand where nothing is pending but nodes."""
        for thread in ("t0", 'a "quoted" \\ name', "é\u2028\U0001f600", "\n\x00", "1.0,"):
            for graph in (uneven(), sending()):
                graph.field("more", "last", {"f": 4.0, "b": bytearray(b"ab"), "é": '"'})
                graph.node('node "x" ü\n', lambda _s: None)
                graph.edge(next(iter(graph.nodes)), 'node "x" ü\n')
                parent = None
                texts = self.written(graph, thread=thread)
                self.assertGreater(len(texts), 2)
                for step, text in enumerate(texts):
                    value = json.loads(text)
                    self.assertEqual(cj.dumps(value), text)
                    self.assertEqual(value["parent"], parent)
                    parent = f"{thread}/{step:08d}"
                    self.assertEqual((value["id"], value["thread"]), (parent, thread))
                store = MemoryStore()
                with Runner(0) as runner:
                    runner.resume(graph.compile(), texts[1], store=store)
                self.assertEqual([d.decode() for d in store.checkpoints(thread)], texts[2:])

    def test_what_has_no_canonical_form(self) -> None:
        def fails(graph: Graph, message: str, **options: Any) -> None:
            with self.assertRaises(cj.EncodeError) as caught:
                run(graph, store=MemoryStore(), **options)
            self.assertEqual(str(caught.exception), f"canonical JSON: {message}")

        for bad, where in (
            ({"k": [float("nan")]}, "['k'][0]: nan has no canonical form"),
            ([{1: 2}], "[0]: map key 1 is int, not a string"),
            ("\ud800", ": lone surrogate U+D800"),
            (object(), ": object is not part of the value model"),
        ):
            fails(probe_of(bad), f"$['state']['bad']{where}")
        fails(probe_of(1), "$['id']: lone surrogate U+D800", thread="\ud800")

    def test_a_single_send_at_the_entry(self) -> None:
        graph = probe()
        graph.node("m", lambda _given: None)
        graph.entry_router(lambda _s: [Send("m", None)], ["m"])
        self.assertEqual(
            self.written(graph)[0],
            '{"id":"t0/00000000","next":["m"],"parent":null,"sends":[null],'
            '"state":{"log":[]},"step":0,"thread":"t0","v":1}',
        )

    def test_a_router_that_sends_its_view_on(self) -> None:
        """What is sent is the view as it was, not as the superstep left it."""
        graph = probe()
        say(graph, "s", "b")
        graph.node("a", lambda _s: None)
        graph.node("m", lambda given: {"log": ["+".join(given["log"])]})
        graph.entry("s")
        graph.edge("s", "a")
        graph.edge("s", "b")
        graph.branch("a", lambda view: [Send("m", view)], {"m": "m"})
        self.assertEqual(run(graph).state["log"], ["s", "b", "s"])


class Resume(EngineTest):
    def check(self, plan: Plan, given: State, runner: Runner, **options: Any) -> int:
        """Resume from every checkpoint of a run; return how many there were."""
        whole = MemoryStore()
        want = runner.invoke(plan, given, store=whole, **options)
        kept = whole.checkpoints()
        total = want.counters()
        for step, data in enumerate(kept):
            store = MemoryStore()
            got = runner.resume(plan, data, store=store, **options)
            self.assertEqual(cj.dumps(got.state), cj.dumps(want.state), data)
            # Not only the end, every checkpoint on the way, to the byte.
            self.assertEqual(store.checkpoints(), kept[step + 1 :])
            count = got.counters()
            self.assertEqual(count["supersteps"], total["supersteps"] - step)
            self.assertEqual(count["checkpoints"], len(kept) - step - 1)
            self.assertEqual(count["checkpoint_bytes"], sum(map(len, kept[step + 1 :])))
        return len(kept)

    def test_from_every_checkpoint(self) -> None:
        for graph in (uneven(), sending()):
            for workers in (0, 4):
                with Runner(workers) as runner:
                    self.assertGreater(self.check(graph.compile(), {}, runner), 3)

    def test_from_every_checkpoint_of_random_graphs(self) -> None:
        seed = int(os.environ.get("PYREF_SEED", "20260202"))
        resumed = joins = 0
        with Runner(0) as inline, Runner(2) as pool:
            for case in range(CASES):
                spec = make_spec(random.Random(f"{seed}/{case}"))
                spec["joins"] += [[[node["name"] for node in spec["nodes"][:2]], END]]
                try:
                    plan = _Parts({**spec, "workers": 0}).build().compile()
                    inline.invoke(plan, spec["input"], limit=spec["limit"])
                except GraphError:
                    continue
                with self.subTest(f"PYREF_SEED={seed}", case=case):
                    resumed += self.check(plan, spec["input"], inline, limit=spec["limit"])
                    self.check(plan, spec["input"], pool, limit=spec["limit"])
                    store = MemoryStore()
                    inline.invoke(plan, spec["input"], limit=spec["limit"], store=store)
                    joins += sum(b'"joins"' in data for data in store.checkpoints())
        self.assertGreater(resumed, CASES)
        self.assertGreater(joins, CASES / 10)

    def test_steps_and_limit_go_on(self) -> None:
        graph = probe()
        say(graph, *"abcd")
        for a, b in ("ab", "bc", "cd"):
            graph.edge(a, b)
        graph.entry("a")
        plan, store = graph.compile(), MemoryStore()
        with Runner(0) as runner:
            runner.invoke(plan, {}, store=store)
            self.assertEqual(runner.resume(plan, store.load(2), limit=4).supersteps, 2)
            with self.assertRaises(GraphError) as caught:
                runner.resume(plan, store.load(2), limit=3)
            error = caught.exception
            self.assertEqual((error.kind, error.step), ("recursion_limit", 3))
            assert error.progress is not None
            self.assertEqual((error.progress.nodes, error.progress.supersteps), (1, 1))

    def test_threads_and_durability(self) -> None:
        plan, store = uneven().compile(), MemoryStore()
        with Runner(0) as runner:
            runner.invoke(plan, {}, store=store, thread="mine")
            at2 = store.load(2, "mine")
            other = MemoryStore()
            runner.resume(plan, at2, store=other, thread="fork")
            self.assertEqual(other.steps("fork"), [3, 4])
            self.assertEqual(json.loads(other.load(3, "fork"))["parent"], "mine/00000002")
            last = MemoryStore()
            runner.resume(plan, at2, store=last, durability="exit")
            value = json.loads(last.load(4, "mine"))
            self.assertEqual((last.steps("mine"), value["parent"]), ([4], "mine/00000002"))

    def test_a_finished_run_is_not_written_again(self) -> None:
        plan, store = uneven().compile(), MemoryStore()
        with Runner(0) as runner:
            want = runner.invoke(plan, {}, store=store).state
            for durability in ("step", "exit"):
                again = MemoryStore()
                got = runner.resume(plan, store.latest() or b"", store=again, durability=durability)
                self.assertEqual((got.state, got.nodes, again.threads), (want, 0, {}))

    def test_events_go_on(self) -> None:
        plan, store = uneven().compile(), MemoryStore()
        with Runner(0) as runner:
            for mode in ("values", "updates", "events"):
                all_events: list[Any] = []
                runner.invoke(plan, {}, store=store, stream=Stream(mode, all_events.append))
                seen: list[Any] = []
                runner.resume(plan, store.load(2), stream=Stream(mode, seen.append))
                self.assertEqual(seen, [e for e in all_events if e["step"] > 2])
            seen = []
            runner.resume(plan, store.load(2), stream=Stream("callbacks", seen.append))
            self.assertEqual(seen[0], {"state": {"log": ["a", "b", "c"]}, "type": "run_start"})
            self.assertEqual([e["to"] for e in seen if e["type"] == "edge"], [["e"], ["__end__"]])

    def test_text_is_as_good_as_bytes(self) -> None:
        plan, store = uneven().compile(), MemoryStore()
        with Runner(0) as runner:
            want = runner.invoke(plan, {}, store=store).state
            self.assertEqual(runner.resume(plan, store.load(1).decode()).state, want)


class Misfits(EngineTest):
    GOOD: dict[str, Any] = {
        "id": "t0/00000002", "joins": [[["b"], ["b", "d"], "e"]], "next": ["d"], "parent": None,
        "state": {"log": ["a", "b", "c"]}, "step": 2, "thread": "t0", "v": 1,
    }  # fmt: skip

    def refused(
        self, data: bytes | str, *parts: str, node: str | None = None, field: str | None = None
    ) -> None:
        plan = uneven().compile()
        with Runner(0) as runner, self.assertRaises(GraphError) as caught:
            runner.resume(plan, data)
        error = caught.exception
        self.assertEqual((error.kind, error.node, error.field), ("bad_checkpoint", node, field))
        for part in ("bad checkpoint", *parts):
            self.assertIn(part, str(error))

    def change(
        self, *parts: str, node: str | None = None, field: str | None = None, **keys: Any
    ) -> None:
        self.refused(cj.dumpb({**self.GOOD, **keys}), *parts, node=node, field=field)

    def test_the_good_one(self) -> None:
        with Runner(0) as runner:
            self.assertEqual(
                runner.resume(uneven().compile(), cj.dumpb(self.GOOD)).state["log"], list("abcde")
            )

    def test_not_a_checkpoint(self) -> None:
        self.refused(b"", "not JSON")
        self.refused(b'{"id":"t0/0', "not JSON")
        self.refused(b"\xff\xfe{}", "not JSON")
        self.refused('{"v":NaN}', "not JSON", "NaN")
        self.refused(b"[" * 100_000, "not JSON")
        self.refused(b"[]", "list")
        self.refused(b"{}", "no key id, next, parent, state, step, thread, v")
        self.change("unknown key more", more=1)
        self.change("version 2", v=2)
        self.change("version True", v=True)
        self.change("step -1", step=-1)
        self.change("step True", step=True)
        self.change("thread 5", thread=5)
        self.change("'t0/00000002'", step=3)

    def test_of_another_graph(self) -> None:
        self.change("no such field", field="x", state={"log": [], "x": 1})
        self.change("has no such field", field="log", state={})
        self.change("want a map", state=[])
        self.change("no such node", node="q", next=["q"])

    def test_tasks(self) -> None:
        self.change("order of tasks", next=["d", "b"])
        self.change("order of tasks", next=["b", "b"])
        self.change("want lists", next="d")
        self.change("want lists", next=[1])
        self.change("no more sends than names", next=["d"], sends=[1, 2])
        self.change("want lists", sends={})

    def test_joins(self) -> None:
        good = self.GOOD["joins"][0]
        self.change("no join", joins=[[["b"], ["b", "c"], "e"]])
        self.change("no join", joins=[[["b"], ["b", "d"], "a"]])
        self.change("not as often", joins=[good, good])
        self.change("cannot have seen b, d", joins=[[["b", "d"], ["b", "d"], "e"]])
        self.change("cannot have seen q", joins=[[["q"], ["b", "d"], "e"]])
        self.change("cannot have seen b, b", joins=[[["b", "b"], ["b", "d"], "e"]])
        self.change("cannot have seen nothing", joins=[[[], ["b", "d"], "e"]])
        for misshapen in ({}, [1], [[]], [["b", ["b", "d"], "e"]], [[["b"], ["b", "d"]]]):
            self.change("want [[arrived], [sources], target]", joins=misshapen)


if __name__ == "__main__":
    unittest.main()
