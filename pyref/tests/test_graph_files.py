"""Stores: what they list, and what a killed writer leaves behind."""

from __future__ import annotations

import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import unittest
from typing import Any

from pyref.graph import END, FileStore, Graph, MemoryStore, Plan, Runner

from .graph_support import EngineTest, run
from .test_graph_resume import uneven

ROOT = pathlib.Path(__file__).parents[2]
STEPS = 400


def long_loop() -> Plan:
    """A loop whose checkpoints grow, so that writing one takes a while."""
    graph = Graph()
    graph.field("counter", "last", 0)
    graph.field("messages", "append", [])
    graph.node(
        "p",
        lambda s: {
            "counter": s["counter"] + 1,
            "messages": [f"Iteration {s['counter']} " + "x" * 100],
        },
    )
    graph.branch("p", lambda s: "end" if s["counter"] >= STEPS else "on", {"on": "p", "end": END})
    graph.entry("p")
    return graph.compile()


def write_until_killed(directory: str, how: str) -> None:
    """Run in a child process, from wherever the directory says."""
    if how == "bit by bit":  # so that most of the time is spent inside of files
        whole = os.write
        os.write = lambda file, data: whole(file, data[:512])
    store = FileStore(directory, fsync=how == "synced")
    plan, data = long_loop(), store.latest()
    with Runner(0) as runner:
        print("up", flush=True)
        options: dict[str, Any] = {"store": store, "limit": STEPS}
        if data is None:
            runner.invoke(plan, {}, **options)
        else:
            runner.resume(plan, data, **options)


class Stores(EngineTest):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.directory = os.path.join(folder.name, "not", "yet")

    def stores(self) -> list[MemoryStore | FileStore]:
        return [
            MemoryStore(),
            FileStore(self.directory),
            FileStore(pathlib.Path(self.directory, "synced"), fsync=True),
        ]

    def test_reading(self) -> None:
        want = MemoryStore()
        run(uneven(), store=want)
        for store in self.stores():
            with self.subTest(store=store):
                self.assertEqual(
                    (store.steps(), store.checkpoints(), store.latest()), ([], [], None)
                )
                result = run(uneven(), store=store)
                self.assertEqual(
                    result.counters()["checkpoint_bytes"], sum(map(len, store.checkpoints()))
                )
                self.assertEqual(store.steps(), [0, 1, 2, 3, 4])
                self.assertEqual(store.checkpoints(), want.checkpoints())
                self.assertEqual(store.load(2), want.checkpoints()[2])
                self.assertEqual(store.latest(), want.checkpoints()[-1])
                for missing in ((5, "t0"), (0, "t1")):
                    with self.assertRaises(KeyError):
                        store.load(*missing)
                self.assertEqual(
                    (store.steps("t1"), store.checkpoints("t1"), store.latest("t1")), ([], [], None)
                )

    def test_a_step_put_again_is_replaced(self) -> None:
        for store in self.stores():
            for step, data in ((0, b"0"), (2, b"2"), (1, b"1"), (2, b"22")):
                store.put("t", step, data)
            self.assertEqual(
                (store.steps("t"), store.checkpoints("t")), ([0, 1, 2], [b"0", b"1", b"22"])
            )

    def test_names_of_files(self) -> None:
        store = FileStore(self.directory)
        run(uneven(), store=store, thread="conversation 7")
        folder = pathlib.Path(self.directory, "conversation 7")
        self.assertEqual(sorted(os.listdir(folder)), [f"0000000{i}.json" for i in range(5)])
        self.assertEqual((folder / "00000004.json").read_bytes(), store.latest("conversation 7"))
        store.put("t", 123_456_789, b"1")
        self.assertEqual(store.steps("t"), [123_456_789])

    def test_what_is_no_checkpoint_is_not_listed(self) -> None:
        store = FileStore(self.directory)
        run(uneven(), store=store)
        folder = pathlib.Path(self.directory, "t0")
        whole = store.checkpoints()
        for name, data in {
            "00000005.json.77.tmp": whole[4],
            "00000006.json": b"",
            "00000007.json": whole[4][:-1],
            "00000008.json": b"\0" * 50,
            "0000009.json": whole[4],
            "000000002.json": whole[2],
            "notes.txt": b"{}",
        }.items():
            (folder / name).write_bytes(data)
        self.assertEqual((store.steps(), store.checkpoints()), ([0, 1, 2, 3, 4], whole))
        self.assertEqual(store.latest(), whole[4])
        with self.assertRaises(KeyError):
            store.load(7)

    def test_threads_stay_inside(self) -> None:
        store = FileStore(self.directory)
        for name in ("", ".", "..", "../x", "/etc", "a/b", "a\\b", "c:d", "a\0b"):
            with self.subTest(thread=name):
                for use in (
                    lambda: store.put(name, 0, b"{}"),
                    lambda: store.latest(name),
                    lambda: store.steps(name),
                ):
                    with self.assertRaisesRegex(ValueError, "thread"):
                        use()
        self.assertFalse(os.path.exists(self.directory))

    def test_a_write_that_fails_leaves_nothing(self) -> None:
        store = FileStore(self.directory)
        store.put("t", 0, b"0")
        os.mkdir(pathlib.Path(self.directory, "t", "00000001.json"))
        with self.assertRaises(OSError):
            store.put("t", 1, b"1")
        self.assertEqual(
            sorted(os.listdir(pathlib.Path(self.directory, "t"))),
            ["00000000.json", "00000001.json"],
        )

    @unittest.skipUnless(hasattr(signal, "SIGKILL"), "no SIGKILL here")
    def test_killed_writers(self) -> None:
        """A writer killed at any moment leaves checkpoints to go on from, each whole."""
        rng = random.Random(20260203)
        with Runner(0) as runner:
            memory = MemoryStore()
            want = runner.invoke(long_loop(), {}, limit=STEPS, store=memory)
            code = f"from {__name__} import *; write_until_killed(*sys.argv[1:])"
            store = FileStore(self.directory)
            killed = 0
            for attempt in range(10):
                how = ("bit by bit", "at once", "bit by bit", "synced")[attempt % 4]
                child = subprocess.Popen(
                    [sys.executable, "-c", code, self.directory, how],
                    cwd=ROOT,
                    stdout=subprocess.PIPE,
                )
                assert child.stdout is not None
                with child.stdout:
                    self.assertEqual(child.stdout.readline(), b"up\n")
                    try:
                        child.wait(rng.uniform(0, 0.012))
                    except subprocess.TimeoutExpired:
                        child.kill()
                    killed += child.wait() == -signal.SIGKILL
                kept = store.checkpoints()
                folder = pathlib.Path(self.directory, "t0")
                self.assertEqual(len(list(folder.glob("????????.json"))), len(kept))
                self.assertEqual(kept, memory.checkpoints()[: len(kept)])
                if len(kept) == STEPS + 1:
                    break
            self.assertGreater(killed, 2)
            data = store.latest()
            got = runner.resume(long_loop(), data, limit=STEPS, store=store) if data else None
            self.assertTrue(got is None or got.state == want.state)
            self.assertTrue(data is None or store.checkpoints() == memory.checkpoints())


if __name__ == "__main__":
    unittest.main()
