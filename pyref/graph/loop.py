"""The engine's loop: superstep by superstep."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Union

from .course import Course, ask
from .errors import GraphError
from .faults import blame, failed
from .plan import Node, Plan, Update
from .pool import Call, Failure, Pool
from .result import Position, Result

if TYPE_CHECKING:
    from .calls import Calls
    from .watch import Watch

State = dict[str, Any]


def opening(
    plan: Plan,
    state: State,
    watch: Union[Watch, None],
    calls: Union[Calls, None],
) -> Union[Position, None]:
    """Ask the entry router where to begin; None where there is none to ask."""
    if plan.entry_branch is None:
        return None
    try:
        pending, inputs = ask(plan.entry_branch, state)
    except GraphError as error:
        error.progress = Result(state, 0, 0, 1, watch, calls)
        raise
    return Position(pending, inputs, routes=1)


def advance(
    plan: Plan,
    state: State,
    limit: int,
    pool: Union[Pool, None],
    position: Union[Position, None] = None,
    watch: Union[Watch, None] = None,
    calls: Union[Calls, None] = None,
) -> Result:
    """Run until nothing is pending and return the result, or raise GraphError.

    Without a position the run begins at the plan's entry. With a watch that
    takes turns, return after a superstep and leave the position there.
    """
    put = plan.put
    inputs: list[Any]
    course: Union[Course, None]
    if position is None:
        nodes, inputs, course = plan.entry, [], None
        step = start = ran = routes = 0
    else:
        nodes, inputs, course, step, start, ran, routes = position
    try:
        while nodes:
            if step == limit:
                raise GraphError("recursion_limit", f"not finished after {limit} supersteps")
            step += 1
            if watch is not None:
                watch.start(step, nodes)
            count = len(nodes)
            ran += count

            if count == 1 and not inputs:
                # One task: no other update to keep apart, so the state changes
                # in place, and its router sees just that state.
                node = nodes[0]
                try:
                    update = (
                        node.function(state) if calls is None else calls.alone(node, state, step)
                    )
                except Exception as error:
                    raise failed(node, error) from error
                if update:
                    try:
                        if node.read_only:
                            raise PermissionError
                        for field, value in update.items():
                            change = put[field]
                            if change is None:
                                state[field] = value
                            else:
                                change(state, field, value)
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
                if watch is not None:
                    watch.end(step, nodes, (update,), state, following, inputs, course)
                    if watch.in_turns:
                        nodes = following
                        break
            else:
                updates = _run_tasks(plan, nodes, inputs, state, step, pool, calls)
                if watch is not None:
                    watch.compare(nodes, updates, state)
                fresh = _combine(plan, state, nodes, updates)
                shared = nodes[0].after
                sent = bool(inputs)
                inputs = []
                for node in nodes:
                    if node.after != shared or not node.plain:
                        course = course or Course()
                        following, inputs = course.follow(plan, nodes, updates, state)
                        break
                else:
                    following = shared
                if sent:  # perhaps the state itself, which was the router's view
                    state = state | fresh
                else:
                    state.update(fresh)
                if watch is not None:
                    watch.end(step, nodes, updates, state, following, inputs, course)
                    if watch.in_turns:
                        nodes = following
                        break
            nodes = following
        if watch is not None:
            if watch.in_turns:
                watch.position = Position(nodes, inputs, course, step, start, ran, routes)
            if not nodes:
                watch.finish(step, state)
    except GraphError as error:
        if course is not None:
            routes += course.asked
        error.step = step
        error.progress = Result(state, ran, step - start, routes, watch, calls)
        raise
    if course is not None:
        routes += course.asked
    return Result(state, ran, step - start, routes, watch, calls)


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
    results: list[Any]
    if pool is not None and len(nodes) > 1:
        tasks: list[Call] = [(node.function, view) for node, view in zip(nodes, views)]
        if calls is not None:
            tasks = [(calls.bind(node, step), view) for node, view in zip(nodes, views)]
        results = pool.run(tasks)
    else:
        results = []
        for node, view in zip(nodes, views):
            try:
                results.append(
                    node.function(view) if calls is None else calls.one(node, view, step)
                )
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
