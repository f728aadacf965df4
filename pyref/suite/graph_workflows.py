"""The graphs of the real_world_scenarios: agents and pipelines that route.

Every node first waits ``latency_ms``, which stands for the service it asks.
"""

from __future__ import annotations

from pyref.graph import END, Graph

from .graph_nodes import Body, Builder, Named, State, by_next, entries, waiting
from .graph_states import BATCH, COMPLEX, StateKind


def _open(kind: StateKind, nodes: list[Named], entry: str) -> Graph:
    """Return a graph of nodes that nothing connects yet."""
    graph = Graph()
    kind.declare(graph)
    for name, body in nodes:
        graph.node(name, body)
    graph.entry(entry)
    return graph


def _waiting(nodes: list[Named], latency_ms: int) -> list[Named]:
    return [(name, waiting(body, latency_ms)) for name, body in nodes]


# ---- customer_service_router -------------------------------------------------

INTENTS = ("billing", "tech", "sales", "other")


def classify_intent(state: State) -> State:
    counter = state["counter"] + 1
    intent = INTENTS[counter % 4]
    return {
        "counter": counter,
        "messages": ["Classifying customer intent"],
        "next": intent,
        "metadata": {"intent": intent},
    }


def specialist(name: str, text: str, *, escalates: bool) -> Body:
    """Handle a request; some pass every fifth on to a supervisor."""

    def body(state: State) -> State:
        return {
            "messages": [text],
            "metadata": {"specialist": name},
            "next": "escalate" if escalates and state["counter"] % 5 == 0 else "resolve",
        }

    return body


def escalate(_state: State) -> State:
    return {
        "messages": ["Escalating to supervisor"],
        "metadata": {"escalated": "true"},
        "status": "escalated",
    }


def resolve(_state: State) -> State:
    return {"messages": ["Request resolved"], "status": "resolved"}


def customer_service(latency_ms: int) -> Builder:
    """Classify a request, hand it to a specialist, resolve or escalate it."""
    specialists = {
        "billing": ("billing_specialist", "billing", "Billing specialist handling request", True),
        "tech": ("tech_specialist", "tech", "Tech specialist handling request", True),
        "sales": ("sales_specialist", "sales", "Sales specialist handling request", False),
        "other": ("general_agent", "general", "General agent handling request", False),
    }
    nodes = _waiting(
        [
            ("classify_intent", classify_intent),
            *(
                (node, specialist(name, text, escalates=escalates))
                for node, name, text, escalates in specialists.values()
            ),
            ("escalate", escalate),
            ("resolve", resolve),
        ],
        latency_ms,
    )
    intents = {intent: node for intent, (node, *_) in specialists.items()}

    def build() -> Graph:
        graph = _open(COMPLEX, nodes, "classify_intent")
        graph.branch("classify_intent", by_next, intents)
        for node in intents.values():
            graph.branch(node, by_next, {"escalate": "escalate", "resolve": "resolve"})
        graph.edge("escalate", END)
        graph.edge("resolve", END)
        return graph

    return build


# ---- batch_processing_pipeline -----------------------------------------------


def receive_batch(_state: State) -> State:
    return {"counter": 10, "messages": ["Received batch of 10 items"], "status": "processing"}


def processor(i: int, items: int, route: str) -> Body:
    return lambda _state: {
        "messages": [f"Processor {i} handling items"],
        "metadata": entries(f"processor{i}_item", items, "processed"),
        "next": route,
    }


def handle_error(_state: State) -> State:
    return {"messages": ["Handling processing error"], "metadata": {"error_handled": "true"}}


def aggregate_results(state: State) -> State:
    return {
        "messages": ["Aggregating results"],
        "status": "completed",
        "counter": len(state["metadata"]),
    }


def batch_pipeline(width: int, items: int, latency_ms: int) -> Builder:
    """Processors side by side, the last of them in error.

    Each routes by what it alone wrote, so the results are aggregated as soon
    as one has succeeded, and once more when the error has been handled.
    """
    names = [f"processor{i}" for i in range(1, width + 1)]
    nodes = _waiting(
        [
            ("receive_batch", receive_batch),
            *(
                (name, processor(i, items, "error" if i == width else "success"))
                for i, name in enumerate(names, 1)
            ),
            ("handle_error", handle_error),
            ("aggregate_results", aggregate_results),
        ],
        latency_ms,
    )

    def build() -> Graph:
        graph = _open(BATCH, nodes, "receive_batch")
        for name in names:
            graph.edge("receive_batch", name)
            graph.branch(name, by_next, {"error": "handle_error", "success": "aggregate_results"})
        graph.edge("handle_error", "aggregate_results")
        graph.edge("aggregate_results", END)
        return graph

    return build


# ---- financial_analysis_workflow ---------------------------------------------


def gather_data(_state: State) -> State:
    return {
        "messages": ["Gathering financial data"],
        "metadata": {"data_source": "market_api"},
        "counter": 100,
    }


def analyst(name: str) -> Body:
    return lambda _state: {
        "messages": [f"{name} analysis complete"],
        "metadata": {f"{name}_score": "0.75"},
    }


def assess_risk(state: State) -> State:
    return {
        "messages": ["Assessing overall risk"],
        "metadata": {"risk_level": "medium"},
        "next": "standard_report" if state["counter"] % 3 else "high_risk_report",
    }


def report(text: str, status: str) -> Body:
    return lambda _state: {"messages": [text], "status": status}


def financial_analysis(latency_ms: int) -> Builder:
    """Three analyses side by side, a risk assessment, one of two reports."""
    analysts = ("fundamental", "technical", "sentiment")
    reports = {
        "high_risk_report": report("Generating detailed risk report", "high_risk_reported"),
        "standard_report": report("Generating standard report", "reported"),
    }
    nodes = _waiting(
        [
            ("gather_data", gather_data),
            *((name, analyst(name)) for name in analysts),
            ("assess_risk", assess_risk),
            *reports.items(),
        ],
        latency_ms,
    )

    def build() -> Graph:
        graph = _open(COMPLEX, nodes, "gather_data")
        for name in analysts:
            graph.edge("gather_data", name)
            graph.edge(name, "assess_risk")
        graph.branch("assess_risk", by_next, {name: name for name in reports})
        for name in reports:
            graph.edge(name, END)
        return graph

    return build
