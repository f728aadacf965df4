"""The wide_state graph: 15 fields that pass large values on, round after round.

What a declared record and an open map are to Python: at run time a state is a
dict either way, and a TypedDict, Python's own word for a declared record of a
known shape, is one too. So with ``repr=record`` the nodes are written against
the declared fields, by name, each for the shapes that it will meet; with
``repr=map`` one function that is told the names serves all of them, asks every
value for its shape and every field for what it takes, as LangGraph's own
benchmark does. (An object with slots for each node call would be slower than
both, and slower than the Python that anyone would write for this engine.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypedDict

from pyref.graph import END, Graph

from .graph_nodes import Body, Builder, State
from .graph_states import letters

WIDE_STATES = {"25x300": (5, 5, 300), "15x600": (3, 5, 600), "9x1200": (3, 3, 1200)}
"""Keys of the outer map, of the inner maps, and the messages that end the run."""


Nodes = Mapping[str, Callable[[Any], State | None]]
"""Node bodies by name."""


class WideState(TypedDict):
    """The record."""

    messages: list[Any]
    trigger_events: list[Any]
    categorizations: list[Any]
    responses: list[Any]
    primary_issue_medium: str
    issue: dict[str, Any] | None
    autoresponse: dict[str, Any] | None
    relevant_rules: list[Any] | None
    memory_docs: list[Any] | None
    bot_id: str | None
    user_info: dict[str, Any] | None
    crm_info: dict[str, Any] | None
    email_thread_id: str | None
    slack_participants: dict[str, Any]
    notified_assignees: dict[str, Any]


FIELDS: tuple[tuple[str, str, Any], ...] = (
    ("messages", "append", []),
    ("trigger_events", "append", []),
    ("categorizations", "append", []),
    ("responses", "append", []),
    ("primary_issue_medium", "nonempty", "email"),
    ("issue", "nonempty", None),
    ("autoresponse", "overwrite", None),
    ("relevant_rules", "last", None),
    ("memory_docs", "last", None),
    ("bot_id", "last", None),
    ("user_info", "nonnull", None),
    ("crm_info", "nonnull", None),
    ("email_thread_id", "nonnull", None),
    ("slack_participants", "merge", {}),
    ("notified_assignees", "merge", {}),
)


def wide_input(outer: int, inner: int, nonce: int) -> State:
    """Return one message: a map of maps of long lists."""
    items = ["hi?" * 10, True, 1, 6327816386138, None] * 5
    message: dict[str, Any] = {
        str(i) * 10: {str(j) * 10: list(items) for j in range(inner)} for i in range(outer)
    }
    if nonce:
        message["nonce"] = f"#{nonce}"
    return {"messages": [message]}


# ---- nodes over a record -----------------------------------------------------


def record_nodes(limit: int) -> Nodes:
    """Return nodes that know the record they are given."""

    def one(state: WideState) -> State:
        return {
            "trigger_events": state["messages"],
            "primary_issue_medium": letters(limit, 0),
        }

    def two(state: WideState) -> State:
        event = state["trigger_events"][-1]
        return {"autoresponse": event, "issue": event}

    def three(state: WideState) -> State:
        return {"relevant_rules": [state["autoresponse"]]}

    def four(state: WideState) -> State:
        events = state["trigger_events"]
        return {"categorizations": events, "responses": events, "memory_docs": events}

    def five(state: WideState) -> State:
        category = state["categorizations"][-1]
        return {
            "user_info": category,
            "crm_info": category,
            "email_thread_id": letters(limit, 1),
            "slack_participants": category,
            "bot_id": letters(limit, 2),
            "notified_assignees": category,
        }

    def six(state: WideState) -> State:
        return {"messages": state["responses"]}

    return {"one": one, "two": two, "three": three, "four": four, "five": five, "six": six}


# ---- nodes over a map --------------------------------------------------------

ACCESS = {
    "one": ("messages", ("trigger_events", "primary_issue_medium")),
    "two": ("trigger_events", ("autoresponse", "issue")),
    "three": ("autoresponse", ("relevant_rules",)),
    "four": ("trigger_events", ("categorizations", "responses", "memory_docs")),
    "five": (
        "categorizations",
        (
            "user_info",
            "crm_info",
            "email_thread_id",
            "slack_participants",
            "bot_id",
            "notified_assignees",
        ),
    ),
    "six": ("responses", ("messages",)),
}
"""What each node reads and what it writes."""

LISTS = frozenset(
    ("messages", "trigger_events", "categorizations", "responses", "memory_docs", "relevant_rules")
)
SALTS = {"primary_issue_medium": 0, "email_thread_id": 1, "bot_id": 2}


def map_nodes(limit: int) -> Nodes:
    """Return nodes that pass on what they find."""

    def passing_on(source: str, targets: tuple[str, ...]) -> Body:
        def node(state: State) -> State:
            value = state[source]
            values = value if isinstance(value, list) else [value]
            update: State = {}
            for target in targets:
                if target in LISTS:
                    update[target] = values
                elif target in SALTS:
                    update[target] = letters(limit, SALTS[target])
                else:
                    update[target] = values[-1]
            return update

        return node

    return {name: passing_on(source, targets) for name, (source, targets) in ACCESS.items()}


# ---- the graph ---------------------------------------------------------------


def wide_graph(shape: str, limit: int, suffix: str = "") -> Builder:
    """Six nodes in a round, until there are more than ``limit`` messages.

    ``shape`` is record or map; ``suffix`` ends the nodes' names.
    """
    made = map_nodes(limit) if shape == "map" else record_nodes(limit)
    bodies = {name + suffix: body for name, body in made.items()}
    one, two, three, four, five, six = bodies

    def enough(state: State) -> str:
        return "end" if len(state["messages"]) > limit else "one"

    def build() -> Graph:
        graph = Graph()
        for field, reducer, default in FIELDS:
            graph.field(field, reducer, default)
        for name, body in bodies.items():
            graph.node(name, body)
        graph.edge(one, two)
        graph.edge(two, three)
        graph.edge(two, four)
        graph.join([three, four], five)
        graph.edge(five, six)
        graph.branch(six, enough, {"one": one, "end": END})
        graph.entry(one)
        return graph

    return build
