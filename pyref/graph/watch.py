"""What an observed run does beside running: events and checkpoints.

A run that nobody observes has no Watch, and the engine's loop then pays a
comparison with None per superstep and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any, Union

from . import checkpoint
from .changes import changed_fields
from .course import Course, path
from .plan import Node, Plan, Update
from .result import Result
from .store import Store
from .trace import Trace

MODES = ("values", "updates", "events", "callbacks")
DURABILITIES = ("step", "exit")

Event = dict[str, Any]
State = dict[str, Any]


@dataclass(frozen=True)
class Stream:
    """A wish for events.

    ``values`` gives the state after the input and after every superstep with a
    non-empty update, ``updates`` each task's update, ``events`` each task's
    start and end. ``callbacks`` tells all: run_start; a node_start for each
    task of a superstep, then for each task node_end, state_changed with the
    fields whose canonical JSON its update alone would change (left out if
    there are none), and edge with the nodes it triggered; at last run_end.

    The sink is called on the coordinator, in order; what it is given stays as
    it is. For a loop over events see Runner.stream.
    """

    mode: str
    sink: Callable[[Event], object]

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise ValueError(f"stream mode {self.mode!r}: want one of {', '.join(MODES)}")


class Watch:
    """Sends a run's events and writes its checkpoints, and counts both."""

    def __init__(
        self,
        plan: Plan,
        stream: Union[Stream, None],
        store: Union[Store, None],
        durability: str,
        thread: str,
        trace: Union[Trace, None] = None,
    ) -> None:
        if durability not in DURABILITIES:
            raise ValueError(f"durability {durability!r}: want one of {', '.join(DURABILITIES)}")
        self._plan = plan
        self.mode = None if stream is None else stream.mode
        self._sink = None if stream is None else stream.sink
        self._store = store
        self._each_step = store is not None and durability == "step"
        self._thread = thread
        self._trace = trace
        self._parent: Union[str, None] = None
        self._resumed = -1
        self._started = 0
        self._changes: list[list[str]] = []  # of this superstep, by task
        self.in_turns = False  # stop after each superstep, see Events
        self.events = 0
        self.checkpoints = 0
        self.checkpoint_bytes = 0

    def begin(self, run: Result) -> None:
        """The input is in; nothing has run."""
        if self.mode == "callbacks":
            run.course = run.course or Course()
            run.course.paths = []
            self._emit({"state": run.state.copy(), "type": "run_start"})
        elif self.mode == "values":
            self._emit({"mode": "values", "state": run.state.copy(), "step": 0})
        if self._each_step:
            self._checkpoint(0, run.state, run.pending, run.inputs, run.course)

    def resume(self, run: Result, parent: str) -> None:
        """The run goes on from a checkpoint, which is not written again."""
        self._parent = parent
        self._resumed = self._started = run.step
        if self.mode == "callbacks":
            run.course = run.course or Course()
            run.course.paths = []
            self._emit({"state": run.state.copy(), "type": "run_start"})

    def start(self, step: int, nodes: Sequence[Node]) -> None:
        """A superstep begins."""
        if step == self._started:
            return
        self._started = step
        if self.mode == "events":
            for node in nodes:
                self._emit({"mode": "events", "node": node.name, "step": step, "type": "node_start"})
        elif self.mode == "callbacks":
            for node in nodes:
                self._emit({"node": node.name, "step": step, "type": "node_start"})

    def compare(self, nodes: Sequence[Node], updates: Sequence[Update], state: State) -> None:
        """Tasks have run; their updates are not yet applied to the state."""
        if self.mode == "callbacks":
            self._changes = [
                changed_fields(self._plan, state, update) if update and not node.read_only else []
                for node, update in zip(nodes, updates)
            ]

    def end(
        self,
        step: int,
        nodes: Sequence[Node],
        updates: Sequence[Update],
        state: State,
        pending: tuple[Node, ...],
        inputs: list[Any],
        course: Union[Course, None],
    ) -> bool:
        """A superstep is over, its updates are applied. Tell whether to pause."""
        mode = self.mode
        if mode == "events":
            for node in nodes:
                self._emit({"mode": mode, "node": node.name, "step": step, "type": "node_end"})
        elif mode == "updates":
            for node, update in zip(nodes, updates):
                self._emit({"mode": mode, "node": node.name, "step": step, "update": dict(update or ())})
        elif mode == "values":
            if any(updates):
                self._emit({"mode": mode, "state": state.copy(), "step": step})
        elif mode == "callbacks":
            self._call_back(step, nodes, course)
        if self._each_step:
            self._checkpoint(step, state, pending, inputs, course)
        return self.in_turns

    def finish(self, step: int, state: State) -> None:
        """Nothing is pending."""
        if self._store is not None and not self._each_step and step != self._resumed:
            self._checkpoint(step, state, (), [], None)
        if self.mode == "callbacks":
            self._emit({"state": state.copy(), "type": "run_end"})

    def _call_back(self, step: int, nodes: Sequence[Node], course: Union[Course, None]) -> None:
        paths = course.paths if course is not None else None
        for i, node in enumerate(nodes):
            name = node.name
            self._emit({"node": name, "step": step, "type": "node_end"})
            if self._changes[i]:
                fields = self._changes[i]
                self._emit({"fields": fields, "node": name, "step": step, "type": "state_changed"})
            to = paths[i] if paths else path(node.after, node.ends)
            self._emit({"from": name, "step": step, "to": to, "type": "edge"})
        if paths:
            paths.clear()

    def _emit(self, event: Event) -> None:
        self.events += 1
        self._sink(event)  # type: ignore[misc]  # a mode implies a sink

    def _checkpoint(
        self,
        step: int,
        state: State,
        pending: tuple[Node, ...],
        inputs: list[Any],
        course: Union[Course, None],
    ) -> None:
        trace = self._trace
        begin = perf_counter_ns() if trace is not None else 0
        name = checkpoint.name_of(self._thread, step)
        try:
            data = checkpoint.encode(self._thread, step, self._parent, state, pending, inputs, course)
            self._store.put(self._thread, step, data)  # type: ignore[union-attr]
        except BaseException as error:
            if trace is not None:
                trace.end("checkpoint", name, step, begin, error)
            raise
        self._parent = name
        self.checkpoints += 1
        self.checkpoint_bytes += len(data)
        if trace is not None:
            trace.end("checkpoint", name, step, begin)
