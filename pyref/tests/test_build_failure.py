"""Failures, cancellation, interrupts and dying children: nothing hangs, nothing is left."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import random
import signal
import stat
import subprocess
import sys
import threading
import time
import unittest
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any
from unittest import mock

from pyref import cj
from pyref.build import coroutines, pipes, threadpool, workerqueue
from pyref.build.cancel import Cancel
from pyref.build.dag import Definition, resolve
from pyref.build.errors import Cycle, Deadlock, TaskFailed, WorkerDied
from pyref.build.pipes import Pipes
from pyref.build.reexecution import BadReply, Reexecution
from pyref.build.run import Run
from pyref.build.sequential import Sequential
from pyref.tests.build_support import (
    EVERY,
    IN_PROCESS,
    BuildTest,
    body,
    builder,
    light,
    sleeper,
    star,
)

CONFIGURATIONS: list[tuple[str, dict[str, Any]]] = [
    *((executor, {}) for executor in EVERY),
    ("asyncio", {"blocking": "native"}),
    ("asyncio_queue", {"blocking": "native"}),
    ("asyncio", {"blocking": "on_loop"}),
    ("asyncio_queue", {"blocking": "on_loop"}),
    ("multiprocess", {"start_method": "fork"}),
]


SWALLOWED = 77
INTERRUPTED = f"""\
import os, sys, tempfile
from pyref import cj
from pyref.build.engine import Options, build
from pyref.build.targets import FileTargets
from pyref.tests.build_support import sleeper, star

def swallowed(unraisable):  # see sys.unraisablehook: a finalizer or a callback of a weak reference
    sys.__unraisablehook__(unraisable)  # cannot raise, so Python drops what a signal raises in it
    if unraisable.exc_type is KeyboardInterrupt:
        os._exit({SWALLOWED})

sys.unraisablehook = swallowed
executor, choices, ms = sys.argv[1:]
dag = star(400, sleeper(ms=int(ms)))
with tempfile.TemporaryDirectory() as root:
    print("up", flush=True)
    build(dag, FileTargets(root, cj.dumps), Options(executor, workers=2, **eval(choices)))
"""


# ---- bodies, where worker processes can import them ------------------------------


def waits(task: Any, _call: Any) -> dict[str, Any]:
    """Sleep until the end of the build, which is not going to be long."""
    time.sleep(600)
    return {}


def is_killed(_task: Any, _call: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def exits(_task: Any, _call: Any) -> None:
    os._exit(3)


def exits_well(_task: Any, _call: Any) -> None:
    os._exit(0)


def speaks_out_of_turn(_task: Any, _call: Any) -> None:
    """Write to every pipe there is, which includes the one for replies."""
    for number in map(int, os.listdir("/proc/self/fd")):
        with contextlib.suppress(OSError):
            if number > 2 and stat.S_ISFIFO(os.fstat(number).st_mode):
                os.write(number, b"what was that?\n")
    time.sleep(600)


def members(group: int) -> list[str]:
    """The processes of a group that live."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            status = Path("/proc", pid, "stat").read_text(encoding="utf-8", errors="replace")
            state, _, its_group = status.rpartition(")")[2].split()[:3]
            if int(its_group) == group and state not in "ZX":
                found.append(Path("/proc", pid, "cmdline").read_text(encoding="utf-8"))
    return found


class Failures(BuildTest):
    def test_message_and_no_leak(self) -> None:
        dag = resolve(
            {
                "bad": Definition("fail"),
                "asks": light(rounds=[["bad", "good"], ["never"]]),
                "good": light(),
                "never": light(),
                "root": light("asks"),
            },
            "root",
        )
        for executor, choices in CONFIGURATIONS:
            for mode, skipped in ("fail_fast", 0), ("continue", 2):
                with self.subTest(executor, mode=mode, **choices), self.no_leak():
                    result = self.build(dag, executor, fail_mode=mode, **choices)
                    self.assertIsInstance(result.error, TaskFailed)
                    self.assertEqual(str(result.error), "task 'bad': boom")
                    self.assertEqual(result.counters["skipped"], skipped)
                    self.assertNotIn("never", result.trace)
                    with self.assertRaises(TaskFailed):
                        result.check()

    def test_no_body_starts_after_a_failure(self) -> None:
        """One worker, and a queue full of tasks behind the one that fails."""
        leaves = {f"leaf_{i}": light() for i in range(50)}
        dag = resolve({"bad": Definition("fail"), **leaves, "root": light("bad", *leaves)}, "root")
        for executor in EVERY:
            result = self.build(dag, executor, workers=1)
            self.assertEqual(result.trace, [dag.tasks["bad"], "bad"], executor)

    def test_dep_of_something_that_failed_before_it_was_known(self) -> None:
        dag = resolve(
            {
                "bad": Definition("fail"),
                "late": light("bad"),
                "asks": light("first", rounds=[["late"]]),
                "first": light("slow"),
                "slow": sleeper(ms=20),
                "root": light("bad", "asks"),
            },
            "root",
        )
        for executor in EVERY:
            with self.subTest(executor):
                counters = self.build(dag, executor, fail_mode="continue").counters
                self.assertEqual(
                    (counters["failed"], counters["skipped"], counters["tasks_run"]), (1, 3, 2)
                )

    def test_bodies_that_raise_anything(self) -> None:
        def leave(_: object) -> None:
            raise SystemExit("out")

        with body("light", leave):
            dag = star(3, light())
        for executor in "threadpool", "asyncio", "asyncio_queue":
            with self.subTest(executor), self.no_leak():
                result = self.build(dag, executor)
                assert isinstance(result.error, TaskFailed)
                self.assertEqual(result.error.message, "SystemExit: out")

    def test_targets_that_cannot_be_written(self) -> None:
        dag = star(3, light())
        for executor in EVERY:
            with self.subTest(executor), self.no_leak():
                targets = self.files()
                Path(targets.root, "light").write_text("in the way", encoding="ascii")
                with builder(executor) as each:
                    result = each.build(dag, targets)
                assert isinstance(result.error, TaskFailed)
                self.assertIn("Not a directory", result.error.message)


class Guards(BuildTest):
    """Resolving refuses these; the executors must not hang should one slip through."""

    def test_cycle_when_asked(self) -> None:
        for executor in IN_PROCESS:
            dag = resolve({"root": light(rounds=[["x"]]), "x": light("y"), "y": light()}, "root")
            dag.tasks["y"].rounds = ((dag.root,),)
            dag.tasks["y"].stepwise = True
            with self.subTest(executor), self.no_leak():
                error = self.build(dag, executor).error
                assert isinstance(error, Cycle)
                self.assertEqual(error.path, ("y", "root", "x", "y"))

    def test_deadlock(self) -> None:
        for executor in EVERY:
            dag = resolve({"root": light("a"), "a": light("b"), "b": light("c"), "c": light()}, "root")
            dag.tasks["b"].deps = (dag.tasks["a"], dag.tasks["c"])
            dag.tasks["a"].dependents = (dag.root, dag.tasks["b"])
            dag.order = ()  # resolving found one, for the deps that there were
            with self.subTest(executor), self.no_leak():
                error = self.build(dag, executor).error
                assert isinstance(error, Deadlock), error
                self.assertEqual(error.count, 3)
                self.assertEqual(error.path, ("root", "a", "b", "a"))
                self.assertEqual(
                    str(error),
                    "nothing is ready, nothing runs, 3 tasks are stuck: 'root' -> 'a' -> 'b' -> 'a'",
                )


class Cancellation(BuildTest):
    def test_before_the_start(self) -> None:
        dag = star(3, light())
        for executor, choices in CONFIGURATIONS:
            with self.subTest(executor, **choices), self.no_leak():
                cancel = Cancel()
                cancel.set()
                result = self.build(dag, executor, cancel=cancel, **choices)
                self.assertEqual(getattr(result.error, "kind", None), "cancelled")
                self.assertLess(result.counters["tasks_run"], 4)

    def test_from_a_body(self) -> None:
        for executor in IN_PROCESS:
            cancel = Cancel()
            with body("light", lambda _: cancel.set() or {"sum": 0}):
                dag = star(40, light())
            with self.subTest(executor), self.no_leak():
                result = self.build(dag, executor, workers=2, cancel=cancel)
                self.assertEqual(getattr(result.error, "kind", None), "cancelled")
                self.assertEqual(result.counters["max_running"] <= 2, True)
                self.assertNotIn("root", result.trace)

    def test_children_are_not_waited_for(self) -> None:
        dag = star(4, sleeper(ms=600_000))
        cancel = Cancel()
        give = pipes._Child.give

        def give_and_cancel(child: Any, task: Any, line: bytes) -> None:
            give(child, task, line)
            cancel.set()

        with self.no_leak(), mock.patch.object(pipes._Child, "give", give_and_cancel):
            result = self.build(dag, "multiprocess", workers=2, cancel=cancel)
        self.assertEqual(getattr(result.error, "kind", None), "cancelled")

    def test_builder_is_of_use_afterwards(self) -> None:
        dag = star(5, light())
        for executor, choices in CONFIGURATIONS:
            with self.subTest(executor, **choices), self.no_leak():
                with builder(executor, workers=2, **choices) as each:
                    cancel = Cancel()
                    cancel.set()
                    each.build(dag, self.files(), cancel=cancel)
                    self.assertIsNone(each.build(dag, self.files()).error)


class Interrupts(BuildTest):
    def test_in_the_coordinator(self) -> None:
        """KeyboardInterrupt wherever results are booked."""
        places: list[tuple[str, Any, str]] = [
            ("threadpool", threadpool, "settle"),
            ("asyncio", coroutines, "settle"),
            ("asyncio_queue", workerqueue, "settle"),
            ("multiprocess", Reexecution, "reply"),
            ("sequential", Sequential, "_build"),
        ]
        dag = star(12, sleeper(ms=5))
        for executor, owner, name in places:
            with self.subTest(executor), self.no_leak(), builder(executor) as each:
                with mock.patch.object(owner, name, side_effect=KeyboardInterrupt):
                    with self.assertRaises(KeyboardInterrupt):
                        each.build(dag, self.files())
                self.assertIsNone(each.build(dag, self.files()).error, "usable afterwards")

    def test_ctrl_c(self) -> None:
        """A real one, to the whole process group, at any moment."""
        moments = random.Random(1)
        for executor, choices in (
            *CONFIGURATIONS,
            ("multiprocess", {"start_method": "forkserver"}),
        ):
            # Those of other processes cannot be waited for; those of threads have to be.
            ms = 600_000 if executor == "multiprocess" else 20
            for longest_s in 0.02, 0.3:
                after_s = moments.uniform(0, longest_s)
                with self.subTest(executor, **choices, after_s=after_s):
                    for _ in range(3):
                        status, stderr = self.interrupted(executor, choices, ms, after_s)
                        if status != SWALLOWED:
                            break
                    self.assertEqual(status, -signal.SIGINT, stderr)
                    # One error, that of the main thread, and none of any child. It may have
                    # a context: the signal can come where the library itself is handling
                    # one (as in Condition.__init__). What else Python says, of a coroutine
                    # that was made and not awaited any more, is no error.
                    chained = stderr.count("During handling of the above exception")
                    self.assertEqual(stderr.count("Traceback") - chained, 1, stderr)
                    self.assertIn("\nKeyboardInterrupt\n", stderr)

    def interrupted(
        self, executor: str, choices: dict[str, Any], ms: int, after_s: float
    ) -> tuple[int, str]:
        """Interrupt a build so long after its start; return how it ended and what it said."""
        with subprocess.Popen(
            [sys.executable, "-c", INTERRUPTED, executor, repr(choices), str(ms)],
            cwd=Path(__file__).parents[2],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        ) as process:
            try:
                assert process.stdout is not None
                self.assertEqual(process.stdout.readline(), b"up\n")
                time.sleep(after_s)
                os.killpg(process.pid, signal.SIGINT)
                _, stderr = process.communicate(timeout=60)
                left = time.monotonic() + 60
                while members(process.pid) and time.monotonic() < left:
                    time.sleep(0.01)
                self.assertEqual(members(process.pid), [])
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
        return process.returncode, stderr.decode()

    def test_ctrl_c_while_a_process_starts(self) -> None:
        """It is known to the pool by the time that the interrupt is raised."""
        start = subprocess.Popen.__init__

        def start_and_interrupt(*args: Any, **choices: Any) -> None:
            signal.raise_signal(signal.SIGINT)
            start(*args, **choices)
            signal.raise_signal(signal.SIGINT)

        with self.no_leak(), builder("multiprocess", workers=3) as each:
            with mock.patch.object(subprocess.Popen, "__init__", start_and_interrupt):
                with mock.patch.object(Pipes, "_kill"), self.assertRaises(KeyboardInterrupt):
                    each.warm_up()
            self.assertEqual(len(each.pids), 1)
            self.assertEqual(signal.getsignal(signal.SIGINT), signal.default_int_handler)
            self.assertNotIn(signal.SIGINT, signal.pthread_sigmask(signal.SIG_BLOCK, ()))
            self.assertIsNone(each.build(star(3, light()), self.files()).error)

    def test_ctrl_c_while_a_thread_starts(self) -> None:
        """Whether it is there or not, nobody waits for it for ever, and it runs nothing."""
        start, begun = threading.Thread.start, []

        def start_and_interrupt(thread: threading.Thread) -> None:
            if len(begun) % 2:
                start(thread)
            begun.append(thread)
            raise KeyboardInterrupt

        dag = star(12, sleeper(ms=5))
        for executor in "threadpool", "asyncio", "asyncio_queue":
            for _ in range(2):
                with self.subTest(executor), self.no_leak(), builder(executor) as each:
                    each.build(star(1, light()), self.files())  # one thread that has started well
                    with mock.patch.object(threading.Thread, "start", start_and_interrupt):
                        with self.assertRaises(KeyboardInterrupt):
                            each.build(dag, self.files())
                    if begun[-1].ident is not None:
                        begun[-1].join()
                    self.assertIsNone(each.build(dag, self.files()).error)

    def test_ctrl_c_between_a_callback_and_its_call(self) -> None:
        """An event loop that lost a callback would never see the end of its task."""
        run = asyncio.Handle._run
        left = 0

        def run_or_interrupt(handle: asyncio.Handle) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                signal.raise_signal(signal.SIGINT)
            run(handle)

        dag = star(40, sleeper(ms=1))
        for executor in "asyncio", "asyncio_queue":
            for left in range(1, 30, 2):
                with self.subTest(executor, left=left), self.no_leak(), builder(executor) as each:
                    with mock.patch.object(asyncio.Handle, "_run", run_or_interrupt):
                        with self.assertRaises(KeyboardInterrupt):
                            each.build(dag, self.files())

    def test_ctrl_c_with_many_that_wait_for_a_slot(self) -> None:
        """To cancel them takes a time in proportion to how many they are.

        Since Python 3.13 each one that leaves may look at all of them.
        """
        looks = 0
        done = asyncio.Future.done

        class Counted(asyncio.Future):  # type: ignore[type-arg]
            def done(self) -> bool:
                nonlocal looks
                looks += 1
                return done(self)

        dag = star(2000, light())
        with builder("asyncio") as each:
            counted = mock.patch.object(
                asyncio.BaseEventLoop, "create_future", lambda loop: Counted(loop=loop)
            )
            interrupt = mock.patch.object(coroutines, "settle", side_effect=KeyboardInterrupt)
            with counted, interrupt, self.assertRaises(KeyboardInterrupt):
                each.build(dag, self.files())
        self.assertLess(looks, 100 * 2000)


class NoThreads(BuildTest):
    """The system gives ``given`` threads, and then no more."""

    def starts(self, given: int) -> Any:
        start, left = threading.Thread.start, [None] * given

        def failing(thread: threading.Thread) -> None:
            if not left:
                raise RuntimeError("can't start new thread")
            left.pop()
            start(thread)

        return mock.patch.object(threading.Thread, "start", failing)

    def check(self, act: Any) -> None:
        with self.assertRaisesRegex(RuntimeError, "^can't start new thread$"):
            act()

    def test_build(self) -> None:
        dag, asks = star(12, sleeper(ms=5)), resolve(
            {"root": light(rounds=[["a", "b"], ["c"]]), "a": sleeper(), "b": light(), "c": light()},
            "root",
        )
        for executor in "threadpool", "asyncio", "asyncio_queue":
            for given in 0, 2:
                with self.subTest(executor, given=given), self.no_leak():
                    with builder(executor) as each:
                        with self.starts(given):
                            self.check(lambda: each.build(dag, self.files()))
                        # Nothing of it is left over to run in the next one.
                        result = each.build(asks, self.files())
                        self.assertIsNone(result.error)
                        self.assertEqual(result.counters["body_starts"], 4)

    def test_nothing_is_logged(self) -> None:
        for executor in "asyncio", "asyncio_queue":
            with self.assertNoLogs("asyncio"), self.starts(1):
                self.check(lambda: self.build(star(6, sleeper(ms=5)), executor))
                gc.collect()  # futures whose exception nobody asked for speak up now

    def test_warm_up(self) -> None:
        for executor in "threadpool", "asyncio", "asyncio_queue":
            for given in 0, 2:
                with self.subTest(executor, given=given), self.no_leak():
                    with builder(executor) as each:
                        with self.starts(given):
                            self.check(each.warm_up)


class DyingChildren(BuildTest):
    def test_killed_while_it_works(self) -> None:
        dag = resolve({"a": sleeper(ms=600_000), "root": light("a")}, "root")
        give = pipes._Child.give

        def give_and_kill(child: Any, task: Any, line: bytes) -> None:
            give(child, task, line)
            child.process.kill()

        for mode in "fail_fast", "continue":
            with self.no_leak(), builder("multiprocess", workers=2, fail_mode=mode) as each:
                with mock.patch.object(pipes._Child, "give", give_and_kill):
                    result = each.build(dag, self.files())
                self.assertEqual(getattr(result.error, "kind", None), "worker")
                self.assertRegex(
                    str(result.error), r"^task 'a': worker process \d+ died: killed by SIGKILL$"
                )
                self.assertIsNone(each.build(star(3, light()), self.files()).error)

    def test_killed_between_builds(self) -> None:
        with self.no_leak(), builder("multiprocess", workers=1) as each:
            each.warm_up()
            for pid in each.pids:
                os.kill(pid, signal.SIGKILL)
                os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
            result = each.build(star(3, light()), self.files())
            self.assertEqual(getattr(result.error, "kind", None), "worker")
            self.assertIsNone(each.build(star(3, light()), self.files()).error)

    def test_in_a_pool_with_a_server(self) -> None:
        """Its server and tracker do not outlive it either."""
        dag = star(3, sleeper(ms=600_000))
        for warm in False, True:
            with builder("multiprocess", start_method="forkserver", workers=1) as each:
                with self.no_leak():
                    if warm:
                        each.warm_up()

                    submit = ProcessPoolExecutor.submit

                    def submit_and_kill(pool: Any, *args: Any) -> Any:
                        future = submit(pool, *args)
                        for pid in pool._processes:
                            os.kill(pid, signal.SIGKILL)
                        return future

                    with mock.patch.object(ProcessPoolExecutor, "submit", submit_and_kill):
                        result = each.build(dag, self.files())
                    self.assertEqual(getattr(result.error, "kind", None), "worker")
                with mock.patch.object(Reexecution, "reply", side_effect=KeyboardInterrupt):
                    with self.no_leak(), self.assertRaises(KeyboardInterrupt):
                        each.build(star(3, light()), self.files())

    def test_in_the_library_pool(self) -> None:
        with body("light", lambda _: os.kill(os.getpid(), signal.SIGKILL)):
            dag = star(3, light())
            with self.no_leak():
                result = self.build(dag, "multiprocess", start_method="fork", workers=1)
        self.assertEqual(getattr(result.error, "kind", None), "worker")
        self.assertRegex(
            str(result.error), r"^task 'leaf_0': worker process \d+ died: killed by SIGKILL$"
        )

    def test_what_is_said_of_it(self) -> None:
        """The task, the process and how it died, with others at work; and no waiting for those."""
        for body_, how in (
            (is_killed, "killed by SIGKILL"), (exits, "exit status 3"), (exits_well, "exit status 0"),
        ):  # fmt: skip
            others = {f"other_{i}": Definition("waits") for i in range(2)}
            dag = resolve(
                {**others, "bad": Definition("bad"), "root": light(*others, "bad")},
                "root",
                kinds={"waits": waits, "bad": body_},
            )
            for start_method in "spawn", "fork", "forkserver":
                with self.subTest(how, start_method=start_method), self.no_leak():
                    result = self.build(dag, "multiprocess", start_method=start_method, workers=3)
                    self.assertIsInstance(result.error, WorkerDied)
                    self.assertRegex(
                        str(result.error), rf"^task 'bad': worker process \d+ died: {how}$"
                    )

    def test_a_reply_that_is_none(self) -> None:
        dag = resolve({"a": Definition("bad")}, "a", kinds={"bad": speaks_out_of_turn})
        with self.no_leak(), builder("multiprocess", workers=2) as each:
            error = each.build(dag, self.files()).error
            assert isinstance(error, WorkerDied)
            self.assertRegex(
                str(error),
                r"^task 'a': worker process \d+ answered 'what was that\?' and was killed$",
            )
            self.assertIsNone(each.build(star(3, light()), self.files()).error)

    def test_replies_that_are_none(self) -> None:
        """Lines that a child might send, were it not the one that we know."""
        run = Run(star(1, light()).root, self.files(), 0, keep_going=False, discover_all=False)
        book, task = Reexecution(run), run.root
        for line in (
            b"", b"{", b"null", b"[]", b"{}", b'{"id":"x","status":"done"}',
            cj.dumpb({"id": task.id, "status": "fine"}), b"\xff",
        ):  # fmt: skip
            with self.assertRaises(BadReply):
                book.reply(task, line)
            with self.assertRaises(BadReply):
                book.count(line)
        self.assertEqual((book.messages, book.checks, run.trace), (0, 0, []))

    def test_killed_while_idle_in_the_library_pool(self) -> None:
        """It had no task: none is named."""
        with self.no_leak():
            with builder("multiprocess", start_method="fork", workers=2) as each:
                each.warm_up()
                for pid in list(each._executor._pool._processes):
                    # The library ends the others when it sees that one is gone.
                    with contextlib.suppress(ProcessLookupError, ChildProcessError):
                        os.kill(pid, signal.SIGKILL)
                        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
                try:
                    error = each.build(star(3, light()), self.files()).error
                except BrokenProcessPool as broken:  # the library knew before it was given a task
                    error = broken
                self.assertRegex(
                    str(error),
                    r"^worker process \d+ died: killed by SIG(KILL|TERM)|process pool is not usable",
                )
                self.assertIsNone(each.build(star(3, light()), self.files()).error)

    def test_a_child_ends_with_its_input(self) -> None:
        child = pipes._Child()
        child.hang_up()
        self.assertEqual(os.read(child.stdout, 1), b"")
        child.wait()
        self.assertEqual(child.process.returncode, 0)


if __name__ == "__main__":
    unittest.main()
