"""How soon a run shows a sign of life: time it until its first event."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from itertools import repeat
from typing import Any

from pyref import cj, sdk
from pyref.graph import Plan, Result, Runner

from .graph_cases import Settings, counters
from .graph_nodes import Builder


class FirstEventCase:
    """Run a graph until its first event arrives, then end the run.

    What that leaves is the event, and the counters of what ran by then.
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
        self._plan: Plan | None = None if settings.compile_inside else build().compile()
        self._runner = Runner(settings.workers)
        self._last: tuple[dict[str, Any], Result] | None = None

    def _once(self, given: dict[str, Any]) -> tuple[dict[str, Any], Result]:
        how = self._settings
        plan = self._plan or self._build().compile()
        with self._runner.stream(
            plan, given, how.mode or "values", limit=how.limit, isolation=how.isolation
        ) as events:
            return next(events), events.progress

    def batch(self, nonce: int, iterations: int) -> Callable[[], None]:
        given = self._make_input(nonce)
        once = self._once
        self._last = None

        def run() -> None:
            for _ in repeat(None, iterations):
                self._last = once(given)

        return run

    def outcome(self) -> sdk.Outcome:
        if self._last is None:
            raise RuntimeError("outcome: nothing has run")
        event, progress = self._last
        return sdk.Outcome(cj.digest(event), counters(progress))

    def verify(self, nonce: int, want_result: bool) -> sdk.Verification:
        event, progress = self._once(self._make_input(nonce))
        text = cj.dumps(event)
        digest = hashlib.sha256(text.encode()).hexdigest()
        return sdk.Verification(digest, counters(progress), result=text if want_result else None)

    def close(self) -> None:
        self._runner.close()
