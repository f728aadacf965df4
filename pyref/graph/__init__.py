"""A state-graph engine: nodes read a shared state and return updates to it.

Nodes run in supersteps. In each, every triggered node reads the same state;
when all have finished, their updates are applied in the order of the nodes'
names by the reducer of each field, and edges, joins and branches say which
nodes come next. Results never depend on how many threads ran the nodes.

**Build and run.** Fields have a reducer, which says how an update changes them
(``REDUCERS`` has them all), and a default.

>>> graph = Graph()
>>> graph.field("topic", "last", "")
>>> graph.field("notes", "append", [])
>>> graph.node("plan", lambda state: {"notes": [f"a plan for {state['topic']}"]})
>>> graph.node("write", lambda state: {"notes": ["a text"]})
>>> graph.node("check", lambda state: {"notes": ["a check"]})
>>> graph.entry("plan")
>>> graph.edge("plan", "write")
>>> graph.edge("plan", "check")      # beside write, in the same superstep
>>> plan = graph.compile()           # or GraphError, saying what is wrong
>>> runner = Runner(workers=4)       # its threads serve all runs, till close
>>> result = runner.invoke(plan, {"topic": "tea"})
>>> result.state["notes"]
['a plan for tea', 'a check', 'a text']
>>> result.nodes, result.supersteps
(3, 2)

**Choose.** A branch asks a router where to go: it returns labels, or Sends,
which run a node on an input of their own.

>>> def share_out(state):
...     return [Send("draw", {"what": note}) for note in state["notes"]]
>>> graph.node("draw", lambda given: {"notes": [f"drew {given['what']}"]})
>>> graph.branch("write", share_out, {"draw": "draw"})
>>> runner.invoke(graph.compile(), {"topic": "tea"}).state["notes"][3:]
['drew a plan for tea', 'drew a text']

So a router sees the state as its own node's update alone would make it: it
knew of the text, and nothing of what ``check`` did at the same time.

An error names the node, the superstep and its kind, and keeps the counters.

>>> graph.branch("check", lambda state: "again", {"stop": END})
>>> runner.invoke(graph.compile(), {})
Traceback (most recent call last):
    ...
pyref.graph.errors.GraphError: graph: node 'check': step 2: no route: label 'again' (routes: 'stop')
>>> try:
...     runner.invoke(graph.compile(), {})
... except GraphError as error:
...     error.kind, error.node, error.step, error.progress.nodes
('no_route', 'check', 2, 3)

**Watch.** A loop takes events and lets the run go on; a Stream with a sink, as
an option of ``invoke``, costs less.

>>> for event in runner.stream(plan, {"topic": "tea"}, "updates"):
...     print(event["step"], event["node"], event["update"])
1 plan {'notes': ['a plan for tea']}
2 check {'notes': ['a check']}
2 write {'notes': ['a text']}

A tracer learns how long runs, nodes and checkpoints took.

>>> collector = Collector()
>>> _ = runner.invoke(plan, {}, tracer=collector)
>>> sorted(f"{span.kind} {span.name}" for span in collector.spans)
['node check', 'node plan', 'node write', 'run t0']

**Keep and go on.** Checkpoints are canonical JSON, kept in memory or in files,
one after every superstep; any of them will do to go on from.

>>> store = MemoryStore()            # or FileStore("some/directory")
>>> _ = runner.invoke(plan, {"topic": "tea"}, store=store, thread="monday")
>>> store.steps("monday")
[0, 1, 2]
>>> print(store.load(1, "monday").decode())  # doctest: +NORMALIZE_WHITESPACE
{"id":"monday/00000001","next":["check","write"],"parent":"monday/00000000","state":{"notes":["a
plan for tea"],"topic":"tea"},"step":1,"thread":"monday","v":1}
>>> result = runner.resume(plan, store.load(1, "monday"))
>>> result.state["notes"], result.nodes
(['a plan for tea', 'a check', 'a text'], 2)

**Nest.** A compiled graph can be a node of another.

>>> outer = Graph()
>>> outer.field("report", "last", None)
>>> outer.subgraph("research", plan, lambda state: {"topic": "milk"},
...                lambda final: {"report": final["notes"][0]})
>>> outer.entry("research")
>>> result = runner.invoke(outer.compile(), {})
>>> result.state, result.counters()["sub_nodes"]
({'report': 'a plan for milk'}, 3)
>>> runner.close()

**Views.** What a node or router is given is good until it returns, like a row
of a database cursor; lists and maps inside it may be kept, nobody will change
them. A node must not change its view. With ``isolation="copy"`` it may: every
task is given a ``clone``. The input of a Send may hold the router's view, which
then stays what it was.

Modules, in the order of reading: ``builder`` collects a graph, ``plan`` checks
and links it, ``engine`` starts runs, ``loop`` runs them with ``reducers``,
``course`` (what comes next), ``calls`` (tasks with more to do than the node),
``copies`` (of views) and ``pool`` (threads), and makes a ``result``. ``watch``
streams events and writes checkpoints, with ``changes`` and ``trace``;
``events`` is the loop over them; ``checkpoint`` reads them back, ``store`` and
``files`` keep them. ``faults`` says which error counts, ``errors`` has their
kinds. The package knows nothing of xbench.
"""

from .builder import Graph
from .copies import clone
from .engine import Runner
from .errors import GraphError
from .events import Events
from .files import FileStore
from .plan import END, Plan, Send
from .reducers import REDUCERS, Reducer
from .result import Result
from .store import MemoryStore, NoCheckpointError, Store
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
    "NoCheckpointError",
    "Plan",
    "Reducer",
    "Result",
    "Runner",
    "Send",
    "Span",
    "Store",
    "Stream",
    "Tracer",
    "clone",
]
