"""How far a run has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Union

if TYPE_CHECKING:
    from .calls import Calls
    from .course import Course
    from .plan import Node
    from .watch import Watch


class Result:
    """A run's final state and what was counted on the way.

    Of a run that failed, or that is still going on, the counters are right and
    the state may be half changed.
    """

    __slots__ = ("calls", "course", "inputs", "nodes", "pending", "routes", "state", "step", "supersteps", "watch")

    def __init__(
        self,
        state: dict[str, Any],
        pending: tuple[Node, ...],
        watch: Union[Watch, None] = None,
        calls: Union[Calls, None] = None,
    ) -> None:
        self.state = state
        self.nodes = 0
        self.supersteps = 0
        self.routes = 0
        # What the engine needs to go on.
        self.pending = pending
        self.inputs: list[Any] = []  # of as many Sends at the end of pending
        self.step = 0  # unlike supersteps, counted from the run's beginning
        self.course: Union[Course, None] = None
        self.watch = watch
        self.calls = calls

    @property
    def state_copies(self) -> int:
        """How many copies of the state were made for tasks."""
        return len(self.calls.copies) if self.calls else 0

    def counters(self) -> dict[str, int]:
        """Return every counter by name."""
        watch, calls = self.watch, self.calls
        trace = calls.trace if calls else None
        subs = calls.subs if calls else ()
        return {
            "nodes": self.nodes,
            "supersteps": self.supersteps,
            "routes": self.routes,
            "checkpoints": watch.checkpoints if watch else 0,
            "checkpoint_bytes": watch.checkpoint_bytes if watch else 0,
            "events": watch.events if watch else 0,
            "state_copies": self.state_copies,
            "spans": trace.spans if trace else 0,
            "sub_nodes": sum(nodes for nodes, _ in subs),
            "sub_supersteps": sum(steps for _, steps in subs),
        }
