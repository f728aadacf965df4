package suite

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"xbench/goimpl/cj"
	"xbench/goimpl/suite/randspec"
	"xbench/harness/sdk"
)

// An oracle interprets a described graph in the plainest way, with maps and
// copies of everything, to hold the engine against.
type oracle struct {
	spec     map[string]any
	state    map[string]any
	arrived  []map[string]bool // per join
	counters map[string]int64

	events, checkpoints []any
	pendingJoins        int // checkpoints with joins that wait
}

// A fault is the error that a described graph is expected to end in.
type fault struct{ kind, node, field string }

func (f fault) Error() string { return f.kind + " " + f.node + " " + f.field }

func list(v any) []any                   { l, _ := v.([]any); return l }
func dict(v any) map[string]any          { m, _ := v.(map[string]any); return m }
func (o *oracle) fields() map[string]any { return dict(o.spec["fields"]) }

func (o *oracle) node(name string) map[string]any {
	for _, n := range list(o.spec["nodes"]) {
		if dict(n)["name"] == name {
			return dict(n)
		}
	}
	return nil
}

// check finds the faults of the graph itself.
func (o *oracle) check() error {
	seen := make(map[string]bool)
	for _, n := range list(o.spec["nodes"]) {
		name := dict(n)["name"].(string)
		if seen[name] {
			return fault{kind: "duplicate_node"}
		}
		seen[name] = true
	}
	if len(list(o.spec["entry"])) == 0 {
		return fault{kind: "no_entry"}
	}
	type arrow struct{ from, to string }
	var arrows []arrow
	for _, e := range list(o.spec["edges"]) {
		arrows = append(arrows, arrow{list(e)[0].(string), list(e)[1].(string)})
	}
	for _, j := range list(o.spec["joins"]) {
		for _, from := range list(list(j)[0]) {
			arrows = append(arrows, arrow{from.(string), list(j)[1].(string)})
		}
	}
	empty := false
	for _, b := range list(o.spec["branches"]) {
		empty = empty || len(dict(dict(b)["routes"])) == 0
		for _, to := range dict(dict(b)["routes"]) {
			arrows = append(arrows, arrow{dict(b)["from"].(string), to.(string)})
		}
	}
	reached := make(map[string]bool)
	for _, e := range list(o.spec["entry"]) {
		if !seen[e.(string)] {
			return fault{kind: "unknown_node"}
		}
		reached[e.(string)] = true
	}
	for _, a := range arrows {
		if !seen[a.from] || !seen[a.to] && a.to != "__end__" {
			return fault{kind: "unknown_node"}
		}
	}
	if empty {
		return fault{kind: "empty_routes"}
	}
	for range seen {
		for _, a := range arrows {
			if reached[a.from] {
				reached[a.to] = true
			}
		}
	}
	for name := range seen {
		if !reached[name] {
			return fault{kind: "unreachable"}
		}
	}
	return nil
}

func (o *oracle) run() error {
	o.counters = map[string]int64{"nodes": 0, "supersteps": 0, "routes": 0, "events": 0, "checkpoints": 0}
	if err := o.check(); err != nil {
		return err
	}
	o.state = make(map[string]any)
	for name, f := range o.fields() {
		o.state[name] = dict(f)["default"]
		if v, ok := dict(o.spec["input"])[name]; ok {
			o.state[name] = v
		}
	}
	for range list(o.spec["joins"]) {
		o.arrived = append(o.arrived, make(map[string]bool))
	}
	pending := make(map[string]bool)
	for _, e := range list(o.spec["entry"]) {
		pending[e.(string)] = true
	}
	if o.spec["mode"] == "values" {
		o.emit(0, map[string]any{"state": maps.Clone(o.state)})
	}
	o.store(0, pending)
	for step := int64(0); len(pending) > 0; step++ {
		if step == o.spec["limit"].(int64) {
			return fault{kind: "recursion_limit"}
		}
		var err error
		if pending, err = o.superstep(slices.Sorted(maps.Keys(pending))); err != nil {
			return err
		}
		o.store(step+1, pending)
	}
	return nil
}

func (o *oracle) emit(step int64, event map[string]any) {
	event["mode"], event["step"] = o.spec["mode"], step
	o.events = append(o.events, event)
	o.counters["events"]++
}

// store keeps what a checkpoint has to hold.
func (o *oracle) store(step int64, pending map[string]bool) {
	if o.spec["checkpointer"] != "memory" {
		return
	}
	id := func(step int64) string { return fmt.Sprintf("t0/%08d", step) }
	c := map[string]any{"id": id(step), "next": slices.Sorted(maps.Keys(pending)), "parent": nil,
		"state": maps.Clone(o.state), "step": step, "thread": "t0", "v": int64(1)}
	if step > 0 {
		c["parent"] = id(step - 1)
	}
	var joins []string
	for k, j := range list(o.spec["joins"]) {
		if len(o.arrived[k]) == 0 {
			continue
		}
		all := make([]string, 0)
		for _, name := range list(list(j)[0]) {
			all = append(all, name.(string))
		}
		slices.Sort(all)
		text, err := cj.Append(nil, []any{slices.Sorted(maps.Keys(o.arrived[k])), all, list(j)[1]})
		if err != nil {
			panic(err)
		}
		joins = append(joins, string(text))
	}
	if len(joins) > 0 {
		slices.Sort(joins)
		var parsed []any
		if err := json.Unmarshal([]byte("["+strings.Join(joins, ",")+"]"), &parsed); err != nil {
			panic(err)
		}
		c["joins"] = parsed
		o.pendingJoins++
	}
	o.checkpoints = append(o.checkpoints, c)
	o.counters["checkpoints"]++
}

// digestLines is over canonical JSON, a line each.
func digestLines(t *testing.T, values []any) string {
	t.Helper()
	var all []byte
	for _, v := range values {
		text, err := cj.Append(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		all = append(append(all, text...), '\n')
	}
	return cj.DigestBytes(all)
}

func (o *oracle) superstep(tasks []string) (map[string]bool, error) {
	o.counters["supersteps"]++
	o.counters["nodes"] += int64(len(tasks))
	step := o.counters["supersteps"]
	if o.spec["mode"] == "events" {
		for _, name := range tasks {
			o.emit(step, map[string]any{"node": name, "type": "node_start"})
		}
	}
	updates := make([]map[string]any, len(tasks))
	var failed, unknown, readOnly error
	for i, name := range tasks {
		u, err := o.body(name)
		updates[i] = u
		if err != nil && failed == nil {
			failed = fault{kind: "node_failed", node: name}
		}
		for _, f := range slices.Sorted(maps.Keys(u)) {
			if _, ok := o.fields()[f]; !ok && unknown == nil {
				unknown = fault{"unknown_field", name, f}
			}
		}
		if o.node(name)["read_only"] == true && len(u) > 0 && readOnly == nil {
			readOnly = fault{kind: "read_only_violation", node: name}
		}
	}
	for _, err := range []error{failed, unknown, readOnly} {
		if err != nil {
			return nil, err
		}
	}
	before := maps.Clone(o.state)
	written := make(map[string]bool)
	for i, u := range updates {
		for _, f := range slices.Sorted(maps.Keys(u)) {
			if written[f] && dict(o.fields()[f])["reducer"] == "last" {
				return nil, fault{"concurrent_write", tasks[i], f}
			}
			written[f] = true
			v, err := o.reduce(f, o.state[f], u[f])
			if err != nil {
				return nil, fault{"reducer_shape", tasks[i], f}
			}
			o.state[f] = v
		}
	}
	next, err := o.follow(tasks, updates, before)
	if err == nil {
		o.emitStep(step, tasks, updates)
	}
	return next, err
}

func (o *oracle) emitStep(step int64, tasks []string, updates []map[string]any) {
	wrote := false
	for i, name := range tasks {
		wrote = wrote || len(updates[i]) > 0
		switch o.spec["mode"] {
		case "updates":
			o.emit(step, map[string]any{"node": name, "update": updates[i]})
		case "events":
			o.emit(step, map[string]any{"node": name, "type": "node_end"})
		}
	}
	if o.spec["mode"] == "values" && wrote {
		o.emit(step, map[string]any{"state": maps.Clone(o.state)})
	}
}

func (o *oracle) follow(tasks []string, updates []map[string]any, before map[string]any) (map[string]bool, error) {
	next := make(map[string]bool)
	for i, name := range tasks {
		for _, e := range list(o.spec["edges"]) {
			if list(e)[0] == name {
				next[list(e)[1].(string)] = true
			}
		}
		for k, j := range list(o.spec["joins"]) {
			sources := list(list(j)[0])
			if !slices.Contains(sources, any(name)) {
				continue
			}
			o.arrived[k][name] = true
			if len(o.arrived[k]) == len(sources) {
				next[list(j)[1].(string)] = true
				clear(o.arrived[k])
			}
		}
		view := maps.Clone(before)
		for f, v := range updates[i] {
			view[f], _ = o.reduce(f, view[f], v)
		}
		for _, b := range list(o.spec["branches"]) {
			if dict(b)["from"] != name {
				continue
			}
			o.counters["routes"]++
			labels, err := route(dict(dict(b)["router"]), dict(dict(b)["routes"]), view)
			if err != nil {
				return nil, fault{kind: "node_failed", node: name}
			}
			for _, l := range labels {
				to, ok := dict(dict(b)["routes"])[l]
				if !ok {
					return nil, fault{kind: "no_route", node: name}
				}
				next[to.(string)] = true
			}
		}
	}
	delete(next, "__end__")
	return next, nil
}

func route(router, routes, view map[string]any) ([]string, error) {
	for kind, v := range router {
		switch kind {
		case "all":
			return slices.Sorted(maps.Keys(routes)), nil
		case "field":
			if s, ok := view[v.(string)].(string); ok {
				return []string{s}, nil
			}
			text, err := cj.Append(nil, view[v.(string)])
			return []string{string(text)}, err
		case "mod":
			n, ok := view[list(v)[0].(string)].(int64)
			k := list(v)[1].(int64)
			if !ok {
				return nil, errOracle
			}
			for n < 0 {
				n += k
			}
			return []string{strconv.FormatInt(n%k, 10)}, nil
		case "size":
			n, err := count(view[list(v)[0].(string)])
			if n < list(v)[1].(int64) {
				return []string{list(v)[2].(string)}, err
			}
			return []string{list(v)[3].(string)}, err
		}
	}
	return nil, errOracle
}

var errOracle = errors.New("oracle: wrong type")

func count(v any) (int64, error) {
	switch v := v.(type) {
	case []any:
		return int64(len(v)), nil
	case map[string]any:
		return int64(len(v)), nil
	case string:
		n := int64(0)
		for range v {
			n++
		}
		return n, nil
	}
	return 0, errOracle
}

func (o *oracle) body(name string) (map[string]any, error) {
	u := make(map[string]any)
	for _, op := range list(o.node(name)["ops"]) {
		for verb, v := range dict(op) {
			if verb == "say" {
				u[v.(string)] = []any{name}
				continue
			}
			args := list(v)
			f := args[0].(string)
			switch verb {
			case "append":
				u[f] = args[1:]
			case "set":
				u[f] = args[1]
			case "put":
				m := maps.Clone(dict(u[f]))
				if m == nil {
					m = make(map[string]any)
				}
				m[args[1].(string)] = args[2]
				u[f] = m
			case "size":
				n, err := count(o.state[args[1].(string)])
				if err != nil {
					return u, err
				}
				u[f] = n
			case "add":
				switch c := o.state[f].(type) {
				case int64:
					u[f] = c + args[1].(int64)
				case float64:
					u[f] = c + float64(args[1].(int64))
				default:
					return u, errOracle
				}
			}
		}
	}
	return u, nil
}

func (o *oracle) reduce(field string, c, u any) (any, error) {
	switch dict(o.fields()[field])["reducer"] {
	case "append":
		a, ok := c.([]any)
		b, ok2 := u.([]any)
		if !ok || !ok2 {
			return nil, errOracle
		}
		return slices.Concat([]any{}, a, b), nil
	case "merge":
		a, ok := c.(map[string]any)
		b, ok2 := u.(map[string]any)
		if !ok || !ok2 {
			return nil, errOracle
		}
		out := maps.Clone(a)
		maps.Copy(out, b)
		return out, nil
	case "max":
		return larger(c, u)
	case "nonempty":
		text, err := cj.Append(nil, u)
		if slices.Contains([]string{"null", `""`, "[]", "{}", "false", "0"}, string(text)) {
			return c, err
		}
	case "nonnull":
		if u == nil {
			return c, nil
		}
	}
	return u, nil
}

func larger(c, u any) (any, error) {
	a, ok := c.([]any)
	b, ok2 := u.([]any)
	if ok && ok2 {
		if len(a) != len(b) {
			return nil, errOracle
		}
		out := make([]any, len(a))
		for i := range a {
			var err error
			if out[i], err = larger(a[i], b[i]); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	x, err := float(c)
	y, err2 := float(u)
	if err != nil || err2 != nil {
		return nil, errOracle
	}
	if y > x {
		return u, nil
	}
	return c, nil
}

func float(v any) (float64, error) {
	switch v := v.(type) {
	case int64:
		return float64(v), nil
	case float64:
		return v, nil
	}
	return 0, errOracle
}

// TestRandomGraphs holds the engine against the oracle on random graphs, and
// against itself with other numbers of workers.
func TestRandomGraphs(t *testing.T) {
	n := uint64(500)
	if testing.Short() {
		n = 100
	}
	ends, waiting := make(map[string]int), 0
	for seed := range n {
		spec := randspec.Graph(rand.New(rand.NewPCG(seed, 3)))
		o := &oracle{spec: spec}
		err := o.run()
		waiting += min(o.pendingJoins, 1)

		knobs := sdk.Params(spec)
		var first sdk.Verification
		for i, workers := range []int64{0, 1, 4, 8} {
			knobs["workers"] = workers
			got := verify(t, openGraph(t, "conformance/graph_spec", knobs), 0)
			if i == 0 {
				first = got
				o.compare(t, seed, err, got)
				ends[endOf(got)]++
				continue
			}
			if !maps.Equal(got.Digests, first.Digests) || !maps.Equal(got.Counters, first.Counters) || endOf(got) != endOf(first) {
				t.Errorf("seed %d: %d workers give %v %v %v, none give %v %v %v", seed, workers,
					got.Digests, got.Counters, got.Error, first.Digests, first.Counters, first.Error)
			}
		}
		if t.Failed() {
			text, _ := json.MarshalIndent(spec, "", " ")
			t.Fatalf("seed %d: %s", seed, text)
		}
	}
	// The generator must neither fail always nor never.
	if ends["ok"] < int(n/3) {
		t.Errorf("only %d of %d random graphs run to their end: %v", ends["ok"], n, ends)
	}
	for _, kind := range []string{"concurrent_write", "unreachable", "recursion_limit", "no_route", "node_failed", "reducer_shape",
		"unknown_field", "read_only_violation", "unknown_node", "duplicate_node", "no_entry", "empty_routes"} {
		if ends[kind] == 0 && !testing.Short() {
			t.Errorf("no random graph ends in %s: %v", kind, ends)
		}
	}
	if waiting < int(n/20) {
		t.Errorf("only %d of %d random graphs have a checkpoint with a join that waits", waiting, n)
	}
	t.Logf("%d graphs, %d with joins that wait: %v", n, waiting, ends)
}

func endOf(v sdk.Verification) string {
	if v.Error == nil {
		return "ok"
	}
	return v.Error.Kind
}

func (o *oracle) compare(t *testing.T, seed uint64, err error, got sdk.Verification) {
	t.Helper()
	var want fault
	if errors.As(err, &want) {
		if got.Error == nil || got.Error.Kind != want.kind || got.Error.Node != want.node || got.Error.Field != want.field {
			t.Errorf("seed %d: error %+v, oracle %v", seed, got.Error, want)
		}
	} else {
		digest, err := cj.Digest(o.state)
		if err != nil {
			t.Fatal(err)
		}
		if got.Error != nil || *got.Digest != digest {
			t.Errorf("seed %d: %s, error %v; oracle %v", seed, got.Result, got.Error, o.state)
		}
		if o.spec["mode"] != nil && got.Digests["events"] != digestLines(t, o.events) {
			t.Errorf("seed %d: events differ from the oracle's %v", seed, o.events)
		}
	}
	if o.spec["checkpointer"] == "memory" && o.state != nil && got.Digests["checkpoints"] != digestLines(t, o.checkpoints) {
		t.Errorf("seed %d: checkpoints differ from the oracle's %v", seed, o.checkpoints)
	}
	for k, n := range o.counters {
		if got.Counters[k] != n {
			t.Errorf("seed %d: %s %d, oracle %d", seed, k, got.Counters[k], n)
		}
	}
}
