"""multiprocess, start method spawn: W worker processes on pipes.

Each child is a fresh interpreter that talks JSON lines on its standard input
and output. It is started without the site module and imports next to nothing:
what is left is about as fast as the interpreter itself starts. All W are
started before the first task is given out.

A build ends with one question to every child, how many targets it looked at:
one more round trip, which Go's counterpart makes as well, and which neither
counts among its messages.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import sys
import tempfile
from pathlib import Path

from pyref import cj
from pyref.build import wire
from pyref.build.cancel import Cancel
from pyref.build.crew import Crew
from pyref.build.dag import Definition, resolve
from pyref.build.errors import Cancelled, WorkerDied
from pyref.build.interrupts import held_back
from pyref.build.lookahead import look_ahead
from pyref.build.reexecution import COUNT, BadReply, Reexecution, how_it_ended, kind_places
from pyref.build.run import Run
from pyref.build.targets import FileTargets
from pyref.build.task import Task

_PACKAGES = str(Path(__file__).resolve().parents[2])  # where pyref is
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from pyref.build.child import main; main()"
)
_PATIENCE_S = 5.0  # how long an idle child may take to end before it is killed


class Pipes:
    """See the module."""

    re_executes = True

    def __init__(self, workers: int, check_workers: int) -> None:
        self.workers = workers
        self._checkers = Crew(check_workers, "multiprocess-check")
        self.children: dict[str, int] = {}  # what they did in the last build
        self._children: list[_Child] = []
        self._closed = True
        self._selector: selectors.BaseSelector  # there from the first start to close

    @property
    def pids(self) -> list[int]:
        """The process ids of the children that are up."""
        return [child.process.pid for child in self._children]

    def warm_up(self) -> None:
        with tempfile.TemporaryDirectory(prefix="pyref-warm-") as root:
            try:
                self._start()
                self._warm_up(FileTargets(root, wire.dumps))
            except BaseException:
                self._kill()  # before their directory goes
                raise

    def _warm_up(self, targets: FileTargets) -> None:
        for number, child in enumerate(self._children):
            dag = resolve({(key := f"warm_up_{number}"): Definition("light", {"n": 1})}, key)
            run = Run(dag.root, targets, 0, keep_going=False, discover_all=False)
            child.init(run)
            child.give(dag.root, Reexecution(run).request(dag.root))
        for child in self._children:
            while child.read() is None:
                pass
            child.finished()

    def run(self, run: Run, cancel: Cancel | None) -> None:
        """Build until nothing is ready and nothing runs."""
        book = Reexecution(run)
        if run.slow:
            book.look_ahead = lambda wanted: look_ahead(run, self._checkers, wanted, cancel)
        try:
            try:
                if cancel is None:
                    self._coordinate(run, book)
                else:
                    self._with_cancel(run, book, cancel)
            except WorkerDied as error:
                run.stop(error)
            self._count(book)
        except BaseException:
            self._kill()
            raise
        finally:
            self.children = book.counts()
        if run.error is not None:
            self._kill()  # cancelled, or one of them died: not for use again

    def _with_cancel(self, run: Run, book: Reexecution, cancel: Cancel) -> None:
        """Coordinate, with a pipe that wakes the selector when cancelled."""
        self._start()
        hear, call = os.pipe()
        self._selector.register(hear, selectors.EVENT_READ, None)
        cancel.subscribe(wake := lambda: os.write(call, b"!"))
        try:
            self._coordinate(run, book)
        finally:
            cancel.unsubscribe(wake)
            self._selector.unregister(hear)
            os.close(hear)
            os.close(call)

    def _coordinate(self, run: Run, book: Reexecution) -> None:
        self._start()
        for child in self._children:
            child.init(run)
        idle = self._children[::-1]
        ready = run.ready
        book.begin()
        while True:
            while ready and idle:
                task = ready.popleft()
                child = idle.pop()
                child.give(task, book.request(task))
            if len(idle) == self.workers:
                return
            for key, _ in self._selector.select():
                child = key.data
                if child is None:
                    run.stop(Cancelled())
                    return
                reply = child.read()
                if reply is not None:
                    try:
                        book.reply(child.task, reply)
                    except BadReply as error:
                        raise child.strayed(error) from None
                    child.finished()
                    idle.append(child)
            if run.stopped:
                ready.clear()

    def _count(self, book: Reexecution) -> None:
        """Ask what each idle child has done: first all of them, then hear them.

        One that has died adds nothing, and is replaced before the next build.
        One that is busy, which it is only if the build was cut short, is about
        to be killed.
        """
        asked: list[_Child] = []
        dead: list[_Child] = []
        for child in self._children:
            if child.task is None:
                try:
                    child.ask_count()
                    asked.append(child)
                except WorkerDied:
                    dead.append(child)
        for child in asked:
            try:
                while (line := child.read()) is None:
                    pass
                book.count(line)
            except (WorkerDied, BadReply):
                child.process.kill()
                dead.append(child)
        for child in dead:
            self._children.remove(child)
            self._end(child)

    def _start(self) -> None:
        """Start the children that are missing."""
        if self._closed:
            self._selector = selectors.DefaultSelector()
            self._closed = False
        while len(self._children) < self.workers:
            with held_back():
                child = _Child()
                self._children.append(child)
                self._selector.register(child.stdout, selectors.EVENT_READ, child)

    def _kill(self) -> None:
        for child in self._children:
            child.process.kill()
        self.close()

    def close(self) -> None:
        """End the children and wait for them; the next build starts others."""
        self._checkers.close()
        for child in self._children:
            child.hang_up()
        for child in self._children:
            self._end(child)
        self._children.clear()
        if not self._closed:
            self._selector.close()
            self._closed = True

    def _end(self, child: _Child) -> None:
        self._selector.unregister(child.stdout)
        child.hang_up()
        child.wait()


class _Child:
    """One worker process. Its methods raise WorkerDied when it is gone."""

    __slots__ = ("_partial", "process", "stdin", "stdout", "task")

    def __init__(self) -> None:
        # Isolated and without site: no environment, no .pth files.
        command = [sys.executable, "-I", "-S", "-c", _START, _PACKAGES]
        self.process = subprocess.Popen(
            command, bufsize=0, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.stdin = self.process.stdin.fileno()
        self.stdout = self.process.stdout.fileno()
        self.task: Task | None = None  # what it was given
        self._partial = b""

    def init(self, run: Run) -> None:
        """Tell it where targets go and what the nonce is."""
        assert isinstance(run.targets, FileTargets)
        fields = {"op": "init", "root": run.targets.root, "nonce": str(run.nonce)}
        if run.call.kinds:
            fields |= {"kinds": kind_places(run.call.kinds), "path": sys.path}
        self._write(f"{cj.dumps(fields)}\n".encode())

    def give(self, task: Task, line: bytes) -> None:
        """Have it execute a task."""
        self.task = task
        self._write(line)

    def ask_count(self) -> None:
        """Have it say how many targets it has looked at."""
        self._write(COUNT)

    def _write(self, line: bytes) -> None:
        try:
            while line:
                line = line[os.write(self.stdin, line) :]
        except BrokenPipeError:
            raise self._died() from None

    def read(self) -> bytes | None:
        """Take in what has arrived; return the reply if it is whole by now."""
        data = os.read(self.stdout, 1 << 16)
        if not data:
            raise self._died()
        self._partial += data
        if not data.endswith(b"\n"):  # one reply at most is under way
            return None
        reply, self._partial = self._partial, b""
        return reply

    def finished(self) -> None:
        """Note that it is free again."""
        self.task = None

    def strayed(self, error: BadReply) -> WorkerDied:
        """Kill it for a reply that is none."""
        self.process.kill()
        assert self.task is not None
        how = f"worker process {self.process.pid} answered {error} and was killed"
        return WorkerDied(self.task.key, how)

    def _died(self) -> WorkerDied:
        self.process.kill()  # it may only have closed its output
        status = self.process.wait()
        key = self.task.key if self.task is not None else ""
        return WorkerDied(key, f"worker process {self.process.pid} died: {how_it_ended(status)}")

    def hang_up(self) -> None:
        """End its input, which it takes as its end."""
        assert self.process.stdin is not None
        self.process.stdin.close()

    def wait(self) -> None:
        """Wait for its end, for some time; then kill it."""
        assert self.process.stdout is not None
        with self.process.stdout, selectors.DefaultSelector() as selector:
            selector.register(self.stdout, selectors.EVENT_READ)
            # Popen.wait with a timeout would poll.
            while selector.select(_PATIENCE_S):
                if not os.read(self.stdout, 1 << 16):
                    break
            else:
                self.process.kill()
        self.process.wait()
