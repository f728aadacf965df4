"""A worker process of the multiprocess executor.

It reads one JSON line at a time, runs the body named there from its start,
and answers with one line. Whenever the body asks for tasks, all their targets
are looked at; if some are missing the execution ends there and the answer
says which. The parent builds those and asks for the same execution again, so
nothing but targets connects one execution with the next.

At the end of a build the parent asks how many targets were looked at, which
nobody else knows. The question and its answer are not part of the work, so
neither side counts them among the messages.

Lines travel on what was standard input and output when the process started.
Bodies get an empty input, and whatever they print goes to standard error.

Starting up is most of such a process's life. That is why this module and what
it imports stay clear of json, typing, dataclasses and the like.
"""

from __future__ import annotations

import os
import sys

from pyref.build import wire
from pyref.build.kinds import WORK, Call, dynamic, message, shape_of
from pyref.build.targets import FileTargets
from pyref.build.task import Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any, BinaryIO

    from pyref.build.kinds import Body


def main() -> None:
    """Serve standard input until it ends, then exit."""
    leave_interrupts_to_parent()
    requests, replies = _take_standard_streams()
    read, write, flush = requests.readline, replies.write, replies.flush
    call: Call | None = None
    try:
        while line := read():
            order = wire.loads(line.decode())
            if order["op"] == "init":
                sys.path += [place for place in order.get("path", ()) if place not in sys.path]
                call = open_call(order["root"], order["nonce"], order.get("kinds"))
                continue
            if order["op"] == "count":
                checks = 0 if call is None else take_checks(call)
                write(b'{"checks":%d}\n' % checks)
            else:
                assert call is not None, "run before init"
                write(answer(order, call))
            flush()
    except BrokenPipeError:
        pass  # the parent is gone
    os._exit(0)  # nothing is left to tear down; the orderly way takes milliseconds


def leave_interrupts_to_parent() -> None:
    """Do nothing on Ctrl-C, which the parent gets as well; it decides what becomes of us.

    SIGINT was blocked when this process started. A handler that does nothing,
    unlike SIG_IGN, is not passed on to programs that a body may start.
    """
    # What the signal module is made of, without its enums: those take milliseconds.
    import _signal

    if _signal.getsignal(_signal.SIGINT) != _signal.SIG_IGN:
        _signal.signal(_signal.SIGINT, _do_nothing)
    if hasattr(_signal, "pthread_sigmask"):
        _signal.pthread_sigmask(_signal.SIG_UNBLOCK, (_signal.SIGINT,))


def _do_nothing(_number: int, _frame: object) -> None:
    pass


def _take_standard_streams() -> tuple[BinaryIO, BinaryIO]:
    """Return standard input and output, and put others in their places."""
    requests, replies = open(os.dup(0), "rb"), open(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return requests, replies


def open_call(root: str, nonce: str, kinds: Mapping[str, str] | None = None) -> Call:
    """Return what bodies find around them; ``kinds`` says where to import those of the program."""
    return Call(FileTargets(root, wire.dumps), int(nonce), dict(kinds or ()))


def take_checks(call: Call) -> int:
    """Return how many targets were looked at since this was last called."""
    checks = len(call.targets.checked)
    call.targets.checked.clear()
    return checks


def answer(order: dict[str, Any], call: Call) -> bytes:
    """Carry out a run request; return the reply line."""
    return f"{wire.dumps(execute(order['task'], call))}\n".encode()


def execute(record: dict[str, Any], call: Call) -> dict[str, Any]:
    """Run a body from its start; return the reply."""
    reply = {"deps": [], "error": None, "id": record["id"], "status": "done"}
    exists = call.targets.exists
    try:
        task = _task(record, call)
        task.rounds = tuple(tuple(_task(one, call) for one in asked) for asked in record["dynamic"])
        task.deps = tuple(_task(one, call) for one in record.get("deps", ()))
        body = dynamic(task, call)
        try:
            for number, asked in enumerate(body):
                missing = [not exists(other) for other in asked]
                if any(missing):
                    records = record["dynamic"][number]
                    reply["deps"] = [r for r, absent in zip(records, missing) if absent]
                    reply["status"] = "deps"
                    break
        finally:
            body.close()
    except Exception as error:
        reply["error"] = message(error)
        reply["status"] = "error"
    return reply


def _task(record: dict[str, Any], call: Call) -> Task:
    kind = record["kind"]
    if kind in call.kinds:
        work = _import(kind, call)
        task = Task(record["key"], kind, record["params"], work, shape_of(work))
    else:
        task = Task(record["key"], kind, record["params"], WORK[kind])
    task.id = record["id"]
    return task


def _import(kind: str, call: Call) -> Body:
    """Return a body that the program has defined, importing it the first time."""
    place = call.kinds[kind]
    if isinstance(place, str):
        from importlib import import_module

        module, _, path = place.partition(":")
        body: Any = import_module(module)
        for part in path.split("."):
            body = getattr(body, part)
        call.kinds[kind] = place = body
    return place
