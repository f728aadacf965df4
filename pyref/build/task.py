"""A resolved task.

Imported by worker processes while they start, so it imports next to nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing's own costs several milliseconds of start-up
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from pyref.build.kinds import Body


class Task:
    """One node of a DAG, immutable once resolved; builds keep their state elsewhere.

    Compares by identity: a DAG has one Task per key. ``id`` stays empty in a
    DAG resolved without ids, which is enough when nothing is recorded. It is
    all that is worked out ahead of a build: keeping the path of the target and
    the part of the record before the result here as well was tried, and made
    builds look cheaper by moving half of recording out of them.
    """

    __slots__ = (
        "awaits", "check_s", "dependents", "deps", "dynamic", "id", "key", "kind", "params",
        "rounds", "shape", "stepwise", "work",
    )  # fmt: skip

    def __init__(
        self,
        key: str,
        kind: str,
        params: Mapping[str, Any],
        work: Body,
        shape: str = "function",
    ) -> None:
        self.key = key
        self.kind = kind
        self.params = params
        self.work = work  # the body
        self.shape = shape  # function, generator or coroutine
        self.awaits = shape == "coroutine"
        self.stepwise = shape != "function"  # may stop half-way; so may all that have rounds
        self.deps: tuple[Task, ...] = ()
        self.dependents: tuple[Task, ...] = ()  # the tasks whose deps name this one
        self.rounds: tuple[tuple[Task, ...], ...] = ()
        self.dynamic = False  # asks for tasks while it runs, or is asked for that way
        self.check_s = params["latency_ms"] / 1000 if kind == "slow_check" else 0.0
        self.id = ""

    def __repr__(self) -> str:
        return f"<Task {self.key!r} {self.kind} {self.id[:8]}>"
