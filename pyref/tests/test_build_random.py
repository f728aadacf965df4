"""Random DAGs: every executor and worker count comes to the same."""

from __future__ import annotations

import random
import unittest
from typing import Any

from pyref.build.dag import Dag, Definition, resolve
from pyref.build.engine import Builder, Result
from pyref.suite.build_order import check_order
from pyref.tests.build_support import IN_PROCESS, BuildTest, builder, light

SEEDS = range(40)
PROCESS_SEEDS = range(5)

# What does not depend on who comes first.
SETTLED = ("tasks_run", "checks_parent", "targets_written", "failed", "skipped", "previously_complete")


def shared_dag(rng: random.Random, fails: float = 0.0) -> dict[str, Definition]:
    """Tasks that need and ask for any earlier ones; the last one is the root."""
    tasks: dict[str, Definition] = {}
    for i in range(rng.randint(1, 25)):
        keys = list(tasks)
        deps = rng.sample(keys, min(len(keys), rng.choice((0, 0, 1, 2, 3))))
        rounds = [
            rng.choices(keys, k=rng.randint(0, 4)) if keys else []
            for _ in range(rng.choice((0, 0, 0, 1, 2)))
        ]
        kind, params = ("fail", {}) if rng.random() < fails else ("light", {"n": rng.randint(0, 9)})
        tasks[f"é{i}" if rng.random() < 0.2 else f"t{i}"] = Definition(kind, params, deps, rounds)
    tasks["root"] = light(*rng.sample(list(tasks), (len(tasks) + 1) // 2))
    return tasks


def private_dag(rng: random.Random) -> tuple[dict[str, Definition], list[list[int]]]:
    """Tasks of which each is asked for by one other at most, so that every count is certain.

    Also returns, for each task that asks, the sizes of its rounds.
    """
    tasks: dict[str, Definition] = {}
    asked: list[list[int]] = []

    def add(depth: int) -> str:
        key = f"t{len(tasks)}"
        tasks[key] = light()  # keeps its place
        rounds = []
        if depth < 3:
            rounds = [
                [add(depth + 1) for _ in range(rng.randint(1, 3))]
                for _ in range(rng.choice((0, 0, 1, 2)))
            ]
        deps = [add(depth + 1) for _ in range(rng.randint(0, 2 if depth < 3 else 0))]
        if rounds:
            asked.append([len(wanted) for wanted in rounds])
        tasks[key] = light(*deps, rounds=rounds, n=rng.randint(0, 9))
        return key

    add(0)
    return tasks, asked


class Random(BuildTest):
    def compare(self, seed: int, dag: Dag, builders: dict[str, Builder], complete: list[str]) -> None:
        """Build with each; the first one says what is right."""
        first: tuple[Any, ...] | None = None
        for name, each in builders.items():
            with self.subTest(seed=seed, executor=name):
                targets = self.targets_for(name.partition("/")[0])
                for key in complete:
                    task = dag.tasks[key]
                    if task.kind == "light":
                        targets.put(task, {"sum": 0})
                before = {k for k, task in dag.tasks.items() if targets.get(task) is not None}
                result = each.build(dag, targets)
                check_order(result, before)
                counts = {key: result.counters[key] for key in SETTLED}
                if name.startswith("multiprocess") and before:
                    # A child that finds complete what it asks for says nothing of it.
                    del counts["checks_parent"], counts["previously_complete"]
                got = (result.output_digest(), repr(result.error))
                if first is None:
                    first = got, counts
                self.assertEqual(got, first[0])
                self.assertEqual(counts, {key: first[1][key] for key in counts})

    def builders(self, **choices: Any) -> dict[str, Builder]:
        made = {"sequential": builder("sequential", **choices)}
        for executor in IN_PROCESS[1:]:
            for workers in 1, 4:
                made[f"{executor}/{workers}"] = builder(executor, workers=workers, **choices)
        for each in made.values():
            self.addCleanup(each.close)
        return made

    def processes(self, discover: str = "short_circuit", **choices: Any) -> dict[str, Builder]:
        choices["discover"] = discover
        made = {} if discover == "full" else {"sequential": builder("sequential", **choices)}
        # (A child that finds complete what it asks for does not have it
        # discovered, so under full discovery processes may build less.)
        made |= {
            "multiprocess/1": builder("multiprocess", workers=1, **choices),
            "multiprocess/3": builder("multiprocess", workers=3, **choices),
            "multiprocess/fork": builder(
                "multiprocess", workers=2, start_method="fork", **choices
            ),
        }
        for each in made.values():
            self.addCleanup(each.close)
        return made

    def test_same_outputs(self) -> None:
        for builders, seeds in (self.builders(), SEEDS), (self.processes(), PROCESS_SEEDS):
            for seed in seeds:
                dag = resolve(shared_dag(random.Random(seed)), "root")
                self.compare(seed, dag, builders, [])

    def test_resumed(self) -> None:
        for discover in "short_circuit", "full":
            for builders, seeds in (
                (self.builders(discover=discover), SEEDS),
                (self.processes(discover), PROCESS_SEEDS),
            ):
                for seed in seeds:
                    rng = random.Random(1000 + seed)
                    dag = resolve(shared_dag(rng), "root")
                    complete = rng.sample(sorted(dag.tasks), len(dag.tasks) // 4)
                    self.compare(seed, dag, builders, complete)

    def test_continue_after_failures(self) -> None:
        for builders, seeds in (
            (self.builders(fail_mode="continue"), SEEDS),
            (self.processes(fail_mode="continue"), PROCESS_SEEDS),
        ):
            for seed in seeds:
                dag = resolve(shared_dag(random.Random(2000 + seed), fails=0.15), "root")
                self.compare(seed, dag, builders, [])

    def test_fail_fast_ends_and_leaves_only_whole_work(self) -> None:
        builders = self.builders() | self.processes()
        for seed in range(10):
            dag = resolve(shared_dag(random.Random(3000 + seed), fails=0.3), "root")
            some = any(task.kind == "fail" for task in dag.tasks.values())
            for name, each in builders.items():
                with self.subTest(seed=seed, executor=name):
                    result = each.build(dag, self.targets_for(name.partition("/")[0]))
                    check_order(result, ())
                    kind = result.error.kind if result.error is not None else None
                    self.assertEqual(kind, "task_failed" if some else None)
                    done = {k for k, t in dag.tasks.items() if result.targets.get(t) is not None}
                    self.assertEqual(len(done), result.counters["targets_written"])
                    for key in done:
                        needs = {dep.key for dep in dag.tasks[key].deps}
                        self.assertLessEqual(needs, done, key)

    def test_every_count(self) -> None:
        for seed in SEEDS:
            definitions, asked = private_dag(random.Random(4000 + seed))
            dag = resolve(definitions, "t0")
            total, waits = len(definitions), sum(map(len, asked))
            for executor in IN_PROCESS:
                for workers in 1, 3:
                    result = self.build(dag, executor, workers=workers)
                    self.check_counts(result, seed, total, suspensions=waits, body_starts=total)

    def test_every_count_in_processes(self) -> None:
        with builder("multiprocess", workers=3) as each:
            for seed in PROCESS_SEEDS:
                definitions, asked = private_dag(random.Random(5000 + seed))
                dag = resolve(definitions, "t0")
                starts = len(definitions) + sum(map(len, asked))
                checks = 0
                for sizes in asked:  # each execution gets one round further than the last
                    checks += sum(sum(sizes[:n]) for n in range(1, len(sizes) + 1)) + sum(sizes)
                result = each.build(dag, self.files())
                self.check_counts(
                    result,
                    seed,
                    len(definitions),
                    body_starts=starts,
                    re_executions=starts - len(definitions),
                    checks_child=checks,
                    ipc_messages=2 * starts,
                    ipc_bytes=result.counters["ipc_bytes"],
                )

    def check_counts(self, result: Result, seed: int, total: int, **more: int) -> None:
        check_order(result, ())
        self.assertIsNone(result.error)
        want = dict.fromkeys(result.counters, 0)
        want |= {"tasks_run": total, "checks_parent": total, "targets_written": total}
        want |= {"max_running": result.counters["max_running"], **more}
        self.assertEqual(result.counters, want, f"seed {seed}")


if __name__ == "__main__":
    unittest.main()
