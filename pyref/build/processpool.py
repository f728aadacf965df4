"""multiprocess, start methods fork and forkserver: the library's own process pool.

The payload is the same lines that ``pipes`` sends, so both count the same
bytes; what the library adds to them is not counted, nor is how many targets
the worker looked at, which travels with each reply.

Unlike ``pipes`` the library starts its workers as work comes in: with fork one
by one up to 3.11 and all with the first piece of work since 3.12, with
forkserver one by one.

forkserver brings two more processes: the server that workers are forked from,
and the tracker of what they share. They end with the pool that started them.
The library would keep them for as long as this process lives, so that only
the first of many builds with fresh pools would pay for them, and the time
they take would be counted nowhere. It has no public way to end them. Where
the private one is missing they stay, and only then is such a pool not cold.

Nor does the library say which of its workers died, of what, or at which task.
So workers note what they begin in a file that all of them have open, and after
a death the parent looks it up.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
import signal
import tempfile
from collections.abc import Collection
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from queue import SimpleQueue
from typing import Any

from pyref.build import wire
from pyref.build.cancel import Cancel
from pyref.build.child import answer, leave_interrupts_to_parent, open_call, take_checks
from pyref.build.crew import Crew
from pyref.build.errors import Cancelled, WorkerDied
from pyref.build.interrupts import held_back
from pyref.build.kinds import Call
from pyref.build.lookahead import look_ahead
from pyref.build.reexecution import Reexecution, how_it_ended, kind_places
from pyref.build.run import Run
from pyref.build.targets import FileTargets
from pyref.build.task import Task

_Done = tuple[bytes, int]  # a reply line, and how many targets were looked at for it


class ProcessPool:
    """See the module."""

    re_executes = True

    def __init__(self, workers: int, check_workers: int, start_method: str) -> None:
        self.workers = workers
        self._checkers = Crew(check_workers, "multiprocess-check")
        self.children: dict[str, int] = {}  # what they did in the last build
        self._context = multiprocessing.get_context(start_method)
        if start_method == "forkserver":
            # Otherwise each worker would import this package for itself.
            self._context.set_forkserver_preload([__name__])
        self._pool: ProcessPoolExecutor | None = None
        self._watched = 0  # workers of the pool
        self._begun: Connection | None = None  # the file of what workers have begun
        self._servers: list[Any] = []  # processes of the library that this pool started

    def warm_up(self) -> None:
        self.close()  # workers that are up know no barrier
        # Workers are started as work comes in, and whoever is up first would
        # do all of it, so these tasks end only when all have begun.
        self._note_servers()
        barrier = self._context.Barrier(self.workers)
        self._pool = self._open(barrier)
        try:
            for future in [self._submit(_meet) for _ in range(self.workers)]:
                future.result()
        except BaseException:
            barrier.abort()  # or those that are up would wait for ever for the others
            raise

    def run(self, run: Run, cancel: Cancel | None) -> None:
        """Build until nothing is ready and nothing runs."""
        results: SimpleQueue[Future[_Done] | None] = SimpleQueue()
        if cancel is not None:
            cancel.subscribe(wake := lambda: results.put(None))
        book = Reexecution(run)
        if run.slow:
            book.look_ahead = lambda wanted: look_ahead(run, self._checkers, wanted, cancel)
        under_way: dict[Future[_Done], Task] = {}
        try:
            self._coordinate(run, book, results, under_way)
        except BrokenProcessPool as error:
            run.stop(self._died(under_way.values(), error))
        except BaseException:
            self._kill()
            raise
        finally:
            self.children = book.counts()
            if cancel is not None:
                cancel.unsubscribe(wake)

    def _coordinate(
        self,
        run: Run,
        book: Reexecution,
        results: SimpleQueue[Future[_Done] | None],
        under_way: dict[Future[_Done], Task],
    ) -> None:
        assert isinstance(run.targets, FileTargets)
        around = run.targets.root, str(run.nonce), tuple(kind_places(run.call.kinds).items())
        if self._pool is None:
            self._note_servers()
            self._pool = self._open(None)
        ready = run.ready
        book.begin()
        while True:
            while ready and len(under_way) < self.workers:
                task = ready.popleft()
                future = self._submit(_perform, around, task.id, book.request(task))
                under_way[future] = task
                future.add_done_callback(results.put)
            if not under_way:
                return
            done = results.get()
            if done is None:
                run.stop(Cancelled())
            else:
                reply, checks = done.result()
                book.checks += checks
                book.reply(under_way.pop(done), reply)
            if run.stopped:
                ready.clear()

    def _submit(self, *call: Any) -> Future[Any]:
        assert self._pool is not None
        if self._watched == self.workers:
            return self._pool.submit(*call)
        with held_back():
            future: Future[Any] = self._pool.submit(*call)
        self._watch_new_workers()
        return future

    def _watch_new_workers(self) -> None:
        """Have the library notice should one of those die that it has just started.

        When given work it wakes the thread that watches workers first and
        starts one more afterwards, which is then not watched until something
        else happens. If its death is the next thing to happen, nothing ever does.
        """
        pool: Any = self._pool
        workers = len(getattr(pool, "_processes", None) or ())
        if workers != self._watched:
            self._watched = workers
            watcher = getattr(pool, "_executor_manager_thread_wakeup", None)
            if watcher is not None and hasattr(pool, "_shutdown_lock"):
                with pool._shutdown_lock:
                    watcher.wakeup()

    def _note_servers(self) -> None:
        if self._context.get_start_method() == "forkserver":
            self._servers = _idle_servers()

    def _kill(self) -> None:
        """Close without waiting for bodies to end."""
        for worker in list((getattr(self._pool, "_processes", None) or {}).values()):
            worker.kill()
        self.close()

    def close(self) -> None:
        self._checkers.close()
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._watched = 0
            self._pool = None  # its semaphores have to go before their tracker does
        if self._begun is not None:
            self._begun.close()
            self._begun = None
        for server in self._servers:
            server._stop()
        self._servers.clear()

    def _open(self, barrier: Barrier | None) -> ProcessPoolExecutor:
        fd, name = tempfile.mkstemp(prefix="pyref-begun-")
        os.unlink(name)
        self._begun = Connection(fd)  # not to talk on, but because the library can pass it on
        return ProcessPoolExecutor(self.workers, self._context, _begin, (barrier, self._begun))

    def _died(self, tasks: Collection[Task], error: BrokenProcessPool) -> WorkerDied:
        """Close the pool; say which worker died of what, and at which task."""
        # The library offers none of this in public, and takes what it has away when it closes.
        workers: dict[int, Any] = dict(getattr(self._pool, "_processes", None) or {})
        assert self._begun is not None
        begun = os.pread(self._begun.fileno(), os.fstat(self._begun.fileno()).st_size, 0)
        self.close()
        # It has ended the others by SIGTERM and waited for all.
        dead = [pid for pid, worker in workers.items() if worker.exitcode != -signal.SIGTERM]
        last = dict(reversed(line.split()) for line in begun.decode().splitlines())
        for pid in dead or workers:
            for task in tasks:
                if last.get(str(pid)) == task.id:
                    how = how_it_ended(workers[pid].exitcode)
                    return WorkerDied(task.key, f"worker process {pid} died: {how}")
        if not dead:
            return WorkerDied("", f"worker process died: {error}")
        each = [f"worker process {pid} died: {how_it_ended(workers[pid].exitcode)}" for pid in dead]
        return WorkerDied("", ", ".join(each))


def _idle_servers() -> list[Any]:
    """Return the library's server and tracker, in the order to stop them, that are not up.

    Those that are up may serve somebody else in this process.
    """
    from multiprocessing import forkserver, resource_tracker

    found = []
    for server, pid in (
        (getattr(forkserver, "_forkserver", None), "_forkserver_pid"),
        (getattr(resource_tracker, "_resource_tracker", None), "_pid"),
    ):
        if hasattr(server, "_stop") and getattr(server, pid, 0) is None:
            found.append(server)
    return found


# ---- in the workers -----------------------------------------------------------

_barrier: Barrier | None = None
_begun: Connection | None = None


def _begin(barrier: Barrier | None, begun: Connection) -> None:
    global _barrier, _begun
    _barrier, _begun = barrier, begun
    leave_interrupts_to_parent()


def _meet() -> None:
    assert _barrier is not None
    _barrier.wait()


@functools.lru_cache(maxsize=1)
def _call(root: str, nonce: str, kinds: tuple[tuple[str, str], ...]) -> Call:
    return open_call(root, nonce, dict(kinds))


def _perform(around: tuple[str, str, tuple[tuple[str, str], ...]], id: str, line: bytes) -> _Done:
    """Execute one request line."""
    assert _begun is not None
    os.write(_begun.fileno(), f"{id} {os.getpid()}\n".encode())
    call = _call(*around)
    reply = answer(wire.loads(line.decode()), call)
    return reply, take_checks(call)
