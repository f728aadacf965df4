"""What task bodies do.

A body is called with its task and what it finds around it, a ``Call``. What
it returns is the result that the task's record holds. There are three shapes:

* a function: whatever its task asks for is complete before it is called;
* a generator function: ``asked = yield`` asks for the next round of its task
  and goes on, with those tasks, when they are complete;
* a coroutine function: ``asked = await call.ask()`` does the same.

A body asks for all rounds of its task before it ends, in their order. All that
may stop half-way is run as a generator of requests (``dynamic``); any other
body is the plain call. Imported by worker processes while they start: keep the
imports few.
"""

from __future__ import annotations

import time

from pyref.build.task import Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable, Generator, Mapping
    from typing import Any

    from pyref.build.targets import Targets

    Body = Callable[[Task, Any], Any]


class Failure(RuntimeError):
    """For bodies to raise: a failure whose message says all, so that its type is not named."""


class Call:
    """What bodies find around them; functions and generators of a build share one.

    ``seed`` is what a ``cpu`` body starts hashing from; it carries the nonce,
    so results cannot be computed ahead of a sample. ``kinds`` are the bodies
    that the program has defined itself, or where a worker process finds them.
    """

    __slots__ = ("_loop", "kinds", "seed", "targets")

    def __init__(
        self, targets: Targets, nonce: int, kinds: dict[str, Any] | None = None
    ) -> None:
        self.targets = targets
        self.seed = b"benchmark#%d" % nonce if nonce else b"benchmark"
        self.kinds = kinds or {}
        self._loop: AbstractEventLoop | None = None

    def result(self, task: Task) -> Any:
        """Return the result of a complete task, such as one of the body's ``task.deps``.

        Raises LookupError if none is kept, TypeError for what is no task.
        """
        if not isinstance(task, Task):
            raise TypeError(f"call.result({task!r}): want a task, such as one of task.deps")
        record = self.targets.get(task)
        if record is None:
            raise LookupError(f"there is no record of task {task.key!r}")
        from json import loads

        return loads(record)["result"]

    def data_file(self, task: Task) -> str:
        """Return the path of a file that is the task's own, in an existing directory."""
        return self.targets.data_file(task)

    def loop(self) -> AbstractEventLoop:
        """Return an event loop for coroutine bodies on threads that have none."""
        if self._loop is None:
            from asyncio import new_event_loop

            self._loop = new_event_loop()
        return self._loop

    def close(self) -> None:
        """End the event loop, if there is one; not while a body is half-run."""
        if self._loop is not None:
            from pyref.build.awaiting import wind_up

            loop, self._loop = self._loop, None
            wind_up(loop)


def io(task: Task, _: Call) -> Mapping[str, Any]:
    """Sleep for ``sleep_ms``."""
    sleep_ms = task.params["sleep_ms"]
    time.sleep(sleep_ms / 1000)
    return {"slept_ms": sleep_ms}


def cpu(task: Task, call: Call) -> Mapping[str, Any]:
    """Hash ``iterations`` times.

    Note: up to 3.11 the interpreter's private _sha256 starts a small hash
    faster than hashlib on OpenSSL 3 does; it is gone since 3.12, and the
    public module is what a program would use.
    """
    from hashlib import sha256  # 3 ms, which a worker process may never need

    data = call.seed
    for _ in range(task.params["iterations"]):
        data = sha256(data).digest()
    return {"hash": data.hex()}


def light(task: Task, _: Call) -> Mapping[str, Any]:
    """Sum 0 ... n-1; the loop is the interpreter's own, in C."""
    return {"sum": sum(range(task.params["n"]))}


def file_write(task: Task, call: Call) -> Mapping[str, Any]:
    """Write ``size`` bytes to the task's data file."""
    size = task.params["size"]
    with open(call.data_file(task), "wb") as file:
        written = file.write(b"x" * size)
    return {"bytes_written": written}


def file_rw(task: Task, call: Call) -> Mapping[str, Any]:
    """``cycles`` times: write ``size`` bytes and read them back whole."""
    path = call.data_file(task)
    data = b"y" * task.params["size"]
    read = written = 0
    for _ in range(task.params["cycles"]):
        with open(path, "wb") as file:
            written += file.write(data)
        with open(path, "rb") as file:
            read += len(file.read())
    return {"bytes_read": read, "bytes_written": written}


def slow_check(_task: Task, _: Call) -> Mapping[str, Any]:
    """Do nothing: the cost of this kind lies in its completeness checks."""
    return {"ok": True}


def fail(_task: Task, _: Call) -> Mapping[str, Any]:
    """Fail."""
    raise Failure("boom")


WORK: dict[str, Body] = {
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


def shape_of(body: Body) -> str:
    """Tell which of the three shapes a body has. Raises TypeError if it has none."""
    import inspect  # for the kinds of other people; those above are functions

    if not callable(body):
        raise TypeError(f"{body!r} cannot be called")
    code = body if inspect.isroutine(body) or hasattr(body, "func") else body.__call__
    if inspect.iscoroutinefunction(code):
        return "coroutine"
    if inspect.isgeneratorfunction(code):
        return "generator"
    if inspect.isasyncgenfunction(code):
        raise TypeError(f"{body!r} is an asynchronous generator; a coroutine asks by call.ask()")
    return "function"


def dynamic(task: Task, call: Call) -> Generator[tuple[Task, ...], None, None]:
    """Return the body as a generator of what it asks for; at its end the task is complete."""
    if task.shape == "function":
        return _asks_first(task, call)
    if task.shape == "generator":
        return _asks_between(task, call)
    from pyref.build.awaiting import awaits_alone

    return awaits_alone(task, call)


def _asks_first(task: Task, call: Call) -> Generator[tuple[Task, ...], None, None]:
    """Ask for one round after the other, then do the task's own work and record it."""
    yield from task.rounds
    call.targets.put(task, task.work(task, call))


def _asks_between(task: Task, call: Call) -> Generator[tuple[Task, ...], None, None]:
    """Pass on what the body asks for, which is one round after the other."""
    body = task.work(task, call)
    asked = 0
    answer: tuple[Task, ...] | None = None
    try:
        while True:
            try:
                body.send(answer)
            except StopIteration as end:
                result = end.value
                break
            answer = round_of(task, asked)
            asked += 1
            yield answer
    finally:
        body.close()
    check_all_asked(task, asked)
    call.targets.put(task, result)


def round_of(task: Task, number: int) -> tuple[Task, ...]:
    """Return one round of a task, counted from 0."""
    if number == len(task.rounds):
        raise Failure(f"asked for round {number + 1}, the definition has {number}")
    return task.rounds[number]


def check_all_asked(task: Task, asked: int) -> None:
    """Refuse the end of a body that has not asked for everything."""
    if asked < len(task.rounds):
        raise Failure(f"the body ended after asking for {asked} of {len(task.rounds)} rounds")


def message(error: BaseException) -> str:
    """Say what a body raised: ``ZeroDivisionError: division by zero``, or the type alone."""
    text, name = str(error), type(error).__name__
    if not text:
        return name
    return text if isinstance(error, Failure) else f"{name}: {text}"
