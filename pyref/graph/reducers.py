"""How a field takes an update.

Nobody sees a value change: whoever holds an old list, whether it came with the
input, an event, a Send or a node's view, keeps what they had. But a list or
map that only the state holds is extended in place: to copy it in every
superstep makes long runs quadratic. Whoever writes a field second within one
superstep extends what the first has made.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Apply = Callable[[Any, Any], Any]
Put = Callable[[dict[str, Any], str, Any], None]


class ShapeError(TypeError):
    """An update's shape does not fit the field's reducer."""


class ConflictError(Exception):
    """A field that takes one writer in a superstep got a second."""


@dataclass(frozen=True)
class Reducer:
    """A named way to combine a current value with an update.

    ``first`` takes a superstep's first update of a field; None stands for "the
    update replaces the value", so that the engine need not call anything.
    ``again`` takes the later ones and may change its first argument. ``put``
    does what ``first`` does to a field of a state that is changed in place,
    where the superstep has only one task.
    """

    name: str
    first: Apply | None
    again: Apply
    put: Put | None


def _replace(_current: Any, update: Any) -> Any:
    return update


def _conflict(_current: Any, _update: Any) -> Any:
    raise ConflictError


def _append(current: Any, update: Any) -> Any:
    if isinstance(current, list) and isinstance(update, list):
        return current + update
    raise _misfit("lists", current, update)


def _extend(current: Any, update: Any) -> Any:
    if isinstance(update, list):
        current.extend(update)
        return current
    raise _misfit("lists", current, update)


def _merge(current: Any, update: Any) -> Any:
    if isinstance(current, dict) and isinstance(update, dict):
        return current | update
    raise _misfit("maps", current, update)


def _set_all(current: Any, update: Any) -> Any:
    if isinstance(update, dict):
        current.update(update)
        return current
    raise _misfit("maps", current, update)


def _putting(reduce: Apply) -> Put:
    def put(state: dict[str, Any], field: str, update: Any) -> None:
        state[field] = reduce(state[field], update)

    return put


# ---- extending in place ------------------------------------------------------

# CPython knows how many hold an object, so ask it. To keep account of what a
# run has made and handed out was considered, but cannot see that a node puts a
# list of its view into its update, alone or somewhere inside.
_holders: Callable[[Any], int] = getattr(sys, "getrefcount", lambda _value: 0)

_SHORT = 16  # items that are copied in less time than it takes to ask


# These leave it to Python to refuse what the state holds: TypeError will do.


def _put_items(state: dict[str, Any], field: str, update: Any) -> None:
    if not isinstance(update, list):
        raise TypeError
    current = state[field]
    if len(current) > _SHORT and _holders(current) == _alone and type(current) is list:
        current.extend(update)
    else:
        state[field] = current + update


def _put_entries(state: dict[str, Any], field: str, update: Any) -> None:
    if not isinstance(update, dict):
        raise TypeError
    current = state[field]
    if len(current) > _SHORT and _holders(current) == _alone and type(current) is dict:
        current.update(update)
    else:
        state[field] = current | update


def _count_alone() -> int:
    """Return the number of holders that _put_items sees if it is the state alone.

    Interpreters that do not count (PyPy), or not exactly (CPython without its
    lock), get a number that is never seen, so that everything is copied.
    """

    def count(state: dict[str, Any], field: str) -> int:
        current = state[field]
        return _holders(current)  # with a variable of that name, as there

    probe: dict[str, Any] = {"alone": [], "shared": []}
    kept = probe["shared"]
    alone = count(probe, "alone")
    exact = getattr(sys, "_is_gil_enabled", lambda: True)() and count(probe, "shared") == alone + 1
    return alone if exact and kept == [] else _NEVER


def _keep_hands_off() -> bool:
    """Tell whether what somebody else holds is in fact left alone."""
    items, entries = [0] * (_SHORT + 1), dict.fromkeys(map(str, range(_SHORT + 1)))
    state: dict[str, Any] = {"items": items, "entries": entries}
    _put_items(state, "items", [1])
    _put_entries(state, "entries", {"more": 1})
    return len(items) == len(entries) == _SHORT + 1


_NEVER = -1
_alone = _count_alone()
if not _keep_hands_off():
    _alone = _NEVER


# ---- the others --------------------------------------------------------------

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
        Reducer("last", None, _conflict, None),
        Reducer("overwrite", None, _replace, None),
        Reducer("append", _append, _extend, _put_items),
        Reducer("merge", _merge, _set_all, _put_entries),
        Reducer("max", _max, _max, _putting(_max)),
        Reducer("nonempty", _nonempty, _nonempty, _putting(_nonempty)),
        Reducer("nonnull", _nonnull, _nonnull, _putting(_nonnull)),
    )
}
"""Every reducer by name."""
