"""Copies of values."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

_SHARED = frozenset((str, int, float, bool, type(None), bytes))


def clone(value: Any) -> Any:
    """Return a copy of a value that nothing done to the original can change.

    Lists, maps and bytearrays are copied at any depth; texts, numbers, truth
    values, None and bytes are shared, and so are the keys of maps. Whatever
    else there is, a tuple or an object of your own, is left to copy.deepcopy.

    Unlike deepcopy it keeps no account of what it has copied, which is most of
    what that costs. So a list that is in a value twice is two lists in the
    copy, and a value that contains itself cannot be copied (RecursionError).
    """
    kind = type(value)
    if kind is dict:
        copied = value.copy()  # copies the table as it is, without hashing
        if not _SHARED.issuperset(map(type, value.values())):
            for key, item in value.items():
                if type(item) not in _SHARED:
                    copied[key] = clone(item)
        return copied
    if kind is list:
        if _SHARED.issuperset(map(type, value)):
            return value.copy()
        return [item if type(item) in _SHARED else clone(item) for item in value]
    if kind is bytearray:
        return value.copy()
    if kind in _SHARED:
        return value
    return deepcopy(value)
