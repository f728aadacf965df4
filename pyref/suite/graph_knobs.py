"""The knobs of the graph benchmarks: their order, their defaults, their values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pyref import sdk

from .graph_cases import RunCase, Settings
from .graph_nodes import Builder
from .graph_states import StateKind

Params = Mapping[str, Any]

KNOBS = (
    "workers",
    "nodes",
    "width",
    "items",
    "stages",
    "iterations",
    "latency_ms",
    "meta",
    "payload",
    "counter0",
    "compile",
    "isolation",
    "copy",
    "durability",
    "fsync",
    "repr",
)
"""The order of knobs in names, whatever their benchmark."""

RUN = {"payload": 0, "compile": "outside", "isolation": "share"}
FAN = RUN | {"workers": 4, "latency_ms": 0}
KEEP = RUN | {"durability": "step"}

CHOICES = {
    "compile": ("outside", "inside"),
    "isolation": ("share", "copy"),
    "copy": ("generic", "deepcopy", "typed"),
    "durability": ("step", "exit"),
    "repr": ("record", "map"),
}
MOST = 1 << 30  # of any number; beyond it only memory would run out
AT_LEAST = {"nodes": 1, "width": 1, "stages": 1, "iterations": 1, "counter0": -MOST}


def check(params: Params) -> None:
    """Refuse values that make no sense."""
    for knob, value in params.items():
        choices = CHOICES.get(knob)
        if choices is not None and value not in choices:
            raise sdk.InvalidParam(f"{knob}={value}: want one of {', '.join(choices)}")
        if type(value) is not int:
            continue
        least = AT_LEAST.get(knob, 0)
        if value < least:
            raise sdk.InvalidParam(f"{knob}={value}: want at least {least}")
        if value > MOST:
            raise sdk.InvalidParam(f"{knob}={value}: want at most {MOST}")


def benchmark(
    name: str,
    params: Params,
    prepare: Callable[[Params], sdk.Case],
    description: str,
) -> sdk.Benchmark:
    """Put the knobs in order and check their values before anything is prepared."""

    def checked(given: Params) -> sdk.Case:
        check(given)
        return prepare(given)

    ordered = {knob: params[knob] for knob in KNOBS if knob in params}
    return sdk.Benchmark(name, ordered, checked, description)


def settings(p: Params, *, limit: int, mode: str | None = None, traced: bool = False) -> Settings:
    """Read off the knobs how a graph is to be run; those that are not there have no say."""
    store = None
    if "fsync" in p:
        store = "file"
    elif "durability" in p:
        store = "memory"
    return Settings(
        workers=p.get("workers", 0),
        limit=limit,
        isolation=p["isolation"],
        store=store,
        fsync=p.get("fsync", False),
        durability=p.get("durability", "step"),
        mode=mode,
        traced=traced,
        compile_inside=p.get("compile") == "inside",
    )


def run(
    name: str,
    kind: StateKind,
    params: Params,
    build: Callable[[Params], Builder],
    description: str,
    *,
    steps: Callable[[Params], int] = lambda _params: 0,
    mode: str | None = None,
    traced: bool = False,
) -> sdk.Benchmark:
    """A benchmark that runs a graph; the limit grows with the ``steps`` that are asked for."""

    def prepare(p: Params) -> sdk.Case:
        def make_input(nonce: int) -> dict[str, Any]:
            return kind.input(nonce, p.get("payload", 0), p.get("counter0", 0))

        how = settings(p, limit=max(25, steps(p)), mode=mode, traced=traced)
        return RunCase(build(p), make_input, how)

    return benchmark(name, params, prepare, description)


def by_nodes(p: Params) -> int:
    """Return the supersteps of a chain."""
    return int(p["nodes"])


def by_iterations(p: Params) -> int:
    """Return the supersteps of a loop that counts from ``counter0``."""
    return int(p["iterations"] - p["counter0"])
