"""What can be wrong with a graph, or go wrong in a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .result import Result


class GraphError(Exception):
    """A fault, with a kind that programs can compare.

    Of a graph, in the order of the checks: ``duplicate_field`` and
    ``duplicate_node`` (on adding), ``no_entry``, ``unknown_node``,
    ``empty_routes``, ``unreachable``. Of a run: ``node_failed``,
    ``unknown_field``, ``read_only_violation``, ``concurrent_write``,
    ``reducer_shape``, ``no_route``, ``unknown_node`` (a Send to a node that its
    branch does not list), ``recursion_limit``. On resuming: ``bad_checkpoint``.
    An ``unknown_field`` without a node was given as input.

    ``node`` is the node at fault, the writer (of two, the second) or the source
    of a branch; ``field`` is the field meant; ``step`` the superstep, from 1, and
    0 outside of any. ``progress`` holds the counters of a run up to the fault.
    """

    def __init__(
        self,
        kind: str,
        detail: str = "",
        *,
        node: str | None = None,
        field: str | None = None,
        step: int = 0,
    ) -> None:
        super().__init__(kind)
        self.kind = kind
        self.detail = detail
        self.node = node
        self.field = field
        self.step = step
        self.progress: Result | None = None

    def __str__(self) -> str:
        return f"graph: {self.place()}"

    def place(self) -> str:
        """Say where and what, without saying that it is about a graph."""
        parts = []
        if self.node is not None:
            parts.append(f"node {self.node!r}")
        if self.step:
            parts.append(f"step {self.step}")
        if self.field is not None:
            parts.append(f"field {self.field!r}")
        parts.append(self.kind.replace("_", " "))
        if self.detail:
            parts.append(self.detail)
        return ": ".join(parts)
