"""Counters say what was done: do something else and they say something else."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import unittest
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from pyref import cj
from pyref.build import child, pipes
from pyref.build.dag import Dag, resolve
from pyref.build.engine import Options, build
from pyref.build.kinds import dynamic
from pyref.build.targets import FileTargets, MemoryTargets, NoTargets
from pyref.suite import build_shapes
from pyref.tests.build_support import IN_PROCESS, BuildTest, builder, light, star


class SkipsChecks(MemoryTargets):
    """Takes for granted that leaves are missing."""

    def exists(self, task: Any) -> bool:
        return not task.key.startswith("leaf") and super().exists(task)


class WritesTwice(MemoryTargets):
    def put(self, task: Any, result: Any) -> None:
        super().put(task, result)
        super().put(task, result)


class WritesFilesTwice(FileTargets):
    def put(self, task: Any, result: Any) -> None:
        super().put(task, result)
        super().put(task, result)


def dynamic_dag() -> Dag:
    return resolve(build_shapes.dynamic(8, "light", {"n": 1}, ""), "root")


class Targets(BuildTest):
    def counters(self, dag: Dag, targets: Any, executor: str) -> dict[str, int]:
        result = build(dag, targets, Options(executor))  # type: ignore[arg-type]
        result.check()
        return result.counters

    def test_a_check_that_is_skipped(self) -> None:
        for executor in IN_PROCESS:
            for dag in star(8, light()), dynamic_dag():
                counters = self.counters(dag, SkipsChecks(cj.dumps), executor)
                self.assertEqual((counters["tasks_run"], counters["checks_parent"]), (9, 1))

    def test_records_written_twice(self) -> None:
        for executor in IN_PROCESS:
            for targets in WritesTwice(cj.dumps), WritesFilesTwice(self.files().root, cj.dumps):
                counters = self.counters(star(8, light()), targets, executor)
                self.assertEqual((counters["tasks_run"], counters["targets_written"]), (9, 18))

    def test_no_targets_are_checked_and_not_written(self) -> None:
        for executor in IN_PROCESS:
            counters = self.counters(star(8, light()), NoTargets(), executor)
            self.assertEqual((counters["checks_parent"], counters["targets_written"]), (9, 0))

    def test_a_build_counts_its_own(self) -> None:
        """Not what was done to the same targets before or after."""
        dag, targets = star(4, light()), self.files()
        targets.put(dag.tasks["leaf_0"], {"sum": 0})
        self.assertFalse(targets.exists(dag.root))
        with builder("threadpool") as each:
            first, second = each.build(dag, targets), each.build(dag, targets)
        for result, want in (first, (5, 4)), (second, (1, 0)):
            got = result.counters
            self.assertEqual((got["checks_parent"], got["targets_written"]), want)


def first_only(task: Any, call: Any) -> Iterator[Any]:
    """A body that has only the first task of each round looked at."""
    return (asked[:1] for asked in dynamic(task, call))


class Children(BuildTest):
    def test_tests_that_are_left_out(self) -> None:
        """A child that looks at the first of eight, which the parent cannot tell from its replies."""
        lazy = pipes._START.replace(
            "main()",
            "from pyref.build import child; dynamic = child.dynamic; child.dynamic = "
            "lambda t, w: (asked[:1] for asked in dynamic(t, w)); main()",
        )
        self.assertNotEqual(lazy, pipes._START)
        with mock.patch.object(pipes, "_START", lazy):
            result = self.build(dynamic_dag(), "multiprocess")
        self.assertEqual(result.counters["checks_child"], 2)
        with mock.patch.object(child, "dynamic", first_only):  # inherited by forking
            result = self.build(dynamic_dag(), "multiprocess", start_method="fork")
        self.assertEqual(result.counters["checks_child"], 2)

    def test_every_build_counts_its_own(self) -> None:
        dag = dynamic_dag()
        for start_method in "spawn", "fork":
            with builder("multiprocess", start_method=start_method, workers=2) as each:
                for _ in range(2):
                    counters = each.build(dag, self.files()).counters
                    self.assertEqual(counters["checks_child"], 16)
                    self.assertEqual(counters["checks_parent"], 9)
                    self.assertEqual(counters["targets_written"], 9)
                    self.assertEqual(counters["ipc_messages"], 20)

    def test_all_are_asked_before_any_is_heard(self) -> None:
        calls: list[str] = []

        def noting(name: str) -> Any:
            method = getattr(pipes._Child, name)

            def noted(*args: Any) -> Any:
                calls.append(name)
                return method(*args)

            return mock.patch.object(pipes._Child, name, noted)

        with noting("ask_count"), noting("read"):
            self.build(star(3, light()), "multiprocess", workers=3)
        first = calls.index("ask_count")
        self.assertEqual(calls[first : first + 3], ["ask_count"] * 3)
        self.assertNotIn("ask_count", calls[first + 3 :])

    def test_a_child_that_died_adds_nothing(self) -> None:
        """And one takes its place for the next build."""
        ask_count = pipes._Child.ask_count
        dying: list[Any] = []

        def kill(one: Any) -> None:
            one.process.kill()
            os.waitid(os.P_PID, one.process.pid, os.WEXITED | os.WNOWAIT)
            dying.append(one)

        def kill_then_ask(one: Any) -> None:
            if not dying:
                kill(one)
            ask_count(one)

        def ask_then_kill(one: Any) -> None:
            if dying:
                return ask_count(one)
            one.process.send_signal(signal.SIGSTOP)  # it must not answer first
            os.waitid(os.P_PID, one.process.pid, os.WSTOPPED | os.WNOWAIT)
            ask_count(one)
            kill(one)

        for ask in kill_then_ask, ask_then_kill:
            dying.clear()
            with self.no_leak(), builder("multiprocess", workers=2) as each:
                with mock.patch.object(pipes._Child, "ask_count", ask):
                    result = each.build(star(3, light()), self.files())
                self.assertIsNone(result.error)
                self.assertEqual(result.counters["tasks_run"], 4)
                self.assertEqual(len(each.pids), 1)
                again = each.build(dynamic_dag(), self.files())
                self.assertIsNone(again.error)
                self.assertEqual(again.counters["checks_child"], 16)
                self.assertEqual(len(each.pids), 2)

    def test_the_answer(self) -> None:
        """What a child says when asked: what it looked at since it was asked last."""
        dag, targets = dynamic_dag(), self.files()
        init = cj.dumps({"op": "init", "root": targets.root, "nonce": "0"})
        run = {
            "dynamic": [[
                {"dynamic": [], "id": t.id, "key": t.key, "kind": t.kind, "params": dict(t.params)}
                for t in dag.root.rounds[0]
            ]],
            "id": dag.root.id, "key": "root", "kind": "light", "params": {"n": 1},
        }  # fmt: skip
        order = cj.dumps({"op": "run", "task": run})
        count = '{"op":"count"}'
        lines = [count, init, count, order, count, order, order, count, count]
        done = subprocess.run(
            [sys.executable, "-c", "from pyref.build.child import main; main()"],
            input="".join(f"{line}\n" for line in lines).encode(),
            cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        said = [answer for answer in answers if "status" not in answer]
        self.assertEqual(said, [{"checks": n} for n in (0, 0, 8, 16, 0)])
        self.assertEqual(len(answers), 8)


if __name__ == "__main__":
    unittest.main()
