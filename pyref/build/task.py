"""A resolved task, and its place among the targets.

Imported by worker processes while they start, so it imports next to nothing.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing's own costs several milliseconds of start-up
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from pyref.build.kinds import Workshop


class Task:
    """One node of a DAG, immutable once resolved; builds keep their state elsewhere.

    Compares by identity: a DAG has one Task per key. ``id``, ``stem`` and
    ``head`` stay empty in a DAG resolved without ids, which is enough when
    nothing is recorded.
    """

    __slots__ = (
        "check_s", "dependents", "deps", "dynamic", "head", "id", "key",
        "kind", "params", "rounds", "stem", "work",
    )  # fmt: skip

    def __init__(
        self,
        key: str,
        kind: str,
        params: Mapping[str, Any],
        work: Callable[[Task, Workshop], Mapping[str, Any]],
    ) -> None:
        self.key = key
        self.kind = kind
        self.params = params
        self.work = work  # what the body does when it has what it asked for
        self.deps: tuple[Task, ...] = ()
        self.dependents: tuple[Task, ...] = ()  # the tasks whose deps name this one
        self.rounds: tuple[tuple[Task, ...], ...] = ()
        self.dynamic = False  # asks for tasks while it runs, or is asked for that way
        self.check_s = params["latency_ms"] / 1000 if kind == "slow_check" else 0.0
        self.id = ""
        self.stem = ""  # of its files, below the root directory
        self.head = ""  # the record up to the result, which sorts last

    def identify(self, task_id: str, quoted_key: str) -> None:
        """Set the id and what follows from it; ``quoted_key`` is the key as JSON."""
        self.id = task_id
        self.stem = f"{self.kind}/{task_id[:2]}/{task_id[2:4]}/{task_id}"
        self.head = f'{{"id":"{task_id}","key":{quoted_key},"kind":"{self.kind}","result":'

    def __repr__(self) -> str:
        return f"<Task {self.key!r} {self.kind} {self.id[:8]}>"
