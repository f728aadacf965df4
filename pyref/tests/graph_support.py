"""Small graphs for the tests of the engine."""

from __future__ import annotations

import unittest
from collections.abc import Callable
from typing import Any

from pyref.graph import Graph, GraphError, Result, Runner

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
    def fails(
        self,
        graph: Graph,
        kind: str,
        node: str | None = None,
        field: str | None = None,
        step: int | None = None,
    ) -> GraphError:
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
