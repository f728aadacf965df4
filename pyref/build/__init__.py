"""DAG builds: one core of bookkeeping, five executors.

What it does: takes tasks with static dependencies (``deps``) and dependencies
asked for while running (``rounds``), runs what is not complete yet, and leaves
one target per task. A target exists exactly when its task is complete, so a
build can be repeated or resumed.

A task is a definition: a kind, its parameters, and what it needs. The library
has some kinds; those of a program are functions by name.

>>> from pyref.build import Definition, MemoryTargets, Options, build, resolve
>>> def square(task, call):
...     return {"n": task.params["n"] ** 2}
>>> def add(task, call):
...     return {"n": sum(call.result(other)["n"] for other in task.deps)}
>>> dag = resolve(
...     {
...         "three": Definition("square", {"n": 3}),
...         "four": Definition("square", {"n": 4}),
...         "both": Definition("add", deps=["three", "four"]),
...     },
...     "both",
...     kinds={"square": square, "add": add},
... )
>>> targets = MemoryTargets()
>>> result = build(dag, targets, Options("threadpool", workers=2))
>>> result.check()  # raises what went wrong, if anything did
>>> result.counters["tasks_run"], result.result(dag.root)
(3, {'n': 25})

Everything is complete by now, so a second build runs nothing.

>>> build(dag, targets, Options("asyncio")).counters["tasks_run"]
0

A body may ask for tasks while it runs, in rounds that its definition names. As
a generator it asks by ``yield``, as a coroutine by ``await call.ask()``; both
get the tasks when they are complete. (Before a function is called, all of its
rounds have been asked for.)

>>> def total(task, call):
...     found = 0
...     for _ in task.rounds:
...         asked = yield
...         found += sum(call.result(other)["n"] for other in asked)
...     return {"n": found}
>>> async def fetch(task, call):
...     import asyncio
...     await asyncio.sleep(0.001)  # stands for whatever there is to wait for
...     return {"n": len(task.key)}
>>> dag = resolve(
...     {
...         "total": Definition("total", rounds=[["a", "bb"], ["ccc"]]),
...         **{key: Definition("fetch") for key in ("a", "bb", "ccc")},
...     },
...     "total",
...     kinds={"total": total, "fetch": fetch},
... )
>>> for executor in "sequential", "threadpool", "asyncio", "asyncio_queue":
...     result = build(dag, MemoryTargets(), Options(executor, workers=1))
...     print(executor, result.result(dag.root), result.counters["suspensions"])
sequential {'n': 6} 2
threadpool {'n': 6} 2
asyncio {'n': 6} 2
asyncio_queue {'n': 6} 2

While a body waits for tasks it holds none of the W workers. While a coroutine
awaits anything else, it depends on the executor:

* asyncio, asyncio_queue: coroutines run on the event loop and hold no worker;
* threadpool: the same, on an event loop in a thread of its own;
* sequential, multiprocess: a coroutine has a loop to itself, and its worker
  waits with it.

When a build is cancelled, coroutines are cancelled, threads are waited for and
worker processes are killed. Bodies that still wait for tasks when a build ends
are closed. ``build`` is for threads that run no event loop; from a coroutine,
call it with ``asyncio.to_thread``. Bodies of multiprocess have to be functions
at the top of a module, which is where worker processes import them from.

* ``errors``      - why a build ends without its root
* ``task``        - a resolved task
* ``kinds``       - what bodies do
* ``dag``         - definitions by key -> tasks: unknown keys, cycles, ids
* ``targets``     - where records of complete tasks live: files, memory, nowhere
* ``run``         - one build's bookkeeping; no threads, no clock
* ``sequential``, ``threadpool``, ``coroutines`` (asyncio), ``workerqueue``
  (asyncio_queue), ``pipes`` and ``processpool`` (multiprocess) - the executors
* ``crew``, ``eventloop``, ``reexecution`` - what some of them share: W threads,
  the loop and its crew, bodies that start again in other processes
* ``awaiting``    - bodies that are coroutines
* ``lookahead``   - several slow checks at a time
* ``child``, ``wire`` - the far end of ``pipes``, and how it reads and writes
* ``cancel``      - ask a build to stop
* ``engine``      - options and the two ways in: ``build`` and ``Builder``

This module imports nothing until it is asked for a name: worker processes are
fresh interpreters that import ``pyref.build.child``, and whatever stood here
would be part of their start-up time.
"""

TYPE_CHECKING = False
if TYPE_CHECKING:  # what tools see; everybody else gets the same by __getattr__
    from typing import Any

    from pyref.build.cancel import Cancel as Cancel
    from pyref.build.dag import Dag as Dag
    from pyref.build.dag import Definition as Definition
    from pyref.build.dag import resolve as resolve
    from pyref.build.engine import Builder as Builder
    from pyref.build.engine import Options as Options
    from pyref.build.engine import Result as Result
    from pyref.build.engine import build as build
    from pyref.build.errors import BuildError as BuildError
    from pyref.build.errors import Cancelled as Cancelled
    from pyref.build.errors import Cycle as Cycle
    from pyref.build.errors import Deadlock as Deadlock
    from pyref.build.errors import TaskFailed as TaskFailed
    from pyref.build.errors import UnknownTask as UnknownTask
    from pyref.build.errors import WorkerDied as WorkerDied
    from pyref.build.kinds import Call as Call
    from pyref.build.kinds import Failure as Failure
    from pyref.build.targets import FileTargets as FileTargets
    from pyref.build.targets import MemoryTargets as MemoryTargets
    from pyref.build.targets import NoTargets as NoTargets
    from pyref.build.task import Task as Task

_PLACES = {
    "Builder": "engine", "Options": "engine", "Result": "engine", "build": "engine",
    "Dag": "dag", "Definition": "dag", "resolve": "dag", "Task": "task",
    "Call": "kinds", "Failure": "kinds", "Cancel": "cancel",
    "FileTargets": "targets", "MemoryTargets": "targets", "NoTargets": "targets",
    "BuildError": "errors", "Cancelled": "errors", "Cycle": "errors", "Deadlock": "errors",
    "TaskFailed": "errors", "UnknownTask": "errors", "WorkerDied": "errors",
}  # fmt: skip
__all__ = [*_PLACES]


def __dir__() -> list[str]:
    """Have help and completion show what is not imported yet."""
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> "Any":
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
