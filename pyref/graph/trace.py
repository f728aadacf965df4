"""Spans: how long a run, its nodes and its checkpoints took."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter_ns
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, Union

if TYPE_CHECKING:
    from .result import Result


class Span(NamedTuple):
    """One thing that was done, and how long it took."""

    kind: str
    """``run``, ``node`` or ``checkpoint``."""
    name: str
    """The thread of the run, the node, or the checkpoint's id."""
    step: int
    """The superstep it belongs to; of a run, the last."""
    start_ns: int
    """On the clock of time.perf_counter_ns."""
    duration_ns: int
    error: str
    """What was raised, or nothing."""


class Tracer(Protocol):
    """Takes spans as they end, those of nodes on the threads that ran them."""

    def span(self, span: Span) -> None:
        """Take a span."""


class Collector:
    """Keeps spans in memory, in the order in which they ended."""

    def __init__(self) -> None:
        self.spans: list[Span] = []

    def span(self, span: Span) -> None:
        self.spans.append(span)  # needs no lock


class Trace:
    """Times what a run does for its tracer, and counts the spans."""

    __slots__ = ("_made", "_tracer")

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self._made: list[None] = []  # one for each: appending needs no lock

    def end(
        self,
        kind: str,
        name: str,
        step: int,
        start_ns: int,
        error: Union[BaseException, None] = None,
    ) -> None:
        """Hand over the span of what ends now."""
        took = perf_counter_ns() - start_ns
        text = "" if error is None else f"{type(error).__name__}: {error}"
        self._tracer.span(Span(kind, name, step, start_ns, took, text))
        self._made.append(None)

    def run(self, name: str, step: int, advance: Callable[..., Result], *args: Any) -> Result:
        """Make a run, from a step on, and hand over its span."""
        begin = perf_counter_ns()
        try:
            result = advance(*args)
        except BaseException as error:
            self.end("run", name, getattr(error, "step", step), begin, error)
            raise
        self.end("run", name, step + result.supersteps, begin)
        return result

    @property
    def spans(self) -> int:
        """How many there were."""
        return len(self._made)
