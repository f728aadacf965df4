"""What task bodies do.

Every kind is a function from the task and its workshop to the result that
the task's record holds. A body that asks for tasks while it runs is a
generator around that function (``dynamic``); any other body is the plain
call. Imported by worker processes while they start: keep the imports few.
"""

from __future__ import annotations

import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from typing import Any

    from pyref.build.targets import Targets
    from pyref.build.task import Task


class Workshop:
    """What bodies find around them: where targets go, and the nonce.

    ``seed`` is what a ``cpu`` body starts hashing from; it carries the nonce,
    so results cannot be computed ahead of a sample.
    """

    __slots__ = ("seed", "targets")

    def __init__(self, targets: Targets, nonce: int) -> None:
        self.targets = targets
        self.seed = b"benchmark#%d" % nonce if nonce else b"benchmark"


def io(task: Task, _: Workshop) -> Mapping[str, Any]:
    """Sleep for ``sleep_ms``."""
    sleep_ms = task.params["sleep_ms"]
    time.sleep(sleep_ms / 1000)
    return {"slept_ms": sleep_ms}


def cpu(task: Task, workshop: Workshop) -> Mapping[str, Any]:
    """Hash ``iterations`` times.

    Note: up to 3.11 the interpreter's private _sha256 starts a small hash
    faster than hashlib on OpenSSL 3 does; it is gone since 3.12, and the
    public module is what a program would use.
    """
    from hashlib import sha256  # 3 ms, which a worker process may never need

    data = workshop.seed
    for _ in range(task.params["iterations"]):
        data = sha256(data).digest()
    return {"hash": data.hex()}


def light(task: Task, _: Workshop) -> Mapping[str, Any]:
    """Sum 0 ... n-1; the loop is the interpreter's own, in C."""
    return {"sum": sum(range(task.params["n"]))}


def file_write(task: Task, workshop: Workshop) -> Mapping[str, Any]:
    """Write ``size`` bytes to the task's data file."""
    size = task.params["size"]
    with open(workshop.targets.data_file(task), "wb") as file:
        written = file.write(b"x" * size)
    return {"bytes_written": written}


def file_rw(task: Task, workshop: Workshop) -> Mapping[str, Any]:
    """``cycles`` times: write ``size`` bytes and read them back whole."""
    path = workshop.targets.data_file(task)
    data = b"y" * task.params["size"]
    read = written = 0
    for _ in range(task.params["cycles"]):
        with open(path, "wb") as file:
            written += file.write(data)
        with open(path, "rb") as file:
            read += len(file.read())
    return {"bytes_read": read, "bytes_written": written}


def slow_check(_task: Task, _: Workshop) -> Mapping[str, Any]:
    """Do nothing: the cost of this kind lies in its completeness checks."""
    return {"ok": True}


def fail(_task: Task, _: Workshop) -> Mapping[str, Any]:
    """Fail."""
    raise RuntimeError("boom")


WORK: dict[str, Callable[[Task, Workshop], Mapping[str, Any]]] = {
    "io": io,
    "cpu": cpu,
    "light": light,
    "file_write": file_write,
    "file_rw": file_rw,
    "slow_check": slow_check,
    "fail": fail,
}

# The parameters a kind cannot do without, all of them integers >= 0.
COUNTS: dict[str, tuple[str, ...]] = {
    "io": ("sleep_ms",),
    "cpu": ("iterations",),
    "light": ("n",),
    "file_write": ("size",),
    "file_rw": ("cycles", "size"),
    "slow_check": ("latency_ms",),
    "fail": (),
}


def dynamic(task: Task, workshop: Workshop) -> Generator[tuple[Task, ...], None, None]:
    """Ask for one round after the other, then do the task's own work and record it."""
    yield from task.rounds
    workshop.targets.put(task, task.work(task, workshop))


def message(error: BaseException) -> str:
    """Say what a body raised; a bare exception goes by its type."""
    return str(error) or type(error).__name__
