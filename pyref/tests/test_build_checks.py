"""Checks side by side: as many as allowed, of what discovery looks at, as if one by one."""

from __future__ import annotations

import random
import threading
import time
import unittest
from typing import Any
from unittest import mock

from pyref import cj
from pyref.build.cancel import Cancel
from pyref.build.dag import Dag, Definition, resolve
from pyref.build.engine import Options, build
from pyref.build.lookahead import Lookahead
from pyref.build.run import Run
from pyref.build.targets import FileTargets, MemoryTargets
from pyref.suite.build_order import check_order
from pyref.tests.build_support import EVERY, IN_PROCESS, BuildTest, builder, light
from pyref.tests.test_build_random import SETTLED

SIDE_BY_SIDE = EVERY[1:]


def slow(*deps: str, rounds: Any = (), ms: int = 0) -> Definition:
    return Definition("slow_check", {"latency_ms": ms}, deps, rounds)


def broad(leaves: int) -> Dag:
    tasks = {f"leaf_{i}": light() for i in range(leaves)}
    return resolve({**tasks, "root": light(*tasks)}, "root")


class Far(FileTargets):
    """Targets that are far away: a look waits until as many others look as there can be."""

    slow = True

    def __init__(self, root: str, at_once: int) -> None:
        super().__init__(root, cj.dumps)
        self.at_once = at_once
        self.most = self.now = 0
        self.threads: set[str] = set()
        self._changed = threading.Condition()

    def exists(self, task: Any) -> bool:
        self.threads.add(threading.current_thread().name)
        with self._changed:
            self.now += 1
            self.most = max(self.most, self.now)
            self._changed.notify_all()
            if task.key.startswith("leaf") and self.at_once > 1:
                if not self._changed.wait_for(lambda: self.most >= self.at_once, 30):
                    raise AssertionError(f"only {self.most} at once")
        found = super().exists(task)
        with self._changed:
            self.now -= 1
        return found


class SideBySide(BuildTest):
    def far(self, at_once: int) -> Far:
        return Far(self.files().root, at_once)

    def test_as_many_as_allowed(self) -> None:
        dag = broad(40)
        for executor in SIDE_BY_SIDE:
            with self.subTest(executor), self.no_leak():
                targets = self.far(10)
                options: Any = {"check_workers": 10, "workers": 2}
                result = build(dag, targets, Options(executor, **options))  # type: ignore[arg-type]
                result.check()
                self.assertEqual(targets.most, 10)
                self.assertEqual(result.counters["checks_parent"], 41)
                for name in targets.threads:
                    self.assertRegex(name, rf"^{executor}-check-\d$")

    def test_one_by_one(self) -> None:
        targets = self.far(1)
        build(broad(9), targets, Options("sequential")).check()
        self.assertEqual(targets.most, 1)
        self.assertEqual(targets.threads, {threading.current_thread().name})

    def test_checks_that_are_quick_need_no_threads(self) -> None:
        dag = broad(9)
        for executor in SIDE_BY_SIDE:
            with mock.patch.object(Lookahead, "__init__", side_effect=AssertionError):
                self.build(dag, executor, workers=2).check()

    def test_no_more_threads_than_checks(self) -> None:
        dag = resolve({"root": slow("a", ms=1), "a": slow(ms=1)}, "root")
        for executor in IN_PROCESS[1:]:
            with mock.patch.object(Run, "segment", side_effect=AssertionError):
                targets = MemoryTargets()
                for task in dag.tasks.values():
                    targets.put(task, {})
                started: list[str] = []
                start = threading.Thread.start

                def noting(thread: threading.Thread) -> None:
                    started.append(thread.name)
                    start(thread)

                with mock.patch.object(threading.Thread, "start", noting):
                    with builder(executor, discover="full") as each:
                        each.build(dag, targets).check()
                self.assertEqual(started, [f"{executor}-check-0"])

    def test_a_check_that_raises(self) -> None:
        class Broken(Far):
            def exists(self, task: Any) -> bool:
                if task.key == wrong:
                    raise PermissionError("keep out")
                return super().exists(task)

        asks = resolve(
            {"root": light(rounds=[["leaf_0", "leaf_1"]]), "leaf_0": light(), "leaf_1": light()},
            "root",
        )
        for executor in EVERY:
            for dag, wrong in (broad(4), "root"), (broad(4), "leaf_3"), (asks, "leaf_1"):
                with self.subTest(executor, wrong=wrong), self.no_leak():
                    targets = Broken(self.files().root, 1)
                    with self.assertRaisesRegex(PermissionError, "^keep out$"):
                        build(dag, targets, Options(executor, workers=1))  # type: ignore[arg-type]

    def test_cancelled_while_looking(self) -> None:
        class Cancelling(Far):
            def exists(self, task: Any) -> bool:
                if task.key == "leaf_3":
                    cancel.set()
                elif cancel.is_set():
                    time.sleep(0.001)  # others get a turn
                return super().exists(task)

        for executor in EVERY:
            cancel = Cancel()
            targets = Cancelling(self.files().root, 1)
            with self.subTest(executor), self.no_leak():
                with builder(executor, workers=1, check_workers=2) as each:
                    result = each.build(broad(2000), targets, cancel=cancel)
                self.assertEqual(getattr(result.error, "kind", None), "cancelled")
                self.assertEqual(result.counters["body_starts"], 0)
                self.assertLess(len(targets.checked), 2001)


class AsIfOneByOne(BuildTest):
    def dag(self, rng: random.Random) -> Dag:
        tasks: dict[str, Definition] = {}
        for i in range(rng.randint(1, 20)):
            keys = list(tasks)
            deps = rng.sample(keys, min(len(keys), rng.choice((0, 1, 2, 3))))
            rounds = [rng.sample(keys, min(len(keys), 2)) for _ in range(rng.choice((0, 0, 1)))]
            make = slow if rng.random() < 0.6 else light
            tasks[f"t{i}"] = make(*deps, rounds=rounds)
        tasks["root"] = slow(*rng.sample(list(tasks), (len(tasks) + 1) // 2))
        dag = resolve(tasks, "root")
        for task in dag.tasks.values():
            if task.kind == "slow_check":
                task.check_s = 1e-6  # as good as none, but none it is not
        dag.slow = True
        return dag

    def test_counts_and_outputs(self) -> None:
        for seed in range(25):
            for discover in "short_circuit", "full":
                rng = random.Random(seed)
                dag = self.dag(rng)
                complete = rng.sample(sorted(dag.tasks), len(dag.tasks) // 3)
                first = None
                for executor in IN_PROCESS:
                    with self.subTest(seed=seed, discover=discover, executor=executor):
                        targets = MemoryTargets()
                        for key in complete:
                            targets.put(dag.tasks[key], {"sum": 0})
                        with builder(executor, discover=discover, check_workers=3) as each:
                            result = each.build(dag, targets)
                        result.check()
                        check_order(result, complete)
                        looked = [task.key for task in targets.checked]
                        self.assertEqual(len(looked), len(set(looked)), "each once")
                        counts = {name: result.counters[name] for name in SETTLED}
                        got = result.output_digest(), counts, sorted(looked)
                        first = first or got
                        self.assertEqual(got, first)

    def test_order_of_readiness(self) -> None:
        """With one worker bodies start in the order in which discovery found them."""
        for seed in range(10):
            rng = random.Random(100 + seed)
            leaves = {f"leaf_{i}": slow() for i in range(12)}
            dag = resolve({**leaves, "root": light(*rng.sample(list(leaves), 12))}, "root")
            for index, task in enumerate(dag.tasks.values()):
                task.check_s = rng.random() / 1000  # they end in any order
            dag.slow = True
            want = [dep.key for dep in dag.root.deps] + ["root"]
            for executor in IN_PROCESS[1:]:
                result = self.build(dag, executor, workers=1)
                started = [event.key for event in result.trace if not isinstance(event, str)]
                self.assertEqual(started, want, executor)


if __name__ == "__main__":
    unittest.main()
