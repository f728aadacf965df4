"""Which fault of a superstep counts.

The engine's loop notices that something is wrong; only then does this module
look for the fault that the rules put first, so that a run without faults does
not pay for their order: the first failed node in task order, else the first
undeclared field, else the first update of a read-only node; then, as updates
are applied in task order and by name of field, the first second writer or
misshapen value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, Union

from .errors import GraphError
from .plan import Branch, Node, Plan
from .pool import Failure
from .reducers import ConflictError, ShapeError


def failed(node: Node, error: BaseException) -> GraphError:
    """A node raised; of a subgraph, the error names the inner node too."""
    if isinstance(error, GraphError):
        return GraphError("node_failed", f"subgraph: {error.place()}", node=node.name)
    return GraphError("node_failed", f"{type(error).__name__}: {error}", node=node.name)


def router_failed(branch: Branch, error: Exception) -> GraphError:
    """A router raised; that is laid at its node's door."""
    return GraphError("node_failed", f"router: {type(error).__name__}: {error}", node=branch.source)


def blame(
    plan: Plan,
    state: Mapping[str, Any],
    nodes: Sequence[Node],
    results: Sequence[Any],
    cause: Union[Exception, None],
) -> NoReturn:
    """Raise the first fault of a superstep's results: updates and Failures.

    ``state`` may hold some of the updates already: applying one again to the
    value that it made succeeds, so no new fault can appear. ``cause`` is raised
    when none is found, which would be a mistake in the engine.
    """
    for node, result in zip(nodes, results):
        if type(result) is Failure:
            raise failed(node, result.error) from result.error
        if result and not isinstance(result, Mapping):
            detail = f"returned {type(result).__name__}, want a map of fields or None"
            raise GraphError("node_failed", detail, node=node.name) from None
    for node, update in zip(nodes, results):
        unknown = [field for field in update or () if field not in plan.first]
        if unknown:
            raise GraphError("unknown_field", node=node.name, field=min(unknown, key=str)) from None
    for node, update in zip(nodes, results):
        if update and node.read_only:
            raise GraphError("read_only_violation", node=node.name) from None
    fresh: dict[str, Any] = {}
    for node, update in zip(nodes, results):
        for field in sorted(update or ()):
            try:
                _apply(plan, state, fresh, field, update[field])
            except ConflictError:
                raise GraphError("concurrent_write", node=node.name, field=field) from None
            except ShapeError as error:
                raise GraphError("reducer_shape", str(error), node=node.name, field=field) from None
    raise cause or AssertionError("no fault found")


def _apply(
    plan: Plan, state: Mapping[str, Any], fresh: dict[str, Any], field: str, value: Any
) -> None:
    if field in fresh:
        fresh[field] = plan.again[field](fresh[field], value)
    else:
        reduce = plan.first[field]
        fresh[field] = value if reduce is None else reduce(state[field], value)
