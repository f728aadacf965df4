"""Random graphs against a second engine that is slow, short and separate.

Graphs are made from a seed in the form of ``conformance/graph_spec``, so what
is tested is the whole way from params to digests. Of the engine under test the
oracle uses only canonical JSON.
"""

from __future__ import annotations

import contextlib
import copy
import hashlib
import os
import random
import unittest
from typing import Any

from pyref import cj
from pyref.graph import GraphError, Runner, Stream
from pyref.suite.graph_spec import SPEC, _Parts

END = "__end__"
CASES = 400


class Fault(Exception):
    def __init__(self, kind: str, node: str | None = None, field: str | None = None) -> None:
        super().__init__(kind)
        self.kind, self.node, self.field = kind, node, field


class Oracle:
    """Follow the rules literally; copy everything, sort everything."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.spec = spec
        self.nodes: dict[str, dict[str, Any]] = {}
        self.events: list[Any] = []
        self.checkpoints: list[bytes] = []
        self.count = dict.fromkeys(("nodes", "supersteps", "routes"), 0)

    # compile

    def compile(self) -> None:
        spec = self.spec
        for node in spec["nodes"]:
            if node["name"] in self.nodes:
                raise Fault("duplicate_node")
            self.nodes[node["name"]] = node
        if not spec["entry"]:
            raise Fault("no_entry")
        links = [(a, b) for a, b in spec["edges"]]
        links += [(a, b) for sources, b in spec["joins"] for a in sources]
        links += [(br["from"], b) for br in spec["branches"] for b in br["routes"].values()]
        sources = (
            {a for a, _ in links} | {br["from"] for br in spec["branches"]} | set(spec["entry"])
        )
        targets = {b for _, b in links} - {END}
        if not (sources | targets) <= set(self.nodes):
            raise Fault("unknown_node")
        if not all(br["routes"] for br in spec["branches"]):
            raise Fault("empty_routes")
        reached = set(spec["entry"])
        while True:
            more = {b for a, b in links if a in reached} - reached - {END}
            if not more:
                break
            reached |= more
        if reached != set(self.nodes):
            raise Fault("unreachable")

    def plan(self) -> Any:
        spec = self.spec
        return {
            "branches": sorted(
                ([br["from"], br["routes"]] for br in spec["branches"]), key=cj.dumps
            ),
            "edges": sorted(list(e) for e in spec["edges"]),
            "entry": sorted(set(spec["entry"])),
            "fields": {f: d["reducer"] for f, d in spec["fields"].items()},
            "joins": sorted(([sorted(set(a)), b] for a, b in spec["joins"]), key=cj.dumps),
            "nodes": sorted(self.nodes),
            "v": 1,
        }

    # run

    def run(self) -> dict[str, Any]:
        spec = self.spec
        state = {f: spec["input"].get(f, d.get("default")) for f, d in spec["fields"].items()}
        ran: list[set[str]] = [set() for _ in spec["joins"]]  # since each join fired
        pending = sorted(set(spec["entry"]))
        if spec["mode"] == "values":
            self.events.append({"mode": "values", "state": copy.deepcopy(state), "step": 0})
        if spec["mode"] == "callbacks":
            self.events.append({"type": "run_start", "state": copy.deepcopy(state)})
        self.checkpoint(0, state, pending, ran)
        while pending:
            if self.count["supersteps"] == spec["limit"]:
                raise Fault("recursion_limit")
            self.count["supersteps"] += 1
            self.count["nodes"] += len(pending)
            state, pending = self.step(self.count["supersteps"], state, pending, ran)
            self.checkpoint(self.count["supersteps"], state, pending, ran)
        if spec["mode"] == "callbacks":
            self.events.append({"type": "run_end", "state": copy.deepcopy(state)})
        return state

    def step(
        self, k: int, state: Any, tasks: list[str], ran: list[set[str]]
    ) -> tuple[Any, list[str]]:
        mode = self.spec["mode"]
        if mode == "events":
            self.events += [
                {"mode": mode, "node": t, "step": k, "type": "node_start"} for t in tasks
            ]
        if mode == "callbacks":
            self.events += [{"node": t, "step": k, "type": "node_start"} for t in tasks]
        updates = []
        for task in tasks:
            try:
                updates.append(self.body(self.nodes[task], copy.deepcopy(state)))
            except TypeError:
                updates.append(None)
        for task, update in zip(tasks, updates):
            if update is None:
                raise Fault("node_failed", task)
        for task, update in zip(tasks, updates):
            unknown = sorted(set(update) - set(state))
            if unknown:
                raise Fault("unknown_field", task, unknown[0])
        for task, update in zip(tasks, updates):
            if update and self.nodes[task].get("read_only"):
                raise Fault("read_only_violation", task)
        before, after, writers = copy.deepcopy(state), copy.deepcopy(state), {}
        for task, update in zip(tasks, updates):
            for field in sorted(update):
                if self.spec["fields"][field]["reducer"] == "last" and field in writers:
                    raise Fault("concurrent_write", task, field)
                writers[field] = task
                self.apply(task, after, field, update[field])
        following = self.follow(tasks, updates, before, ran)
        if mode == "events":
            self.events += [{"mode": mode, "node": t, "step": k, "type": "node_end"} for t in tasks]
        if mode == "callbacks":
            for task, update, path in zip(tasks, updates, self.paths):
                self.call_back(k, task, update, before, path)
        if mode == "updates":
            self.events += [
                {"mode": mode, "node": t, "step": k, "update": u} for t, u in zip(tasks, updates)
            ]
        if mode == "values" and any(updates):
            self.events.append({"mode": mode, "state": copy.deepcopy(after), "step": k})
        return after, following

    def call_back(self, k: int, task: str, update: Any, before: Any, path: set[str]) -> None:
        after = copy.deepcopy(before)
        for field in update:
            self.apply(task, after, field, update[field])
        fields = [
            field for field in sorted(after) if cj.dumps(after[field]) != cj.dumps(before[field])
        ]
        self.events.append({"node": task, "step": k, "type": "node_end"})
        if fields:
            self.events.append({"fields": fields, "node": task, "step": k, "type": "state_changed"})
        self.events.append({"from": task, "step": k, "to": sorted(path or {END}), "type": "edge"})

    def follow(
        self, tasks: list[str], updates: list[Any], before: Any, ran: list[set[str]]
    ) -> list[str]:
        self.paths: list[set[str]] = []
        for task, update in zip(tasks, updates):
            following: set[str] = set()
            self.paths.append(following)
            following |= {b for a, b in self.spec["edges"] if a == task}
            for (sources, target), seen in zip(self.spec["joins"], ran):
                if task in sources:
                    seen.add(task)
                    if seen == set(sources):
                        seen.clear()
                        following.add(target)
            view = copy.deepcopy(before)
            for field in update:
                self.apply(task, view, field, update[field])
            for branch in self.spec["branches"]:
                if branch["from"] == task:
                    self.count["routes"] += 1
                    for label in self.labels(branch, view):
                        if label not in branch["routes"]:
                            raise Fault("no_route", task)
                        following.add(branch["routes"][label])
        return sorted(set().union(*self.paths) - {END})

    def apply(self, task: str, state: Any, field: str, u: Any) -> None:
        c, reducer = state[field], self.spec["fields"][field]["reducer"]
        numbers = [type(v) in (int, float) for v in (c, u)]
        if reducer == "append" and isinstance(c, list) and isinstance(u, list):
            state[field] = c + copy.deepcopy(u)
        elif reducer == "merge" and isinstance(c, dict) and isinstance(u, dict):
            state[field] = {**c, **copy.deepcopy(u)}
        elif reducer == "max" and all(numbers):
            state[field] = max(c, u)
        elif reducer in ("append", "merge", "max"):
            raise Fault("reducer_shape", task, field)
        elif reducer == "nonempty":
            state[field] = c if u in (None, "", [], {}, False, 0) else u
        elif reducer == "nonnull":
            state[field] = c if u is None else u
        else:
            state[field] = u

    def checkpoint(self, k: int, state: Any, pending: list[str], ran: list[set[str]]) -> None:
        if self.spec["checkpointer"]:
            parent = f"t0/{k - 1:08}" if k else None
            value = {"id": f"t0/{k:08}", "next": pending, "parent": parent, "state": state}
            value |= {"step": k, "thread": "t0", "v": 1}
            joins = [
                [sorted(seen), sorted(set(sources)), target]
                for (sources, target), seen in zip(self.spec["joins"], ran)
                if seen
            ]
            if joins:
                value["joins"] = sorted(joins, key=cj.dumps)
            self.checkpoints.append(cj.dumpb(value))

    # ops and routers

    def body(self, node: dict[str, Any], view: Any) -> dict[str, Any]:
        update: dict[str, Any] = {}
        for op in node["ops"]:
            ((verb, args),) = op.items()
            if verb == "say":
                update[args] = [node["name"]]
            elif verb == "set":
                update[args[0]] = args[1]
            elif verb == "add":
                if type(view.get(args[0])) is not int:
                    raise TypeError
                update[args[0]] = view[args[0]] + args[1]
            elif verb == "append":
                update[args[0]] = args[1:]
            elif verb == "put":
                made = update.get(args[0])
                update[args[0]] = {**(made if isinstance(made, dict) else {}), args[1]: args[2]}
            else:
                update[args[0]] = len(view[args[1]])
        return update

    def labels(self, branch: dict[str, Any], view: Any) -> list[str]:
        ((verb, args),) = branch["router"].items()
        if verb == "field":
            return [str(view[args])]
        if verb == "mod":
            return [str(view[args[0]] % args[1])]
        if verb == "all":
            return sorted(branch["routes"])
        return [args[2] if len(view[args[0]]) < args[1] else args[3]]


FIELDS = {
    "log": {"reducer": "append", "default": []},
    "meta": {"reducer": "merge", "default": {}},
    "n": {"reducer": "max", "default": 0},
    "mood": {"reducer": "overwrite", "default": "0"},
    "kept": {"reducer": "nonempty", "default": "k"},
    "maybe": {"reducer": "nonnull", "default": None},
    "x": {"reducer": "last", "default": 0},
}


def make_op(rng: random.Random) -> dict[str, Any]:
    kind = rng.random()
    if kind < 0.30:
        return {"say": "log"}
    if kind < 0.42:
        return {"put": ["meta", rng.choice("abc"), rng.randrange(9)]}
    if kind < 0.54:
        return {"add": ["n", rng.randrange(-1, 4)]}
    if kind < 0.64:
        return {"set": ["mood", str(rng.randrange(3))]}
    if kind < 0.72:
        return {"append": ["log", *(rng.choice("pqr") for _ in range(rng.randrange(3)))]}
    if kind < 0.80:
        return {
            "set": [
                rng.choice(["kept", "maybe"]),
                rng.choice([None, "", 0, [], {}, False, "v", 1.5, 4.0]),
            ]
        }
    if kind < 0.87:
        return {"size": ["n", rng.choice(["log", "meta"])]}
    if kind < 0.985:
        return {"set": ["x", rng.randrange(5)]} if kind < 0.90 else {"say": "log"}
    return rng.choice(
        [
            {"add": ["mood", 1]},
            {"set": ["nope", 1]},
            {"set": ["log", "text"]},
            {"set": ["n", "text"]},
            {"put": ["log", "a", 1]},
            {"add": ["x", 1]},
        ]
    )


def make_branch(rng: random.Random, source: str, names: list[str]) -> dict[str, Any]:
    later = names[names.index(source) + 1 :]

    def target() -> str:
        return rng.choice([*(names if rng.random() < 0.15 else later), END])

    kind = rng.randrange(4)
    if kind == 0:
        routes = {str(i): target() for i in range(3 if rng.random() < 0.6 else 1)}
        return {"from": source, "router": {"field": "mood"}, "routes": routes}
    if kind == 1:
        k = rng.randrange(1, 4)
        return {
            "from": source,
            "router": {"mod": ["n", k]},
            "routes": {str(i): target() for i in range(k)},
        }
    if kind == 2:
        routes = {rng.choice("uvw"): target() for _ in range(rng.randrange(1, 3))}
        return {"from": source, "router": {"all": True}, "routes": routes}
    routes = {"more": target(), "done": END}
    return {
        "from": source,
        "router": {"size": ["log", rng.randrange(1, 12), "more", "done"]},
        "routes": routes,
    }


def make_spec(rng: random.Random) -> dict[str, Any]:
    names = [f"n{i}" for i in range(rng.randrange(1, 14))]
    edges = [
        [a, b]
        for i, a in enumerate(names)
        for b in names[i + 1 :]
        if rng.random() < 1.6 / len(names)
    ]
    for i, name in enumerate(names[1:], 1):  # give every node a way in
        if rng.random() < 0.99:
            edges.append([rng.choice(names[:i]), name])
    if rng.random() < 0.1:
        edges.append([rng.choice(names), rng.choice(names)])  # may close a cycle
    edges += [[name, END] for name in names if rng.random() < 0.2]
    if rng.random() < 0.02:
        edges.append([names[0], "nowhere"])
    rng.shuffle(edges)
    joins = [
        [
            rng.sample(names, rng.randrange(1, min(4, len(names)) + 1)),
            rng.choice([*names[-3:], END]),
        ]
        for _ in range(rng.choice([0, 0, 0, 1, 2]))
    ]
    branches = [
        make_branch(rng, rng.choice(names), names) for _ in range(rng.choice([0, 0, 1, 1, 2, 3]))
    ]
    if rng.random() < 0.02:
        branches.append({"from": names[0], "router": {"all": True}, "routes": {}})
    ops = lambda: [make_op(rng) for _ in range(rng.choice([0, 1, 1, 2, 3]))]
    nodes = [{"name": name, "ops": ops(), "read_only": rng.random() < 0.02} for name in names]
    if rng.random() < 0.02:
        nodes.append(rng.choice(nodes))
    rng.shuffle(nodes)
    return {
        "fields": FIELDS,
        "nodes": nodes,
        "edges": edges,
        "joins": joins,
        "branches": branches,
        "entry": [names[0], *rng.sample(names, rng.choice([0, 0, 1]))]
        if rng.random() < 0.98
        else [],
        "input": {"log": ["in"], "n": rng.randrange(5)} if rng.random() < 0.5 else {},
        "limit": rng.choice([25, 25, 7]),
        "checkpointer": rng.choice(["", "memory"]),
        "mode": rng.choice(["", "values", "updates", "events"]),
    }


def lines(texts: list[bytes]) -> str:
    return hashlib.sha256(b"".join(text + b"\n" for text in texts)).hexdigest()


class RandomGraphs(unittest.TestCase):
    def expect(self, spec: dict[str, Any]) -> tuple[Any, ...]:
        """Return (digests, counters, error) as the oracle has them."""
        oracle = Oracle(copy.deepcopy(spec))
        state, error = None, None
        try:
            oracle.compile()
            state = oracle.run()
        except Fault as fault:
            error = (fault.kind, fault.field, fault.node)
        digests = {}
        if state is not None:
            digests["state"] = cj.digest(state)
            digests["plan"] = cj.digest(oracle.plan())
            if spec["mode"]:
                digests["events"] = lines([cj.dumpb(e) for e in oracle.events])
        if spec["checkpointer"]:
            digests["checkpoints"] = lines(oracle.checkpoints)
        count = oracle.count | {
            "events": len(oracle.events),
            "checkpoints": len(oracle.checkpoints),
            "checkpoint_bytes": sum(map(len, oracle.checkpoints)),
            "state_copies": 0,
            "spans": 0,
            "sub_nodes": 0,
            "sub_supersteps": 0,
        }
        return digests, count, error

    def actual(self, spec: dict[str, Any], workers: int) -> tuple[Any, ...]:
        before = copy.deepcopy(spec)
        case = SPEC.prepare({**SPEC.params, **spec, "workers": workers})
        try:
            v = case.verify(0, False)
            case.batch(0, 2)()
            outcome = case.outcome()
        finally:
            case.close()
        self.assertEqual((outcome.digest, outcome.counters), (v.digest, v.counters))
        self.assertEqual(v.digest, v.digests.get("state"))
        self.assertEqual(spec, before)
        error = v.error and (v.error.kind, v.error.field, v.error.node)
        return v.digests, v.counters, error

    def test_every_number_of_workers_agrees_with_the_oracle(self) -> None:
        seed = int(os.environ.get("PYREF_SEED", "20260131"))
        kinds: dict[str, int] = {}
        for case in range(CASES):
            spec = make_spec(random.Random(f"{seed}/{case}"))
            want = self.expect(spec)
            kind = want[2][0] if want[2] else "ok"
            kinds[kind] = kinds.get(kind, 0) + 1
            for workers in (0, 1, 4, 8):
                with self.subTest(f"PYREF_SEED={seed}", case=case, workers=workers):
                    self.assertEqual(self.actual(spec, workers), want, cj.dumps(spec))
        # The generator must reach every fault, and most graphs must be whole.
        self.assertGreater(kinds["ok"], CASES / 4, kinds)
        if "PYREF_SEED" not in os.environ:
            self.assertEqual(
                set(kinds) - {"ok"},
                {
                    "concurrent_write",
                    "duplicate_node",
                    "empty_routes",
                    "no_entry",
                    "no_route",
                    "node_failed",
                    "read_only_violation",
                    "recursion_limit",
                    "reducer_shape",
                    "unknown_field",
                    "unknown_node",
                    "unreachable",
                },
            )

    def test_callbacks_agree_with_the_oracle(self) -> None:
        seed = int(os.environ.get("PYREF_SEED", "20260205"))
        types: dict[str, int] = {}
        with Runner(0) as inline, Runner(3) as pool:
            for case in range(CASES):
                spec = make_spec(random.Random(f"{seed}/{case}")) | {"mode": "callbacks"}
                oracle = Oracle(copy.deepcopy(spec))
                with contextlib.suppress(Fault):
                    oracle.compile()
                    oracle.run()
                want = [cj.dumps(event) for event in oracle.events]
                for runner in (inline, pool):
                    seen: list[dict[str, Any]] = []
                    stream = Stream("callbacks", seen.append)
                    with contextlib.suppress(GraphError):
                        plan = _Parts(spec).build().compile()
                        runner.invoke(plan, spec["input"], limit=spec["limit"], stream=stream)
                    with self.subTest(f"PYREF_SEED={seed}", case=case, workers=runner.workers):
                        self.assertEqual([cj.dumps(event) for event in seen], want)
                for event in seen:
                    types[event["type"]] = types.get(event["type"], 0) + 1
        self.assertEqual(len(types), 6)
        self.assertGreater(min(types.values()), CASES / 4, types)


if __name__ == "__main__":
    unittest.main()
