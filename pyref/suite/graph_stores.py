"""Where the runs of a benchmark put their checkpoints."""

from __future__ import annotations

import os
import shutil
import tempfile

from pyref.graph import FileStore, MemoryStore


class Stores:
    """Makes stores, each empty and used for one run; outside the clock.

    Those in files have directories of their own below one that is removed by
    ``discard``.
    """

    def __init__(self, kind: str | None, fsync: bool) -> None:
        self._kind = kind
        self._fsync = fsync
        self._directory: str | None = None
        self._made = 0

    def fresh(self) -> MemoryStore | FileStore | None:
        """Return an empty store, or None for runs without checkpoints."""
        if self._kind is None:
            return None
        if self._kind == "memory":
            return MemoryStore()
        if self._directory is None:
            self._directory = tempfile.mkdtemp(prefix="xbench-graph-")
        self._made += 1
        directory = os.path.join(self._directory, str(self._made))
        os.mkdir(directory)
        return FileStore(directory, fsync=self._fsync)

    def discard(self) -> None:
        """Remove what the stores have written."""
        if self._directory is not None:
            shutil.rmtree(self._directory)
            self._directory = None
