"""Check after a build that nothing ran before what it needed."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from pyref.build.engine import Result
from pyref.build.task import Task


def check_order(result: Result, before: Collection[str]) -> None:
    """Raise AssertionError for the first task that ran too early.

    ``before`` are the keys that were complete when the build began.
    """
    starts: dict[str, list[int]] = {}
    ended: dict[str, int] = {}  # when the last segment did
    for moment, event in enumerate(result.trace):
        if isinstance(event, str):
            ended[event] = moment
        else:
            starts.setdefault(event.key, []).append(moment)

    def check(moment: int, key: str, what: str, needed: Iterable[Task]) -> None:
        for other in needed:
            if other.key not in before and not ended.get(other.key, moment) < moment:
                raise AssertionError(f"order: task {key!r} {what} before {other.key!r} had ended")

    for key, moments in starts.items():
        task = result.dag.tasks[key]
        check(moments[0], key, "started", task.deps)
        # One that had to wait for every round went on once for each.
        if len(moments) == len(task.rounds) + 1:
            for moment, asked in zip(moments[1:], task.rounds):
                check(moment, key, "went on", asked)
        # A child looks at targets itself, and may find one that the parent has
        # not heard of yet.
        if result.completed(task) and not result.re_executes:
            for asked in task.rounds:
                check(ended[key], key, "ended", asked)
