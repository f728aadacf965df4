"""The executors are what they say they are; definitions are checked; knobs are refused."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

from pyref import sdk
from pyref.build import pipes, wire
from pyref.build.cancel import Cancel
from pyref.build.crew import Crew
from pyref.build.dag import Definition, resolve
from pyref.build.engine import Options
from pyref.build.errors import Cycle, UnknownTask
from pyref.build.targets import MemoryTargets
from pyref.suite import build_order
from pyref.suite.build import BENCHMARKS, SCENARIOS
from pyref.suite.build_shapes import flat, tree
from pyref.tests.build_support import (
    EVERY,
    IN_PROCESS,
    BuildTest,
    body,
    builder,
    child_pids,
    descriptors,
    light,
    sleeper,
    star,
)

LIGHT_DYNAMIC = next(one for one in SCENARIOS if one.name == "light_dynamic")
REPOSITORY = Path(__file__).parents[2]


class Threads(BuildTest):
    def names(self, executor: str, **choices: Any) -> list[str]:
        """Run bodies of which four must be under way at once; return where they ran."""
        names: list[str] = []
        meet = threading.Barrier(4)

        def work(task: Any) -> dict[str, int]:
            names.append(threading.current_thread().name)
            if task.key != "root":
                meet.wait(timeout=30)
            return {"sum": 0}

        with body("light", work):
            dag = star(8, light())
        result = self.build(dag, executor, **choices)
        self.assertIsNone(result.error)
        self.assertEqual(result.counters["max_running"], 4)
        return names

    def test_segments_run_on_w_threads_of_the_executor(self) -> None:
        for executor in "threadpool", "asyncio", "asyncio_queue":
            with self.subTest(executor), self.no_leak():
                self.assertEqual(
                    set(self.names(executor)), {f"{executor}-{i}" for i in range(4)}
                )

    def test_at_most_w_bodies(self) -> None:
        for executor in IN_PROCESS:
            for workers in 1, 3:
                result = self.build(star(9, sleeper()), executor, workers=workers)
                self.assertLessEqual(result.counters["max_running"], workers)

    def test_sequential_order(self) -> None:
        here = threading.current_thread().name
        names = []
        with body("light", lambda _: names.append(threading.current_thread().name) or {}):
            dag = resolve(tree(4, "light", {"n": 1}, ""), "root")
        result = self.build(dag, "sequential")
        self.assertEqual(set(names), {here})
        self.assertEqual(
            [event for event in result.trace if isinstance(event, str)],
            "leaf_0 leaf_1 middle_0 leaf_2 leaf_3 middle_1 inter_0 root".split(),
        )

    def test_sequential_runs_what_is_asked_for_in_place(self) -> None:
        dag = resolve(
            {"root": light("x", "y"), "x": light(rounds=[["a"], ["b", "y"]]), "y": light("c"),
             "a": light(), "b": light(), "c": light()},
            "root",
        )  # fmt: skip
        trace = [
            event if isinstance(event, str) else f"<{event.key}"
            for event in self.build(dag, "sequential").trace
        ]
        self.assertEqual(" ".join(trace), "<x x <a a <x x <b b <c c <y y <x x <root root")

    def test_bodies_of_a_dynamic_dag_off_the_loop(self) -> None:
        for executor in "asyncio", "asyncio_queue":
            for blocking, on_loop in ("to_thread", False), ("on_loop", True):
                names: list[str] = []
                with body("light", lambda _: names.append(threading.current_thread().name) or {}):
                    dag = resolve({"root": light(rounds=[["a", "b"]]), "a": light(), "b": light()}, "root")
                self.build(dag, executor, blocking=blocking)
                self.assertEqual(len(names), 3)
                self.assertEqual(set(names) == {threading.main_thread().name}, on_loop, names)
                self.assertEqual(any(executor in name for name in names), not on_loop, names)

    def test_native_sleeps_need_no_threads(self) -> None:
        for executor in "asyncio", "asyncio_queue":
            with mock.patch.object(threading.Thread, "start", side_effect=AssertionError):
                dag = resolve(
                    {"root": Definition("io", {"sleep_ms": 1}, rounds=[["a"]]), "a": sleeper()},
                    "root",
                )
                result = self.build(dag, executor, blocking="native")
            self.assertIsNone(result.error)
            self.assertEqual(result.counters["suspensions"], 1)

    def test_waiting_takes_no_worker_away(self) -> None:
        chain = {f"t{i}": light(rounds=[[f"t{i + 1}"]]) for i in range(30)} | {"t30": light()}
        dag = resolve(chain, "t0")
        for executor in IN_PROCESS:
            counters = self.build(dag, executor, workers=1).counters
            self.assertEqual((counters["tasks_run"], counters["suspensions"]), (31, 30), executor)

    def test_deep_chains(self) -> None:
        depth = 3000
        chain = {f"t{i}": light(f"t{i + 1}") for i in range(depth)} | {f"t{depth}": light()}
        dag = resolve(chain, "t0")
        for executor in IN_PROCESS:
            self.assertEqual(self.build(dag, executor).counters["tasks_run"], depth + 1)

    def test_warm_threads_stay(self) -> None:
        for executor in "threadpool", "asyncio", "asyncio_queue":
            with self.no_leak(), builder(executor, workers=3) as each:
                each.warm_up()
                up = set(threading.enumerate())
                self.assertEqual(len([t for t in up if t.name.startswith(executor)]), 3)
                for _ in range(3):
                    each.build(star(8, sleeper()), MemoryTargets(str)).check()
                self.assertEqual(set(threading.enumerate()), up)


class Processes(BuildTest):
    def test_fresh_interpreters(self) -> None:
        with self.no_leak(), builder("multiprocess", workers=3) as each:
            each.warm_up()
            pids = each.pids
            self.assertEqual(len(set(pids)), 3)
            self.assertLessEqual(set(pids), child_pids())
            for pid in pids:
                command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
                self.assertEqual(command[:3], [sys.executable.encode(), b"-I", b"-S"])
            result = each.build(star(6, sleeper(ms=20)), self.files())
            self.assertEqual(each.pids, pids, "warm workers stay")
            self.assertEqual(result.counters["max_running"], 3)

    def test_no_descriptor_is_left(self) -> None:
        dag = star(2, light())
        gc.collect()
        before = descriptors()
        for cancel in None, Cancel():
            with builder("multiprocess", workers=2) as each:
                for _ in range(2):
                    self.assertIsNone(each.build(dag, self.files(), cancel=cancel).error)
                    each.close()  # the next build starts others
        self.assertEqual(descriptors(), before)

    def test_forked_bodies_run_in_children(self) -> None:
        with body("light", lambda _: {"sum": os.getpid()}):
            dag = star(6, light())
            targets = self.files()
            with self.no_leak(), builder("multiprocess", workers=2, start_method="fork") as each:
                each.build(dag, targets).check()
        pids = {wire.loads(record.decode())["result"]["sum"] for record in dag.outputs(targets)}
        self.assertNotIn(os.getpid(), pids)
        self.assertNotIn(4950, pids, "the bodies were those of the test")
        self.assertIn(len(pids), (1, 2))

    def test_the_fork_server_ends_with_its_pool(self) -> None:
        """Or the first of many cold builds alone would be cold."""
        for warm in False, True, False:
            with self.no_leak(), builder("multiprocess", start_method="forkserver") as each:
                if warm:
                    each.warm_up()
                each.build(star(3, light()), self.files()).check()
                self.assertTrue(child_pids())
            self.assertEqual(child_pids(), set())

    def test_a_fork_server_of_somebody_else_stays(self) -> None:
        with builder("multiprocess", start_method="forkserver", workers=1) as each:
            each.build(star(1, light()), self.files()).check()
            theirs = child_pids()
            with builder("multiprocess", start_method="forkserver", workers=1) as other:
                other.build(star(1, light()), self.files()).check()
            self.assertEqual(child_pids(), theirs)
            each.build(star(1, light()), self.files()).check()

    def test_what_a_child_imports(self) -> None:
        """Its start is most of its life, so this list is kept short."""
        program = (
            "import sys; sys.path.insert(0, sys.argv[1]); import pyref.build.child; "
            "print(*sorted({'json', 're', 'typing', 'enum', 'dataclasses', 'hashlib', 'asyncio', "
            "'subprocess', 'threading'} & set(sys.modules)))"
        )
        output = subprocess.run(
            [sys.executable, "-I", "-S", "-c", program, str(REPOSITORY)],
            stdout=subprocess.PIPE, check=True,
        ).stdout  # fmt: skip
        self.assertEqual(output, b"\n")

    def test_lines_are_canonical(self) -> None:
        text = '{"a":[1,-2,null,true],"b":{"é":"\\u0001\\"\\\\"},"sleep_ms":0.000001}'
        self.assertEqual(wire.dumps(wire.loads(text)), text)

    def test_memory_is_refused(self) -> None:
        with builder("multiprocess") as each, self.assertRaisesRegex(ValueError, "use files"):
            each.build(star(1, light()), MemoryTargets(str))


class Definitions(unittest.TestCase):
    def check(self, definitions: dict[str, Definition], error: type[Exception], text: str) -> None:
        with self.assertRaises(error) as caught:
            resolve(definitions, "a")
        self.assertEqual(str(caught.exception), text)

    def test_refused(self) -> None:
        self.check({}, UnknownTask, "task 'a' is not defined")
        self.check({"a": light("b")}, UnknownTask, "task 'b' is not defined, needed by 'a'")
        self.check({"a": light("a")}, Cycle, "tasks wait for each other: 'a' -> 'a'")
        self.check(
            {"a": light("b"), "b": light(rounds=[["c"]]), "c": light("b")},
            Cycle,
            "tasks wait for each other: 'b' -> 'c' -> 'b'",
        )
        self.check(
            {"a": Definition("ligth", {"n": 1})},
            ValueError,
            "task 'a': unknown kind 'ligth' (did you mean 'light'?)",
        )
        self.check(
            {"a": Definition("light", {"n": -1})},
            ValueError,
            "task 'a': kind light: n is -1, want an integer >= 0",
        )

    def test_what_the_root_does_not_need_is_not_looked_at(self) -> None:
        dag = resolve({"a": light(), "b": light("nowhere")}, "a")
        self.assertEqual(list(dag.tasks), ["a"])

    def test_options(self) -> None:
        for choices, text in (
            ({"executor": "threadpol"}, "executor is 'threadpol' (did you mean 'threadpool'?)"),
            ({"executor": "asyncio", "workers": 0}, "workers is 0, want at least 1"),
            ({"executor": "asyncio", "blocking": "x"}, "blocking is 'x' (want to_thread, native, on_loop)"),
        ):
            with self.assertRaises(ValueError) as caught:
                Options(**choices)  # type: ignore[arg-type]
            self.assertEqual(str(caught.exception), f"build: {text}")


class Catalogue(BuildTest):
    def test_order_of_knobs(self) -> None:
        last = "pool start_method blocking targets discover fail_mode".split()
        middle = {
            "io": ["sleep_ms"], "cpu": ["iterations"], "light": [], "file_write": ["size"],
            "file_rw": ["size", "cycles"], "slow_check": ["latency_ms"],
        }  # fmt: skip
        for scenario in SCENARIOS:
            names = list(scenario.benchmark().params)
            want = ["executor", "workers", "leaves", *middle[scenario.kind], *last]
            if scenario.kind == "slow_check":
                want.append("check_workers")
            self.assertEqual(names, want)

    def test_defaults(self) -> None:
        """Of the scenarios whose tasks are many or of a kind of their own."""
        got = {}
        for scenario in SCENARIOS:
            params = dict(scenario.benchmark().params)
            self.assertEqual((params["executor"], params["workers"]), (None, 4))
            amount = [params[knob] for knob in scenario.knobs]
            got[scenario.name] = [params["leaves"], *amount, params["discover"]]
            self.assertEqual(params.get("check_workers"), 50 if scenario.complete else None)
        short = "short_circuit"
        want = {
            "io_bound_flat": [32, 100, short],
            "io_bound_flat_64": [64, 100, short],
            "io_bound_flat_many": [100, 10, short],
            "heavy_cpu_flat_8": [8, 5_000_000, short],
            "file_io_flat": [32, 10_000, short],
            "file_io_heavy": [16, 50_000, 3, short],
            "completion_check": [100, 50, "full"],
        }
        self.assertEqual(got, got | want)

    def test_knobs_that_mean_nothing_together(self) -> None:
        by_name = {benchmark.name: benchmark for benchmark in BENCHMARKS}
        for name, knobs, text in (
            ("light_static", {"executor": "multiprocess", "targets": "memory"}, "cannot be shared"),
            ("light_static", {"executor": "asyncio", "start_method": "fork"}, "is for executor=multi"),
            ("io_bound_static", {"executor": "threadpool", "blocking": "native"}, "is for the exec"),
            ("light_static", {"executor": "asyncio", "blocking": "native"}, "tasks that sleep"),
            ("light_static", {"executor": "asyncio", "leaves": 6}, "power of two"),
            ("light_dynamic", {"executor": "asyncio", "leaves": 0}, "at least 1"),
            ("io_bound_static", {"executor": "asyncio", "sleep_ms": -1}, "at least 0"),
            ("light_static", {"executor": "asyncio", "pool": "hot"}, "one of cold, warm"),
            ("light_static", {"executor": "sequential", "pool": "warm"}, "not for sequential$"),
            ("light_static", {"executor": "asyncio", "pool": "warm"}, "not for asyncio$"),
            ("file_io_flat", {"executor": "asyncio", "targets": "memory"}, "want targets=file$"),
            ("file_io_heavy", {"executor": "sequential", "targets": "none"}, "want targets=file$"),
            ("file_io_heavy", {"executor": "sequential", "cycles": -1}, "^cycles is -1, want at"),
            ("completion_check", {"executor": "asyncio", "check_workers": 0}, "at least 1$"),
            ("completion_check", {"executor": "sequential", "check_workers": 2}, "one by one$"),
            ("completion_check", {"executor": "asyncio", "blocking": "native"}, "that sleep"),
            ("completion_check", {"executor": "asyncio", "latency_ms": -1}, "at least 0$"),
        ):
            benchmark = by_name[f"build/{name}"]
            with self.assertRaisesRegex(sdk.InvalidParam, text):
                benchmark.prepare({**benchmark.params, **knobs})

    def test_spec(self) -> None:
        spec = {benchmark.name: benchmark for benchmark in BENCHMARKS}["conformance/build_spec"]
        params = {
            "tasks": {
                "a": {"kind": "light", "params": {"n": 3}},
                "b": {"kind": "light", "params": {"n": 4}, "deps": ["a"], "rounds": [["c"]]},
                "c": {"kind": "fail"},
            },
            "root": "b",
            "fail_mode": "continue",
        }
        for executor in EVERY:
            case = spec.prepare({**spec.params, **params, "executor": executor, "complete": ["a"]})
            got = case.verify(5, True)
            case.close()
            self.assertEqual(got.error, sdk.WorkError("task_failed", key="c", message="boom"))
            self.assertEqual(got.counters["previously_complete"], 1)
            self.assertEqual(got.counters["skipped"], 1)
            self.assertRegex(got.result or "", r'^\[\{"id":"\w+","key":"a",.*"result":\{"sum":3\}\}\]$')
        for wrong, text in (
            ({"tasks": []}, r"^tasks is \[\], want a map$"),
            ({"tasks": {"a": {"kind": "light", "dpes": []}}}, r"^tasks\.a\.dpes: unknown field"),
            ({"tasks": {"a": {"kind": "light", "deps": [1]}}}, r"^tasks\.a\.deps\[0\] is 1, want text$"),
            ({"root": None}, r"^root is None, want text$"),
        ):
            with self.assertRaisesRegex(sdk.InvalidParam, text):
                spec.prepare({**spec.params, **params, "executor": "sequential", **wrong})

    def test_batch_makes_targets_outside_and_close_removes_them(self) -> None:
        scenario = LIGHT_DYNAMIC
        benchmark = scenario.benchmark()
        case = scenario.prepare({**benchmark.params, "executor": "sequential"})
        run = case.batch(3, 4)
        directory = case._directory
        assert directory is not None
        self.assertEqual([os.listdir(os.path.join(directory, d)) for d in os.listdir(directory)], [[]] * 4)
        run()
        self.assertEqual(case.outcome().counters["tasks_run"], 9)
        case.batch(4, 1)
        self.assertFalse(os.path.exists(directory))
        self.assertNotEqual(case._directory, directory)
        directory = case._directory
        case.close()
        self.assertFalse(os.path.exists(directory or ""))

    def test_a_warm_up_that_fails_leaves_nothing(self) -> None:
        benchmark = LIGHT_DYNAMIC.benchmark()
        for executor, owner, name in (
            ("threadpool", Crew, "warm_up"),
            ("asyncio_queue", Crew, "warm_up"),
            ("multiprocess", pipes._Child, "finished"),
        ):
            warm_up = getattr(owner, name)

            def then_fail(one: Any) -> None:
                warm_up(one)
                raise OSError("enough")

            params = {**benchmark.params, "executor": executor, "pool": "warm"}
            with self.subTest(executor), self.no_leak():
                with mock.patch.object(owner, name, then_fail):
                    with self.assertRaisesRegex(OSError, "^enough$"):
                        benchmark.prepare(params)

    def test_order_check_finds_a_task_that_ran_too_early(self) -> None:
        dag = resolve(flat(2, "light", {"n": 1}, ""), "root")
        with builder("sequential") as each:
            result = each.build(dag, MemoryTargets(str))
        build_order.check_order(result, ())
        root, leaf = dag.root, dag.tasks["leaf_1"]
        result.trace[:] = [dag.tasks["leaf_0"], "leaf_0", leaf, root, "leaf_1", "root"]
        with self.assertRaisesRegex(AssertionError, "'root' started before 'leaf_1' had ended"):
            build_order.check_order(result, ())


class OldInterpreter(unittest.TestCase):
    def test_one_line(self) -> None:
        program = (
            "import sys, runpy; sys.version_info = (3, 8, 1, 'final', 0); "
            "runpy.run_module('pyref', run_name='__main__')"
        )
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True
        )
        self.assertEqual(done.returncode, 2)
        self.assertEqual(
            done.stderr, f"pyref needs Python 3.10 or newer, this is 3.8.1 ({sys.executable})\n"
        )
        self.assertEqual(done.stdout, "")

    def test_the_check_can_be_read_by_old_interpreters(self) -> None:
        import ast

        for name in "__init__.py", "__main__.py":
            ast.parse((REPOSITORY / "pyref" / name).read_text("utf-8"), feature_version=(3, 6))


if __name__ == "__main__":
    unittest.main()
