"""Definitions by key become tasks: unknown keys, cycles, ids.

All of this happens once, before any build of the DAG.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from pyref import cj
from pyref.build.errors import Cycle, UnknownTask
from pyref.build.kinds import COUNTS, WORK, shape_of
from pyref.build.task import Task

if TYPE_CHECKING:
    from pyref.build.kinds import Body
    from pyref.build.targets import Targets

_ID_DIGITS = 32  # of the SHA-256 of everything that makes a task what it is


@dataclass(frozen=True)
class Definition:
    """One task as its author writes it; everything in it is part of its identity.

    ``deps`` are keys that must be complete before the body starts; ``rounds``
    are the keys it asks for while it runs, one list for each time it asks.
    """

    kind: str
    params: Mapping[str, Any] = field(default_factory=dict)
    deps: Sequence[str] = ()
    rounds: Sequence[Sequence[str]] = ()


class Dag:
    """The tasks that one root needs, checked. Any number of builds may share it."""

    def __init__(
        self, root: Task, tasks: Mapping[str, Task], kinds: Mapping[str, Body] | None = None
    ) -> None:
        self.root = root
        self.tasks = tasks  # by key, those that others need first
        self.kinds = kinds or {}  # those that are not the library's
        # All tasks, those that others need first, if none of them may stop half-way.
        self.order: tuple[Task, ...] = ()
        self.slow = any(task.check_s for task in tasks.values())  # has checks that take their time

    def outputs(self, targets: Targets) -> Iterator[bytes]:
        """Yield the record of each complete task, in the order of their keys."""
        for key in sorted(self.tasks):  # by code point, which is by UTF-8 bytes
            record = targets.get(self.tasks[key])
            if record is not None:
                yield record

    def output_digest(self, targets: Targets) -> str:
        """Return the SHA-256 over all outputs, each followed by a newline."""
        digest = hashlib.sha256()
        for record in self.outputs(targets):
            digest.update(record)
            digest.update(b"\n")
        return digest.hexdigest()


def resolve(
    definitions: Mapping[str, Definition],
    root: str,
    *,
    ids: bool = True,
    kinds: Mapping[str, Body] | None = None,
) -> Dag:
    """Check the definitions that ``root`` needs and make tasks of them.

    ``kinds`` are bodies by the names of their kinds, beside those that the
    library has; ``pyref.build.kinds`` says what a body is. Without ``ids`` the
    tasks can only be built with NoTargets. Raises UnknownTask or Cycle before
    any id is computed, ValueError for a kind or a parameter that does not
    exist, and TypeError for a kind that is no body.
    """
    bodies = {name: (work, "function") for name, work in WORK.items()}
    for name, work in (kinds or {}).items():
        bodies[name] = work, shape_of(work)
    tasks: dict[str, Task] = {}
    for key in _needs_first(definitions, root):
        definition = definitions[key]
        task = tasks[key] = _task(key, definition, bodies)
        task.deps = tuple(tasks[dep] for dep in definition.deps)
        if definition.rounds:
            task.rounds = tuple(tuple(tasks[key] for key in asked) for asked in definition.rounds)
            task.stepwise = True
        for wanted in chain((task,) if task.rounds else (), *task.rounds):
            wanted.dynamic = True
        if ids:
            task.id = _id(task)
    dag = Dag(tasks[root], tasks, kinds)
    _link_dependents(dag)
    if not any(task.stepwise for task in tasks.values()):
        dag.order = tuple(tasks.values())
    return dag


def _needs_first(definitions: Mapping[str, Definition], root: str) -> list[str]:
    """Return the keys that root needs, itself last.

    An explicit stack: a chain may be longer than the interpreter recurses.
    """
    if root not in definitions:
        raise _unknown(root, definitions)
    order: list[str] = []
    left: set[str] = set()  # everything it needs is in order
    path: dict[str, Iterator[str]] = {root: _needs(definitions[root])}
    while path:
        key, rest = next(reversed(path.items()))
        for needed in rest:
            if needed in path:
                keys = list(path)
                raise Cycle([*keys[keys.index(needed) :], needed])
            if needed not in left:
                if needed not in definitions:
                    raise _unknown(needed, definitions, key)
                path[needed] = _needs(definitions[needed])
                break
        else:
            del path[key]
            left.add(key)
            order.append(key)
    return order


def _unknown(
    key: str, definitions: Mapping[str, Definition], wanted_by: str | None = None
) -> UnknownTask:
    near = difflib.get_close_matches(key, definitions, 1)
    return UnknownTask(key, wanted_by, near[0] if near else None)


def _needs(definition: Definition) -> Iterator[str]:
    yield from definition.deps
    for wanted in definition.rounds:
        yield from wanted


def _task(key: str, definition: Definition, bodies: Mapping[str, tuple[Body, str]]) -> Task:
    kind, params = definition.kind, definition.params
    if kind not in bodies:
        near = difflib.get_close_matches(kind, bodies, 1)
        hint = f"did you mean {near[0]!r}?" if near else "known: " + ", ".join(bodies)
        raise ValueError(f"task {key!r}: unknown kind {kind!r} ({hint})")
    work, shape = bodies[kind]
    for name in COUNTS.get(kind, ()):
        value = params.get(name)
        if type(value) is not int or value < 0:  # bool is an int as well
            raise ValueError(
                f"task {key!r}: kind {kind}: {name} is {value!r}, want an integer >= 0"
            )
    return Task(key, kind, params, work, shape)


def _id(task: Task) -> str:
    identity = {
        "deps": [dep.id for dep in task.deps],
        "dynamic": [[wanted.id for wanted in asked] for asked in task.rounds],
        "key": task.key,
        "kind": task.kind,
        "params": task.params,
        "v": 1,
    }
    return cj.digest(identity)[:_ID_DIGITS]


def _link_dependents(dag: Dag) -> None:
    """Tell each task who waits for it, in the order a build discovers them."""
    dependents: dict[Task, list[Task]] = {}
    stack = [dag.root]
    while stack:
        task = stack.pop()
        if task in dependents:
            continue
        dependents[task] = []
        for asked in reversed(task.rounds):
            stack.extend(reversed(asked))
        stack.extend(reversed(task.deps))
    for task in dependents:
        for dep in task.deps:
            dependents[dep].append(task)
    for task, waiting in dependents.items():
        task.dependents = tuple(waiting)
