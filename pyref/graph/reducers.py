"""How a field takes an update.

Nobody sees a value change: whoever holds an old list, whether it came with the
input, an event, a Send or a node's view, keeps what they had. But a list or
map that only the state itself holds is extended in place, since copying it in
every superstep makes long runs quadratic; ``holders`` tells. So does whoever
writes a field second within one superstep: the first has made the container.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Apply = Callable[[Any, Any], Any]


def _count_holders() -> tuple[Callable[[Any], int], int]:
    """Return a function and what it returns for ``d[k]`` that only d holds.

    CPython knows how many hold an object. To keep account of the containers
    that a run made was considered: it cannot see that a node put one of them
    into its update, alone or somewhere inside. Interpreters that do not count,
    or not exactly (PyPy, CPython without the lock), always copy.
    """
    count = getattr(sys, "getrefcount", None)
    locked = getattr(sys, "_is_gil_enabled", lambda: True)()
    if count is None or not locked:
        return lambda _value: 0, 1
    probe: dict[str, Any] = {"held once": [], "held twice": []}
    other = probe["held twice"]
    if count(probe["held once"]) + 1 != count(probe["held twice"]) or other:
        return lambda _value: 0, 1
    return count, count(probe["held once"])


holders, ALONE = _count_holders()


class ShapeError(TypeError):
    """An update's shape does not fit the field's reducer."""


class ConflictError(Exception):
    """A field that takes one writer in a superstep got a second."""


@dataclass(frozen=True)
class Reducer:
    """A named way to combine a current value with an update.

    ``first`` takes a superstep's first update of a field; None stands for "the
    update replaces the value", so that the engine need not call anything.
    ``again`` takes the later ones and may change its first argument; so where
    that is held by nobody else it can serve for the first.
    """

    name: str
    first: Apply | None
    again: Apply


def _replace(_current: Any, update: Any) -> Any:
    return update


def _conflict(_current: Any, _update: Any) -> Any:
    raise ConflictError


def _append(current: Any, update: Any) -> Any:
    if isinstance(current, list) and isinstance(update, list):
        return current + update
    raise _misfit("lists", current, update)


def _extend(current: Any, update: Any) -> Any:
    if isinstance(current, list) and isinstance(update, list):
        current.extend(update)
        return current
    raise _misfit("lists", current, update)


def _merge(current: Any, update: Any) -> Any:
    if isinstance(current, dict) and isinstance(update, dict):
        return current | update
    raise _misfit("maps", current, update)


def _set_all(current: Any, update: Any) -> Any:
    if isinstance(current, dict) and isinstance(update, dict):
        current.update(update)
        return current
    raise _misfit("maps", current, update)


_NUMBERS = frozenset((int, float))


def _max(current: Any, update: Any) -> Any:
    if type(current) in _NUMBERS and type(update) in _NUMBERS:
        return update if update > current else current
    if not isinstance(current, list) or not isinstance(update, list):
        raise _misfit("numbers or lists of numbers", current, update)
    if len(current) != len(update):
        raise ShapeError(f"lists of {len(current)} and {len(update)} items")
    if not (_NUMBERS.issuperset(map(type, current)) and _NUMBERS.issuperset(map(type, update))):
        raise ShapeError("lists hold more than numbers")
    # Spelt out because map(max, ...) takes twice the time.
    return [u if u > c else c for c, u in zip(current, update)]


def _nonempty(current: Any, update: Any) -> Any:
    return update if update else current


def _nonnull(current: Any, update: Any) -> Any:
    return current if update is None else update


def _misfit(want: str, current: Any, update: Any) -> ShapeError:
    return ShapeError(f"want {want}, got {type(current).__name__} and {type(update).__name__}")


REDUCERS = {
    reducer.name: reducer
    for reducer in (
        Reducer("last", None, _conflict),
        Reducer("overwrite", None, _replace),
        Reducer("append", _append, _extend),
        Reducer("merge", _merge, _set_all),
        Reducer("max", _max, _max),
        Reducer("nonempty", _nonempty, _nonempty),
        Reducer("nonnull", _nonnull, _nonnull),
    )
}
"""Every reducer by name."""
