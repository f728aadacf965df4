"""Checkpoints: the canonical JSON of where a run stands.

    {"id": thread/step, "next": names of the pending tasks, "parent": an id or
     null, "state": {...}, "step": k, "thread": name, "v": 1}

``joins`` is there while a join has seen some of its sources but not all since
it last fired: [[arrived], [all sources], target] for each, sorted by their
text. ``sends`` is there while Sends are pending: the inputs of the last names
of ``next``. So a run can go on from any checkpoint as if it had not stopped,
but for what canonical JSON does not tell apart: 4.0 comes back as 4, a byte
block as a list.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn, Union

from pyref import cj

from .course import Course
from .errors import GraphError
from .plan import Join, Node, Plan
from .result import Position

_KEYS = {"id", "next", "parent", "state", "step", "thread", "v"}
_MORE_KEYS = {"joins", "sends"}


def name_of(thread: str, step: int) -> str:
    """Return a checkpoint's id."""
    return f"{thread}/{step:08d}"


def decode(plan: Plan, data: Union[bytes, str]) -> tuple[str, dict[str, Any], Position]:
    """Return the thread, the state, and where the run stands."""
    value = _parse(data)
    thread, step = value["thread"], value["step"]
    if not isinstance(thread, str) or type(step) is not int or step < 0:
        _bad(f"thread {thread!r}, step {step!r}: want a text and 0 or more")
    if value["id"] != name_of(thread, step):
        _bad(f"id {value['id']!r} is not that of thread {thread!r} and step {step}")
    try:
        state = _state(plan, value["state"])
        inputs = value.get("sends", [])
        pending = _pending(plan, value["next"], inputs)
        course = None
        if "joins" in value:
            course = Course()
            course.joins = _joins(plan, value["joins"])
    except GraphError as error:
        error.step = step
        raise
    return thread, state, Position(pending, inputs, course, step, step)


def _bad(detail: str, node: Union[str, None] = None, field: Union[str, None] = None) -> NoReturn:
    raise GraphError("bad_checkpoint", detail, node=node, field=field)


def _constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


def _parse(data: Union[bytes, str]) -> dict[str, Any]:
    if data is None:
        _bad("None, want a checkpoint's bytes or text (latest gives None if a thread has none)")
    if not isinstance(data, (bytes, bytearray, str)):
        _bad(f"a {type(data).__name__}, want a checkpoint's bytes or text")
    try:
        value = json.loads(data, parse_constant=_constant)
    except (ValueError, RecursionError) as error:
        _bad(f"not JSON: {error}")
    if not isinstance(value, dict):
        _bad(f"JSON of a {type(value).__name__}, want a map")
    if missing := sorted(_KEYS - value.keys()):
        _bad(f"no key {', '.join(missing)}")
    if more := sorted(value.keys() - _KEYS - _MORE_KEYS):
        _bad(f"unknown key {', '.join(more)}")
    if type(value["v"]) is not int or value["v"] != 1:
        _bad(f"version {value['v']!r}, want 1")
    return value


def _state(plan: Plan, state: Any) -> dict[str, Any]:
    if not isinstance(state, dict):
        _bad(f"state is a {type(state).__name__}, want a map")
    for field in sorted(state.keys() - plan.reducers.keys()):
        _bad("the graph declares no such field", field=field)
    for field in sorted(plan.reducers.keys() - state.keys()):
        _bad("the checkpoint has no such field", field=field)
    return {field: state[field] for field in plan.reducers}  # as if never stored


def _pending(plan: Plan, names: Any, inputs: Any) -> tuple[Node, ...]:
    if not _texts(names) or not isinstance(inputs, list) or len(inputs) > len(names):
        _bad("next and sends: want lists, no more sends than names")
    for name in names:
        if name not in plan.nodes:
            _bad("pending, but the graph has no such node", node=name)
    triggered = names[: len(names) - len(inputs)]
    if triggered != sorted(set(triggered)):
        _bad(f"next is not in the order of tasks: {', '.join(triggered)}")
    return tuple(plan.nodes[name] for name in names)


def _joins(plan: Plan, value: Any) -> dict[Join, set[Node]]:
    """Return what each join still waits for."""
    known: dict[str, list[Join]] = {}
    for join in {join for node in plan.nodes.values() for join in node.joins}:
        known.setdefault(cj.dumps(join.value()), []).append(join)
    waiting = {}
    for item in value if isinstance(value, list) else [value]:
        if not isinstance(item, list) or len(item) != 3 or not _texts(item[0]):
            _bad("joins: want [[arrived], [sources], target] for each")
        arrived, *join_value = item
        joins = known.get(cj.dumps(join_value))
        if not joins:
            _bad(f"the graph has no join {cj.dumps(join_value)}, or not as often")
        join = joins.pop()
        missing = {node for node in join.sources if node.name not in arrived}
        if not missing or not arrived or len(missing) + len(arrived) != len(join.sources):
            _bad(f"join {cj.dumps(join_value)} cannot have seen {', '.join(arrived) or 'nothing'}")
        waiting[join] = missing
    return waiting


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
