package compare

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"xbench/harness/record"
	"xbench/harness/strictyaml"
)

// The sides of a baseline: what an implementation was, and what it is.
const (
	BaselineOld = "old"
	BaselineNew = "new"
)

// AssumedSpread is the standard deviation between sessions that sides are
// assumed to have where they were not measured in turns and nobody says
// otherwise: 5 %, of the logarithm.
const AssumedSpread = 0.05

// Notes of a record that was made of two.
const (
	noteDoubt   = "doubt"   // qualifies what the two records show
	noteControl = "control" // what the reference of both did meanwhile
	noteMoved   = "moved"   // that it was more than sessions are assumed to differ
)

// Shared lists the implementations that both records hold and that a baseline
// is about by default: the candidates, or what was measured alone.
func Shared(old, new *record.Record) []string {
	var out []string
	for _, impl := range new.Plan.Implementations {
		if impl.Name != new.Plan.Reference && find(&old.Plan, impl.Name) != nil {
			out = append(out, impl.Name)
		}
	}
	if len(out) == 0 && find(&old.Plan, new.Plan.Reference) != nil {
		out = append(out, new.Plan.Reference)
	}
	return out
}

// BaselineGoals is what a baseline is judged by unless goals are given: that
// no row takes longer than it did, by more than a fraction.
func BaselineGoals(tolerance float64) []record.Goal {
	g := record.Goal{Claim: "no row slower than before", Each: 1, Tolerance: tolerance, Gate: true}
	if tolerance > 0 {
		g.Claim = "no row more than " + formatPercent(tolerance) + " slower than before"
	}
	normalize(&g)
	return []record.Goal{g}
}

// Baseline makes one record of two: what the implementation was in the old one
// is the reference, "old", and what it is in the new one the candidate, "new".
// The sides were not measured in turns, so that [Analyze] lets the record
// disprove a goal and prove none. Its goals are [BaselineGoals] at 5 %.
//
// Rows that only one record holds are unsupported by the other side, and so are
// rows that it did not get to. Those that are new are only shown. What makes the records hard to compare is told
// in notes; two hosts gate nothing. What the reference of both did meanwhile is
// told, and changes no interval: nobody knows that it did not change. An error is
// what makes it impossible: one run twice, an implementation that a record does
// not have, other parameters of a row of the same name.
func Baseline(old, new *record.Record, impl string) (*record.Record, error) {
	then, now, err := halves(old, new, impl)
	if err != nil {
		return nil, err
	}
	rec, err := splice(then, now)
	if err != nil {
		return nil, err
	}
	for _, doubt := range doubtsOf(then, now) {
		rec.Notes = append(rec.Notes, record.Note{Kind: noteDoubt, Message: doubt})
	}
	if text, far := control(old, new, impl); text != "" {
		rec.Notes = append(rec.Notes, record.Note{Kind: noteControl, Impl: new.Plan.Reference, Message: text})
		if far {
			rec.Notes = append(rec.Notes, record.Note{Kind: noteMoved, Impl: new.Plan.Reference, Message: movedText})
		}
	}
	return rec, nil
}

// A half is one implementation of a record, and what its processes were worth
// there.
type half struct {
	*analysis
	side string // BaselineOld or BaselineNew
	impl *record.Implementation
}

// halves are both sides, each judged in its own record: a row in which the
// program did other work than its reference is no data here either.
func halves(old, new *record.Record, impl string) (then, now *half, err error) {
	if old == nil || new == nil {
		return nil, nil, errors.New("a baseline takes two records")
	}
	if old.Plan.Run == new.Plan.Run && old.Plan.Started == new.Plan.Started {
		return nil, nil, fmt.Errorf("both are the run %s: a record compared with itself shows nothing; name the record of an earlier run first", new.Plan.Run)
	}
	if then, err = newHalf(BaselineOld, old, impl); err == nil {
		now, err = newHalf(BaselineNew, new, impl)
	}
	return then, now, err
}

func newHalf(side string, rec *record.Record, impl string) (*half, error) {
	if u := rec.Plan.Unpaired; u != nil {
		return nil, fmt.Errorf("the %s record was not measured by one run of xbench (%s): there is no baseline of it", side, u.Why)
	}
	a, err := analyze(rec, Options{Replace: true, Gate: gateNone})
	if err != nil {
		return nil, fmt.Errorf("the %s record: %w", side, err)
	}
	h := &half{analysis: a, side: side, impl: find(a.plan, impl)}
	if h.impl == nil {
		var known []string
		for _, i := range a.plan.Implementations {
			known = append(known, i.Name)
		}
		return nil, fmt.Errorf("the %s record: %w", side, strictyaml.Unknown("implementation", impl, known))
	}
	return h, nil
}

func find(p *record.Plan, impl string) *record.Implementation {
	i := slices.IndexFunc(p.Implementations, func(i record.Implementation) bool { return i.Name == impl })
	if i < 0 {
		return nil
	}
	return &p.Implementations[i]
}

func (h *half) row(name string) *record.Row {
	i := slices.IndexFunc(h.plan.Rows, func(r record.Row) bool { return r.Name == name })
	if i < 0 {
		return nil
	}
	return &h.plan.Rows[i]
}

// removed reports whether a row was filtered out.
func (h *half) removed(name string) bool {
	return slices.ContainsFunc(h.plan.Removed, func(r record.Removed) bool { return r.Name == name })
}

// without says why a row is not there, "" where it is.
func (h *half) without(name string) string {
	row := h.row(name)
	if row == nil {
		if h.removed(name) {
			return "filtered out of the " + h.side + " run"
		}
		return "not in the " + h.side + " record"
	}
	if reason, ok := row.Unsupported[h.impl.Name]; ok {
		return reason
	}
	if len(h.failures(row)) == 0 && len(h.cells[cellKey{name, h.impl.Name}].logs()) == 0 {
		return "not measured in the " + h.side + " run, which ended before"
	}
	return ""
}

// failures are why a row's times are no data in its own record.
func (h *half) failures(row *record.Row) []record.Failure {
	out := slices.Clone(h.cells[cellKey{row.Name, h.impl.Name}].failures)
	for _, p := range h.ofRow[row] {
		if p.candidate == h.impl.Name && p.ref != nil {
			out = append(out, p.failures...)
		}
	}
	return slices.DeleteFunc(out, func(f record.Failure) bool { return f.Kind == record.FailUnsupported })
}

// processes are the half's data, in the order it was measured.
func (h *half) processes() []record.Process {
	counted := make(map[*record.Process]bool)
	for key, c := range h.cells {
		if key.impl != h.impl.Name {
			continue
		}
		for _, l := range c.launches {
			counted[l.Process] = l.Process != nil
		}
	}
	var out []record.Process
	for i := range h.rec.Processes {
		if p := &h.rec.Processes[i]; counted[p] {
			q := *p
			q.Impl = h.side
			out = append(out, q)
		}
	}
	return out
}

// splice puts the halves together.
func splice(then, now *half) (*record.Record, error) {
	rec := &record.Record{Plan: splicedPlan(then, now)}
	for _, name := range rowNamesOf(now, then) {
		row, err := splicedRow(then, now, name)
		if err != nil {
			return nil, err
		}
		rec.Plan.Rows = append(rec.Plan.Rows, *row)
	}
	if !slices.ContainsFunc(rec.Plan.Rows, func(r record.Row) bool { return len(r.Unsupported) == 0 }) {
		return nil, fmt.Errorf("the records share no benchmark that %s was measured on", now.impl.Name)
	}
	for _, r := range now.plan.Removed {
		if then.row(r.Name) == nil {
			rec.Plan.Removed = append(rec.Plan.Removed, r)
		}
	}
	for _, h := range []*half{then, now} {
		for _, p := range h.processes() {
			p.Seq = len(rec.Processes)
			rec.Processes = append(rec.Processes, p)
			rec.Plan.RMax = max(rec.Plan.RMax, p.Round)
		}
		for i := range h.plan.Rows {
			for _, f := range h.failures(&h.plan.Rows[i]) {
				rec.Notes = append(rec.Notes, record.Note{Kind: "row-invalid", Row: h.plan.Rows[i].Name, Impl: h.side, Failure: &f, Message: f.Message})
			}
		}
	}
	rec.Plan.RMax = max(rec.Plan.RMax, 1)
	rec.Plan.Looks, rec.Plan.Shares = []int{rec.Plan.RMax}, []float64{1}
	return rec, nil
}

func splicedPlan(then, now *half) record.Plan {
	p := record.Plan{
		Version: record.Version, Run: then.plan.Run + " to " + now.plan.Run, Started: now.plan.Started, Tool: now.plan.Tool,
		Suite: now.plan.Suite, Alpha: plannedAlpha, Gate: levels[0], Seed: now.plan.Seed,
		Reference: BaselineOld, Goals: BaselineGoals(defaultTolerance), Host: now.plan.Host, SameOutput: now.plan.SameOutput,
		Unpaired: &record.Unpaired{Why: record.UnpairedBaseline, Spread: AssumedSpread, Of: now.impl.Name},
	}
	if !exactOutput(then.plan) {
		p.SameOutput = then.plan.SameOutput
	}
	if !SameHost(then.rec, now.rec) {
		p.Gate = gateNone
	}
	for _, h := range []*half{then, now} {
		impl := *h.impl
		impl.Name = h.side
		impl.Source = &record.Source{Format: "xbench", Tool: h.plan.Tool, Path: h.plan.Run, Granularity: record.GranularitySamples, Started: h.plan.Started}
		p.Implementations = append(p.Implementations, impl)
	}
	return p
}

// SameHost reports whether both records come from one machine.
func SameHost(old, new *record.Record) bool { return old.Plan.Host.ID == new.Plan.Host.ID }

// rowNamesOf lists the rows of both, those of the first in their order.
func rowNamesOf(first, second *half) []string {
	var out []string
	for _, h := range []*half{first, second} {
		for i := range h.plan.Rows {
			if name := h.plan.Rows[i].Name; !slices.Contains(out, name) {
				out = append(out, name)
			}
		}
	}
	return out
}

// splicedRow is a row of both, as the new record describes it.
func splicedRow(then, now *half, name string) (*record.Row, error) {
	x, y := then.row(name), now.row(name)
	if x != nil && y != nil && (x.ID != y.ID || !sameJSON(x.Params, y.Params)) {
		return nil, fmt.Errorf("%s: other work in the two records: %s then, %s now", name, workText(x), workText(y))
	}
	shown := y
	if shown == nil {
		shown = x
	}
	row := *shown
	row.Iterations, row.Unsupported, row.Names = make(map[string]int64), nil, nil
	if x != nil && y != nil && x.Samples != y.Samples {
		row.Samples = 0 // as many as each process has
	}
	row.Nonce = (x == nil || x.Nonce) && (y == nil || y.Nonce)
	// What has been added cannot have become slower than before; what is gone may
	// have been in the way.
	row.ShownOnly = row.ShownOnly || x == nil && !then.removed(name)
	for _, h := range []*half{then, now} {
		if why := h.without(name); why != "" {
			if row.Unsupported == nil {
				row.Unsupported = make(map[string]string)
			}
			row.Unsupported[h.side] = why
		} else {
			row.Iterations[h.side] = h.row(name).Iterations[h.impl.Name]
		}
	}
	return &row, nil
}

func sameJSON(x, y any) bool {
	a, errA := json.Marshal(x)
	b, errB := json.Marshal(y)
	return errA == nil && errB == nil && bytes.Equal(a, b)
}

// workText is what a row asks of a worker.
func workText(r *record.Row) string {
	text, err := json.Marshal(r.Params)
	if err != nil || len(r.Params) == 0 {
		return r.ID
	}
	return r.ID + " " + string(text)
}
