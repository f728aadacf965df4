"""sequential: everything on the caller's thread, depth first, deps before dependents.

A body that asks for tasks has them run in place and then goes on. Where no body
does, and nothing is complete beforehand, the order is the one that resolving the
DAG has found.
"""

from __future__ import annotations

from pyref.build.cancel import Cancel
from pyref.build.errors import BuildError, Cancelled
from pyref.build.kinds import message
from pyref.build.run import ASKS, DONE, FAILED, Run
from pyref.build.task import Task


class Sequential:
    """See the module."""

    re_executes = False

    def __init__(self, _workers: int) -> None:
        pass

    def warm_up(self) -> None:
        pass

    def run(self, run: Run, cancel: Cancel | None) -> None:
        """Build until nothing can be run any more."""
        if cancel is None:
            self._build(run)
            return
        cancel.subscribe(stop := lambda: run.stop(Cancelled()))
        try:
            self._build(run)
        finally:
            cancel.unsubscribe(stop)

    def _build(self, run: Run) -> None:
        todo = run.discover((run.root,))
        if run.order and len(todo) == len(run.order):
            self._sweep(run)
        else:
            self._walk(run, todo)

    def _sweep(self, run: Run) -> None:
        """Run all there is in the DAG's own order; ``run.segment`` and ``settle`` by hand."""
        complete, note, call, put = run.complete.add, run.trace.append, run.call, run.targets.put
        dead = run.dead
        for task in run.order:
            if run.stopped:
                return
            if dead and task in dead:
                continue
            note(task)
            try:
                put(task, task.work(task, call))
            except Exception as error:
                run.causes[task] = error
                run.fail(task, message(error))
            else:
                complete(task)
            note(task.key)

    def _walk(self, run: Run, todo: list[Task]) -> None:
        # An explicit stack: a chain may be longer than the interpreter recurses.
        # A task stays on it while what it needs is built on top of it.
        complete, dead, awaited, segment = run.complete, run.dead, run.awaited, run.segment
        todo.reverse()
        entered: set[Task] = set()  # what they need was put on top of them
        while todo and not run.stopped:
            task = todo[-1]
            if task in complete or task in dead:
                todo.pop()
                continue
            missing = [dep for dep in awaited.get(task, task.deps) if dep not in complete]
            if missing:
                if task in entered:
                    todo.pop()  # stuck; the build reports it
                else:
                    entered.add(task)
                    missing.reverse()
                    todo += missing
                continue
            _, ending, value = segment(task)
            if ending is DONE:
                complete.add(task)
                todo.pop()
            elif ending is ASKS:
                entered.add(task)
                try:
                    _, fresh = run.ask(task, value)
                except BuildError as error:
                    run.stop(error)
                    return
                todo += reversed([*value, *fresh])
            elif ending is FAILED:
                run.fail(task, value)

    def close(self) -> None:
        pass
