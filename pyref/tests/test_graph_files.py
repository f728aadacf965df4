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
from unittest import mock

from pyref.graph import (
    END,
    FileStore,
    Graph,
    GraphError,
    MemoryStore,
    NoCheckpointError,
    Plan,
    Runner,
)

from .graph_support import EngineTest, probe, run, say
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
                self.assertEqual(
                    (store.steps("t1"), store.checkpoints("t1"), store.latest("t1")), ([], [], None)
                )

    def test_what_is_not_there(self) -> None:
        for store in self.stores():

            def missing(step: int, thread: str, message: str) -> None:
                with self.assertRaises(KeyError) as caught:
                    store.load(step, thread)  # noqa: B023
                self.assertIsInstance(caught.exception, NoCheckpointError)
                self.assertEqual(str(caught.exception), f"graph: thread {thread!r}: no {message}")

            missing(0, "t0", "checkpoint of step 0 (known threads: none)")
            run(uneven(), store=store)
            run(uneven(), store=store, thread="b", durability="exit")
            store.put("gaps", 1, b"1")
            for step in (2, 3, 7, 9, 10):
                store.put("gaps", step, b"1")
            missing(9, "t0", "checkpoint of step 9 (it has 0 to 4)")
            missing(0, "b", "checkpoint of step 0 (it has 4)")
            missing(8, "gaps", "checkpoint of step 8 (it has 1 to 3, 7, 9 to 10)")
            missing(1, "typo", "checkpoint of step 1 (known threads: 'b', 'gaps', 't0')")

    def test_going_on_from_nothing(self) -> None:
        for store in self.stores():
            with Runner(0) as runner, self.assertRaises(GraphError) as caught:
                runner.resume(uneven().compile(), store.latest("typo"))  # type: ignore[arg-type]
            self.assertEqual(caught.exception.kind, "bad_checkpoint")
            self.assertIn("None, want a checkpoint's bytes", str(caught.exception))

    def test_a_step_takes_the_place_of_it_and_all_later(self) -> None:
        for store in self.stores():
            for step, data in ((0, b"0"), (2, b"2"), (1, b"1"), (2, b"22"), (2, b"23"), (5, b"5")):
                store.put("t", step, data)
            self.assertEqual(store.steps("t"), [0, 1, 2, 5])
            self.assertEqual(store.checkpoints("t"), [b"0", b"1", b"23", b"5"])
            store.put("other", 9, b"9")
            store.put("t", 1, b"11")
            self.assertEqual((store.steps("t"), store.latest("t")), ([0, 1], b"11"))
            self.assertEqual(store.steps("other"), [9])

    def test_the_latest_is_of_the_last_run(self) -> None:
        short = probe()
        say(short, "a", "b")
        short.edge("a", "b")
        short.entry("a")
        for store in self.stores():
            run(uneven(), store=store)
            run(short, store=store)
            self.assertEqual(store.steps(), [0, 1, 2])
            self.assertIn(b'"state":{"log":["a","b"]}', store.latest() or b"")
            run(uneven(), store=store)
            with Runner(0) as runner:
                runner.resume(uneven().compile(), store.load(1), store=store, limit=4)
                self.assertEqual(store.steps(), [0, 1, 2, 3, 4])
                with self.assertRaises(GraphError):
                    runner.resume(uneven().compile(), store.load(1), store=store, limit=3)
            self.assertEqual(store.steps(), [0, 1, 2, 3])
            run(short, store=store, durability="exit")
            self.assertEqual(store.steps(), [0, 1, 2])

    def test_writers_one_after_the_other(self) -> None:
        """Each a process of its own, as far as a store can tell."""
        first, second = FileStore(self.directory), FileStore(self.directory)
        for step in range(3):
            first.put("t", step, b"1")
        second.put("t", 1, b"2")
        self.assertEqual(first.steps("t"), [0, 1])
        for step in range(2, 6):
            second.put("t", step, b"2")
        self.assertEqual(first.load(2, "t"), b"2")
        first.put("t", 3, b"1")  # after 2, as if it had gone on, but it has read since
        self.assertEqual(second.checkpoints("t"), [b"1", b"2", b"2", b"1"])

    def test_a_writer_that_fails_half_way_leaves_no_gap(self) -> None:
        for fails, kept in (("write", 6), ("unlink", 4), ("replace", 2)):
            for fsync in (False, True):
                with self.subTest(fails, fsync=fsync):
                    store = FileStore(os.path.join(self.directory, fails + str(fsync)), fsync=fsync)
                    for step in range(6):
                        store.put("t", step, b"1")
                    whole = getattr(os, fails)

                    def failing(*args: Any) -> Any:
                        # Of unlink the third call, which would remove step 3.
                        if fails != "unlink" or str(args[0]).endswith("3.json"):  # noqa: B023
                            raise OSError("no more")
                        return whole(*args)  # noqa: B023

                    with mock.patch.object(os, fails, failing):
                        with self.assertRaisesRegex(OSError, "no more"):
                            store.put("t", 1, b"2")
                    self.assertEqual(store.checkpoints("t"), [b"1"] * kept)
                    self.assertEqual(len(os.listdir(os.path.join(store.directory, "t"))), kept)
                    store.put("t", 1, b"2")
                    self.assertEqual(store.checkpoints("t"), [b"1", b"2"])

    def test_a_store_needs_a_directory(self) -> None:
        with self.assertRaisesRegex(ValueError, "directory ''"):
            FileStore("")

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
