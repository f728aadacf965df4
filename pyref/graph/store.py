"""Where checkpoints are kept."""

from __future__ import annotations

from typing import Protocol, Union


class Store(Protocol):
    """Keeps encoded checkpoints by thread."""

    def put(self, thread: str, step: int, data: bytes) -> None:
        """Keep a checkpoint; it is stored when this returns."""


class MemoryStore:
    """Checkpoints in a map by thread and step; a later one replaces its like."""

    def __init__(self) -> None:
        self.threads: dict[str, dict[int, bytes]] = {}

    def put(self, thread: str, step: int, data: bytes) -> None:
        try:
            self.threads[thread][step] = data
        except KeyError:
            self.threads[thread] = {step: data}

    def steps(self, thread: str = "t0") -> list[int]:
        """Return the steps of a thread's checkpoints, in ascending order."""
        return sorted(self.threads.get(thread, ()))

    def checkpoints(self, thread: str = "t0") -> list[bytes]:
        """Return a thread's checkpoints, oldest first."""
        return [self.threads[thread][step] for step in self.steps(thread)]

    def latest(self, thread: str = "t0") -> Union[bytes, None]:
        """Return a thread's last checkpoint, or None if it has none."""
        steps = self.steps(thread)
        return self.threads[thread][steps[-1]] if steps else None

    def load(self, step: int, thread: str = "t0") -> bytes:
        """Return the checkpoint of a step, or raise KeyError."""
        return self.threads[thread][step]
