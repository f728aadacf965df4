"""Checkpoints in files that survive whoever writes them."""

from __future__ import annotations

import json
import os
import re
from typing import Union

from .store import NoCheckpointError

_name = re.compile(r"([0-9]{8}|[1-9][0-9]{8,})\.json").fullmatch


class FileStore:
    """Keeps checkpoints in ``<directory>/<thread>/<step as 8 digits>.json``.

    A file is written under another name and then renamed, so a reader sees all
    of a checkpoint or nothing, even if the writer is killed. A system that
    crashes may still lose the last ones, or keep their names without their
    contents; ``fsync`` makes each checkpoint wait until the disk has it. What
    a crash leaves, half a file or a temporary one, is never listed.

    A checkpoint takes the place of all later ones of its thread. They are
    removed from the last on, once its data are written and before they get
    their name: whoever is killed in between leaves an earlier checkpoint as
    the latest, never a later one of a run that has been given up.

    Directories are made when something is first put there. Several writers
    may share a directory, each thread of it belonging to one of them at a
    time. One that goes on with a thread that another has written reads it first.
    """

    def __init__(self, directory: Union[str, os.PathLike[str]], fsync: bool = False) -> None:
        self.directory = os.fspath(directory)
        if not self.directory:
            raise ValueError("directory '': want the name of one")
        self.fsync = fsync
        self._folders: dict[str, str] = {}  # those that exist, by thread
        self._next: dict[str, int] = {}  # steps known to have none after them, by thread

    def put(self, thread: str, step: int, data: bytes) -> None:
        """Keep a checkpoint in place of the thread's of this and all later steps."""
        folder = self._folders.get(thread) or self._make(thread, step)
        name = f"{folder}/{step:08d}.json"
        temporary = f"{name}.{os.getpid()}.tmp"
        try:
            self._write(temporary, data)
            if self._next.get(thread) != step:  # a run begins, or goes on from an earlier step
                self._remove_after(thread, step)
            os.replace(temporary, name)
        except BaseException:
            self._next.pop(thread, None)
            _remove(temporary)
            raise
        self._next[thread] = step + 1
        if self.fsync:
            _sync(folder)

    def steps(self, thread: str = "t0") -> list[int]:
        """Return the steps of a thread's checkpoints, in ascending order."""
        return [step for step in self._candidates(thread) if self._read(thread, step) is not None]

    def checkpoints(self, thread: str = "t0") -> list[bytes]:
        """Return a thread's checkpoints, oldest first."""
        found = (self._read(thread, step) for step in self._candidates(thread))
        return [data for data in found if data is not None]

    def latest(self, thread: str = "t0") -> Union[bytes, None]:
        """Return a thread's last checkpoint, or None if it has none."""
        for step in reversed(self._candidates(thread)):
            data = self._read(thread, step)
            if data is not None:
                return data
        return None

    def load(self, step: int, thread: str = "t0") -> bytes:
        """Return the checkpoint of a step, or raise NoCheckpointError, a KeyError."""
        self._next.pop(thread, None)
        data = self._read(thread, step)
        if data is None:
            raise NoCheckpointError(thread, step, self.steps(thread), self._threads())
        return data

    # ---- writing

    def _make(self, thread: str, step: int) -> str:
        folder = self._folder(thread)
        oldest = self.directory
        try:
            os.mkdir(folder)
            self._next[thread] = step  # nothing is there
        except FileExistsError:
            pass
        except FileNotFoundError:
            while not os.path.isdir(oldest):
                oldest = os.path.dirname(oldest) or os.curdir
            os.makedirs(folder, exist_ok=True)
        if self.fsync:  # the names on the way to it
            made = self.directory
            while made != oldest:
                _sync(made)
                made = os.path.dirname(made) or os.curdir
            _sync(made)
        self._folders[thread] = folder
        return folder

    def _remove_after(self, thread: str, step: int) -> None:
        folder = self._folder(thread)
        later = [found for found in self._candidates(thread) if found > step]
        for found in reversed(later):
            _remove(f"{folder}/{found:08d}.json")
        if later and self.fsync:
            _sync(folder)

    def _write(self, path: str, data: bytes) -> None:
        file = os.open(
            path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o666
        )
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(file, left) :]
            if self.fsync:
                os.fsync(file)
        finally:
            os.close(file)

    # ---- reading

    def _folder(self, thread: str) -> str:
        if not thread or thread in (".", "..") or any(c in thread for c in "/\\:\0"):
            raise ValueError(f"thread {thread!r}: want a name that can be a directory's")
        return os.path.join(self.directory, thread)

    def _candidates(self, thread: str) -> list[int]:
        """Return the steps that have files, whole or not, in ascending order."""
        self._next.pop(thread, None)  # who reads may find what others wrote
        try:
            names = os.listdir(self._folder(thread))
        except FileNotFoundError:
            return []
        return sorted(int(found[1]) for found in map(_name, names) if found)

    def _threads(self) -> list[str]:
        try:
            with os.scandir(self.directory) as entries:
                return [entry.name for entry in entries if entry.is_dir()]
        except FileNotFoundError:
            return []

    def _read(self, thread: str, step: int) -> Union[bytes, None]:
        """Return a checkpoint unless it is missing or not whole."""
        try:
            with open(f"{self._folder(thread)}/{step:08d}.json", "rb") as file:
                data = file.read()
        except FileNotFoundError:
            return None
        try:
            json.loads(data)
        except ValueError:
            return None
        except RecursionError:  # too deep to tell
            return data
        return data


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        pass


def _sync(folder: str) -> None:
    if os.name == "nt":  # which cannot open a directory
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
