"""The build scenarios and conformance cases: what they must come to."""

from __future__ import annotations

import functools
import json
import unittest
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from pyref import sdk
from pyref.build import child, kinds
from pyref.build.dag import resolve
from pyref.build.reexecution import Reexecution
from pyref.build.run import Run
from pyref.suite.build import BENCHMARKS, SCENARIOS
from pyref.tests.build_support import EVERY, IN_PROCESS, BuildTest

GOLDEN: dict[str, Any] = json.loads(
    (Path(__file__).parent / "testdata" / "builds.json").read_text(encoding="utf-8")
)
BY_NAME = {benchmark.name: benchmark for benchmark in BENCHMARKS}
NO_COUNTERS = dict.fromkeys(
    "tasks_run body_starts suspensions re_executions checks_parent checks_child targets_written "
    "ipc_messages ipc_bytes failed skipped previously_complete max_running".split(),
    0,
)


def verify(name: str, executor: str, nonce: int = 0, **knobs: Any) -> sdk.Verification:
    """Verify, and check that a timed run comes to the same."""
    benchmark = BY_NAME[name]
    case = benchmark.prepare({**benchmark.params, "executor": executor, **knobs})
    try:
        verification = case.verify(nonce, True)
        case.batch(nonce, 1)()
        outcome = case.outcome()
    finally:
        case.close()
    assert outcome.digest == verification.digest, (name, executor)
    exact = {"max_running": 0}
    assert {**outcome.counters, **exact} == {**verification.counters, **exact}, (name, executor)
    return verification


@functools.cache
def hashed(seed: bytes, iterations: int) -> dict[str, str]:
    """The real hash of 100 000 iterations; that of 5 000 000 from the golden values."""
    if iterations == 100_000:
        task: Any = SimpleNamespace(params={"iterations": iterations})
        return dict(kinds.cpu(task, SimpleNamespace(seed=seed)))  # type: ignore[arg-type]
    assert seed == b"benchmark"
    return {"hash": GOLDEN["hashes"][str(iterations)]}


def quick_bodies() -> Any:
    """Bodies in this process that neither wait nor hash the same again and again."""
    return mock.patch.dict(
        kinds.WORK,
        {
            "io": lambda task, _: {"slept_ms": task.params["sleep_ms"]},
            "cpu": lambda task, call: hashed(call.seed, task.params["iterations"]),
        },
    )


class Scenarios(BuildTest):
    def check_counters(
        self,
        got: dict[str, int] | Any,
        executor: str,
        golden: dict[str, int],
        complete: bool = False,
    ) -> None:
        tasks = golden["tasks"]
        if complete:  # beforehand
            want = NO_COUNTERS | {"checks_parent": tasks, "previously_complete": tasks}
            self.assertEqual(got, want)
            return
        want = NO_COUNTERS | {
            "tasks_run": tasks,
            "body_starts": tasks,
            "checks_parent": tasks,
            "targets_written": tasks,
        }
        if executor == "multiprocess":
            want |= {
                "body_starts": golden["mp_body_starts"],
                "re_executions": golden["mp_body_starts"] - tasks,
                "checks_child": golden["mp_checks_child"],
                "ipc_messages": golden["mp_ipc_messages"],
                "ipc_bytes": golden["mp_ipc_bytes"],
            }
        else:
            want["suspensions"] = golden["suspensions"]
        peak = got["max_running"]
        self.assertEqual(got, want | {"max_running": peak})
        self.assertTrue(1 <= peak <= (1 if executor == "sequential" else 4), peak)

    def test_in_process(self) -> None:
        with quick_bodies():
            for scenario in SCENARIOS:
                name = f"build/{scenario.name}"
                golden = GOLDEN["builds"][name]
                quick = {"latency_ms": 1} if scenario.complete else {}
                for executor in IN_PROCESS:
                    for targets in ("file",) if "size" in scenario.amount else ("file", "memory"):
                        with self.subTest(name, executor=executor, targets=targets):
                            got = verify(name, executor, targets=targets, **quick)
                            if scenario.complete:
                                self.check_counters(got.counters, executor, golden, True)
                                continue
                            self.assertEqual(got.digest, golden["output_digest"])
                            self.assertEqual(got.digests, {"output": golden["output_digest"]})
                            self.assertIsNone(got.error)
                            self.check_counters(got.counters, executor, golden)

    def test_processes(self) -> None:
        for name in (
            "light_static", "light_dynamic", "io_bound_dynamic", "file_io_flat", "file_io_heavy",
            "io_bound_flat_many",
        ):  # fmt: skip
            golden = GOLDEN["builds"][f"build/{name}"]
            with self.subTest(name):
                got = verify(f"build/{name}", "multiprocess")
                self.assertEqual(got.digest, golden["output_digest"])
                self.check_counters(got.counters, "multiprocess", golden)

    def test_completion_check(self) -> None:
        """As it is in the catalogue; and with only the root looked at, which is all it takes."""
        name = "build/completion_check"
        golden = GOLDEN["builds"][name]
        for executor in EVERY[1:]:
            with self.subTest(executor):
                got = verify(name, executor)
                self.assertEqual(got.digest, golden["output_digest"])
                self.check_counters(got.counters, executor, golden, complete=True)
        for executor in EVERY:
            got = verify(name, executor, latency_ms=1, discover="short_circuit")
            want = NO_COUNTERS | {"checks_parent": 1, "previously_complete": 1}
            self.assertEqual(got.counters, want)
        got = verify(name, "threadpool", targets="none", latency_ms=1)
        self.check_counters(got.counters, "threadpool", golden, complete=True)

    def test_lines_between_processes(self) -> None:
        """What the slow scenarios would send, with quick bodies in this process."""
        for scenario in SCENARIOS:
            golden = GOLDEN["builds"][f"build/{scenario.name}"]
            if scenario.complete:
                continue
            definitions = scenario.shape(scenario.leaves, scenario.kind, scenario.amount, "")
            dag = resolve(definitions, "root")
            self.assertEqual(dag.root.id, golden["root_id"], scenario.name)
            targets = self.files()
            run = Run(dag.root, targets, 0, keep_going=False, discover_all=False)
            run.enlist(run.discover([dag.root]))
            book = Reexecution(run)
            call = child.open_call(targets.root, "0")
            while run.ready:
                task = run.ready.popleft()
                with quick_bodies():
                    reply = child.answer(json.loads(book.request(task)), call)
                book.reply(task, reply)
            book.checks += child.take_checks(call)
            self.assertIn(dag.root, run.complete)
            self.assertEqual(book.bytes, golden["mp_ipc_bytes"], scenario.name)
            self.assertEqual(book.messages, golden["mp_ipc_messages"])
            self.assertEqual(book.checks, golden["mp_checks_child"])
            self.assertEqual(book.written, golden["tasks"])

    def test_no_targets(self) -> None:
        for executor in IN_PROCESS:
            got = verify("build/light_dynamic", executor, targets="none")
            self.assertIsNone(got.digest)
            self.assertEqual(got.digests, {})
            self.assertEqual(got.counters["tasks_run"], 9)
            self.assertEqual(got.counters["checks_parent"], 9)
            self.assertEqual(got.counters["targets_written"], 0)

    def test_hash(self) -> None:
        self.assertEqual(
            hashed(b"benchmark", 100_000)["hash"], GOLDEN["hashes"]["100000"]
        )

    def test_nonce(self) -> None:
        digests = {}
        for executor in EVERY:
            got = verify("build/cpu_bound_dynamic", executor, 7, iterations=10, leaves=3)
            assert got.result is not None
            records = json.loads(got.result)
            self.assertEqual([r["key"] for r in records], ["leaf_0#7", "leaf_1#7", "leaf_2#7", "root#7"])
            digests[executor] = got.digest
        self.assertEqual(len(set(digests.values())), 1, digests)
        other = verify("build/cpu_bound_dynamic", "sequential", 8, iterations=10, leaves=3)
        assert other.result is not None and got.result is not None
        hashes = [r["result"]["hash"] for r in (*json.loads(got.result), *json.loads(other.result))]
        self.assertEqual(len(set(hashes)), 2, "the nonce changes what is hashed")

    def test_warm_pool_and_start_methods(self) -> None:
        golden = GOLDEN["builds"]["build/light_dynamic"]["output_digest"]
        for knobs in (
            {"executor": "multiprocess", "pool": "warm"},
            {"executor": "multiprocess", "start_method": "fork"},
            {"executor": "multiprocess", "start_method": "fork", "pool": "warm"},
            {"executor": "multiprocess", "start_method": "forkserver"},
            {"executor": "threadpool", "pool": "warm"},
            {"executor": "asyncio", "blocking": "on_loop"},
            {"executor": "asyncio_queue", "pool": "warm", "blocking": "on_loop"},
        ):
            with self.subTest(**knobs):
                got = verify("build/light_dynamic", **knobs)  # type: ignore[arg-type]
                self.assertEqual(got.digest, golden)


class Conformance(unittest.TestCase):
    def check(
        self,
        name: str,
        want: dict[str, int],
        processes: dict[str, int] | None = None,
        error: sdk.WorkError | None = None,
    ) -> None:
        """Check a case on every executor; counters not given are 0."""
        for executor in EVERY:
            with self.subTest(name, executor=executor):
                got = verify(f"conformance/build_{name}", executor, 99)
                peak = got.counters["max_running"]
                expect = NO_COUNTERS | want | {"max_running": peak}
                expect.setdefault("targets_written", 0)
                expect["targets_written"] = expect["tasks_run"]
                if executor == "multiprocess":
                    expect |= {"suspensions": 0, **(processes or {})}
                    expect.setdefault("ipc_messages", 2 * expect["body_starts"])
                    expect["ipc_messages"] = 2 * expect["body_starts"]
                    expect["ipc_bytes"] = got.counters["ipc_bytes"]
                self.assertEqual(got.counters, expect)
                self.assertEqual(got.error, error)
                golden = GOLDEN["builds"].get(f"conformance/build_{name}")
                if golden is not None:
                    self.assertEqual(got.digest, golden["output_digest"])
                    if executor == "multiprocess":
                        self.assertEqual(got.counters["ipc_bytes"], golden["mp_ipc_bytes"])

    def test_diamond(self) -> None:
        self.check("diamond", {"tasks_run": 4, "body_starts": 4, "checks_parent": 4})

    def test_dynamic_two_rounds(self) -> None:
        self.check(
            "dynamic_two_rounds",
            {"tasks_run": 4, "body_starts": 4, "checks_parent": 4, "suspensions": 2},
            {"body_starts": 6, "re_executions": 2, "checks_child": 8},
        )

    def test_workers_one_dynamic(self) -> None:
        self.check(
            "workers_one_dynamic",
            {"tasks_run": 9, "body_starts": 9, "checks_parent": 9, "suspensions": 1},
            {"body_starts": 10, "re_executions": 1, "checks_child": 16},
        )

    def test_rerun(self) -> None:
        self.check("rerun", {"checks_parent": 1, "previously_complete": 1})

    def test_resume_precompleted(self) -> None:
        self.check(
            "resume_precompleted",
            {"tasks_run": 8, "body_starts": 8, "checks_parent": 9, "previously_complete": 1},
        )

    def test_fail_fast(self) -> None:
        self.check(
            "fail_fast",
            {"tasks_run": 2, "body_starts": 3, "checks_parent": 5, "failed": 1},
            error=sdk.WorkError("task_failed", key="c2", message="boom"),
        )

    def test_fail_continue(self) -> None:
        self.check(
            "fail_continue",
            {"tasks_run": 6, "body_starts": 7, "checks_parent": 8, "failed": 1, "skipped": 1},
            error=sdk.WorkError("task_failed", key="bad", message="boom"),
        )

    def test_refused(self) -> None:
        self.check("cycle", {}, error=sdk.WorkError("cycle", path=("a", "b", "c", "a")))
        self.check("dynamic_cycle", {}, error=sdk.WorkError("cycle", path=("root", "x", "root")))
        self.check("unknown_task", {}, error=sdk.WorkError("unknown_task", key="nowhere"))


if __name__ == "__main__":
    unittest.main()
