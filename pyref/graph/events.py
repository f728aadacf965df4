"""A run as something to loop over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Union

from .result import Result
from .watch import Event, Watch

Advance = Callable[[], object]


class Events(Iterator[Event]):
    """The events of a run that goes on while they are taken; see Runner.stream.

    A superstep runs when its first event is asked for that is not yet there.
    Whoever stops asking ends the run; ``close`` says so, and so does leaving a
    ``with`` block.
    """

    def __init__(self, run: Result, watch: Watch, waiting: list[Event], limit: int, advance: Advance) -> None:
        self.progress = run
        """What was counted so far, and the state, which goes on changing."""
        self._events = _take(run, watch, waiting, limit, advance)
        self._over = False

    @property
    def result(self) -> Union[Result, None]:
        """The result, or None while the run is not over."""
        return self.progress if self._over else None

    def __next__(self) -> Event:
        try:
            return next(self._events)
        except StopIteration:
            self._over = not self.progress.pending
            raise

    def close(self) -> None:
        """End the run where it is."""
        self._events.close()

    def __enter__(self) -> Events:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _take(run: Result, watch: Watch, waiting: list[Event], limit: int, advance: Advance) -> Any:
    """Yield what is waiting, and run a superstep when nothing is.

    Note: a loop that yields was considered for all runs; it would cost those
    that nobody watches 5 to 10 %.
    """
    yield from _drain(waiting)
    while True:
        if run.pending and run.step != limit:
            watch.start(run.step + 1, run.pending)
            yield from _drain(waiting)
        advance()
        yield from _drain(waiting)
        if not run.pending:
            return


def _drain(waiting: list[Event]) -> Any:
    yield from waiting
    waiting.clear()
