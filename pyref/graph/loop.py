"""The engine's loop: superstep by superstep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Union

from .course import Course, ask
from .errors import GraphError
from .faults import blame, failed
from .plan import Node, Plan, Update
from .pool import Call, Failure, Pool
from .reducers import ALONE, holders
from .result import Result

if TYPE_CHECKING:
    from .calls import Calls
    from .watch import Watch

State = dict[str, Any]


def start(
    plan: Plan,
    given: Mapping[str, Any],
    watch: Union[Watch, None] = None,
    calls: Union[Calls, None] = None,
) -> Result:
    """Return a run that stands at its beginning."""
    run = Result(plan.start(given), plan.entry, watch, calls)
    if plan.entry_branch is not None:
        run.routes = 1
        try:
            run.pending, run.inputs = ask(plan.entry_branch, run.state)
        except GraphError as error:
            error.progress = run
            raise
    return run


def advance(plan: Plan, run: Result, limit: int, pool: Union[Pool, None]) -> Result:
    """Run until nothing is pending, or raise GraphError; return ``run``.

    With a watch that takes turns, return after each superstep.
    """
    first, again = plan.first, plan.again
    state, nodes, inputs, course = run.state, run.pending, run.inputs, run.course
    watch, calls = run.watch, run.calls
    step = begin = run.step
    ran = routes = 0
    try:
        while nodes:
            if step == limit:
                raise GraphError("recursion_limit", f"not finished after {limit} supersteps")
            step += 1
            if watch is not None:
                watch.start(step, nodes)
            ran += len(nodes)

            if len(nodes) == 1 and not inputs:
                # One task: no other update to keep apart, so the state changes
                # in place, and its router sees just that state.
                node = nodes[0]
                try:
                    update = node.function(state) if calls is None else calls.alone(node, state, step)
                except Exception as error:
                    raise failed(node, error) from error
                if update:
                    try:
                        if node.read_only:
                            raise PermissionError
                        for field, value in update.items():
                            reduce = first[field]
                            if reduce is None:
                                state[field] = value
                            elif holders(state[field]) == ALONE:
                                state[field] = again[field](state[field], value)
                            else:
                                state[field] = reduce(state[field], value)
                    except Exception as error:
                        blame(plan, state, nodes, (update,), error)
                if node.plain:
                    following = node.after
                elif node.only_branch is not None and (course is None or course.paths is None):
                    routes += 1
                    following, inputs = ask(node.only_branch, state)
                else:
                    course = course or Course()
                    following, inputs = course.follow(plan, nodes, (), state)
                if watch is not None and watch.end(step, nodes, (update,), state, following, inputs, course):
                    nodes = following
                    break
            else:
                updates = _run_tasks(plan, nodes, inputs, state, step, pool, calls)
                if watch is not None:
                    watch.compare(nodes, updates, state)
                fresh = _combine(plan, state, nodes, updates)
                shared = nodes[0].after
                inputs = []
                for node in nodes:
                    if node.after != shared or not node.plain:
                        course = course or Course()
                        following, inputs = course.follow(plan, nodes, updates, state)
                        break
                else:
                    following = shared
                state.update(fresh)
                if watch is not None and watch.end(step, nodes, updates, state, following, inputs, course):
                    nodes = following
                    break
            nodes = following
        if watch is not None and not nodes:
            watch.finish(step, state)
    except GraphError as error:
        error.step = step
        error.progress = run
        raise
    finally:
        if course is not None:
            routes += course.asked
            course.asked = 0
        run.nodes += ran
        run.supersteps += step - begin
        run.routes += routes
        run.step = step
        run.pending, run.inputs, run.course = nodes, inputs, course
    return run


def _run_tasks(
    plan: Plan,
    nodes: Sequence[Node],
    inputs: Sequence[Any],
    state: State,
    step: int,
    pool: Union[Pool, None],
    calls: Union[Calls, None],
) -> list[Update]:
    """Run the tasks of a superstep, all of them whatever happens."""
    views = [state] * (len(nodes) - len(inputs))
    views += inputs
    if calls is None:
        tasks: list[Call] = [(node.function, view) for node, view in zip(nodes, views)]
    else:
        tasks = [(calls.bind(node, step), view) for node, view in zip(nodes, views)]
    results: list[Any]
    if pool is not None and len(nodes) > 1:
        results = pool.run(tasks)
    else:
        results = []
        for function, view in tasks:
            try:
                results.append(function(view))
            except Exception as error:
                results.append(Failure(error))
    if Failure in map(type, results):
        for result in results:
            if type(result) is Failure and not isinstance(result.error, Exception):
                raise result.error  # KeyboardInterrupt, SystemExit
        blame(plan, state, nodes, results, None)
    return results


def _combine(plan: Plan, state: State, nodes: Sequence[Node], updates: Sequence[Update]) -> State:
    """Return the new values of the fields that the tasks wrote."""
    first, again = plan.first, plan.again
    fresh: State = {}
    try:
        for node, update in zip(nodes, updates):
            if update:
                if node.read_only:
                    raise PermissionError
                for field, value in update.items():
                    if field in fresh:
                        fresh[field] = again[field](fresh[field], value)
                    else:
                        reduce = first[field]
                        fresh[field] = value if reduce is None else reduce(state[field], value)
    except Exception as error:
        blame(plan, state, nodes, updates, error)
    return fresh
