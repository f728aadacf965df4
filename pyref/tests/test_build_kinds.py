"""Kinds of one's own: functions, generators, coroutines, on every executor."""

from __future__ import annotations

import asyncio
import doctest
import functools
import gc
import json
import subprocess
import sys
import tempfile
import threading
import unittest
import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyref.build
from pyref import cj
from pyref.build.awaiting import AsyncCall
from pyref.build.cancel import Cancel
from pyref.build.dag import Dag, Definition, resolve
from pyref.build.engine import Options, build
from pyref.build.errors import TaskFailed
from pyref.build.kinds import Call
from pyref.build.targets import MemoryTargets, NoTargets
from pyref.build.task import Task
from pyref.suite.build_order import check_order
from pyref.tests.build_support import EVERY, IN_PROCESS, BuildTest, builder, light, sleeper

REPOSITORY = Path(__file__).parents[2]
ON_A_LOOP = ("threadpool", "asyncio", "asyncio_queue")  # bodies that await need no worker

# ---- bodies, where worker processes can import them ------------------------------


def total(task: Task, call: Call) -> dict[str, int]:
    """A function: what it needs or asks for is complete."""
    needed = [*task.deps, *(other for asked in task.rounds for other in asked)]
    return {"sum": task.params["add"] + sum(call.result(other)["sum"] for other in needed)}


def adder(task: Task, call: Call) -> Generator[None, tuple[Task, ...], dict[str, int]]:
    found = task.params["add"] + sum(call.result(other)["sum"] for other in task.deps)
    for _ in task.rounds:
        asked = yield
        found += sum(call.result(other)["sum"] for other in asked)
    return {"sum": found}


async def async_adder(task: Task, call: AsyncCall) -> dict[str, int]:
    found = task.params["add"] + sum(call.result(other)["sum"] for other in task.deps)
    for _ in task.rounds:
        await asyncio.sleep(0)
        found += sum(call.result(other)["sum"] for other in await call.ask())
    return {"sum": found}


def chatty(_task: Task, _call: Call) -> dict[str, Any]:
    print("garbage")
    return {"input": sys.stdin.read()}


def asks_too_often(task: Task, _call: Call) -> Iterator[None]:
    for _ in (*task.rounds, ()):
        yield


def asks_too_little(_task: Task, _call: Call) -> Iterator[None]:
    return
    yield


async def async_asks_too_often(task: Task, call: AsyncCall) -> None:
    for _ in (*task.rounds, ()):
        await call.ask()


async def async_asks_too_little(_task: Task, _call: AsyncCall) -> None:
    pass


async def gives_up_waiting(_task: Task, call: AsyncCall) -> dict[str, Any]:
    try:
        await asyncio.wait_for(call.ask(), 0.001)
    except asyncio.TimeoutError:
        pass
    return {}


async def asks_twice_at_once(_task: Task, call: AsyncCall) -> dict[str, Any]:
    await asyncio.gather(call.ask(), call.ask())
    return {}


async def async_boom(task: Task, call: AsyncCall) -> None:
    for _ in task.rounds:
        await call.ask()
    await asyncio.sleep(0)
    raise RuntimeError("boom")


async def cancels_itself(_task: Task, _call: AsyncCall) -> None:
    raise asyncio.CancelledError


async def leaves(_task: Task, _call: AsyncCall) -> None:
    raise SystemExit("out")


KINDS = {"total": total, "adder": adder, "async_adder": async_adder}


def counting_dag(kind: str) -> Dag:
    def one(add: int, *deps: str, rounds: Any = ()) -> Definition:
        return Definition(kind, {"add": add}, deps, rounds)

    definitions = {
        "root": one(1, "mid", rounds=[["a", "b"], ["c"]]),
        "mid": one(2, "a", rounds=[["d"]]),
        "a": one(4), "b": one(8), "c": one(16, "d"), "d": one(32),
    }  # fmt: skip
    return resolve(definitions, "root", kinds=KINDS)


def one_task(body: Any, rounds: int = 1) -> Dag:
    """A root of that body, which has that many rounds to ask for."""
    asked = [[f"t{i}"] for i in range(rounds)]
    tasks = {f"t{i}": light() for i in range(rounds)}
    definitions = {"root": Definition("mine", {}, (), asked), **tasks}
    return resolve(definitions, "root", kinds={"mine": body})


class KindTest(BuildTest):
    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Nothing is left, nothing is logged, nothing is warned of."""
        with warnings.catch_warnings(), self.assertNoLogs("asyncio", "ERROR"), self.no_leak():
            warnings.simplefilter("error")
            yield
            gc.collect()  # tasks that are pending, coroutines never awaited speak up now

    def failure(self, dag: Dag, executor: str, **choices: Any) -> TaskFailed:
        if executor == "multiprocess":
            choices["workers"] = 1  # processes take their time to start
        result = self.build(dag, executor, **choices)
        check_order(result, ())
        self.assertIsInstance(result.error, TaskFailed)
        assert isinstance(result.error, TaskFailed)
        return result.error


class Shapes(KindTest):
    def test_all_come_to_the_same(self) -> None:
        results = set()
        for kind in KINDS:
            dag = counting_dag(kind)
            for executor in EVERY:
                for workers in (2,) if executor == "multiprocess" else (1, 3):
                    with self.subTest(kind, executor=executor, workers=workers), self.quiet():
                        result = self.build(dag, executor, workers=workers)
                        result.check()
                        check_order(result, ())
                        counters = result.counters
                        done = counters["tasks_run"], counters["targets_written"]
                        self.assertEqual(done, (6, 6))
                        if executor != "multiprocess":
                            self.assertEqual(counters["body_starts"], 6)
                        self.assertLessEqual(counters["max_running"], workers)
                        record = result.targets.get(dag.root)
                        assert record is not None
                        results.add(json.loads(record)["result"]["sum"])
        # root 1 + (a 4 + b 8) + c (16 + d 32) + mid (2 + a 4 + d 32): a function adds all the same
        self.assertEqual(results, {1 + 12 + 48 + 38})

    def test_start_methods(self) -> None:
        for kind in "adder", "async_adder":
            for start_method in "fork", "forkserver":
                result = self.build(counting_dag(kind), "multiprocess", start_method=start_method)
                self.assertIsNone(result.error)
                self.assertEqual(result.counters["tasks_run"], 6)

    def test_asking_for_what_the_definition_has(self) -> None:
        often, little = "asked for round 2, the definition has 1", "ended after asking for 0 of 1"
        for body, text in (
            (asks_too_often, often),
            (asks_too_little, little),
            (async_asks_too_often, often),
            (async_asks_too_little, little),
            (gives_up_waiting, "went on before what it asked for was complete"),
            (asks_twice_at_once, "asked for a round while waiting for another"),
            (async_boom, "^RuntimeError: boom$"),
            (cancels_itself, "CancelledError"),
        ):
            for executor in EVERY:
                if body is gives_up_waiting and executor in ("sequential", "multiprocess"):
                    continue  # there its clock stands still while it waits
                if body is asks_twice_at_once and executor == "multiprocess":
                    continue  # it is asked whether the first is there, and that is the end
                with self.subTest(body.__name__, executor=executor), self.quiet():
                    dag = one_task(body)
                    if body is gives_up_waiting:
                        definitions = {
                            "root": Definition("mine", {}, (), [["slow"]]), "slow": sleeper(ms=30)
                        }  # fmt: skip
                        dag = resolve(definitions, "root", kinds={"mine": body})
                    error = self.failure(dag, executor)
                    self.assertEqual(error.key, "root")
                    self.assertRegex(error.message, text)

    def test_refused(self) -> None:
        async def generates(_task: Task, _call: Call) -> Any:
            yield

        for wrong, text in (generates, "asynchronous generator"), (3, "3 cannot be called"):
            with self.assertRaisesRegex(TypeError, text):
                one_task(wrong)
        with self.assertRaisesRegex(ValueError, r"unknown kind 'miner' \(did you mean 'mine'\?\)"):
            resolve({"a": Definition("miner")}, "a", kinds={"mine": total})

    def test_callables_that_are_no_functions(self) -> None:
        class Body:
            async def __call__(self, _task: Task, call: AsyncCall) -> dict[str, int]:
                await call.ask()
                return {}

        def scaled(factor: int, task: Task, _call: Call) -> dict[str, int]:
            return {"x": factor}

        for body in Body(), functools.partial(scaled, 3):
            for executor in IN_PROCESS:
                self.build(one_task(body), executor).check()

    def test_what_worker_processes_cannot_import(self) -> None:
        def local(_task: Task, _call: Call) -> dict[str, int]:
            return {}

        with self.assertRaisesRegex(ValueError, "want a function at the top of a module"):
            self.build(one_task(local), "multiprocess")
        program = (
            "from pyref.tests.test_build_kinds import *\n"
            "def mine(task, call): return {}\n"
            "if __name__ == '__main__':\n"
            "    from pyref.build.targets import FileTargets\n"
            "    with tempfile.TemporaryDirectory() as root:\n"
            "        build(one_task(mine), FileTargets(root, cj.dumps),\n"
            "              Options('multiprocess', start_method=sys.argv[1])).check()\n"
        )
        with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
            file.write(program)
            file.flush()
            for start_method, text in ("spawn", "put it into a module"), ("fork", ""):
                done = subprocess.run(
                    [sys.executable, file.name, start_method],
                    env={"PYTHONPATH": str(REPOSITORY)}, capture_output=True, text=True,
                )  # fmt: skip
                self.assertIn(text, done.stderr)
                self.assertEqual(done.returncode, 1 if text else 0, done.stderr)

    def test_prints_do_not_disturb_the_talk(self) -> None:
        dag, targets = one_task(chatty, 0), self.files()
        with builder("multiprocess", workers=1) as each:
            each.build(dag, targets).check()
        self.assertIn(b'"result":{"input":""}', targets.get(dag.root) or b"")

    def test_no_record_no_result(self) -> None:
        dag = counting_dag("total")
        error = build(dag, NoTargets(), Options("sequential")).error
        assert isinstance(error, TaskFailed)
        self.assertEqual(error.message, "LookupError: there is no record of task 'a'")


class Awaiting(KindTest):
    """Coroutine bodies on the executors that have a loop for them."""

    def leaves(self, body: Any, count: int, **more: Definition) -> Dag:
        tasks = {f"leaf_{i}": Definition("mine") for i in range(count)} | more
        return resolve({**tasks, "root": light(*tasks)}, "root", kinds={"mine": body})

    def test_many_wait_at_once_beside_one_worker(self) -> None:
        for executor in ON_A_LOOP:
            waiting, most = 0, 0
            everyone: asyncio.Event | None = None

            async def wait(_task: Task, _call: AsyncCall) -> dict[str, int]:
                nonlocal waiting, most, everyone
                everyone = everyone or asyncio.Event()
                waiting += 1
                most = max(most, waiting)
                if waiting == 100:
                    everyone.set()
                await everyone.wait()
                waiting -= 1
                return {}

            with self.subTest(executor), self.quiet():
                result = self.build(self.leaves(wait, 100), executor, workers=1)
                result.check()
                self.assertEqual(most, 100)
                self.assertEqual(result.counters["max_running"], 1)  # the root: it takes a worker

    def test_waiting_for_tasks_and_working_beside(self) -> None:
        """A hundred that ask, one worker for what they ask for."""
        definitions = {
            f"leaf_{i}": Definition("mine", {}, (), [[f"s{i}"], ["s0"]]) for i in range(100)
        }
        definitions |= {f"s{i}": light() for i in range(100)}

        async def ask(task: Task, call: AsyncCall) -> dict[str, Any]:
            return {"got": [[other.key for other in await call.ask()] for _ in task.rounds]}

        dag = resolve(
            {**definitions, "root": light(*definitions)}, "root", kinds={"mine": ask}
        )
        for executor in IN_PROCESS:
            with self.subTest(executor), self.quiet():
                result = self.build(dag, executor, workers=1)
                result.check()
                check_order(result, ())
                self.assertEqual(result.counters["tasks_run"], 201)
                self.assertEqual(result.counters["body_starts"], 201)
                self.assertEqual(result.counters["max_running"], 1)
                record = result.targets.get(dag.tasks["leaf_7"])
                self.assertIn(b'"result":{"got":[["s7"],["s0"]]}', record or b"")

    def test_where_they_run(self) -> None:
        names: set[str] = set()

        async def here(_task: Task, _call: AsyncCall) -> dict[str, Any]:
            await asyncio.sleep(0)
            names.add(threading.current_thread().name)
            return {}

        main = threading.main_thread().name
        for executor, want in (
            ("sequential", main), ("threadpool", "threadpool-loop"), ("asyncio", main),
            ("asyncio_queue", main),
        ):  # fmt: skip
            names.clear()
            self.build(self.leaves(here, 5), executor).check()
            self.assertEqual(names, {want})

    def test_what_bodies_start_beside_themselves(self) -> None:
        """Tasks, threads and generators of the loop end with it."""
        ended: list[str] = []

        async def endless() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                ended.append("task")

        async def generate() -> Any:
            try:
                yield 1
            finally:
                ended.append("generator")

        async def busy(_task: Task, _call: AsyncCall) -> dict[str, Any]:
            asyncio.ensure_future(endless())
            await asyncio.to_thread(int)
            async for number in generate():
                return {"n": number}
            return {}

        for executor in IN_PROCESS:
            ended.clear()
            with self.subTest(executor), self.quiet():
                self.build(self.leaves(busy, 1), executor).check()
                self.assertEqual(sorted(ended), ["generator", "task"])

    def test_a_builder_for_many_builds(self) -> None:
        dag = counting_dag("async_adder")
        for executor in EVERY:
            with self.quiet(), builder(executor, workers=2) as each:
                for _ in range(3):
                    self.assertEqual(each.build(dag, self.files()).counters["tasks_run"], 6)

    def test_failures(self) -> None:
        """One fails while others wait; those are waited for, and nothing is left of them."""
        for mode in "fail_fast", "continue":
            for executor in EVERY:
                definitions = {
                    "bad": Definition("bad"),
                    "asks": Definition("adder", {"add": 1}, (), [["bad"]]),
                    "waits": Definition("adder", {"add": 1}, (), [["slow"]]),
                    "slow": light(),
                }
                kinds = {"bad": async_boom, "adder": async_adder}
                dag = resolve(
                    {**definitions, "root": light(*definitions)}, "root", kinds=kinds
                )
                with self.subTest(executor, mode=mode), self.quiet():
                    error = self.failure(dag, executor, fail_mode=mode)
                    self.assertEqual((error.key, error.message), ("bad", "RuntimeError: boom"))

    def test_system_exit(self) -> None:
        for executor in ON_A_LOOP:
            with self.subTest(executor), self.quiet():
                self.assertEqual(self.failure(one_task(leaves), executor).message, "SystemExit: out")

    def test_cancel(self) -> None:
        """Whatever they await, coroutines leave at once; nothing else would end this."""
        for executor in ON_A_LOOP:
            cancel, left = Cancel(), []

            async def wait(task: Task, call: AsyncCall) -> dict[str, Any]:
                try:
                    if task.key == "leaf_4":
                        cancel.set()
                    if task.rounds:
                        await call.ask()
                    await asyncio.Event().wait()
                finally:
                    left.append(task.key)
                return {}

            more = {"asks": Definition("mine", {}, (), [["leaf_0"]])}
            with self.subTest(executor), self.quiet():
                result = self.build(self.leaves(wait, 5, **more), executor, cancel=cancel)
                self.assertEqual(getattr(result.error, "kind", None), "cancelled")
                self.assertLessEqual({f"leaf_{i}" for i in range(4)}, set(left))
                self.assertEqual(result.counters["targets_written"], 0)

    def test_half_run_bodies_are_closed(self) -> None:
        """A generator and a coroutine that wait for what fails."""
        left: list[str] = []

        started = [threading.Event(), threading.Event()]

        def gate(_task: Task, _call: Call) -> dict[str, Any]:
            for each in started:
                each.wait(patience)
            return {}

        def steps(_task: Task, _call: Call) -> Iterator[None]:
            started[0].set()
            try:
                yield
            finally:
                left.append("generator")

        async def awaits(_task: Task, call: AsyncCall) -> None:
            started[1].set()
            try:
                await call.ask()
            finally:
                await asyncio.sleep(0)
                left.append("coroutine")

        for executor in IN_PROCESS:
            for mode in "fail_fast", "continue":
                definitions = {
                    "g": Definition("steps", {}, (), [["bad"]]),
                    "c": Definition("awaits", {}, (), [["bad"]]),
                    "gate": Definition("gate"),
                    "bad": Definition("fail", {}, ["gate"]),
                    "root": light("g", "c"),
                }
                kinds = {"steps": steps, "awaits": awaits, "gate": gate}
                dag = resolve(definitions, "root", kinds=kinds)
                left.clear()
                for each in started:
                    each.clear()
                patience = 0 if executor == "sequential" else 30
                with self.subTest(executor, mode=mode), self.quiet():
                    result = self.build(dag, executor, fail_mode=mode)
                    self.assertEqual(getattr(result.error, "key", None), "bad")
                    want = ["coroutine", "generator"]
                    if (executor, mode) == ("sequential", "fail_fast"):
                        want = ["generator"]  # the other had not started yet
                    self.assertEqual(sorted(left), want)

    def test_interrupt(self) -> None:
        """KeyboardInterrupt in a body on the main thread, while others wait."""
        for executor in "sequential", "asyncio", "asyncio_queue":
            left: list[str] = []

            async def interrupted(task: Task, _call: AsyncCall) -> None:
                try:
                    await asyncio.sleep(0 if task.key == "leaf_2" else 600)
                finally:
                    left.append(task.key)
                raise KeyboardInterrupt

            more = {} if executor != "sequential" else {"leaf_2": Definition("mine")}
            count = 0 if executor == "sequential" else 5
            with self.subTest(executor), self.quiet(), builder(executor) as each:
                with self.assertRaises(KeyboardInterrupt):
                    each.build(self.leaves(interrupted, count, **more), MemoryTargets(cj.dumps))
                self.assertEqual(len(left), count or 1)
                again = each.build(counting_dag("async_adder"), MemoryTargets(cj.dumps))
                self.assertIsNone(again.error, "usable afterwards")


class DebugMode(unittest.TestCase):
    def test_nothing_is_left_pending(self) -> None:
        """The tests of coroutines, with asyncio watching and every warning an error."""
        done = subprocess.run(
            [sys.executable, "-W", "error", "-X", "dev", "-m", "unittest",
             "pyref.tests.test_build_kinds.Awaiting"],
            cwd=REPOSITORY, capture_output=True, text=True, env={"PYTHONASYNCIODEBUG": "1"},
        )  # fmt: skip
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn("pending", done.stderr)
        self.assertNotIn("never awaited", done.stderr)


class Documentation(unittest.TestCase):
    def test_examples(self) -> None:
        failed, tried = doctest.testmod(pyref.build)
        self.assertEqual(failed, 0)
        self.assertGreater(tried, 10)

    def test_names(self) -> None:
        for name in pyref.build.__all__:
            self.assertIsNotNone(getattr(pyref.build, name))
        with self.assertRaisesRegex(AttributeError, "no attribute 'nothing'"):
            pyref.build.nothing


if __name__ == "__main__":
    unittest.main()
