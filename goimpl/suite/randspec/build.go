package randspec

import (
	"fmt"
	"math/rand/v2"
)

// Build makes up a build as conformance/build_spec takes it, without the
// executor: the caller runs it with each.
//
// Whatever is compared must have one correct value, for any executor, number
// of workers and timing. That limits what may be made up:
//
//   - What a task asks for is either reachable through that request alone, so
//     that it is incomplete when asked for, or surely complete by then.
//     Otherwise it would depend on timing whether the request has to wait,
//     which counts as a suspension or a second execution.
//   - A failure among other tasks comes with fail_mode continue. With
//     fail_fast, what still runs when the failure is seen is chance; there
//     only chains fail, where everything before the failure is complete and
//     nothing after it can have started.
//   - At most one task fails. Which of two failures is reported first is
//     chance as well.
//   - What is complete beforehand is asked for only where the build knows it
//     already, as a dep: a child process reports only what is missing, so its
//     build would not count it as checked, and others would.
//   - Cycles and missing definitions come alone, in chains, where only one
//     error can be found.
func Build(r *rand.Rand) map[string]any {
	b := &buildMaker{r: r, tasks: map[string]any{}, spec: map[string]any{
		"workers":   int64(1 + r.IntN(8)),
		"fail_mode": pick(r, "fail_fast", "continue"),
		"discover":  pick(r, "short_circuit", "full"),
	}}
	b.files = r.IntN(6) == 0
	switch n := r.IntN(20); {
	case n == 0:
		b.chainWithCycle()
	case n == 1:
		b.chainWithUnknown()
	case n < 4:
		b.chainWithFailure()
	default:
		b.dag()
	}
	return b.finish()
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

// A buildTask is a definition in the making.
type buildTask struct {
	key      string
	kind     string
	params   map[string]any
	deps     []*buildTask
	rounds   [][]*buildTask
	complete bool // its target is written beforehand
	askedFor bool // by a round
	unknown  bool // it is not defined
}

type buildMaker struct {
	r     *rand.Rand
	files bool // some tasks write data files
	made  []*buildTask
	root  *buildTask
	tasks map[string]any
	spec  map[string]any
}

// Keys are sorted by their bytes, quoted in JSON and part of ids, so some of
// them are awkward.
var awkward = []string{"", "", "", "", "é", "\"", "\\", "\n", "\u2028", "😀", " ", "<&>", "\u007f"}

// task adds a task that succeeds.
func (b *buildMaker) task() *buildTask {
	t := &buildTask{key: fmt.Sprintf("%st%d", pick(b.r, awkward...), len(b.made))}
	kinds := 8
	if b.files {
		kinds += 2
	}
	switch b.r.IntN(kinds) {
	case 0:
		t.kind, t.params = "cpu", map[string]any{"iterations": int64(b.r.IntN(40))}
	case 1:
		t.kind, t.params = "io", map[string]any{"sleep_ms": int64(b.r.IntN(2))}
	case 8:
		t.kind, t.params = "file_write", map[string]any{"size": int64(b.r.IntN(3000))}
	case 9:
		t.kind, t.params = "file_rw", map[string]any{"size": int64(b.r.IntN(3000)), "cycles": int64(b.r.IntN(4))}
	case 2:
		t.kind, t.params = "slow_check", map[string]any{"latency_ms": int64(b.r.IntN(3))}
	default:
		t.kind, t.params = "light", map[string]any{"n": int64(b.r.IntN(200))}
	}
	b.made = append(b.made, t)
	return t
}

// chain makes each task need the one before it, by a dep or by a request, and
// the last one the root.
func (b *buildMaker) chain(n int) []*buildTask {
	chain := []*buildTask{b.task()}
	for len(chain) < n {
		t := b.task()
		t.needs(b.r, chain[len(chain)-1])
		chain = append(chain, t)
	}
	b.root = chain[n-1]
	return chain
}

func (t *buildTask) needs(r *rand.Rand, other *buildTask) {
	if r.IntN(3) == 0 {
		t.rounds = append(t.rounds, []*buildTask{other})
	} else {
		t.deps = append(t.deps, other)
	}
}

func (b *buildMaker) chainWithCycle() {
	chain := b.chain(1 + b.r.IntN(6))
	chain[0].needs(b.r, pick(b.r, chain...))
}

func (b *buildMaker) chainWithUnknown() {
	chain := b.chain(1 + b.r.IntN(5))
	chain[0].needs(b.r, &buildTask{key: "undefined", unknown: true})
}

func (b *buildMaker) chainWithFailure() {
	chain := b.chain(2 + b.r.IntN(6))
	at := b.r.IntN(len(chain))
	chain[at].fail()
}

// fail makes the task one that fails, and that asks for nothing: whether a
// body asks before it fails is its own affair.
func (t *buildTask) fail() {
	for _, round := range t.rounds {
		t.deps = append(t.deps, round...)
	}
	t.kind, t.params, t.rounds = "fail", map[string]any{}, nil
}

// dag makes tasks that need earlier ones, some of which ask for more.
func (b *buildMaker) dag() {
	n := 2 + b.r.IntN(14)
	var static []*buildTask
	for range n {
		t := b.task()
		t.deps = b.some(static, 3)
		t.complete = b.r.IntN(10) == 0
		if b.r.IntN(4) == 0 {
			b.ask(t, static, 2)
		}
		static = append(static, t)
	}
	b.root = static[n-1]
	b.root.complete = b.root.complete && b.r.IntN(4) == 0
	b.root.deps = union(b.root.deps, sinks(static[:n-1]))
	if b.r.IntN(4) == 0 {
		t := pick(b.r, b.made...)
		if len(t.rounds) == 0 && !t.complete && t != b.root {
			t.fail()
			b.spec["fail_mode"] = "continue"
		}
	}
}

// ask gives t one to three rounds of new tasks, which need static ones or each
// other and may ask in turn, and of tasks that are complete by then.
func (b *buildMaker) ask(t *buildTask, static []*buildTask, depth int) {
	var own []*buildTask
	for range 1 + b.r.IntN(3) {
		var round []*buildTask
		sure := surelyComplete(append(t.deps[:len(t.deps):len(t.deps)], own...))
		for range b.r.IntN(4) {
			n := b.task()
			n.askedFor = true
			n.deps = union(b.some(static, 2), b.some(own, 2))
			if depth > 1 && b.r.IntN(4) == 0 {
				b.ask(n, static, depth-1)
			}
			round, own = append(round, n), append(own, n)
		}
		round = append(round, b.some(sure, 2)...)
		b.r.Shuffle(len(round), func(i, j int) { round[i], round[j] = round[j], round[i] })
		if len(round) > 0 {
			t.rounds = append(t.rounds, round)
		}
	}
}

// some returns up to n different tasks.
func (b *buildMaker) some(from []*buildTask, n int) []*buildTask {
	var out []*buildTask
	for range b.r.IntN(n + 1) {
		if len(from) > 0 {
			out = union(out, []*buildTask{pick(b.r, from...)})
		}
	}
	return out
}

func union(a, b []*buildTask) []*buildTask {
	seen := map[*buildTask]bool{}
	var out []*buildTask
	for _, list := range [][]*buildTask{a, b} {
		for _, t := range list {
			if !seen[t] {
				seen[t] = true
				out = append(out, t)
			}
		}
	}
	return out
}

// surelyComplete returns what is complete once the given tasks are. Below a
// task that was complete from the start nothing is certain.
func surelyComplete(tasks []*buildTask) []*buildTask {
	var out []*buildTask
	seen := map[*buildTask]bool{}
	var visit func(t *buildTask)
	visit = func(t *buildTask) {
		if seen[t] {
			return
		}
		seen[t] = true
		out = append(out, t)
		if t.complete {
			return
		}
		for _, d := range t.deps {
			visit(d)
		}
		for _, round := range t.rounds {
			for _, d := range round {
				visit(d)
			}
		}
	}
	for _, t := range tasks {
		visit(t)
	}
	return out
}

// sinks returns the tasks that no other one needs.
func sinks(tasks []*buildTask) []*buildTask {
	needed := map[*buildTask]bool{}
	for _, t := range tasks {
		for _, d := range t.deps {
			needed[d] = true
		}
	}
	var out []*buildTask
	for _, t := range tasks {
		if !needed[t] {
			out = append(out, t)
		}
	}
	return out
}

// finish turns the tasks into plain values.
func (b *buildMaker) finish() map[string]any {
	complete := []any{}
	for _, t := range b.made {
		rounds := make([]any, len(t.rounds))
		for i, round := range t.rounds {
			rounds[i] = keys(round)
		}
		b.tasks[t.key] = map[string]any{
			"kind": t.kind, "params": t.params, "deps": keys(t.deps), "rounds": rounds,
		}
		if t.complete && !t.askedFor {
			complete = append(complete, t.key)
		}
	}
	b.spec["tasks"], b.spec["root"], b.spec["complete"] = b.tasks, b.root.key, complete
	return b.spec
}

func keys(tasks []*buildTask) []any {
	out := make([]any, len(tasks))
	for i, t := range tasks {
		out[i] = t.key
	}
	return out
}
