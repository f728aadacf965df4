"""Copies of values: equal to the original, and out of its reach."""

from __future__ import annotations

import copy
import random
import unittest
from collections import OrderedDict
from typing import Any

from pyref.graph import Graph, clone

from .graph_support import EngineTest, State, run

MUTABLE = (dict, list, bytearray)


def value(rng: random.Random, depth: int) -> Any:
    """Return a value of the model, with every kind of leaf and container in it."""
    kind = rng.randrange(12 if depth else 7)
    if kind < 7:
        leaves = None, True, rng.randrange(99), rng.random(), "text", b"block", bytearray(b"b")
        return leaves[kind]
    if kind < 9:
        return [value(rng, depth - 1) for _ in range(rng.randrange(5))]
    if kind == 9:
        return tuple(value(rng, depth - 1) for _ in range(rng.randrange(3)))
    return {f"k{i}": value(rng, depth - 1) for i in range(rng.randrange(5))}


def parts(of: Any) -> list[Any]:
    """Return everything that can be changed, of whatever depth."""
    found = [of] if isinstance(of, MUTABLE) else []
    inside: Any = of.values() if isinstance(of, dict) else of
    if isinstance(of, (dict, list, tuple)):
        for item in inside:
            found += parts(item)
    return found


class Clone(EngineTest):
    def test_equal_of_the_same_types_and_nothing_shared(self) -> None:
        rng = random.Random(20260206)
        changeable = 0
        for case in range(500):
            original = value(rng, 4)
            before = copy.deepcopy(original)
            made = clone(original)
            with self.subTest(case=case):
                self.assertEqual(repr(made), repr(before))  # 1 and True are equal, not alike
                mine, theirs = parts(made), parts(original)
                self.assertEqual(len(mine), len(theirs))
                self.assertEqual(set(map(id, mine)) & set(map(id, theirs)), set())
                for part in mine:
                    part.clear()
                self.assertEqual(repr(original), repr(before))
            changeable += len(mine)
        self.assertGreater(changeable, 500)

    def test_what_cannot_change_is_shared(self) -> None:
        for leaf in ("a text" * 5, 2**70, 1.5, None, b"bytes" * 5, ("a", (1, 2))):
            self.assertIs(clone(leaf), leaf)
            self.assertIs(clone([leaf])[0], leaf)
            self.assertIs(clone({"k": leaf, "more": []})["k"], leaf)

    def test_other_types_copy_themselves(self) -> None:
        class Own:
            def __deepcopy__(self, _memo: object) -> str:
                return "copied"

        self.assertEqual(clone({"a": [Own()], "b": Own()}), {"a": ["copied"], "b": "copied"})
        ordered = OrderedDict(b=[1], a=[2])
        made = clone(ordered)
        self.assertIs(type(made), OrderedDict)
        self.assertEqual(list(made), ["b", "a"])
        self.assertIsNot(made["b"], ordered["b"])

    def test_what_is_there_twice_becomes_two(self) -> None:
        shared = [1]
        made = clone({"a": shared, "b": [shared]})
        made["a"].append(2)
        self.assertEqual(made, {"a": [1, 2], "b": [[1]]})

    def test_a_value_inside_of_itself(self) -> None:
        endless: list[Any] = []
        endless.append(endless)
        with self.assertRaises(RecursionError):
            clone(endless)

    def test_an_isolated_node_may_change_what_it_is_given(self) -> None:
        def spoil(view: State) -> State:
            for part in parts(view)[1:]:
                part.clear()
            view.clear()
            return {"told": True}

        given = {"deep": {"list": [{"block": bytearray(b"abc")}, ([1],)]}}
        before = copy.deepcopy(given)
        graph = Graph()
        graph.field("deep", "last", None)
        graph.field("told", "overwrite", False)
        for name in ("a", "b"):
            graph.node(name, spoil)
            graph.entry(name)
        for workers in (0, 4):
            result = run(graph, given, workers, isolation="copy")
            self.assertEqual(result.state, {**before, "told": True})
            self.assertEqual(result.state_copies, 2)
        self.assertEqual(given, before)


if __name__ == "__main__":
    unittest.main()
