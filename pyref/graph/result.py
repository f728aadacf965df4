"""How far a run has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Union

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

    __slots__ = ("_calls", "_watch", "nodes", "routes", "state", "supersteps")

    def __init__(
        self,
        state: dict[str, Any],
        nodes: int,
        supersteps: int,
        routes: int,
        watch: Union[Watch, None],
        calls: Union[Calls, None],
    ) -> None:
        self.state = state
        self.nodes = nodes
        self.supersteps = supersteps
        self.routes = routes
        self._watch = watch
        self._calls = calls

    @property
    def state_copies(self) -> int:
        """How many copies of the state were made for tasks."""
        return len(self._calls.copies) if self._calls else 0

    def counters(self) -> dict[str, int]:
        """Return every counter by name."""
        watch, calls = self._watch, self._calls
        trace = calls.trace if calls else None
        inner = calls.inner if calls else ()
        return {
            "nodes": self.nodes,
            "supersteps": self.supersteps,
            "routes": self.routes,
            "checkpoints": watch.checkpoints if watch else 0,
            "checkpoint_bytes": watch.checkpoint_bytes if watch else 0,
            "events": watch.events if watch else 0,
            "state_copies": self.state_copies,
            "spans": trace.spans if trace else 0,
            "sub_nodes": sum(nodes for nodes, _ in inner),
            "sub_supersteps": sum(steps for _, steps in inner),
        }


class Position(NamedTuple):
    """Where a run stands between supersteps."""

    pending: tuple[Node, ...]
    """The tasks to run next, in order."""
    inputs: list[Any]
    """The inputs of as many Sends at the end of ``pending``."""
    course: Union[Course, None] = None
    step: int = 0
    """Supersteps since the beginning of the whole run."""
    start: int = 0
    """The step at which the counting began."""
    nodes: int = 0
    routes: int = 0
