"""Cases that every executor must get right before its times mean anything.

Nothing here knows what the right outcome is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from pyref import sdk
from pyref.build.dag import Definition
from pyref.build.engine import Options
from pyref.suite import build_spec
from pyref.suite.build_case import BuildCase, Work
from pyref.suite.build_shapes import Definitions, dynamic, tree

_LIGHT = {"n": 100}


def _light(*deps: str, rounds: tuple[tuple[str, ...], ...] = ()) -> Definition:
    return Definition("light", _LIGHT, deps, rounds)


def _fail(*deps: str) -> Definition:
    return Definition("fail", deps=deps)


_GOOD = tuple(f"g{i}" for i in range(6))

# name: what it shows, the definitions, the root, more about the work, more options
_CASES: dict[str, tuple[str, Definitions, str, dict[str, Any], dict[str, Any]]] = {
    "diamond": (
        "a task reached by two paths runs once",
        {"top": _light("left", "right"), "left": _light("base"), "right": _light("base"),
         "base": _light()},
        "top", {}, {},
    ),
    "dynamic_two_rounds": (
        "a body asks twice",
        {"root": _light(rounds=(("a", "b"), ("c",))), "a": _light(), "b": _light(),
         "c": _light()},
        "root", {}, {},
    ),
    "workers_one_dynamic": (
        "a body that waits takes no worker away",
        dynamic(8, "light", _LIGHT, ""), "root", {}, {"workers": 1},
    ),
    "rerun": (
        "a second build finds everything done",
        tree(8, "light", _LIGHT, ""), "root", {"times": 2}, {},
    ),
    "resume_precompleted": (
        "nothing below a complete task is looked at",
        tree(8, "light", _LIGHT, ""), "root", {"complete": ["inter_0"]}, {},
    ),
    "fail_fast": (
        "a failure stops the build",
        {"c0": _light(), "c1": _light("c0"), "c2": _fail("c1"), "c3": _light("c2"),
         "c4": _light("c3")},
        "c4", {}, {},
    ),
    "fail_continue": (
        "what is not downstream of a failure still runs",
        {"root": _light("bad", *_GOOD), "bad": _fail(), **{key: _light() for key in _GOOD}},
        "root", {}, {"fail_mode": "continue"},
    ),
    "cycle": (
        "tasks that need each other are refused",
        {"a": _light("b"), "b": _light("c"), "c": _light("a")}, "a", {}, {},
    ),
    "dynamic_cycle": (
        "so are those that ask for each other",
        {"root": _light(rounds=(("x",),)), "x": _light("root")}, "root", {}, {},
    ),
    "unknown_task": (
        "a key without a definition is refused",
        {"root": _light("nowhere")}, "root", {}, {},
    ),
}  # fmt: skip


def benchmarks() -> list[sdk.Benchmark]:
    """Return the fixed cases and the one that comes as params."""
    found = [
        sdk.Benchmark(
            f"conformance/build_{name}", {"executor": None}, partial(_prepare, name), case[0]
        )
        for name, case in _CASES.items()
    ]
    spec = {
        "tasks": None,
        "root": None,
        "executor": None,
        "workers": 4,
        "fail_mode": "fail_fast",
        "discover": "short_circuit",
        "complete": [],
    }
    found.append(
        sdk.Benchmark(
            "conformance/build_spec", spec, build_spec.prepare, "the build that the params describe"
        )
    )
    return found


def _prepare(name: str, params: Mapping[str, Any]) -> BuildCase:
    _, definitions, root, more, choices = _CASES[name]
    try:
        options = Options(params["executor"], **choices)
    except ValueError as error:
        raise sdk.InvalidParam(str(error)) from None
    define: Callable[[str], Definitions] = lambda _: definitions
    return BuildCase(Work(define, root, options, conformance=True, **more))
