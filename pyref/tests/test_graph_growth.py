"""Lists and maps that grow in place, and everybody who must not notice."""

from __future__ import annotations

import copy
import os
import random
import unittest
from collections.abc import Callable
from typing import Any

from pyref.graph import END, Graph, GraphError, MemoryStore, Plan, Runner, Send, Stream, reducers
from pyref.suite.graph_spec import _Parts

from .graph_support import EngineTest, State
from .test_graph_random import make_spec

Body = Callable[[State], Any]
counts_holders = reducers._alone >= 0


def chain(length: int, special: dict[int, Body]) -> Plan:
    """A chain that adds a line and an entry a node; ``special`` nodes do as they like."""
    graph = Graph()
    graph.field("log", "append", [])
    graph.field("meta", "merge", {})
    graph.field("kept", "last", None)
    names = [f"n{i:03}" for i in range(length)]
    for i, name in enumerate(names):
        grow: Body = lambda _s, i=i: {"log": [i], "meta": {f"k{i}": i}}  # type: ignore[misc]
        graph.node(name, special.get(i, grow))
    for a, b in zip(names, [*names[1:], END]):
        graph.edge(a, b)
    graph.entry(names[0])
    return graph.compile()


class Growth(EngineTest):
    def check(self, special: dict[int, Body] | None = None, **options: Any) -> State:
        """Run a chain of 60 and return its state, with log and meta as they must be."""
        special = special or {}
        with Runner(0) as runner:
            state = runner.invoke(chain(60, special), {}, limit=60, **options).state
        plain = [i for i in range(60) if i not in special]
        self.assertEqual(state["log"], plain)
        self.assertEqual(state["meta"], {f"k{i}": i for i in plain})
        return state

    @unittest.skipUnless(counts_holders, "this interpreter does not count holders")
    def test_what_only_the_run_holds_is_extended(self) -> None:
        seen: list[tuple[int, int]] = []
        look: Body = lambda s: seen.append((id(s["log"]), id(s["meta"])))
        self.check({40: look, 45: look, 59: look})
        self.assertEqual(len(set(seen)), 1)

    @unittest.skipUnless(counts_holders, "this interpreter does not count holders")
    def test_consumers_that_keep_nothing_cost_no_copies(self) -> None:
        for mode in ("values", "updates", "events", "callbacks"):
            seen: set[int] = set()
            look: Body = lambda s: seen.add(id(s["log"]))
            self.check(
                {40: look, 59: look}, stream=Stream(mode, lambda _e: None), store=MemoryStore()
            )
            self.assertEqual(len(seen), 1, mode)

    def test_a_list_that_a_node_keeps(self) -> None:
        held: list[Any] = []

        def keep(state: State) -> None:
            held.extend((state["log"], state["meta"]))

        self.check({30: keep, 31: keep, 50: keep})
        self.assertEqual([len(h) for h in held], [30, 30, 30, 30, 48, 48])

    def test_a_list_that_goes_into_another_field(self) -> None:
        for wrap in (lambda v: v, lambda v: {"deep": [v]}, lambda v: (v,), lambda v: iter(v)):
            state = self.check({30: lambda s, wrap=wrap: {"kept": wrap(s["log"])}})  # type: ignore[misc]
            kept = state["kept"]
            while not (isinstance(kept, list) and len(kept) == 30):
                kept = list(kept.values())[0] if isinstance(kept, dict) else list(kept)
                kept = kept[0] if len(kept) == 1 else kept
                self.assertLessEqual(len(kept), 30)
            self.assertEqual(kept, list(range(30)))

    def test_a_map_that_goes_into_another_field(self) -> None:
        state = self.check({30: lambda s: {"kept": s["meta"]}})
        self.assertEqual(len(state["kept"]), 30)

    def test_a_list_that_is_appended_to_itself(self) -> None:
        with Runner(0) as runner:
            state = runner.invoke(
                chain(40, {30: lambda s: {"log": s["log"], "meta": s["meta"]}}), {}, limit=40
            ).state
        self.assertEqual(state["log"], [*range(30), *range(30), *range(31, 40)])

    def test_inputs_and_defaults(self) -> None:
        given = {"log": list(range(100, 130)), "meta": {f"in{i}": i for i in range(30)}}
        before = copy.deepcopy(given)
        plan = chain(30, {})
        with Runner(0) as runner:
            for _ in range(2):
                self.assertEqual(len(runner.invoke(plan, given, limit=30).state["log"]), 60)
                self.assertEqual(len(runner.invoke(plan, {}, limit=30).state["log"]), 30)
        self.assertEqual(given, before)
        self.assertEqual((plan.defaults["log"], plan.defaults["meta"]), ([], {}))

    def test_events_that_are_kept(self) -> None:
        for mode in ("values", "callbacks"):
            seen: list[tuple[Any, Any]] = []
            self.check(stream=Stream(mode, lambda e: seen.append((e, copy.deepcopy(e)))))
            self.assertGreater(len(seen), 60)
            for event, snapshot in seen:
                self.assertEqual(event, snapshot)

    def test_a_send_of_the_view(self) -> None:
        graph = Graph()
        graph.field("log", "append", [])
        sent: list[tuple[Any, Any]] = []

        def send(view: State) -> Any:
            sends = [Send("m", {"past": view["log"]}), Send("m", view), Send("m", {"view": view})]
            sent.extend((s.input, copy.deepcopy(s.input)) for s in sends)
            return sends if len(view["log"]) < 90 else "end"

        def m(given: State) -> State:
            sent.append((given, copy.deepcopy(given)))
            return {"log": [0]}

        graph.node("p", lambda _s: {"log": [1]})
        graph.node("m", m)
        graph.entry("p")
        graph.branch("p", send, {"m": "m", "end": END})
        graph.edge("m", "p")
        with Runner(0) as runner:
            state = runner.invoke(graph.compile(), {"log": list(range(30))}, limit=99).state
        self.assertEqual(state["log"].count(0) % 3, 1)  # of range(30), and three a round
        self.assertGreater(len(sent), 60)
        for now, then in sent:
            self.assertEqual(now, then)

    def test_a_sent_view_that_becomes_part_of_the_state(self) -> None:
        """It is the state of then, so the state does not hold itself."""
        for pick in (lambda view: view, lambda view: {"deep": [view]}):
            graph = Graph()
            graph.field("log", "append", [])
            graph.field("kept", "last", None)
            graph.node("p", lambda _s: {"log": [1]})
            graph.node("m", lambda given: {"kept": given, "log": [2]})
            send: Body = lambda view, pick=pick: [Send("m", pick(view))]  # type: ignore[misc]
            graph.entry_router(send, ["m", "p"])
            graph.branch("p", send, {"m": "m"})
            with Runner(0) as runner:
                plan = graph.compile()
                state = runner.invoke(plan, {}).state
                self.assertEqual(state, {"log": [2], "kept": pick({"log": [], "kept": None})})
                with runner.stream(plan, {}, "values") as events:
                    self.assertEqual([e["state"]["log"] for e in events], [[], [2]])
                    self.assertEqual(events.progress.state, state)
                graph.entry_branch, graph.entries = None, ("p",)
                state = runner.invoke(graph.compile(), {}).state
                self.assertEqual(state, {"log": [1, 2], "kept": pick({"log": [1], "kept": None})})

    @unittest.skipUnless(counts_holders, "this interpreter does not count holders")
    def test_sends_do_not_end_the_growing_in_place(self) -> None:
        seen: list[int] = []
        graph = Graph()
        graph.field("log", "append", [])
        graph.field("count", "last", 0)

        def p(view: State) -> State:
            seen.append(id(view["log"]))
            return {"log": [1]}

        graph.node("p", p)
        graph.node("m", lambda given: {"count": given["count"] + 1})
        graph.entry("p")
        graph.branch(
            "p",
            lambda view: [Send("m", view)] if view["count"] < 40 else "end",
            {"m": "m", "end": END},
        )
        graph.edge("m", "p")
        with Runner(0) as runner:
            state = runner.invoke(graph.compile(), {"log": list(range(30))}, limit=99).state
        self.assertEqual((len(seen), len(state["log"])), (41, 71))
        self.assertLessEqual(len(set(seen[3:])), 1)  # a copy for what the caller still holds

    def test_whatever_nodes_of_random_graphs_hold(self) -> None:
        seed = int(os.environ.get("PYREF_SEED", "20260204"))
        grown = 0
        for case in range(150):
            spec = make_spec(random.Random(f"{seed}/{case}"))
            spec["input"] = {
                "log": list("abcdefghijklmnopqrst"),
                "meta": {f"k{i}": i for i in range(20)},
            }
            try:
                _Parts(spec).build().compile()
            except GraphError:
                continue
            held: list[tuple[Any, Any]] = []

            def holding(function: Body, rng: random.Random) -> Body:
                def body(state: State) -> Any:
                    for field in ("log", "meta"):
                        if rng.random() < 0.4:
                            held.append((state[field], copy.copy(state[field])))
                    return function(state)

                return body

            results = []
            for hold in (False, True):
                graph = _Parts(spec).build()
                if hold:
                    rng = random.Random(case)
                    for name, (function, read_only) in list(graph.nodes.items()):
                        graph.nodes[name] = (holding(function, rng), read_only)
                try:
                    with Runner(0) as runner:
                        results.append(
                            runner.invoke(graph.compile(), spec["input"], limit=spec["limit"]).state
                        )
                except GraphError as error:
                    results.append((error.kind, error.node, error.step))
            with self.subTest(f"PYREF_SEED={seed}", case=case):
                self.assertEqual(*results)
                for container, then in held:
                    self.assertEqual(container, then)
                grown += len(held)
        self.assertGreater(grown, 300)

    def test_misfits_are_found_in_long_fields_too(self) -> None:
        for bad in ("text", ("t",), None, {"a": 1}, 7):
            special: dict[int, Body] = {30: lambda _s, bad=bad: {"log": bad}}  # type: ignore[misc]
            with self.assertRaises(GraphError) as caught, Runner(0) as runner:
                runner.invoke(chain(40, special), {}, limit=40)
            error = caught.exception
            self.assertEqual(
                (error.kind, error.node, error.field, error.step),
                ("reducer_shape", "n030", "log", 31),
            )
        for bad in ([("a", 1)], "text", None, 7):
            special = {30: lambda _s, bad=bad: {"meta": bad}}  # type: ignore[misc]
            with self.assertRaises(GraphError) as caught, Runner(0) as runner:
                runner.invoke(chain(40, special), {}, limit=40)
            self.assertEqual(
                (caught.exception.kind, caught.exception.field), ("reducer_shape", "meta")
            )


if __name__ == "__main__":
    unittest.main()
