"""The build benchmarks by name, with their knobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pyref import sdk
from pyref.build.engine import Options
from pyref.suite import build_conformance
from pyref.suite.build_case import BuildCase, Work
from pyref.suite.build_shapes import Shape, dynamic, flat, tree


@dataclass(frozen=True)
class Scenario:
    """A family of DAGs; all tasks of one are of the same kind."""

    name: str
    description: str
    shape: Shape
    leaves: int
    kind: str
    amount: Mapping[str, int]  # the params of its tasks
    knobs: Sequence[str]  # those of them that can be turned
    complete: bool = False  # every target is there beforehand: all there is to do is to look

    def benchmark(self) -> sdk.Benchmark:
        """Describe it, with its knobs in the order of names."""
        knobs: dict[str, Any] = {"executor": None, "workers": 4, "leaves": self.leaves}
        knobs |= {knob: self.amount[knob] for knob in self.knobs}
        knobs |= {
            "pool": "cold",
            "start_method": "spawn",
            "blocking": "to_thread",
            "targets": "file",
            "discover": "full" if self.complete else "short_circuit",
            "fail_mode": "fail_fast",
        }
        if self.complete:
            knobs["check_workers"] = Options.check_workers
        return sdk.Benchmark(f"build/{self.name}", knobs, self.prepare, self.description)

    def prepare(self, params: Mapping[str, Any]) -> BuildCase:
        """Check the knobs; bring up the executor if the pool is warm."""
        try:
            return BuildCase(self._work(params))
        except ValueError as error:
            raise sdk.InvalidParam(str(error)) from None

    def _work(self, params: Mapping[str, Any]) -> Work:
        _choice("targets", params["targets"], "file", "memory", "none")
        _choice("pool", params["pool"], "cold", "warm")
        options = Options(
            params["executor"],
            params["workers"],
            params["fail_mode"],
            params["discover"],
            params["start_method"],
            params["blocking"],
            params.get("check_workers", Options.check_workers),
        )
        self._check_together(options, params["targets"], params["pool"])
        amount = dict(self.amount)
        for knob in self.knobs:
            amount[knob] = params[knob]
            if amount[knob] < 0:
                raise ValueError(f"{knob} is {amount[knob]}, want at least 0")
        define = partial(self.shape, params["leaves"], self.kind, amount)
        define("")  # complains about leaves, if it must, now
        return Work(
            define,
            "root",
            options,
            params["targets"],
            params["pool"] == "warm",
            all_complete=self.complete,
        )

    def _check_together(self, options: Options, targets: str, pool: str) -> None:
        """Refuse a row named after a knob that would have no part in it."""
        executor = options.executor
        if executor == "multiprocess" and targets != "file":
            raise ValueError(
                f"targets={targets} cannot be shared by the processes of "
                "executor=multiprocess, want targets=file"
            )
        if self.kind in _WITH_FILES and targets != "file":
            raise ValueError(
                f"targets={targets} is not for {self.kind} tasks, which write files: "
                "want targets=file"
            )
        if executor == "sequential" and options.check_workers != Options.check_workers:
            raise ValueError(
                f"check_workers={options.check_workers} is not for executor=sequential, "
                "which checks one by one"
            )
        if executor != "multiprocess" and options.start_method != "spawn":
            raise ValueError(
                f"start_method={options.start_method} is for executor=multiprocess, "
                f"not for {executor}"
            )
        if pool == "warm" and executor not in _POOLED:
            # asyncio has a loop and threads here and could keep them; elsewhere
            # it may have nothing that outlives a build (goroutines end with
            # their tasks), and a ratio of the two would compare unlike things.
            raise ValueError(
                f"pool=warm is for executors that keep workers ({', '.join(_POOLED)}), "
                f"not for {executor}"
            )
        if executor not in ("asyncio", "asyncio_queue") and options.blocking != "to_thread":
            raise ValueError(
                f"blocking={options.blocking} is for the executors asyncio and "
                f"asyncio_queue, not for {executor}"
            )
        if options.blocking == "native" and self.kind != "io":
            raise ValueError(f"blocking=native is for tasks that sleep, not for {self.kind} tasks")


_WITH_FILES = ("file_write", "file_rw")
_POOLED = ("threadpool", "asyncio_queue", "multiprocess")


def _choice(knob: str, got: str, *want: str) -> None:
    if got not in want:
        raise ValueError(f"{knob} is {got!r}, want one of {', '.join(want)}")


_IO, _CPU, _HEAVY = {"sleep_ms": 100}, {"iterations": 100_000}, {"iterations": 5_000_000}
_BRIEF_IO, _LIGHT, _CHECK = {"sleep_ms": 10}, {"n": 100}, {"latency_ms": 50}
_WRITE, _REWRITE = {"size": 10_000}, {"size": 50_000, "cycles": 3}
_SLEEP, _HASH = ("sleep_ms",), ("iterations",)

SCENARIOS = (
    Scenario("io_bound_static", "a tree of tasks that sleep", tree, 8, "io", _IO, _SLEEP),
    Scenario(
        "io_bound_dynamic", "a task that asks for leaves, all sleep", dynamic, 8, "io", _IO, _SLEEP
    ),
    Scenario(
        "io_bound_flat", "a task that needs leaves, all sleep", flat, 32, "io", _IO, _SLEEP
    ),
    Scenario(
        "io_bound_flat_64", "a task that needs many leaves, all sleep", flat, 64, "io", _IO, _SLEEP
    ),
    Scenario(
        "io_bound_flat_many", "a task that needs many leaves, all sleep briefly", flat, 100, "io",
        _BRIEF_IO, _SLEEP,
    ),
    Scenario("cpu_bound_static", "a tree of tasks that hash", tree, 8, "cpu", _CPU, _HASH),
    Scenario(
        "cpu_bound_dynamic", "a task that asks for leaves, all hash", dynamic, 8, "cpu", _CPU, _HASH
    ),
    Scenario(
        "heavy_cpu_static", "a task that needs leaves, all hash for long", flat, 4, "cpu", _HEAVY,
        _HASH,
    ),
    Scenario(
        "heavy_cpu_flat_8", "a task that needs eight leaves, all hash for long", flat, 8, "cpu",
        _HEAVY, _HASH,
    ),
    Scenario(
        "light_static", "a tree of tasks that do next to nothing", tree, 8, "light", _LIGHT, ()
    ),
    Scenario(
        "light_dynamic", "a task that asks for leaves, all do next to nothing", dynamic, 8,
        "light", _LIGHT, (),
    ),
    Scenario(
        "file_io_flat", "a task that needs leaves, all write a file", flat, 32, "file_write",
        _WRITE, ("size",),
    ),
    Scenario(
        "file_io_heavy", "a task that needs leaves, all write a file and read it back", flat, 16,
        "file_rw", _REWRITE, ("size", "cycles"),
    ),
    Scenario(
        "completion_check", "a task and its leaves, all complete, whose checks take their time",
        flat, 100, "slow_check", _CHECK, ("latency_ms",), complete=True,
    ),
)  # fmt: skip

BENCHMARKS: list[sdk.Benchmark] = [
    *(scenario.benchmark() for scenario in SCENARIOS),
    *build_conformance.benchmarks(),
]
