"""What the tests of the build engine share."""

from __future__ import annotations

import contextlib
import os
import tempfile
import threading
import unittest
from collections.abc import Iterator
from typing import Any
from unittest import mock

from pyref import cj
from pyref.build import kinds
from pyref.build.dag import Dag, Definition, resolve
from pyref.build.engine import Builder, Options, Result, build
from pyref.build.targets import FileTargets, MemoryTargets

IN_PROCESS = ("sequential", "threadpool", "asyncio", "asyncio_queue")
EVERY = (*IN_PROCESS, "multiprocess")


def light(*deps: str, rounds: Any = (), n: int = 100) -> Definition:
    return Definition("light", {"n": n}, deps, rounds)


def sleeper(*deps: str, ms: int = 1) -> Definition:
    return Definition("io", {"sleep_ms": ms}, deps)


def star(leaves: int, leaf: Definition) -> Dag:
    """A root that needs that many leaves."""
    tasks = {f"leaf_{i}": leaf for i in range(leaves)}
    return resolve({**tasks, "root": light(*tasks)}, "root")


def child_pids() -> set[int]:
    """The processes that this one has started and not reaped."""
    found: set[int] = set()
    for thread in os.listdir("/proc/self/task"):
        with contextlib.suppress(FileNotFoundError):
            with open(f"/proc/self/task/{thread}/children", encoding="ascii") as file:
                found.update(map(int, file.read().split()))
    return found


def descriptors() -> dict[str, str]:
    """What this process has open, but for memory that multiprocessing keeps to use again."""
    found: dict[str, str] = {}
    for number in os.listdir("/proc/self/fd"):
        with contextlib.suppress(FileNotFoundError):  # the one that lists them
            name = os.readlink(f"/proc/self/fd/{number}")
            if "/pym-" not in name:
                found[number] = name
    return found


class BuildTest(unittest.TestCase):
    """Builds in memory or in a directory that is gone after the test."""

    def setUp(self) -> None:
        super().setUp()
        self._directory = tempfile.TemporaryDirectory(prefix="pyref-test-")
        self.addCleanup(self._directory.cleanup)
        self._roots = 0

    def files(self) -> FileTargets:
        self._roots += 1
        root = os.path.join(self._directory.name, str(self._roots))
        os.mkdir(root)
        return FileTargets(root, cj.dumps)

    def targets_for(self, executor: str) -> FileTargets | MemoryTargets:
        return self.files() if executor == "multiprocess" else MemoryTargets(cj.dumps)

    def build(self, dag: Dag, executor: str, **choices: Any) -> Result:
        """Build on fresh targets."""
        cancel = choices.pop("cancel", None)
        options = Options(executor, **choices)  # type: ignore[arg-type]
        return build(dag, self.targets_for(executor), options, cancel=cancel)

    @contextlib.contextmanager
    def no_leak(self) -> Iterator[None]:
        """Check that no thread, process or descriptor is left that was not there before."""
        threads, children, files = set(threading.enumerate()), child_pids(), descriptors()
        yield
        self.assertEqual(set(descriptors()) - set(files), set(), f"was {files}, is {descriptors()}")
        self.assertEqual(set(threading.enumerate()) - threads, set(), "threads left")
        self.assertEqual(child_pids() - children, set(), "processes left")


def body(kind: str, work: Any) -> Any:
    """Replace what bodies of a kind do in DAGs resolved meanwhile (and forked children)."""
    return mock.patch.dict(kinds.WORK, {kind: lambda task, _call: work(task)})


def builder(executor: str, **choices: Any) -> Builder:
    return Builder(Options(executor, **choices))  # type: ignore[arg-type]
