"""Where the records of complete tasks live: in files, in memory, nowhere.

A record is ``{"id","key","kind","result"}`` in canonical JSON. All three
stores have the same methods. Several threads may call them at the same time.

Each store notes what is done to it where it is done, so that a check that is
skipped, or a record written twice, shows in what a build reports. It keeps
lists for that: appending needs no lock, adding to an int does.

Imported by worker processes while they start: they pass in an encoder of their
own, which takes less time to import than canonical JSON in full.
"""

from __future__ import annotations

import os
from itertools import count
from time import sleep

from pyref.build.wire import quote

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, Protocol

    from pyref.build.task import Task

    class Targets(Protocol):
        """A store of records."""

        records: bool  # whether put leaves a record behind
        slow: bool  # a check takes long enough for several at a time to be worth threads
        checked: list[Task]  # a completeness check each
        written: list[Task]  # a record each

        def exists(self, task: Task) -> bool:
            """Check completeness once, as slowly as the task's kind has it."""

        def put(self, task: Task, result: Mapping[str, Any]) -> None:
            """Record the task, whereupon it is complete."""

        def get(self, task: Task) -> bytes | None:
            """Return the record, or None; not a completeness check."""

        def data_file(self, task: Task) -> str:
            """Return the path of the task's data file, in an existing directory."""


def _record(task: Task, result: Mapping[str, Any], dumps: Callable[[Any], str]) -> bytes:
    """Encode a record, all of it: every build pays for its own."""
    return (
        f'{{"id":{quote(task.id)},"key":{quote(task.key)},'
        f'"kind":{quote(task.kind)},"result":{dumps(result)}}}'
    ).encode()


def _canonical() -> Callable[[Any], str]:
    from pyref import cj

    return cj.dumps


class FileTargets:
    """Files below a root directory, which is made with the first of them.

    A record is written beside its place and renamed into it, so a target
    exists exactly when its task is complete. Any number of builds, in any
    number of processes, may share a root. Everything is os calls on
    descriptors: pathlib and io objects cost more than the files do.
    """

    __slots__ = ("_dumps", "_number", "_outer", "_token", "checked", "root", "written")
    records = True
    slow = False

    def __init__(self, root: str, dumps: Callable[[Any], str] | None = None) -> None:
        self.root = root
        self.checked: list[Task] = []
        self.written: list[Task] = []
        self._dumps = dumps or _canonical()
        self._outer: set[str] = set()  # directories that are there
        # What makes the names of this store's temporary files its own.
        self._token = os.urandom(4).hex()
        self._number = count()  # taking the next one is a single operation

    def exists(self, task: Task) -> bool:
        if task.check_s:
            sleep(task.check_s)
        self.checked.append(task)
        # Not os.path.exists: a missing file costs it an exception.
        return os.access(f"{self._directory(task)}/{task.id}.json", os.F_OK)

    def put(self, task: Task, result: Mapping[str, Any]) -> None:
        record = _record(task, result, self._dumps)
        path = f"{self._made_directory(task)}/{task.id}.json"
        temporary = f"{path}.{os.getpid()}.{self._token}.{next(self._number)}.tmp"
        fd = os.open(temporary, _CREATE, 0o666)
        try:
            try:
                while record:
                    record = record[os.write(fd, record) :]
            finally:
                os.close(fd)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
        self.written.append(task)

    def get(self, task: Task) -> bytes | None:
        try:
            with open(f"{self._directory(task)}/{task.id}.json", "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def data_file(self, task: Task) -> str:
        return f"{self._made_directory(task)}/{task.id}.data"

    def _directory(self, task: Task) -> str:
        return f"{self.root}/{task.kind}/{task.id[:2]}/{task.id[2:4]}"

    def _made_directory(self, task: Task) -> str:
        # A task nearly always has the inner directory to itself and shares the
        # outer one with few: expecting that saves half of the system calls
        # that os.makedirs would make.
        inner = self._directory(task)
        outer = inner[:-3]
        if outer not in self._outer:
            try:
                _mkdir(outer)
            except FileNotFoundError:
                os.makedirs(outer, exist_ok=True)
            self._outer.add(outer)
        _mkdir(inner)
        return inner


def _mkdir(path: str) -> None:
    try:
        os.mkdir(path)
    except FileExistsError:
        pass


_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0)


class MemoryTargets:
    """A map. The interpreter makes single dict operations atomic: no lock of ours."""

    __slots__ = ("_dumps", "_records", "checked", "written")
    records = True
    slow = False

    def __init__(self, dumps: Callable[[Any], str] | None = None) -> None:
        self.checked: list[Task] = []
        self.written: list[Task] = []
        self._dumps = dumps or _canonical()
        self._records: dict[str, bytes] = {}

    def exists(self, task: Task) -> bool:
        if task.check_s:
            sleep(task.check_s)
        self.checked.append(task)
        return task.id in self._records

    def put(self, task: Task, result: Mapping[str, Any]) -> None:
        self._records[task.id] = _record(task, result, self._dumps)
        self.written.append(task)

    def get(self, task: Task) -> bytes | None:
        return self._records.get(task.id)

    def data_file(self, task: Task) -> str:
        raise ValueError(f"kind {task.kind!r} needs files; use file targets")


class NoTargets:
    """Nothing is kept but which keys are complete: the scheduler's cost alone.

    No record is encoded, and none counts as written.
    """

    __slots__ = ("_complete", "checked", "written")
    records = False
    slow = False

    def __init__(self) -> None:
        self.checked: list[Task] = []
        self.written: list[Task] = []
        self._complete: set[str] = set()

    def exists(self, task: Task) -> bool:
        if task.check_s:
            sleep(task.check_s)
        self.checked.append(task)
        return task.key in self._complete

    def put(self, task: Task, _result: Mapping[str, Any]) -> None:
        self._complete.add(task.key)

    def get(self, _task: Task) -> bytes | None:
        return None

    def data_file(self, task: Task) -> str:
        raise ValueError(f"kind {task.kind!r} needs files; use file targets")
