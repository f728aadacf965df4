"""Which fields an update changes, by their canonical JSON.

Two values count as the same when their canonical JSON is: 1 and 1.0 do, 1 and
True do not, nor do the integer 2**62 and the float (whose shortest digits are
others). Encoding both settles every case, so it is kept for those that types
and lengths leave open.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyref import cj

from .plan import Plan, Update
from .reducers import ShapeError

_SCALARS = frozenset((str, int, float, bool, type(None)))


def changed_fields(plan: Plan, state: Mapping[str, Any], update: Update) -> list[str]:
    """Return, sorted, the fields that change when the update alone is applied.

    What cannot be applied is passed over: the run is about to fail of it.
    """
    if type(update) is not dict and not isinstance(update, Mapping):
        return []
    found = []
    reducer_of = plan.reducers.get
    for field, value in update.items():
        reducer = reducer_of(field)
        if reducer == "append":
            changes = isinstance(value, list) and len(value) > 0
        elif reducer == "last":
            changes = _differ(state[field], value)
        elif reducer is not None:
            changes = _reduced_differs(plan, reducer, field, state[field], value)
        else:
            continue
        if changes:
            found.append(field)
    found.sort()
    return found


def _reduced_differs(plan: Plan, reducer: str, field: str, current: Any, value: Any) -> bool:
    if reducer == "merge":
        if not isinstance(value, dict) or not isinstance(current, dict):
            return False
        return any(key not in current or _differ(current[key], v) for key, v in value.items())
    reduce = plan.first[field]
    try:
        return _differ(current, value if reduce is None else reduce(current, value))
    except ShapeError:
        return False


def _differ(old: Any, new: Any) -> bool:
    if old is new:
        return False
    kind = type(old)
    if kind is type(new):
        if kind in _SCALARS:
            return bool(old != new)
        if (kind is list or kind is dict) and len(old) != len(new):
            return True
    try:
        return cj.dumps(old) != cj.dumps(new)
    except cj.EncodeError:
        return True  # outside the value model; an observer does not stop a run for it
