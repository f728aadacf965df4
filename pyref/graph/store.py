"""Where checkpoints are kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, Union


class Store(Protocol):
    """Keeps encoded checkpoints by thread: the name of a run and of those that go on from it.

    A run that begins anew, or goes on from an earlier step, takes the thread
    over: what was stored of later steps is no longer true of it.
    """

    def put(self, thread: str, step: int, data: bytes) -> None:
        """Keep a checkpoint in place of the thread's of this and all later steps.

        It is stored when this returns.
        """


class NoCheckpointError(KeyError):
    """There is no such checkpoint; the message says which there are."""

    def __init__(
        self, thread: str, step: int, steps: Sequence[int], threads: Iterable[str]
    ) -> None:
        threads = sorted(threads)
        super().__init__(thread, step, steps, threads)
        self.thread = thread
        self.step = step
        if steps:
            there = f"it has {_ranges(steps)}"
        else:
            there = f"known threads: {', '.join(map(repr, threads)) or 'none'}"
        self._text = f"graph: thread {thread!r}: no checkpoint of step {step} ({there})"

    def __str__(self) -> str:
        return self._text


def _ranges(steps: Sequence[int]) -> str:
    """Write ascending steps, those in a row as one: 0 to 7, 9."""
    begins = [s for s, before in zip(steps, [None, *steps]) if before is None or s != before + 1]
    ends = [s for s, after in zip(steps, [*steps[1:], None]) if after is None or s != after - 1]
    return ", ".join(str(a) if a == b else f"{a} to {b}" for a, b in zip(begins, ends))


class MemoryStore:
    """Checkpoints in a map by thread and step."""

    def __init__(self) -> None:
        self.threads: dict[str, dict[int, bytes]] = {}  # the steps of each in ascending order

    def put(self, thread: str, step: int, data: bytes) -> None:
        """Keep a checkpoint in place of the thread's of this and all later steps."""
        try:
            kept = self.threads[thread]
        except KeyError:
            self.threads[thread] = {step: data}
            return
        while kept and next(reversed(kept)) > step:
            kept.popitem()
        kept[step] = data

    def steps(self, thread: str = "t0") -> list[int]:
        """Return the steps of a thread's checkpoints, in ascending order."""
        return list(self.threads.get(thread, ()))

    def checkpoints(self, thread: str = "t0") -> list[bytes]:
        """Return a thread's checkpoints, oldest first."""
        return list(self.threads.get(thread, {}).values())

    def latest(self, thread: str = "t0") -> Union[bytes, None]:
        """Return a thread's last checkpoint, or None if it has none."""
        kept = self.threads.get(thread)
        return kept[next(reversed(kept))] if kept else None

    def load(self, step: int, thread: str = "t0") -> bytes:
        """Return the checkpoint of a step, or raise NoCheckpointError, a KeyError."""
        try:
            return self.threads[thread][step]
        except KeyError:
            raise NoCheckpointError(thread, step, self.steps(thread), self.threads) from None
