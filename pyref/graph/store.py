"""Where checkpoints are kept."""

from __future__ import annotations

from typing import Protocol


class Store(Protocol):
    """Keeps encoded checkpoints by thread."""

    def put(self, thread: str, step: int, data: bytes) -> None:
        """Keep a checkpoint; it is stored when this returns."""


class MemoryStore:
    """Checkpoints in a map by thread, in the order of writing."""

    def __init__(self) -> None:
        self.threads: dict[str, list[bytes]] = {}

    def put(self, thread: str, step: int, data: bytes) -> None:
        self.threads.setdefault(thread, []).append(data)

    def checkpoints(self, thread: str = "t0") -> list[bytes]:
        """Return a thread's checkpoints, oldest first."""
        return self.threads.get(thread, [])
