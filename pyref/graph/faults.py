"""Which fault of a superstep counts.

The engine's loop notices that something is wrong; only then does this module
look for the fault that the rules put first, so that a run without faults does
not pay for their order: failed nodes, then undeclared fields, then updates of
read-only nodes, each in task order; then, as updates are applied in task order
and by name of field, second writers and misshapen values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from .errors import GraphError
from .plan import Branch, Node, Plan, Update
from .reducers import ConflictError, ShapeError


def failed(node: Node, error: Exception) -> GraphError:
    """A node raised."""
    return GraphError("node_failed", f"{type(error).__name__}: {error}", node=node.name)


def router_failed(branch: Branch, error: Exception) -> GraphError:
    """A router raised; that is laid at its node's door."""
    return GraphError("node_failed", f"router: {type(error).__name__}: {error}", node=branch.source)


def blame(
    plan: Plan,
    state: Mapping[str, Any],
    nodes: Sequence[Node],
    updates: Sequence[Update],
    cause: Exception,
) -> NoReturn:
    """Raise the first fault of updates that could not be applied.

    ``state`` may hold some of them already: applying an update again to a
    value that it has been applied to succeeds, so no new fault can appear.
    """
    for node, update in zip(nodes, updates):
        if update and not isinstance(update, Mapping):
            detail = f"returned {type(update).__name__}, want a map of fields or None"
            raise GraphError("node_failed", detail, node=node.name) from None
    for node, update in zip(nodes, updates):
        unknown = sorted(field for field in update or () if field not in plan.first)
        if unknown:
            raise GraphError("unknown_field", node=node.name, field=unknown[0]) from None
    for node, update in zip(nodes, updates):
        if update and node.read_only:
            raise GraphError("read_only_violation", node=node.name) from None
    fresh: dict[str, Any] = {}
    for node, update in zip(nodes, updates):
        for field in sorted(update or ()):
            try:
                _apply(plan, state, fresh, field, update[field])  # type: ignore[index]
            except ConflictError:
                raise GraphError("concurrent_write", node=node.name, field=field) from None
            except ShapeError as error:
                raise GraphError("reducer_shape", str(error), node=node.name, field=field) from None
    raise cause


def _apply(plan: Plan, state: Mapping[str, Any], fresh: dict[str, Any], field: str, value: Any) -> None:
    if field in fresh:
        fresh[field] = plan.again[field](fresh[field], value)
    else:
        reduce = plan.first[field]
        fresh[field] = value if reduce is None else reduce(state[field], value)
