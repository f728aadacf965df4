"""A run as something to loop over."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Union

from .errors import GraphError
from .result import Position, Result
from .watch import Event, State, Watch


class Events(Iterator[Event]):
    """The events of a run that goes on while they are taken; see Runner.stream.

    A superstep runs when an event is asked for that only it can give. Whoever
    stops asking ends the run; ``close`` says so, and so does leaving a ``with``
    block.
    """

    def __init__(
        self,
        position: Position,
        progress: Result,
        watch: Watch,
        waiting: list[Event],
        limit: int,
        advance: Callable[[Position, State], Result],
    ) -> None:
        self.progress = progress
        """The counters so far, and the state, which goes on changing."""
        self.result: Union[Result, None] = None
        """The run's result once it is over."""
        self._watch = watch
        self._waiting = waiting
        self._limit = limit
        self._advance = advance
        self._events = self._take(position)

    def __next__(self) -> Event:
        return next(self._events)

    def close(self) -> None:
        """End the run where it is."""
        self._events.close()

    def __enter__(self) -> Events:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take(self, position: Position) -> Generator[Event, None, None]:
        """Yield what is waiting, and run a superstep when nothing is.

        Note: a loop that yields was considered for every run, watched or not;
        it would cost small runs the making and driving of a generator.
        """
        watch = self._watch
        announces, watch.announces = watch.announces, False
        while self.result is None:
            yield from self._drain()
            if announces and position.pending and position.step != self._limit:
                watch.announce(position.step + 1, position.pending)
                yield from self._drain()
            try:
                self.progress = self._advance(position, self.progress.state)
            except GraphError as error:
                self.progress = error.progress or self.progress
                raise
            assert watch.position is not None
            position = watch.position
            if not position.pending:
                self.result = self.progress
        yield from self._drain()

    def _drain(self) -> Iterator[Event]:
        yield from self._waiting
        self._waiting.clear()
