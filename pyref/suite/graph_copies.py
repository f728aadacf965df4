"""Copies of a state: by a function that knows no schema, or one written for it.

The engine's own copier stands for the first: it knows the containers of the
value model and no others. Python's library has copy.deepcopy, which also copies
objects of any class and keeps what is one object in the original one object in
the copy; what that costs is shown beside it.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable
from itertools import repeat
from typing import Any

from pyref import cj, sdk
from pyref.graph import clone

from .graph_cases import counters


class CloneCase:
    """Copy a state."""

    def __init__(
        self,
        make_input: Callable[[int], dict[str, Any]],
        clone: Callable[[dict[str, Any]], dict[str, Any]],
    ) -> None:
        self._make_input = make_input
        self._clone = clone
        self._last: dict[str, Any] | None = None

    def batch(self, nonce: int, iterations: int) -> Callable[[], None]:
        given = self._make_input(nonce)
        clone = self._clone
        self._last = None

        def run() -> None:
            made: dict[str, Any]
            for _ in repeat(None, iterations):
                made = clone(given)
            self._last = made

        return run

    def outcome(self) -> sdk.Outcome:
        if self._last is None:
            raise RuntimeError("outcome: nothing has run")
        return sdk.Outcome(cj.digest(self._last), counters(None))

    def verify(self, nonce: int, want_result: bool) -> sdk.Verification:
        given = self._make_input(nonce)
        before = cj.digest(given)
        made = self._clone(given)
        text = cj.dumps(made)
        digest = hashlib.sha256(text.encode()).hexdigest()
        if digest != before:
            raise AssertionError(f"the copy's digest is {digest}, its original's {before}")
        disturb(made)
        if cj.digest(made) == before:
            raise AssertionError("changing the copy changed nothing")
        if cj.digest(given) != before:
            raise AssertionError("changing the copy changed its original")
        return sdk.Verification(
            digest,
            counters(None),
            {"state": digest},
            result=text if want_result else None,
        )

    def close(self) -> None:
        pass


def disturb(value: Any) -> None:
    """Change every container of a value."""
    if isinstance(value, dict):
        for item in value.values():
            disturb(item)
        value["disturbed"] = True
    elif isinstance(value, list):
        for item in value:
            disturb(item)
        value.append("disturbed")
    elif isinstance(value, bytearray):
        value.append(1)


def clone_small(state: dict[str, Any]) -> dict[str, Any]:
    """Copy a Small state, all of whose values are immutable."""
    return state.copy()


def clone_medium(state: dict[str, Any]) -> dict[str, Any]:
    """Copy a Medium state."""
    return {
        "data": state["data"].copy(),
        "metadata": state["metadata"].copy(),
        "counters": state["counters"].copy(),
    }


def clone_large(state: dict[str, Any]) -> dict[str, Any]:
    """Copy a Large state."""
    return {
        "messages": state["messages"].copy(),
        "metadata": state["metadata"].copy(),
        "data_blocks": [block.copy() for block in state["data_blocks"]],
    }


CLONES: dict[str, Callable[[Any], Any]] = {"generic": clone, "deepcopy": copy.deepcopy}
"""Copies of any value, knowing nothing of its shape."""
