"""The original, in Python: what both builds in Go are measured against."""

import hashlib
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
from pyref import sdk  # or wherever your copy is

LINE_WIDTH = len("shop-07,004211\n")


def totals(text: str) -> dict[str, int]:
    """Adds up the sales of every shop."""
    sums: dict[str, int] = {}
    for line in text.splitlines():
        shop, amount = line.split(",")
        try:
            cents = int(amount)
        except ValueError:
            continue  # a heading
        sums[shop] = sums.get(shop, 0) + cents
    return sums


def table(lines: int) -> str:
    return "".join(f"shop-{i * i % 97:02d},{i * 7919 % 1_000_000:06d}\n" for i in range(lines))


class Work:
    def __init__(self, lines: int) -> None:
        if lines < 1:
            raise sdk.InvalidParam(f"lines {lines}: want 1 or more")
        self.table = table(lines)
        self.sums: dict[str, int] = {}

    def batch(self, nonce: int, iterations: int):
        at = LINE_WIDTH * (nonce % (len(self.table) // LINE_WIDTH))
        text = f"shop-00,{nonce % 1_000_000:06d}\n" + self.table[at:] + self.table[:at]

        def run() -> None:
            for _ in range(iterations):
                self.sums = totals(text)

        return run

    def outcome(self) -> sdk.Outcome:
        text = json.dumps(self.sums, sort_keys=True, separators=(",", ":"))
        return sdk.Outcome(hashlib.sha256(text.encode()).hexdigest(), {"shops": len(self.sums)})

    def verify(self, nonce: int, want_result: bool) -> sdk.Verification:
        self.batch(nonce, 1)()
        out = self.outcome()
        result = json.dumps(self.sums, sort_keys=True) if want_result else None
        return sdk.Verification(out.digest, out.counters, result=result)

    def close(self) -> None:
        pass


benchmark = sdk.Benchmark("sales/totals", {"lines": 100_000}, lambda p: Work(p["lines"]))
sys.exit(sdk.main(sdk.Implementation("1.0", nonce=True, benchmarks=[benchmark])))
