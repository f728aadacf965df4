"""The parent's side of executing bodies in other processes, from their start.

A body that asks for something incomplete is not kept. When what it asked for
is complete, it is executed again; nothing but targets connects the two. This
module turns tasks into the lines a child reads and a child's replies into
bookkeeping; how lines travel is the business of ``pipes`` and ``processpool``.
"""

from __future__ import annotations

import json
from typing import Any

from pyref import cj
from pyref.build.run import ASKS, DONE, FAILED, Run, settle
from pyref.build.task import Task


COUNT = b'{"op":"count"}\n'  # asks how many targets a child looked at since asked last


class Reexecution:
    """One build's tasks and replies, and what they add up to."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._records: dict[Task, dict[str, Any]] = {}
        self.messages = 0
        self.bytes = 0  # both ways, newlines included
        self.checks = 0  # that children made; they say how many
        self.written = 0  # records; a child says done when its own is in place

    def request(self, task: Task) -> bytes:
        """Return the line that has a child execute the task; count it."""
        self._run.trace.append(task)
        line = f"{cj.dumps({'op': 'run', 'task': self._record(task)})}\n".encode()
        self.messages += 1
        self.bytes += len(line)
        return line

    def reply(self, task: Task, line: bytes) -> None:
        """Book a child's reply."""
        run = self._run
        run.trace.append(task.key)
        self.messages += 1
        self.bytes += len(line)
        reply = json.loads(line)
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
        if settle(self._run, (task, ASKS, wanted)):
            self._run.ready.appendleft(task)  # complete by now: once more, at once

    def count(self, line: bytes) -> None:
        """Add a child's answer to COUNT, which is not one of the build's messages."""
        self.checks += json.loads(line)["checks"]

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
