"""A state-graph engine: nodes read a shared state and return updates to it.

Nodes run in supersteps. In each, every triggered node reads the same state;
when all have finished, their updates are applied in the order of the nodes'
names by the reducer of each field, and edges, joins and branches say which
nodes come next. Results never depend on how many threads ran the nodes.

    graph = Graph()
    graph.field("counter", "last", 0)
    graph.field("messages", "append", [])
    graph.node("hello", lambda s: {"counter": s["counter"] + 1, "messages": ["hi"]})
    graph.edge("hello", END)
    graph.entry("hello")
    plan = graph.compile()

    with Runner(workers=4) as runner:
        result = runner.invoke(plan, {"counter": 41})
    assert result.state == {"counter": 42, "messages": ["hi"]}

Modules: ``builder`` collects a graph, ``plan`` checks and links it, ``engine``
runs it, ``pool`` holds the threads, ``watch`` streams events and writes
checkpoints, ``store`` keeps those. The package knows nothing of xbench.
"""

from .builder import Graph
from .engine import Runner
from .errors import GraphError
from .events import Events
from .files import FileStore
from .plan import END, Plan, Send
from .reducers import REDUCERS, Reducer
from .result import Result
from .store import MemoryStore, Store
from .trace import Collector, Span, Tracer
from .watch import Stream

__all__ = [
    "END",
    "REDUCERS",
    "Collector",
    "Events",
    "FileStore",
    "Graph",
    "GraphError",
    "MemoryStore",
    "Plan",
    "Reducer",
    "Result",
    "Runner",
    "Send",
    "Span",
    "Store",
    "Stream",
    "Tracer",
]
