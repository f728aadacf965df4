"""The parent's side of executing bodies in other processes, from their start.

A body that asks for something incomplete is not kept. When what it asked for
is complete, it is executed again; nothing but targets connects the two. This
module turns tasks into the lines a child reads and a child's replies into
bookkeeping; how lines travel is the business of ``pipes`` and ``processpool``.
"""

from __future__ import annotations

import importlib
import json
import signal
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pyref import cj
from pyref.build.run import ASKS, DONE, FAILED, Run, settle
from pyref.build.task import Task

if TYPE_CHECKING:
    from pyref.build.kinds import Body

COUNT = b'{"op":"count"}\n'  # asks how many targets a child looked at since asked last


class BadReply(ValueError):
    """A line from a child that is no reply to what it was asked."""


class Reexecution:
    """One build's tasks and replies, and what they add up to."""

    def __init__(self, run: Run) -> None:
        self._run = run
        # Looks at targets before discovery does, where that takes its time.
        self.look_ahead: Callable[[Iterable[Task]], object] | None = None
        self._records: dict[Task, dict[str, Any]] = {}
        self.messages = 0
        self.bytes = 0  # both ways, newlines included
        self.checks = 0  # that children made; they say how many
        self.written = 0  # records; a child says done when its own is in place

    def begin(self) -> None:
        """Discover what is to do."""
        run = self._run
        if self.look_ahead is not None:
            self.look_ahead((run.root,))
        run.enlist(run.discover((run.root,)))

    def request(self, task: Task) -> bytes:
        """Return the line that has a child execute the task; count it."""
        self._run.trace.append(task)
        record = self._record(task)
        if task.kind in self._run.call.kinds:  # the library's own do not look at their deps
            record = record | {"deps": [self._record(dep) | {"dynamic": []} for dep in task.deps]}
        line = f"{cj.dumps({'op': 'run', 'task': record})}\n".encode()
        self.messages += 1
        self.bytes += len(line)
        return line

    def reply(self, task: Task, line: bytes) -> None:
        """Book a child's reply. Raises BadReply, having booked nothing."""
        run = self._run
        reply = _parse(task, line)
        run.trace.append(task.key)
        self.messages += 1
        self.bytes += len(line)
        if reply["status"] == "deps":
            missing = {record["id"] for record in reply["deps"]}
            self._book_request(task, missing)
            return
        if reply["status"] == "done":
            self.written += 1
            settle(run, (task, DONE, None))
        else:
            settle(run, (task, FAILED, reply["error"]))

    def _book_request(self, task: Task, missing: set[str]) -> None:
        """The execution ended at the first round that something was missing from."""
        for asked in task.rounds:
            wanted = tuple(other for other in asked if other.id in missing)
            if wanted:
                break
        if self.look_ahead is not None:
            self.look_ahead(wanted)
        if settle(self._run, (task, ASKS, wanted)):
            self._run.ready.appendleft(task)  # complete by now: once more, at once

    def count(self, line: bytes) -> None:
        """Add a child's answer to COUNT, which is not one of the build's messages."""
        try:
            self.checks += json.loads(line)["checks"]
        except (ValueError, TypeError, KeyError):
            raise BadReply(_quote(line)) from None

    def counts(self) -> dict[str, int]:
        """Return the counters of what children did."""
        return {
            "targets_written": self.written,
            "checks_child": self.checks,
            "ipc_messages": self.messages,
            "ipc_bytes": self.bytes,
        }

    def _record(self, task: Task) -> dict[str, Any]:
        """Return the task's own fields and the records of what it may ask for."""
        record = self._records.get(task)
        if record is None:
            record = self._records[task] = {
                "dynamic": [[self._record(other) for other in asked] for asked in task.rounds],
                "id": task.id,
                "key": task.key,
                "kind": task.kind,
                "params": task.params,
            }
        return record


def _parse(task: Task, line: bytes) -> dict[str, Any]:
    try:
        reply = json.loads(line)
        if reply["id"] == task.id and reply["status"] in ("done", "deps", "error"):
            return reply
    except (ValueError, TypeError, KeyError):
        pass
    raise BadReply(_quote(line))


def _quote(line: bytes) -> str:
    text = line.decode(errors="backslashreplace").rstrip("\n")
    return repr(text if len(text) <= 80 else text[:80] + "...")


def how_it_ended(status: int) -> str:
    """Say what a process's exit status means, as subprocess and multiprocessing give it."""
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"killed by {signal.Signals(-status).name}"
    except ValueError:  # a real-time signal
        return f"killed by signal {-status}"


def kind_places(kinds: Mapping[str, Body]) -> dict[str, str]:
    """Say where other processes find the bodies that the program has defined itself."""
    return {name: f"{body.__module__}:{body.__qualname__}" for name, body in kinds.items()}


def check_importable(kinds: Mapping[str, Body], start_method: str) -> None:
    """Raise ValueError for a body that a worker process would not find."""
    for name, body in kinds.items():
        module, place = getattr(body, "__module__", None), getattr(body, "__qualname__", "")
        if module == "__main__" and start_method == "spawn":
            raise ValueError(
                f"build: kind {name!r} is defined in __main__, which worker processes that are "
                "spawned cannot import: put it into a module"
            )
        found: Any = importlib.import_module(module) if module else None
        for part in place.split("."):
            found = getattr(found, part, None)
        if found is not body:
            raise ValueError(
                f"build: kind {name!r} is {body!r}, which worker processes cannot import: "
                "want a function at the top of a module"
            )
