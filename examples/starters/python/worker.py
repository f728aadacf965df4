"""The Python side of a comparison: what it offers, and how a piece of work is timed.

xbench starts this file and asks it, see xbench.yaml. Standard library only.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable
from typing import Any

import orders
import words
import xbench_sdk as sdk
from canonical import canonical

# YOUR CODE GOES HERE: one entry per benchmark, with the name, the knob and the
# results that it has in every language. A benchmark has three functions:
#   make_input(nonce, size)  builds the input; equal numbers give equal inputs; not timed
#   work(input)              does the work; only this is timed
#   describe(output)         returns the result as a JSON value and some counters; not timed


def benchmarks() -> list[sdk.Benchmark]:
    return [
        benchmark("orders/sum", "records", 1000, orders.generate, orders.total, orders.describe),
        benchmark("words/top", "words", 2000, words.generate, words.top, words.describe),
    ]


# From here on nothing needs to change.

MakeInput = Callable[[int, int], Any]
Describe = Callable[[Any], tuple[object, dict[str, int]]]


def benchmark(name: str, knob: str, size: int, make_input: MakeInput, work: Callable[[Any], Any], describe: Describe) -> sdk.Benchmark:
    def prepare(params: Any) -> sdk.Case:
        value = params[knob]
        if not 1 <= value <= 1_000_000:
            raise sdk.InvalidParam(f"{knob} {value}: want 1 to 1000000")
        return Case(value, make_input, work, describe)

    return sdk.Benchmark(name, {knob: size}, prepare)


class Case:
    """One benchmark with its size, ready to run."""

    def __init__(self, size: int, make_input: MakeInput, work: Callable[[Any], Any], describe: Describe) -> None:
        self.size, self.make_input, self.work, self.describe = size, make_input, work, describe

    def batch(self, nonce: int, iterations: int) -> Callable[[], None]:
        work, data = self.work, self.make_input(nonce, self.size)

        def run() -> None:
            for _ in range(iterations):
                output = work(data)
            self.output = output

        return run

    def outcome(self) -> sdk.Outcome:
        digest, counters, _ = self.found()
        return sdk.Outcome(digest, counters)

    def verify(self, nonce: int, want_result: bool) -> sdk.Verification:
        self.batch(nonce, 1)()
        digest, counters, text = self.found()
        return sdk.Verification(digest, counters, result=text if want_result else None)

    def found(self) -> tuple[str, dict[str, int], str]:
        result, counters = self.describe(self.output)
        text = canonical(result)
        return hashlib.sha256(text.encode()).hexdigest(), counters, text

    def close(self) -> None:
        pass


if __name__ == "__main__":
    sys.exit(sdk.main(sdk.Implementation("1.0", nonce=True, benchmarks=benchmarks())))
