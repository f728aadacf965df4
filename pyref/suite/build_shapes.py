"""The shapes of the build scenarios: how tasks of one kind hang together.

The root is called root, its leaves leaf_0, leaf_1 and so on; the nonce's text
ends every key.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pyref.build.dag import Definition

Definitions = dict[str, Definition]
Shape = Callable[[int, str, Mapping[str, int], str], Definitions]


def nonce_text(nonce: int) -> str:
    """Return what a nonce adds to keys: nothing for 0."""
    return f"#{nonce}" if nonce else ""


def tree(leaves: int, kind: str, params: Mapping[str, int], suffix: str) -> Definitions:
    """Leaves in pairs, pairs of those, and a root over all; ``leaves`` is 4, 8, 16, ..."""
    if leaves < 4 or leaves & (leaves - 1):
        raise ValueError(f"leaves is {leaves}, a tree wants a power of two from 4")
    found: Definitions = {}
    below: list[str] = []
    for name, size in ("leaf", leaves), ("middle", leaves // 2), ("inter", leaves // 4):
        keys = [f"{name}_{i}{suffix}" for i in range(size)]
        for i, key in enumerate(keys):
            found[key] = Definition(kind, params, below[2 * i : 2 * i + 2])
        below = keys
    found["root" + suffix] = Definition(kind, params, below)
    return found


def dynamic(leaves: int, kind: str, params: Mapping[str, int], suffix: str) -> Definitions:
    """A root that asks for all leaves before it does its own work."""
    found = _leaves(leaves, kind, params, suffix)
    found["root" + suffix] = Definition(kind, params, rounds=[list(found)])
    return found


def flat(leaves: int, kind: str, params: Mapping[str, int], suffix: str) -> Definitions:
    """A root that needs all leaves."""
    found = _leaves(leaves, kind, params, suffix)
    found["root" + suffix] = Definition(kind, params, list(found))
    return found


def _leaves(leaves: int, kind: str, params: Mapping[str, int], suffix: str) -> Definitions:
    if leaves < 1:
        raise ValueError(f"leaves is {leaves}, want at least 1")
    return {f"leaf_{i}{suffix}": Definition(kind, params) for i in range(leaves)}
