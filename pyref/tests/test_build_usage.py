"""What somebody new to the package meets: help, defaults, and errors that say what to do."""

from __future__ import annotations

import os
import pydoc
import random
import threading
import unittest
from typing import Any
from unittest import mock

import pyref.build as package
from pyref import cj
from pyref.build import (
    BuildError, Definition, Failure, FileTargets, MemoryTargets, Options, TaskFailed, UnknownTask,
    build, resolve,
)  # fmt: skip
from pyref.build.dag import Dag
from pyref.build.engine import Result
from pyref.tests.build_support import EVERY, IN_PROCESS, BuildTest, light, sleeper, star


class Help(unittest.TestCase):
    def test_everything_is_listed_and_documented(self) -> None:
        text = pydoc.plain(pydoc.render_doc(package))
        for name in package.__all__:
            with self.subTest(name):
                self.assertIn(name, dir(package))
                self.assertRegex(text, rf"(class {name}\b|\b{name}\()")
                self.assertTrue(getattr(package, name).__doc__)

    def test_every_option_is_described(self) -> None:
        for name in Options.__dataclass_fields__:
            self.assertIn(f"* ``{name}``", Options.__doc__ or "")
        for executor in EVERY:
            self.assertIn(f"``{executor}``", Options.__doc__ or "")

    def test_options_have_defaults(self) -> None:
        self.assertEqual(Options().executor, "threadpool")
        dag = star(3, light())
        self.assertIsNone(build(dag, MemoryTargets()).error)

    def test_unknown_names(self) -> None:
        with self.assertRaises(AttributeError):
            package.nothing  # noqa: B018


def divide(task: Any, _call: Any) -> dict[str, int]:
    return {"n": 1 // task.params["by"]}


def own_words(_task: Any, _call: Any) -> dict[str, int]:
    raise Failure("the shop is closed")


def by_key(_task: Any, call: Any) -> Any:
    return call.result("zz")


class Errors(BuildTest):
    def failure(self, kind: Any, executor: str, params: Any = None) -> TaskFailed:
        dag = resolve({"a": Definition("mine", params or {})}, "a", kinds={"mine": kind})
        error = self.build(dag, executor).error
        assert isinstance(error, TaskFailed), error
        return error

    def test_a_failure_names_the_type(self) -> None:
        for executor in EVERY:
            with self.subTest(executor):
                error = self.failure(divide, executor, {"by": 0})
                self.assertRegex(error.message, "^ZeroDivisionError: .*by zero$")
                self.assertEqual(self.failure(own_words, executor).message, "the shop is closed")
                # The library's own kind says the same in every language.
                error = self.build(resolve({"a": Definition("fail")}, "a"), executor).error
                assert isinstance(error, TaskFailed)
                self.assertEqual(error.message, "boom")

    def test_a_failure_has_a_cause(self) -> None:
        for executor in IN_PROCESS:
            cause = self.failure(divide, executor, {"by": 0}).__cause__
            assert isinstance(cause, ZeroDivisionError) and cause.__traceback__ is not None
            last = cause.__traceback__
            while last.tb_next is not None:
                last = last.tb_next
            self.assertEqual(last.tb_frame.f_code.co_name, "divide", executor)

    def test_a_key_is_no_task(self) -> None:
        for executor in EVERY:
            message = self.failure(by_key, executor).message
            self.assertEqual(
                message, "TypeError: call.result('zz'): want a task, such as one of task.deps"
            )
        result = self.build(star(3, light()), "sequential")
        with self.assertRaisesRegex(TypeError, r"such as dag\.tasks\['leaf_2'\]"):
            result.result("laef_2")  # type: ignore[arg-type]

    def test_unknown_tasks_have_suggestions(self) -> None:
        tasks = {"leaf": light(), "root": light("laef")}
        with self.assertRaisesRegex(UnknownTask, r"needed by 'root' \(did you mean 'leaf'\?\)"):
            resolve(tasks, "root")
        with self.assertRaisesRegex(UnknownTask, r"'rot' is not defined \(did you mean 'root'\?\)"):
            resolve(tasks, "rot")
        with self.assertRaisesRegex(UnknownTask, "'zz' is not defined$"):
            resolve(tasks, "zz")


class Files(BuildTest):
    def test_a_missing_directory_is_made(self) -> None:
        dag = star(3, light())
        for executor in EVERY:
            targets = FileTargets(os.path.join(self._directory.name, executor, "some", "where"))
            build(dag, targets, Options(executor)).check()  # type: ignore[arg-type]
            self.assertEqual(len(list(dag.outputs(targets))), 4)

    def test_every_write_has_a_file_to_itself(self) -> None:
        """Also two writes of one record, by one store or by two."""
        dag, one = star(1, light()), self.files()
        other = FileTargets(one.root, cj.dumps)
        used: list[str] = []
        replace = os.replace

        def note(old: str, new: str) -> None:
            used.append(old)
            replace(old, new)

        with mock.patch("os.replace", note):
            for targets in one, one, other:
                targets.put(dag.root, {"sum": 1})
        self.assertEqual(len(set(used)), 3, used)

    def test_a_write_that_fails_leaves_nothing(self) -> None:
        dag, targets = star(1, light()), self.files()
        with mock.patch("os.replace", side_effect=OSError("no")):
            with self.assertRaises(OSError):
                targets.put(dag.root, {"sum": 1})
        left = [name for _, _, names in os.walk(targets.root) for name in names]
        self.assertEqual((left, targets.written), ([], []))

    def test_somebody_elses_file_is_left_alone(self) -> None:
        dag, targets = star(1, light()), self.files()
        with mock.patch.object(targets, "_number", iter([0, 0])):
            with mock.patch("os.replace"):
                targets.put(dag.root, {"sum": 1})  # stays where it was written
            with self.assertRaises(FileExistsError):
                targets.put(dag.root, {"sum": 2})


class Workers(BuildTest):
    def test_no_more_threads_than_work(self) -> None:
        """However many are allowed."""
        for executor in IN_PROCESS:
            seen: set[int] = set()

            def count(_task: Any, _call: Any) -> dict[str, int]:
                seen.add(threading.active_count())
                return {}

            tasks = {f"leaf_{i}": Definition("count") for i in range(20)}
            dag = resolve({**tasks, "root": light(*tasks)}, "root", kinds={"count": count})
            before = threading.active_count()
            with self.subTest(executor), self.no_leak():
                options = Options(executor, workers=1 << 30)  # type: ignore[arg-type]
                build(dag, MemoryTargets(), options).check()
                self.assertLessEqual(max(seen), before + 20)

    def test_all_of_it_at_once(self) -> None:
        for executor in "threadpool", "asyncio", "asyncio_queue":
            result = self.build(star(12, sleeper(ms=150)), executor, workers=1 << 30)
            self.assertEqual(result.counters["max_running"], 12, executor)


class Sweep(BuildTest):
    """sequential has two ways through a DAG; which one it takes must not show."""

    def test_both_ways_are_the_same(self) -> None:
        for seed in range(60):
            dice = random.Random(seed)
            tasks: dict[str, Definition] = {}
            for i in range(dice.randrange(1, 25)):
                deps = dice.sample([*tasks], min(len(tasks), dice.randrange(4)))
                bad = dice.random() < 0.1
                tasks[f"t{i}"] = Definition("fail", {}, deps) if bad else light(*deps)
            dag = resolve(tasks, f"t{len(tasks) - 1}")
            self.assertEqual(len(dag.order), len(dag.tasks))
            before = [task for task in dag.tasks.values() if dice.random() < 0.2]
            for choices in {}, {"fail_mode": "continue"}, {"discover": "full"}:
                for complete in [], before:
                    with self.subTest(seed, **choices):
                        swept = self.outcome(dag, choices, complete)
                        order, dag.order = dag.order, ()
                        self.assertEqual(swept, self.outcome(dag, choices, complete))
                        dag.order = order

    def outcome(self, dag: Dag, choices: Any, complete: list[Any]) -> Any:
        targets = MemoryTargets(cj.dumps)
        for task in complete:
            targets.put(task, {"sum": 0})
        result: Result = build(dag, targets, Options("sequential", **choices))
        return result.counters, result.trace, str(result.error), result.output_digest()

    def test_only_where_no_body_may_stop_half_way(self) -> None:
        def asks(task: Any, _call: Any) -> Any:
            yield
            return {}

        self.assertEqual(resolve({"a": light(rounds=[["b"]]), "b": light()}, "a").order, ())
        dag = resolve({"a": Definition("asks")}, "a", kinds={"asks": asks})
        self.assertEqual(dag.order, ())

    def test_interrupts_pass_through(self) -> None:
        def interrupt(_task: Any, _call: Any) -> Any:
            raise KeyboardInterrupt

        dag = resolve({"a": Definition("stop")}, "a", kinds={"stop": interrupt})
        with self.assertRaises(KeyboardInterrupt):
            self.build(dag, "sequential")


class Counters(BuildTest):
    def test_they_are_there_when_the_build_ends(self) -> None:
        """Who times a build times its counting: nothing is left to work out."""
        result = self.build(star(3, light()), "sequential")
        self.assertIn("counters", vars(result))
        self.assertEqual([*result.counters], [*Result.COUNTERS])
        self.assertNotIsInstance(result.error, BuildError)


if __name__ == "__main__":
    unittest.main()
