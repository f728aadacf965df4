"""The benchmarks that LangGraph measures itself with: agents, fan-outs, wide states.

All of them stream their updates. Their recursion limit is out of the way.
"""

from __future__ import annotations

from collections.abc import Callable

from pyref import sdk
from pyref.graph import END, Graph, Send

from .graph_cases import CompileCase, RunCase
from .graph_first_event import FirstEventCase
from .graph_knobs import Params, benchmark, settings
from .graph_nodes import Builder, State, chain, idle
from .graph_states import StateKind, letters
from .graph_wide import WIDE_STATES, wide_graph, wide_input

LIMIT = 1_000_000_000

MESSAGES = StateKind(
    "messages",
    (("messages", "append", []),),
    lambda: {"messages": []},
    payload=lambda _state, _text: None,  # no such knob
    mark=lambda state, text: state["messages"].append(text),
)


def idle_chain(count: int, suffix: str = "") -> Builder:
    """A chain of nodes that do nothing."""
    return chain(MESSAGES, [(f"node_{i}{suffix}", idle) for i in range(count)])


# ---- fanout_to_subgraph ------------------------------------------------------


def edit(state: State) -> State:
    return {"subject": state["subject"] + " - hohoho"}


def generate(state: State) -> State:
    return {"jokes": ["Joke about " + state["subject"]]}


def bump(state: State) -> State:
    return {"jokes": [state["jokes"][0] + " a"]}


def bumped(state: State) -> str:
    return "end" if state["jokes"][0].endswith(" a" * 10) else "bump"


def joke_graph() -> Graph:
    """The subgraph: edit a subject, make a joke of it, bump that ten times."""
    graph = Graph()
    graph.field("subject", "last", "")
    graph.field("jokes", "last", [])
    graph.node("edit", edit)
    graph.node("generate", generate)
    graph.node("bump", bump)
    graph.edge("edit", "generate")
    graph.edge("generate", "bump")
    graph.branch("bump", bumped, {"bump": "bump", "end": END})
    graph.entry("edit")
    return graph


def send_subjects(state: State) -> list[Send]:
    return [Send("generate_joke", {"subject": subject}) for subject in state["subjects"]]


def fanout_graph() -> Graph:
    """One Send for each subject to a node that is a graph itself."""
    graph = Graph()
    graph.field("subjects", "last", [])
    graph.field("jokes", "append", [])
    graph.subgraph(
        "generate_joke",
        joke_graph().compile(),
        lambda given: {"subject": given["subject"]},
        lambda final: {"jokes": final["jokes"]},
    )
    graph.edge("generate_joke", END)
    graph.entry_router(send_subjects, ["generate_joke"])
    return graph


def subjects(count: int, nonce: int) -> State:
    texts = [letters(1000, i) for i in range(count)]
    if nonce:
        texts[0] += f"#{nonce}"
    return {"subjects": texts}


# ---- react_agent -------------------------------------------------------------


def react_graph(rounds: int) -> Builder:
    """An agent that calls a tool a number of times and then answers."""

    def agent(state: State) -> State:
        i = [message["role"] for message in state["messages"]].count("ai")
        if i < rounds:
            query = f"query-{i}." * 100
            call = {"id": f"call-{i}", "name": "tool", "args": {"query": query}}
            answer = {"role": "ai", "id": f"ai-{i}", "content": "", "tool_calls": [call]}
        else:
            answer = {"role": "ai", "id": f"ai-{i}", "content": "answer" * 100, "tool_calls": []}
        return {"messages": [answer]}

    def tools(state: State) -> State:
        return {
            "messages": [
                {
                    "role": "tool",
                    "id": f"tool-{call['id']}",
                    "tool_call_id": call["id"],
                    "content": f"result for query: {call['args']['query']}" * 10,
                }
                for call in state["messages"][-1]["tool_calls"]
            ]
        }

    def has_calls(state: State) -> str:
        return "tools" if state["messages"][-1]["tool_calls"] else "end"

    def build() -> Graph:
        graph = Graph()
        MESSAGES.declare(graph)
        graph.node("agent", agent)
        graph.node("tools", tools)
        graph.branch("agent", has_calls, {"tools": "tools", "end": END})
        graph.edge("tools", "agent")
        graph.entry("agent")
        return graph

    return build


def greeting(nonce: int) -> State:
    content = f"hi?#{nonce}" if nonce else "hi?"
    return {"messages": [{"role": "human", "id": "human-0", "content": content}]}


# ---- the benchmarks ----------------------------------------------------------

ARMS = {"compile": "outside", "isolation": "share"}


def streamed(
    name: str,
    params: Params,
    build: Callable[[Params], Builder],
    make_input: Callable[[Params, int], State],
    description: str,
) -> sdk.Benchmark:
    """A benchmark whose updates are streamed."""

    def prepare(p: Params) -> sdk.Case:
        how = settings(p, limit=LIMIT, mode="updates")
        return RunCase(build(p), lambda nonce: make_input(p, nonce), how)

    return benchmark(f"langgraph/{name}", {**ARMS, **params}, prepare, description)


def with_twin(
    name: str,
    params: Params,
    build: Callable[[Params], Builder],
    make_input: Callable[[Params, int], State],
    description: str,
) -> list[sdk.Benchmark]:
    """A benchmark, and the same with a checkpoint in memory at its end."""
    return [
        streamed(name, params, build, make_input, description),
        streamed(
            f"{name}_checkpoint",
            {**params, "durability": "exit"},
            build,
            make_input,
            f"{description}, and a checkpoint",
        ),
    ]


def sequential(count: int) -> sdk.Benchmark:
    return streamed(
        f"sequential_{count}",
        {"nodes": count},
        lambda p: idle_chain(p["nodes"]),
        lambda _p, nonce: MESSAGES.input(nonce),
        "a chain of nodes that do nothing",
    )


def first_event(p: Params) -> sdk.Case:
    how = settings(p, limit=LIMIT, mode="updates")
    return FirstEventCase(idle_chain(p["nodes"]), MESSAGES.input, how)


FIRST_EVENT = benchmark(
    "langgraph/sequential_1000_first_event",
    ARMS | {"nodes": 1000},
    first_event,
    "a chain of nodes that do nothing, until its first event",
)


def fanout(count: int) -> list[sdk.Benchmark]:
    return with_twin(
        f"fanout_to_subgraph_{count}x",
        {"workers": 4, "width": count},
        lambda _p: fanout_graph,
        lambda p, nonce: subjects(p["width"], nonce),
        "a Send for each subject to a subgraph of twelve steps",
    )


def react(rounds: int) -> list[sdk.Benchmark]:
    return with_twin(
        f"react_agent_{rounds}x",
        {"iterations": rounds},
        lambda p: react_graph(p["iterations"]),
        lambda _p, nonce: greeting(nonce),
        "an agent that calls a tool time and again",
    )


def wide(name: str, outer: int, inner: int, limit: int) -> list[sdk.Benchmark]:
    return with_twin(
        f"wide_state_{name}",
        {"workers": 4, "repr": "record"},
        lambda p: wide_graph(p["repr"], limit),
        lambda _p, nonce: wide_input(outer, inner, nonce),
        "15 fields that pass large values on, round after round",
    )


COMPILATION = [
    benchmark(
        "langgraph/sequential_1000_compilation",
        {"nodes": 1000},
        lambda p: CompileCase(lambda suffix: idle_chain(p["nodes"], suffix)),
        "build and compile a long chain",
    ),
    benchmark(
        "langgraph/wide_state_15x600_compilation",
        {"repr": "record"},
        lambda p: CompileCase(lambda suffix: wide_graph(p["repr"], 600, suffix)),
        "build and compile a graph of 15 fields",
    ),
]

LANGGRAPH = [
    sequential(10),
    sequential(1000),
    FIRST_EVENT,
    *fanout(10),
    *fanout(100),
    *react(10),
    *react(100),
    *(twin for name, size in WIDE_STATES.items() for twin in wide(name, *size)),
    *COMPILATION,
]
"""Every benchmark of this module."""
