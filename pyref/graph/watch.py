"""What an observed run does beside running: events and checkpoints.

A run that nobody observes has no Watch, and the engine's loop then pays a
comparison with None per superstep and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any, Union

from pyref import cj
from pyref.cj import dumps, quote

from .changes import changed_fields
from .course import Course
from .plan import END, Node, Plan, Update
from .result import Position
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


def _nowhere(_event: Event) -> None:
    raise AssertionError("no mode, no event")


class Watch:
    """Sends a run's events and writes its checkpoints, and counts both."""

    events = 0
    checkpoints = 0
    checkpoint_bytes = 0
    in_turns = False
    """Stop after each superstep; see Events."""
    position: Union[Position, None] = None
    """Where the run stopped."""

    _parent = "null"  # in JSON
    _resumed = -1
    _changes: Sequence[Union[list[str], None]] = ()  # of this superstep, by task

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
        self._sink: Callable[[Event], object] = _nowhere if stream is None else stream.sink
        self._store = store
        self._each_step = store is not None and durability == "step"
        self._thread = thread
        if store is not None:
            self._quoted_thread = quote(thread)
            self._begin_id = f"{self._quoted_thread[:-1]}/"
        if trace is not None:
            self._trace = trace
            self._checkpoint = self._timed_checkpoint  # type: ignore[assignment]
        self.announces = self.mode == "events" or self.mode == "callbacks"

    def begin(self, state: State, position: Union[Position, None]) -> Union[Position, None]:
        """The input is in; nothing has run. Return the position to start from."""
        if self.mode == "callbacks":
            position = self._run_start(state, position or Position(self._plan.entry, []))
        elif self.mode == "values":
            self._emit({"mode": "values", "state": state.copy(), "step": 0})
        if self._each_step:
            if position is None:
                self._checkpoint(0, state, self._plan.entry, [], None)
            else:
                self._checkpoint(0, state, position.pending, position.inputs, None)
        return position

    def resume(self, state: State, position: Position, parent: str) -> Position:
        """The run goes on from a checkpoint, which is not written again."""
        self._parent = quote(parent)
        self._resumed = position.step
        if self.mode == "callbacks":
            position = self._run_start(state, position)
        return position

    def _run_start(self, state: State, position: Position) -> Position:
        self._emit({"state": state.copy(), "type": "run_start"})
        course = position.course or Course()
        course.paths = []
        return position._replace(course=course)

    def start(self, step: int, nodes: Sequence[Node]) -> None:
        """A superstep begins."""
        if self.announces:
            self.announce(step, nodes)

    def announce(self, step: int, nodes: Sequence[Node]) -> None:
        """Say which nodes are about to run."""
        sink = self._sink
        self.events += len(nodes)
        if self.mode == "events":
            for node in nodes:
                sink({"mode": "events", "node": node.name, "step": step, "type": "node_start"})
        else:
            for node in nodes:
                sink({"node": node.name, "step": step, "type": "node_start"})

    def compare(self, nodes: Sequence[Node], updates: Sequence[Update], state: State) -> None:
        """Tasks have run; their updates are not yet applied to the state."""
        if self.mode == "callbacks":
            plan = self._plan
            self._changes = [
                changed_fields(plan, state, update) if update else None for update in updates
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
    ) -> None:
        """A superstep is over, its updates are applied."""
        mode = self.mode
        if mode == "events":
            for node in nodes:
                self._emit({"mode": mode, "node": node.name, "step": step, "type": "node_end"})
        elif mode == "updates":
            for node, update in zip(nodes, updates):
                self._emit(
                    {"mode": mode, "node": node.name, "step": step, "update": dict(update or ())}
                )
        elif mode == "values":
            if any(updates):
                self._emit({"mode": mode, "state": state.copy(), "step": step})
        elif mode == "callbacks":
            self._call_back(step, nodes, course)
        if self._each_step:
            self._checkpoint(step, state, pending, inputs, course)

    def finish(self, step: int, state: State) -> None:
        """Nothing is pending."""
        if self._store is not None and not self._each_step and step != self._resumed:
            self._checkpoint(step, state, (), [], None)
        if self.mode == "callbacks":
            self._emit({"state": state.copy(), "type": "run_end"})

    def _call_back(self, step: int, nodes: Sequence[Node], course: Union[Course, None]) -> None:
        assert course is not None  # since _run_start
        paths, edges = course.paths, self._plan.edge_targets()
        sink = self._sink
        count = 0
        for i, node in enumerate(nodes):
            name = node.name
            sink({"node": name, "step": step, "type": "node_end"})
            fields = self._changes[i]
            if fields:
                sink({"fields": fields, "node": name, "step": step, "type": "state_changed"})
                count += 1
            to = paths[i] if paths else edges[name].copy() or [END]
            sink({"from": name, "step": step, "to": to, "type": "edge"})
            count += 2
        self.events += count
        if paths:
            course.paths = []

    def _emit(self, event: Event) -> None:
        self.events += 1
        self._sink(event)

    def _checkpoint(
        self,
        step: int,
        state: State,
        pending: tuple[Node, ...],
        inputs: list[Any],
        course: Union[Course, None],
    ) -> None:
        name = f'{self._begin_id}{step:08d}"'
        if inputs or (course is not None and course.joins):
            data = self._encode(name, step, state, pending, inputs, course)
        else:
            try:
                text = (
                    f'{{"id":{name},"next":[{",".join([quote(node.name) for node in pending])}],'
                    f'"parent":{self._parent},"state":{dumps(state)},"step":{step},'
                    f'"thread":{self._quoted_thread},"v":1}}'
                )
                data = text.encode()
            except ValueError:
                data = self._encode(name, step, state, pending, inputs, course)  # words the error
        self._store.put(self._thread, step, data)  # type: ignore[union-attr]
        self._parent = name
        self.checkpoints += 1
        self.checkpoint_bytes += len(data)

    def _encode(
        self,
        name: str,
        step: int,
        state: State,
        pending: tuple[Node, ...],
        inputs: list[Any],
        course: Union[Course, None],
    ) -> bytes:
        """Encode a checkpoint of any kind, or raise EncodeError."""
        value: dict[str, Any] = {
            "id": json.loads(name),
            "next": [node.name for node in pending],
            "parent": json.loads(self._parent),
            "state": state,
            "step": step,
            "thread": self._thread,
            "v": 1,
        }
        if course is not None and course.joins:
            value["joins"] = course.waiting()
        if inputs:
            value["sends"] = inputs
        return cj.dumpb(value)

    def _timed_checkpoint(self, step: int, *args: Any) -> None:
        name = f"{self._thread}/{step:08d}"
        begin = perf_counter_ns()
        try:
            Watch._checkpoint(self, step, *args)
        except BaseException as error:
            self._trace.end("checkpoint", name, step, begin, error)
            raise
        self._trace.end("checkpoint", name, step, begin)
