"""Ask a build to stop, from any thread."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Cancel(threading.Event):
    """An event whose ``set`` also wakes the builds that were given it.

    A plain event can only be waited for or polled; a coordinator that waits
    for results or replies can do neither.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.RLock()  # a signal handler may call set
        self._wake: list[Callable[[], object]] = []

    def set(self) -> None:
        """Ask every build that was given this event to stop."""
        super().set()
        with self._lock:
            for call in self._wake:
                call()

    def subscribe(self, call: Callable[[], object]) -> None:
        """Call ``call`` when the event is set; at once if it is set already."""
        with self._lock:
            self._wake.append(call)
            if self.is_set():
                call()

    def unsubscribe(self, call: Callable[[], object]) -> None:
        """Forget ``call``; on return it is not running either."""
        with self._lock:
            self._wake.remove(call)
