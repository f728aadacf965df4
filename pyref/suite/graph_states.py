"""The states of the graph benchmarks: their fields and inputs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from pyref.graph import Graph


@dataclass(frozen=True)
class StateKind:
    """Fields as (name, reducer, default), and the input that runs start from.

    ``payload`` changes an input by the payload knob, ``mark`` by the nonce's
    text; both get an input of their own to change. Payload comes first.
    """

    name: str
    fields: tuple[tuple[str, str, Any], ...]
    make: Callable[[], dict[str, Any]]
    payload: Callable[[dict[str, Any], str], None]
    mark: Callable[[dict[str, Any], str], None]

    def declare(self, graph: Graph) -> None:
        """Declare the fields."""
        for name, reducer, default in self.fields:
            graph.field(name, reducer, default)

    def input(self, nonce: int = 0, payload: int = 0, counter: int = 0) -> dict[str, Any]:
        """Return a fresh input."""
        state = self.make()
        if counter:
            state["counter"] = counter
        if payload:
            self.payload(state, "x" * payload)
        if nonce:
            self.mark(state, f"#{nonce}")
        return state


_SPELLING = "".join("abcdefghijklmnopqrstuvwxyz"[7 * j % 26] for j in range(26))


def letters(count: int, salt: int) -> str:
    """Return filler: letter j is the one at (salt + 7 j) mod 26."""
    start = salt * 15 % 26  # 15 undoes 7: 7 * 15 = 105 = 4 * 26 + 1
    return (_SPELLING * (count // 26 + 2))[start : start + count]


def _append_to(field: str) -> Callable[[dict[str, Any], str], None]:
    def change(state: dict[str, Any], text: str) -> None:
        state[field] += text

    return change


def _append_to_first(field: str) -> Callable[[dict[str, Any], str], None]:
    def change(state: dict[str, Any], text: str) -> None:
        state[field][0] += text

    return change


def _mark_session(state: dict[str, Any], text: str) -> None:
    state["metadata"]["session"] += text


SIMPLE = StateKind(
    "simple",
    (("counter", "last", 0), ("data", "last", "")),
    lambda: {"counter": 0, "data": ""},
    payload=_append_to("data"),
    mark=_append_to("data"),
)

COMPLEX = StateKind(
    "complex",
    (
        ("messages", "append", []),
        ("metadata", "merge", {}),
        ("counter", "last", 0),
        ("status", "last", ""),
        ("next", "last", ""),
    ),
    lambda: {
        "messages": ["Initial message"],
        "metadata": {"user": "test_user", "session": "test_session"},
        "counter": 0,
        "status": "initialized",
        "next": "",
    },
    payload=_append_to_first("messages"),
    mark=_mark_session,
)

BATCH = replace(
    COMPLEX,
    name="batch",
    fields=(*COMPLEX.fields[:-1], ("next", "overwrite", "")),
)
"""A Complex state whose ``next`` may be written by many in one superstep."""

SMALL = StateKind(
    "small",
    (("counter", "last", 0), ("status", "last", ""), ("value", "last", 0.0)),
    lambda: {"counter": 0, "status": "ready", "value": 0.0},
    payload=_append_to("status"),
    mark=_append_to("status"),
)

MEDIUM = StateKind(
    "medium",
    (("data", "append", []), ("metadata", "merge", {}), ("counters", "max", [])),
    lambda: {
        "data": [f"Item {i}" for i in range(100)],
        "metadata": {f"key{i}": f"value{i}" for i in range(50)},
        "counters": list(range(100)),
    },
    payload=_append_to_first("data"),
    mark=_append_to_first("data"),
)

LARGE = StateKind(
    "large",
    (("messages", "append", []), ("metadata", "merge", {}), ("data_blocks", "last", [])),
    lambda: {
        "messages": [f"Message {i}" for i in range(1000)],
        "metadata": {f"key{i}": f"value{i}" for i in range(500)},
        "data_blocks": [bytearray(10_240) for _ in range(10)],
    },
    payload=_append_to_first("messages"),
    mark=_append_to_first("messages"),
)
