"""What the worker does with a graph benchmark: time it, describe it, verify it."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from pyref import cj, sdk
from pyref.graph import Collector, FileStore, GraphError, MemoryStore, Plan, Result, Runner, Stream

from .graph_nodes import Builder
from .graph_stores import Stores

_nowhere: deque[Any] = deque(maxlen=0)
drain = _nowhere.append
"""A consumer of events that keeps nothing; the engine counts them."""

COUNTERS = (
    "nodes",
    "supersteps",
    "routes",
    "checkpoints",
    "checkpoint_bytes",
    "events",
    "state_copies",
    "spans",
    "sub_nodes",
    "sub_supersteps",
)
"""Every graph benchmark reports these."""


def counters(result: Result | None) -> dict[str, int]:
    """Return all counters of a run, or zeros."""
    out = dict.fromkeys(COUNTERS, 0)
    if result is not None:
        out.update(result.counters())
    return out


def work_error(error: GraphError) -> sdk.WorkError:
    """Return the protocol's form of an error.

    A fault of the graph itself names no node there: which is found first is up
    to the engine.
    """
    node = error.node if error.step else None
    return sdk.WorkError(error.kind, field=error.field, node=node, message=str(error))


def lines_digest(lines: Iterable[bytes]) -> str:
    """Return the SHA-256 of the lines, each ended by a newline."""
    return hashlib.sha256(b"".join(line + b"\n" for line in lines)).hexdigest()


@dataclass(frozen=True)
class Settings:
    """How a graph is run; see Runner.invoke."""

    workers: int = 0
    limit: int = 25
    isolation: str = "share"
    store: str | None = None  # memory or file: where checkpoints go, if anywhere
    fsync: bool = False
    durability: str = "step"
    mode: str | None = None
    traced: bool = False
    compile_inside: bool = False

    def options(self) -> dict[str, Any]:
        """Return the part that invoke takes and that is the same for every run."""
        return {
            "limit": self.limit,
            "isolation": self.isolation,
            "durability": self.durability,
        }


class RunCase:
    """Run a graph.

    A fault of the graph or of the run is an outcome like any other. The plan
    is compiled outside the clock unless asked otherwise.
    """

    def __init__(
        self,
        build: Builder,
        make_input: Callable[[int], dict[str, Any]],
        settings: Settings,
    ) -> None:
        self._build = build
        self._make_input = make_input
        self._settings = settings
        self._plan: Plan | None = None
        self._last: Result | None = None
        self._failed = False
        if not settings.compile_inside:
            with suppress(GraphError):  # each run meets it again
                self._plan = build().compile()
        self._stores = Stores(settings.store, settings.fsync)
        self._runner = Runner(settings.workers)

    def batch(self, nonce: int, iterations: int) -> Callable[[], None]:
        options = self._settings.options()
        if self._settings.mode is not None:
            options["stream"] = Stream(self._settings.mode, drain)
        runs = self._outfit(options, iterations)
        given = self._make_input(nonce)
        invoke, plan, build = self._runner.invoke, self._plan, self._build
        self._last, self._failed = None, False

        def run() -> None:
            result: Result | None = None
            for options in runs:
                try:
                    result = invoke(plan or build().compile(), given, **options)
                except GraphError as error:
                    result, self._failed = error.progress, True
            self._last = result

        return run

    def _outfit(self, options: dict[str, Any], runs: int) -> Iterable[dict[str, Any]]:
        """Give every run a store and a tracer of its own, where it has one at all."""
        self._stores.discard()
        if self._settings.store is None and not self._settings.traced:
            return repeat(options, runs)
        outfits = []
        for _ in range(runs):
            outfit = options.copy()
            outfit["store"] = self._stores.fresh()
            if self._settings.traced:
                outfit["tracer"] = Collector()
            outfits.append(outfit)
        return outfits

    def outcome(self) -> sdk.Outcome:
        result = self._last
        if result is None and not self._failed:
            raise RuntimeError("outcome: nothing has run")
        if result is None or self._failed:
            return sdk.Outcome(None, counters(result))
        return sdk.Outcome(cj.digest(result.state), counters(result))

    def verify(self, nonce: int, want_result: bool) -> sdk.Verification:
        options = self._settings.options()
        events: list[bytes] = []

        def record(event: dict[str, Any]) -> None:
            events.append(cj.dumpb(event))

        if self._settings.mode is not None:
            options["stream"] = Stream(self._settings.mode, record)
        (options,) = self._outfit(options, 1)
        store: MemoryStore | FileStore | None = options.get("store")
        digests = {}
        try:
            plan = self._plan or self._build().compile()
            result = self._runner.invoke(plan, self._make_input(nonce), **options)
        except GraphError as error:
            if store is not None:
                digests["checkpoints"] = lines_digest(store.checkpoints())
            return sdk.Verification(None, counters(error.progress), digests, work_error(error))
        text = cj.dumps(result.state)
        digests["state"] = hashlib.sha256(text.encode()).hexdigest()
        digests["plan"] = plan.digest()
        if store is not None:
            digests["checkpoints"] = lines_digest(store.checkpoints())
        if self._settings.mode is not None:
            digests["events"] = lines_digest(events)
        return sdk.Verification(
            digests["state"],
            counters(result),
            digests,
            result=text if want_result else None,
        )

    def close(self) -> None:
        self._runner.close()
        self._stores.discard()


class CompileCase:
    """Build and compile a graph; nothing is executed.

    ``prepare`` takes the nonce's text, which ends every node's name, and makes
    names and functions outside the clock.
    """

    def __init__(self, prepare: Callable[[str], Builder]) -> None:
        self._prepare = prepare
        self._last: Plan | None = None

    def _builder(self, nonce: int) -> Builder:
        return self._prepare(f"#{nonce}" if nonce else "")

    def batch(self, nonce: int, iterations: int) -> Callable[[], None]:
        build = self._builder(nonce)
        self._last = None

        def run() -> None:
            plan: Plan
            for _ in repeat(None, iterations):
                plan = build().compile()
            self._last = plan

        return run

    def outcome(self) -> sdk.Outcome:
        if self._last is None:
            raise RuntimeError("outcome: nothing has run")
        return sdk.Outcome(self._last.digest(), plan_counters(self._last))

    def verify(self, nonce: int, want_result: bool) -> sdk.Verification:
        plan = self._builder(nonce)().compile()
        text = cj.dumps(plan.value())
        digest = hashlib.sha256(text.encode()).hexdigest()
        return sdk.Verification(
            digest,
            plan_counters(plan),
            {"plan": digest},
            result=text if want_result else None,
        )

    def close(self) -> None:
        pass


def plan_counters(plan: Plan) -> dict[str, int]:
    """Return the size of a plan, edges to END and joins included, and that nothing ran."""
    return counters(None) | {
        "plan_nodes": len(plan.nodes),
        "plan_edges": len(plan.edges) + len(plan.joins),
        "plan_branches": len(plan.branches),
    }
