"""Targets: what a record holds, where it lives, and who pays for making it."""

from __future__ import annotations

import json
import os
import unittest
from unittest import mock

from pyref import cj
from pyref.build import targets as stores
from pyref.build import wire
from pyref.build.dag import Dag, resolve
from pyref.build.engine import Options, build
from pyref.build.targets import MemoryTargets
from pyref.build.task import Task
from pyref.tests.build_support import IN_PROCESS, BuildTest, light, star

ODD_KEY = 'é "quoted" \\ back\x1f\x7f\n/<&\u2028 😀'


def odd_dag() -> Dag:
    return resolve({ODD_KEY: light()}, ODD_KEY)


class Records(BuildTest):
    def test_the_record_is_canonical(self) -> None:
        dag = odd_dag()
        result = {"sum": 4950, "é": [1.5, None, True]}
        want = cj.dumpb({"id": dag.root.id, "key": ODD_KEY, "kind": "light", "result": result})
        for dumps in cj.dumps, wire.dumps:
            for targets in self.files(), MemoryTargets(dumps):
                self.assertIsNone(targets.get(dag.root))
                targets.put(dag.root, result)
                self.assertEqual(targets.get(dag.root), want)

    def test_the_place_of_a_target(self) -> None:
        dag = odd_dag()
        task, targets = dag.root, self.files()
        targets.put(task, {})
        path = f"{targets.root}/light/{task.id[:2]}/{task.id[2:4]}/{task.id}"
        self.assertTrue(os.path.isfile(f"{path}.json"))
        self.assertEqual(targets.data_file(task), f"{path}.data")
        self.assertEqual(os.listdir(os.path.dirname(path)), [f"{task.id}.json"])

    def test_resolving_prepares_nothing_of_a_record(self) -> None:
        """Whatever a task holds is what its author wrote, or its id."""
        task = odd_dag().root
        for slot in Task.__slots__:
            value = getattr(task, slot)
            if slot not in ("id", "key", "kind", "shape") and isinstance(value, (str, bytes)):
                self.fail(f"{slot} is {value!r}")
        self.assertFalse(hasattr(task, "__dict__"))

    def test_every_build_encodes_every_record(self) -> None:
        dag = star(3, light())
        for executor in IN_PROCESS:
            for make in self.files, lambda: MemoryTargets(cj.dumps):
                for _ in range(2):  # nothing is kept from the first build
                    texts: list[str] = []

                    def quote(text: str) -> str:
                        texts.append(text)
                        return json.dumps(text)

                    with mock.patch.object(stores, "quote", quote):
                        build(dag, make(), Options(executor)).check()  # type: ignore[arg-type]
                    want = [
                        text for t in dag.tasks.values() for text in (t.id, t.key, t.kind)
                    ]
                    self.assertEqual(sorted(texts), sorted(want), executor)


if __name__ == "__main__":
    unittest.main()
