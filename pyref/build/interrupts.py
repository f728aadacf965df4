"""Ctrl-C, and other signals, kept from moments that do not stand an exception.

Python runs a signal's handler between any two steps of the main thread, and
that of SIGINT raises KeyboardInterrupt there. Two kinds of code break by it:

* Starting a process. Interrupted after the start and before the process is on
  anybody's list, nobody ends it. And Ctrl-C goes to everyone in the terminal's
  process group: a process that is still importing would print a traceback of
  its own. See ``held_back`` and ``child.leave_interrupts_to_parent``.
* An event loop. Interrupted after taking a callback off its queue and before
  calling it, it has lost that callback; if a task was to go on by it, the task
  never ends, however often it is cancelled. See ``run_until_complete``.
"""

from __future__ import annotations

import _signal
import asyncio
import contextlib
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

# Without the enums that the signal module puts around these: with them a change
# of handlers takes longer than a short body does.
_getsignal, _set_handler = _signal.getsignal, _signal.signal
_T = TypeVar("_T")
_Handler = Callable[[int, Any], Any]
_BOTH = _signal.SIGINT, _signal.SIGTERM
_PATIENCE_S = 0.5  # a loop that takes longer to get to something is held up


@contextlib.contextmanager
def held_back() -> Iterator[None]:
    """Put off Ctrl-C until the end of a with statement, for this process and those started in it.

    They inherit that SIGINT is blocked, also through a server that forks them,
    and unblock it themselves when they are ready for it.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    came: list[int] = []
    handler = _handler(signal.SIGINT)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT,))
    try:
        if handler is not None:  # blocking it in one thread leaves it to the others
            _set_handler(signal.SIGINT, lambda number, _: came.append(number))
        try:
            yield
        finally:
            if handler is not None:
                _set_handler(signal.SIGINT, handler)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    if came:
        signal.raise_signal(signal.SIGINT)


def run_until_complete(loop: asyncio.AbstractEventLoop, work: Awaitable[_T]) -> _T:
    """Do the same as the loop's method, with signal handlers run between two steps of the loop.

    What a handler raises ends the work, which is cancelled, and is raised here.
    Should a body hold up the loop, a second signal is handled at once. (For
    SIGINT, and since Python 3.11, asyncio.run does the same.)
    """
    future = asyncio.ensure_future(work, loop=loop)
    with _Between(loop, future):
        return loop.run_until_complete(future)


class _Between:
    """Runs the signal handlers of one stretch of a loop; on exit raises what one of them did."""

    def __init__(self, loop: asyncio.AbstractEventLoop, future: asyncio.Future[Any]) -> None:
        self._loop = loop
        self._future = future
        self._owner = os.getpid()
        self._handlers: dict[int, _Handler] = {}
        self._waiting: list[int] = []  # signals that came
        self._since = 0.0  # when the first of them did
        self._raised: BaseException | None = None

    def __enter__(self) -> None:
        for number in _BOTH:
            handler = _handler(number)
            if handler is not None:
                self._handlers[number] = handler
                _set_handler(number, self._note)

    def __exit__(self, *_: object) -> None:
        for number in reversed(self._handlers):
            # Unless a handler has put another one in its place, which is to stay.
            if _getsignal(number) == self._note:
                _set_handler(number, self._handlers[number])
        self._run_handlers()  # of what came at the very end
        if self._raised is not None:
            raise self._raised from None

    def _note(self, number: int, frame: Any) -> None:
        if os.getpid() != self._owner:  # a body has forked
            self._handlers[number](number, frame)
        elif not self._waiting:
            self._since = time.monotonic()
            self._waiting.append(number)
            self._loop.call_soon_threadsafe(self._in_loop)
        elif time.monotonic() > self._since + _PATIENCE_S:
            self._run_handlers()
        elif number not in self._waiting:
            self._waiting.append(number)

    def _in_loop(self) -> None:
        try:
            self._run_handlers()
        except BaseException as error:  # most kinds would only be logged by the loop
            self._raised = error
            self._future.cancel()

    def _run_handlers(self) -> None:
        while self._waiting:
            number = self._waiting.pop()
            self._handlers[number](number, None)


def _handler(number: int) -> _Handler | None:
    """Return the handler of a signal if it is a function, and ours to replace."""
    if threading.current_thread() is not threading.main_thread():
        return None
    handler = _getsignal(number)
    return handler if callable(handler) else None
