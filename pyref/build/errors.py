"""Why a build ends without its root.

``kind`` is the name by which implementations in different languages compare
errors; the other attributes locate the fault.
"""

from __future__ import annotations

from collections.abc import Sequence


class BuildError(Exception):
    """Base of every error that belongs to a build."""

    kind = "build"


class UnknownTask(BuildError):
    """A task names a dependency that is not defined; ``near`` is one that is, of much that name."""

    kind = "unknown_task"

    def __init__(self, key: str, wanted_by: str | None = None, near: str | None = None) -> None:
        where = f", needed by {wanted_by!r}" if wanted_by is not None else ""
        hint = f" (did you mean {near!r}?)" if near is not None else ""
        super().__init__(f"task {key!r} is not defined{where}{hint}")
        self.key = key


class Cycle(BuildError):
    """Tasks wait for each other. ``path`` starts and ends with the same key."""

    kind = "cycle"

    def __init__(self, path: Sequence[str]) -> None:
        super().__init__("tasks wait for each other: " + " -> ".join(map(repr, path)))
        self.path = tuple(path)


class TaskFailed(BuildError):
    """A body raised; ``message`` is what.

    ``__cause__`` is the exception itself, unless it stayed in another process.
    """

    kind = "task_failed"

    def __init__(self, key: str, message: str) -> None:
        super().__init__(f"task {key!r}: {message}")
        self.key = key
        self.message = message


class WorkerDied(BuildError):
    """A worker process ended in the middle of a task.

    It ends the build in every fail mode, for it says nothing about the task.
    ``key`` is empty if the process had no task.
    """

    kind = "worker"

    def __init__(self, key: str, how: str) -> None:
        super().__init__(f"task {key!r}: {how}" if key else how)
        self.key = key
        self.message = how


class Deadlock(BuildError):
    """Nothing is ready and nothing runs, yet ``count`` tasks are incomplete.

    ``path`` leads from the root to what is stuck: each key waits for the next.
    It ends at a task that waits for nothing, or where it started over.
    """

    kind = "deadlock"

    def __init__(self, count: int, path: Sequence[str]) -> None:
        super().__init__(
            f"nothing is ready, nothing runs, {count} tasks are stuck: "
            + " -> ".join(map(repr, path))
        )
        self.count = count
        self.path = tuple(path)


class Cancelled(BuildError):
    """The caller asked the build to stop."""

    kind = "cancelled"

    def __init__(self) -> None:
        super().__init__("the build was cancelled")
