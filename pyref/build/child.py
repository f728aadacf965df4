"""A worker process of the multiprocess executor.

It reads one JSON line at a time, runs the body named there from its start,
and answers with one line. Whenever the body asks for tasks, all their targets
are looked at; if some are missing the execution ends there and the answer
says which. The parent builds those and asks for the same execution again, so
nothing but targets connects one execution with the next.

At the end of a build the parent asks how many targets were looked at, which
nobody else knows. The question and its answer are not part of the work, so
neither side counts them among the messages.

Starting up is most of such a process's life. That is why this module and what
it imports stay clear of json, typing, dataclasses and the like.
"""

from __future__ import annotations

import os
import sys

from pyref.build import wire
from pyref.build.kinds import WORK, Workshop, dynamic, message
from pyref.build.targets import FileTargets
from pyref.build.task import Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def main() -> None:
    """Serve standard input until it ends, then exit."""
    read, write, flush = sys.stdin.buffer.readline, sys.stdout.buffer.write, sys.stdout.buffer.flush
    workshop: Workshop | None = None
    try:
        while line := read():
            order = wire.loads(line.decode())
            if order["op"] == "init":
                workshop = open_workshop(order["root"], order["nonce"])
                continue
            if order["op"] == "count":
                checks = 0 if workshop is None else take_checks(workshop)
                write(b'{"checks":%d}\n' % checks)
            else:
                assert workshop is not None, "run before init"
                write(answer(order, workshop))
            flush()
    except (BrokenPipeError, KeyboardInterrupt):
        pass  # the parent is gone, or is being interrupted as well and says so
    os._exit(0)  # nothing is left to tear down; the orderly way takes milliseconds


def open_workshop(root: str, nonce: str) -> Workshop:
    """Return what bodies find around them."""
    return Workshop(FileTargets(root, wire.dumps), int(nonce))


def take_checks(workshop: Workshop) -> int:
    """Return how many targets were looked at since this was last called."""
    checks, workshop.targets.checks = workshop.targets.checks, 0
    return checks


def answer(order: dict[str, Any], workshop: Workshop) -> bytes:
    """Carry out a run request; return the reply line."""
    return f"{wire.dumps(execute(order['task'], workshop))}\n".encode()


def execute(record: dict[str, Any], workshop: Workshop) -> dict[str, Any]:
    """Run a body from its start; return the reply."""
    task = _task(record)
    task.rounds = tuple(tuple(map(_task, asked)) for asked in record["dynamic"])
    reply = {"deps": [], "error": None, "id": task.id, "status": "done"}
    exists = workshop.targets.exists
    try:
        for number, asked in enumerate(dynamic(task, workshop)):
            missing = [not exists(other) for other in asked]
            if any(missing):
                records = record["dynamic"][number]
                reply["deps"] = [r for r, absent in zip(records, missing) if absent]
                reply["status"] = "deps"
                break
    except Exception as error:
        reply["error"] = message(error)
        reply["status"] = "error"
    return reply


def _task(record: dict[str, Any]) -> Task:
    kind = record["kind"]
    task = Task(record["key"], kind, record["params"], WORK[kind])
    task.id = record["id"]
    return task
