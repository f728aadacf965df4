"""One worker for both sides: `worker.py pure` and `worker.py native` differ in
the module that they import, and in nothing else."""

import hashlib
import importlib
import json
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from pyref import sdk  # or wherever your copy is

MODULES = {"pure": "pure", "native": "edits"}
edits = importlib.import_module(MODULES[sys.argv[1]])
if getattr(edits, "BUILD", "release") != "release":
    sys.exit("edits is a debug build: run build.py")

LETTERS = "abcdefghijklmnopqrstuvwxyzäöüß"


def words(nonce: int, count: int) -> list[str]:
    rng = random.Random(nonce)
    return ["".join(rng.choices(LETTERS, k=rng.randint(4, 12))) for _ in range(count)]


class Calls:
    """A call per pair, as a program makes them that has one pair at a time."""

    def __init__(self, pairs: int) -> None:
        if pairs < 1:
            raise sdk.InvalidParam(f"pairs {pairs}: want 1 or more")
        self.count = pairs
        self.out: list[int] = []

    def batch(self, nonce: int, iterations: int):
        text = words(nonce, 2 * self.count)
        pairs = list(zip(text[::2], text[1::2]))
        work = self.work

        def run() -> None:
            for _ in range(iterations):
                self.out = work(pairs)

        return run

    def work(self, pairs: list[tuple[str, str]]) -> list[int]:
        distance = edits.distance
        return [distance(a, b) for a, b in pairs]

    def outcome(self) -> sdk.Outcome:
        text = json.dumps(self.out)
        return sdk.Outcome(hashlib.sha256(text.encode()).hexdigest(), {"edits": sum(self.out)})

    def verify(self, nonce: int, want_result: bool) -> sdk.Verification:
        self.batch(nonce, 1)()
        out = self.outcome()
        return sdk.Verification(out.digest, out.counters, result=json.dumps(self.out) if want_result else None)

    def close(self) -> None:
        pass


class Batch(Calls):
    """All pairs in one call: the boundary is crossed once, with everything."""

    def work(self, pairs: list[tuple[str, str]]) -> list[int]:
        return edits.distances(pairs)


benchmarks = [
    sdk.Benchmark("edits/calls", {"pairs": 1000}, lambda p: Calls(p["pairs"]), "a call for every pair of words"),
    sdk.Benchmark("edits/batch", {"pairs": 1000}, lambda p: Batch(p["pairs"]), "all pairs in one call"),
]
sys.exit(sdk.main(sdk.Implementation("1.0", nonce=True, benchmarks=benchmarks)))
