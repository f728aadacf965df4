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
"""

from __future__ import annotations

import functools
import multiprocessing
import signal
from collections.abc import Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.synchronize import Barrier
from queue import SimpleQueue
from typing import Any

from pyref.build import wire
from pyref.build.cancel import Cancel
from pyref.build.child import answer, open_workshop, take_checks
from pyref.build.errors import Cancelled, WorkerDied
from pyref.build.kinds import Workshop
from pyref.build.reexecution import Reexecution
from pyref.build.run import Run
from pyref.build.targets import FileTargets
from pyref.build.task import Task

_Done = tuple[bytes, int]  # a reply line, and how many targets were looked at for it


class ProcessPool:
    """See the module."""

    re_executes = True

    def __init__(self, workers: int, start_method: str) -> None:
        self.workers = workers
        self.children: dict[str, int] = {}  # what they did in the last build
        self._context = multiprocessing.get_context(start_method)
        if start_method == "forkserver":
            # Otherwise each worker would import this package for itself.
            self._context.set_forkserver_preload([__name__])
        self._pool: ProcessPoolExecutor | None = None
        self._servers: list[Any] = []  # processes of the library that this pool started

    def warm_up(self) -> None:
        self.close()  # workers that are up know no barrier
        # Workers are started as work comes in, and whoever is up first would
        # do all of it, so these tasks end only when all have begun.
        self._note_servers()
        barrier = self._context.Barrier(self.workers)
        self._pool = self._open(barrier)
        try:
            for future in [self._pool.submit(_meet) for _ in range(self.workers)]:
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
        try:
            self._coordinate(run, book, results)
        except WorkerDied as error:
            run.stop(error)
            self.close()
        except BaseException:
            self.close()
            raise
        finally:
            self.children = book.counts()
            if cancel is not None:
                cancel.unsubscribe(wake)

    def _coordinate(
        self, run: Run, book: Reexecution, results: SimpleQueue[Future[_Done] | None]
    ) -> None:
        assert isinstance(run.targets, FileTargets)
        root, nonce = run.targets.root, str(run.nonce)
        if self._pool is None:
            self._note_servers()
            self._pool = self._open(None)
        ready = run.ready
        under_way: dict[Future[_Done], Task] = {}
        run.enlist(run.discover((run.root,)))
        while True:
            while ready and len(under_way) < self.workers:
                task = ready.popleft()
                future = self._pool.submit(_perform, root, nonce, book.request(task))
                under_way[future] = task
                future.add_done_callback(results.put)
            if not under_way:
                return
            done = results.get()
            if done is None:
                run.stop(Cancelled())
            else:
                try:
                    reply, checks = done.result()
                except BrokenProcessPool as error:
                    raise _died(under_way.values(), error) from None
                book.checks += checks
                book.reply(under_way.pop(done), reply)
            if run.stopped:
                ready.clear()

    def _note_servers(self) -> None:
        if self._context.get_start_method() == "forkserver":
            self._servers = _idle_servers()

    def close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None  # its semaphores have to go before their tracker does
        for server in self._servers:
            server._stop()
        self._servers.clear()

    def _open(self, barrier: Barrier | None) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self.workers, self._context, _begin, (barrier,))


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


def _died(tasks: Iterable[Task], error: BrokenProcessPool) -> WorkerDied:
    """Name the task that was under way; with several, the library cannot tell which."""
    first, *others = [task.key for task in tasks]
    also = f" while this or one of {', '.join(others)} ran" if others else ""
    return WorkerDied(first, f"worker process died{also}: {error}")


# ---- in the workers -----------------------------------------------------------

_barrier: Barrier | None = None


def _begin(barrier: Barrier | None) -> None:
    global _barrier
    _barrier = barrier
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent sees to it


def _meet() -> None:
    assert _barrier is not None
    _barrier.wait()


_workshop = functools.lru_cache(maxsize=1)(open_workshop)


def _perform(root: str, nonce: str, line: bytes) -> _Done:
    """Execute one request line."""
    workshop: Workshop = _workshop(root, nonce)
    reply = answer(wire.loads(line.decode()), workshop)
    return reply, take_checks(workshop)
