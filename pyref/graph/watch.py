"""What an observed run does beside running: events and checkpoints.

A run that nobody observes has no Watch, and the engine's loop then pays a
comparison with None per superstep and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Union

from pyref import cj

from .plan import Node, Update
from .store import Store

MODES = ("values", "updates", "events")
DURABILITIES = ("step", "exit")


@dataclass(frozen=True)
class Stream:
    """A wish for events.

    ``values`` gives the state after the input and after every superstep with a
    non-empty update, ``updates`` each task's update, ``events`` each task's
    start and end. The sink is called on the coordinator, in order; what it is
    given stays as it is.

    A generator was considered and would put a yield into every run.
    """

    mode: str
    sink: Callable[[dict[str, Any]], object]

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise ValueError(f"stream mode {self.mode!r}: want one of {', '.join(MODES)}")


class Watch:
    """Sends a run's events and writes its checkpoints, and counts both."""

    def __init__(
        self,
        stream: Union[Stream, None],
        store: Union[Store, None],
        durability: str,
        thread: str,
    ) -> None:
        if durability not in DURABILITIES:
            raise ValueError(f"durability {durability!r}: want one of {', '.join(DURABILITIES)}")
        self.mode = None if stream is None else stream.mode
        self._sink = None if stream is None else stream.sink
        self._store = store
        self._each_step = store is not None and durability == "step"
        self._thread = thread
        self._parent: str | None = None
        self.events = 0
        self.checkpoints = 0
        self.checkpoint_bytes = 0

    def begin(self, state: dict[str, Any], pending: Sequence[Node]) -> None:
        """The input is in; nothing has run."""
        if self.mode == "values":
            self._emit({"mode": "values", "state": state.copy(), "step": 0})
        if self._each_step:
            self._checkpoint(state, 0, pending)

    def start(self, step: int, nodes: Sequence[Node]) -> None:
        """A superstep begins."""
        if self.mode == "events":
            for node in nodes:
                self._emit({"mode": "events", "node": node.name, "step": step, "type": "node_start"})

    def end(
        self,
        step: int,
        nodes: Sequence[Node],
        updates: Sequence[Update],
        state: dict[str, Any],
        pending: Sequence[Node],
    ) -> None:
        """A superstep is over and its updates are applied."""
        mode = self.mode
        if mode == "events":
            for node in nodes:
                self._emit({"mode": mode, "node": node.name, "step": step, "type": "node_end"})
        elif mode == "updates":
            for node, update in zip(nodes, updates):
                self._emit({"mode": mode, "node": node.name, "step": step, "update": dict(update or ())})
        elif mode == "values" and any(updates):
            self._emit({"mode": mode, "state": state.copy(), "step": step})
        if self._each_step:
            self._checkpoint(state, step, pending)

    def finish(self, step: int, state: dict[str, Any]) -> None:
        """Nothing is pending."""
        if self._store is not None and not self._each_step:
            self._checkpoint(state, step, ())

    def _emit(self, event: dict[str, Any]) -> None:
        self.events += 1
        self._sink(event)  # type: ignore[misc]  # a mode implies a sink

    def _checkpoint(self, state: dict[str, Any], step: int, pending: Sequence[Node]) -> None:
        name = f"{self._thread}/{step:08d}"
        data = cj.dumpb(
            {
                "id": name,
                "next": [node.name for node in pending],
                "parent": self._parent,
                "state": state,
                "step": step,
                "thread": self._thread,
                "v": 1,
            }
        )
        self._store.put(self._thread, step, data)  # type: ignore[union-attr]
        self._parent = name
        self.checkpoints += 1
        self.checkpoint_bytes += len(data)
