package harness

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"xbench/harness/config"
	"xbench/harness/protocol"
	"xbench/harness/record"
	"xbench/harness/worker"
)

// A Cell is what one implementation answered for one row on one input.
type Cell struct {
	Benchmark string              `json:"benchmark"`
	Impl      string              `json:"impl"`
	Nonce     string              `json:"nonce"`
	Digest    *string             `json:"digest"`
	Digests   map[string]string   `json:"digests,omitempty"`
	Counters  map[string]int64    `json:"counters"`
	Error     *protocol.WorkError `json:"error,omitempty"`
	Status    string              `json:"status"`
	Detail    string              `json:"detail,omitempty"` // why the status is not "same"

	kind string // of the failure, where the status is failed
}

// Cell statuses.
const (
	StatusSame        = "same"        // equal to the first side's answer, or the first side itself
	StatusDifferent   = "different"   // another result, counter or error
	StatusFailed      = "failed"      // no answer
	StatusUnsupported = "unsupported" // the implementation lacks the benchmark
	StatusAlone       = "alone"       // nothing to compare with: the other sides failed or lack it
	StatusUnverified  = "unverified"  // another tool's benchmark, which shows no result, and no output: is given
)

// Check lets every implementation do the work of every row once, untimed, for
// every nonce, and compares what they say. Sides that differ are compared
// again value by value, so that the first difference is shown by its path.
//
// Nothing is timed, so several rows are under way at once.
func (l *Lab) Check(ctx context.Context, rows []record.Row, nonces []uint64) ([]Cell, error) {
	byRow := make([][]Cell, len(rows))
	errs := make([]error, len(rows))
	began := time.Now()
	var wg sync.WaitGroup
	var mu sync.Mutex // orders what the observer sees
	done := 0
	awaited := watch(func(e Event) {
		mu.Lock()
		defer mu.Unlock()
		e.Stage, e.Done, e.Total = StageCheck, done, len(rows)
		l.observe(e)
	})
	defer awaited.stop()
	slots := make(chan struct{}, l.sideBySide())
	for i := range rows {
		slots <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		wg.Go(func() {
			defer func() { <-slots }()
			byRow[i], errs[i] = l.checkRow(ctx, &rows[i], nonces, awaited)
			mu.Lock()
			defer mu.Unlock()
			done++
			l.observe(Event{Stage: StageCheck, Row: rows[i].Name, Done: done, Total: len(rows), Elapsed: time.Since(began)})
		})
	}
	wg.Wait()
	return slices.Concat(byRow...), errors.Join(append(errs, ctx.Err())...)
}

// sideBySide is how many rows may be checked at once. Whole programs may share
// a lock, a port or an output file, and are run in turns, as in the rounds.
func (l *Lab) sideBySide() int {
	if l.hasProgram() {
		return 1
	}
	return max(1, runtime.NumCPU())
}

// hasProgram reports whether results are printed by whole programs.
func (l *Lab) hasProgram() bool {
	return slices.ContainsFunc(l.subjects, func(s *subject) bool { return !s.isWorker() })
}

// hasCommand reports whether a launch is a sample.
func (l *Lab) hasCommand() bool {
	return slices.ContainsFunc(l.subjects, func(s *subject) bool { return s.Kind == kindCommand })
}

// An answerer gives one side's answers about one row.
type answerer interface {
	answer(ctx context.Context, nonce uint64, wantResult bool) (protocol.Verification, error)
	close()
}

// checkRow keeps one process per side alive until the sides were compared.
func (l *Lab) checkRow(ctx context.Context, row *record.Row, nonces []uint64, awaited *watcher) ([]Cell, error) {
	sides := make([]side, len(l.subjects))
	var wg sync.WaitGroup
	for i, s := range l.subjects {
		sides[i].subject, sides[i].awaited = s, awaited
		if reason, ok := row.Unsupported[s.Name]; ok {
			sides[i].unsupported = reason
			continue
		}
		wg.Go(func() { sides[i].open(ctx, row, l.config.SameOutput) })
	}
	wg.Wait()
	defer func() {
		for i := range sides {
			if sides[i].answers != nil {
				sides[i].answers.close()
			}
		}
	}()
	if !row.Nonce {
		nonces = nonces[:1]
	}
	var cells []Cell
	for _, nonce := range nonces {
		for i := range sides {
			wg.Go(func() { sides[i].ask(ctx, row, nonce, l.config.SameOutput) })
			if l.hasProgram() {
				wg.Wait()
			}
		}
		wg.Wait()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		cells = append(cells, compareSides(ctx, row, nonce, sides, l.config.SameOutput)...)
	}
	return cells, nil
}

// A side is one implementation while a row is being checked.
type side struct {
	*subject
	unsupported string
	answers     answerer
	got         protocol.Verification
	err         error
	awaited     *watcher // nil: nobody is told
}

func (s *side) open(ctx context.Context, row *record.Row, same config.SameOutput) {
	switch {
	case s.isWorker():
		limits := s.spec.Timeouts.WithDefaults()
		defer s.awaited.begin(row.Name, s.Name, limits.Initialize+limits.Prepare)()
		s.answers, s.err = s.openWorker(ctx, row)
	case s.printing():
		s.answers = &commandAnswers{s: s.subject, row: row, same: same}
	}
}

func (s *side) ask(ctx context.Context, row *record.Row, nonce uint64, same config.SameOutput) {
	if s.unsupported != "" || s.answers == nil || s.err != nil {
		return
	}
	defer s.awaited.begin(row.Name, s.Name, s.checkTime())()
	s.got, s.err = s.answers.answer(ctx, nonce, !isExact(same))
}

func isExact(same config.SameOutput) bool { return same.As == "" || same.As == "exact" }

// compareSides compares every side with the first that answered, which is the
// reference unless that one has failed.
func compareSides(ctx context.Context, row *record.Row, nonce uint64, sides []side, same config.SameOutput) []Cell {
	first := -1
	answered := 0
	for i := range sides {
		if sides[i].unsupported != "" || sides[i].err != nil || sides[i].answers == nil {
			continue
		}
		answered++
		if first < 0 || sides[i].cfg.Reference {
			first = i
		}
	}
	cells := make([]Cell, len(sides))
	for i := range sides {
		s := &sides[i]
		c := Cell{Benchmark: row.Name, Impl: s.Name, Nonce: strconv.FormatUint(nonce, 10),
			Digest: s.got.Digest, Digests: s.got.Digests, Counters: s.got.Counters, Error: s.got.Error, Status: StatusSame}
		switch {
		case s.unsupported != "":
			c.Status, c.Detail = StatusUnsupported, s.unsupported
		case s.err != nil:
			c.Status, c.Detail, c.kind = StatusFailed, s.err.Error(), explain(s.err).Kind
		case s.answers == nil:
			c.Status, c.Detail = StatusUnverified, "give output: in the configuration, a command that prints the result"
		case answered == 1 && len(sides) > 1:
			c.Status, c.Detail = StatusAlone, "no other side answered"
		case i != first:
			if d := differ(ctx, row, nonce, &sides[first], s, same); d != "" {
				c.Status, c.Detail = StatusDifferent, orElse(orElse(varies(ctx, row, nonce, &sides[first], same), varies(ctx, row, nonce, s, same)), d)
			}
		}
		cells[i] = c
	}
	return cells
}

// varies says, of a command whose output is not another's, that it is not its
// own of a moment ago either: then there is nothing to compare, whatever the
// other prints.
func varies(ctx context.Context, row *record.Row, nonce uint64, s *side, same config.SameOutput) string {
	if s.isWorker() || row.Startup || same.As == "none" {
		return ""
	}
	was := s.printed(row)
	again, err := s.answers.answer(ctx, nonce, true)
	if err != nil || deref(again.Digest) == deref(s.got.Digest) {
		return ""
	}
	where := firstDifference(was, again.Result, same)
	if where == "" {
		return ""
	}
	return fmt.Sprintf("%s prints something else each time: %s; %s", s.Name, where, steadyOutput)
}

// steadyOutput is what to do about an output that is never the same.
const steadyOutput = "fix its seed, and keep times and the like out of what it prints (or send them to stderr)"

// differ says in which way b's answer is not a's, or nothing.
func differ(ctx context.Context, row *record.Row, nonce uint64, a, b *side, same config.SameOutput) string {
	if d := differError(a.got.Error, b.got.Error); d != "" {
		return fmt.Sprintf("error: %s %s, %s %s", a.Name, d1(a.got.Error), b.Name, d1(b.got.Error))
	}
	if d := differCounters(row, a.Name, b.Name, a.got.Counters, b.got.Counters); d != "" {
		return d
	}
	if row.Startup || same.As == "none" {
		return ""
	}
	if isExact(same) {
		return differExactly(ctx, row, nonce, a, b)
	}
	if len(a.got.Result) == 0 || len(b.got.Result) == 0 {
		return fmt.Sprintf("same_output %s needs results, but %s returned none", same.As, cmpName(a, b))
	}
	where := firstDifference(a.got.Result, b.got.Result, same)
	if where == "" {
		return ""
	}
	return where + forgiving(a.got.Result, b.got.Result, same, a.configured)
}

// differExactly compares digests, and shows where the results behind them part.
func differExactly(ctx context.Context, row *record.Row, nonce uint64, a, b *side) string {
	d := differDigests(a, b)
	if d == "" {
		return ""
	}
	if !a.isWorker() && !b.isWorker() {
		if where := firstDifference(a.printed(row), b.printed(row), config.SameOutput{}); where != "" {
			return "output differs at " + where + forgiving(a.printed(row), b.printed(row), config.SameOutput{}, a.configured)
		}
		return fmt.Sprintf("output differs after the first %d bytes; %s", maxOutput, d)
	}
	ra, errA := a.answers.answer(ctx, nonce, true)
	rb, errB := b.answers.answer(ctx, nonce, true)
	if errA != nil || errB != nil {
		return d
	}
	if len(ra.Result) == 0 || len(rb.Result) == 0 {
		return d + `; return "result" from verify to see the difference`
	}
	where := firstDifference(ra.Result, rb.Result, config.SameOutput{As: "json"})
	switch {
	case where != "":
		return d + "; " + where + forgiving(ra.Result, rb.Result, config.SameOutput{As: "json"}, a.configured)
	case deref(a.got.Digest) != deref(b.got.Digest):
		return d + "; " + equalValues(ra.Result, rb.Result, a.configured)
	}
	return d
}

// equalValues says of two results that are equal as values why their digests are
// not, and what to do about it.
func equalValues(a, b []byte, configured bool) string {
	why := "equal values, written differently: key order, escapes or floats; write them alike before they are digested"
	if bytes.Equal(a, b) {
		why = "equal results, other digests: each side must digest the text that it returns, by the same hash"
	}
	return why + ", or compare the values: " + inWords(config.SameOutput{As: "json"}, configured)
}

func cmpName(a, b *side) string {
	if len(a.got.Result) == 0 {
		return a.Name
	}
	return b.Name
}

func d1(e *protocol.WorkError) string {
	if e == nil {
		return "none"
	}
	b, _ := json.Marshal(e)
	return string(b)
}

// differError compares the errors of two sides, all but their wording.
func differError(a, b *protocol.WorkError) string {
	if a == nil || b == nil {
		if a != b {
			return "different"
		}
		return ""
	}
	if a.Kind != b.Kind || a.Field != b.Field || a.Node != b.Node || a.Key != b.Key || a.Count != b.Count || !slices.Equal(a.Path, b.Path) {
		return "different"
	}
	return ""
}

func differDigests(a, b *side) string {
	if deref(a.got.Digest) != deref(b.got.Digest) {
		return fmt.Sprintf("digest: %s %s, %s %s", a.Name, short(deref(a.got.Digest)), b.Name, short(deref(b.got.Digest)))
	}
	for _, k := range slices.Sorted(maps.Keys(a.got.Digests)) {
		if x, y := a.got.Digests[k], b.got.Digests[k]; x != y {
			return fmt.Sprintf("%s digest: %s %s, %s %s", k, a.Name, short(x), b.Name, short(orNone(y)))
		}
	}
	for _, k := range slices.Sorted(maps.Keys(b.got.Digests)) {
		if _, ok := a.got.Digests[k]; !ok {
			return fmt.Sprintf("%s digest: %s none, %s %s", k, a.Name, b.Name, short(b.got.Digests[k]))
		}
	}
	return ""
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// differCounters compares exact counters for equality and bounded ones with
// their range; counters that the row calls side-specific are left alone.
func differCounters(row *record.Row, nameA, nameB string, a, b map[string]int64) string {
	names := slices.Sorted(maps.Keys(a))
	for k := range b {
		if _, ok := a[k]; !ok {
			names = append(names, k)
		}
	}
	for _, k := range names {
		if slices.Contains(row.SideSpecific, k) {
			continue
		}
		x, okA := a[k]
		y, okB := b[k]
		if !okA || !okB {
			return fmt.Sprintf("counter %s: %s %s, %s %s", k, nameA, count(x, okA), nameB, count(y, okB))
		}
		if r, ok := row.Bounded[k]; ok {
			if x < r[0] || x > r[1] || y < r[0] || y > r[1] {
				return fmt.Sprintf("counter %s out of %d to %d: %s %d, %s %d", k, r[0], r[1], nameA, x, nameB, y)
			}
			continue
		}
		if x != y {
			return fmt.Sprintf("counter %s: %s %d, %s %d", k, nameA, x, nameB, y)
		}
	}
	return ""
}

func count(n int64, ok bool) string {
	if !ok {
		return "missing"
	}
	return strconv.FormatInt(n, 10)
}

// A workerAnswers asks a live worker.
type workerAnswers struct{ w *worker.Worker }

func (s *subject) openWorker(ctx context.Context, row *record.Row) (answerer, error) {
	w, err := worker.Start(ctx, s.spec)
	if err != nil {
		return nil, err
	}
	a := &workerAnswers{w}
	if _, err := w.Initialize(ctx); err != nil {
		return a, err
	}
	return a, w.Prepare(ctx, protocol.PrepareParams{Benchmark: row.ID, Params: row.Params})
}

func (a *workerAnswers) answer(ctx context.Context, nonce uint64, wantResult bool) (protocol.Verification, error) {
	return a.w.Verify(ctx, protocol.VerifyParams{Nonce: strconv.FormatUint(nonce, 10), WantResult: wantResult})
}

func (a *workerAnswers) close() { a.w.Close(context.Background()) }

// Invalid collects, per row, why the check makes it invalid.
func Invalid(cells []Cell) map[string]record.Note {
	kinds := map[string]string{StatusDifferent: record.FailDigest, StatusUnsupported: record.FailUnsupported}
	out := make(map[string]record.Note)
	for _, c := range cells {
		kind, bad := kinds[c.Status]
		if c.Status == StatusFailed {
			kind, bad = c.kind, true
		}
		if _, seen := out[c.Benchmark]; !bad || seen {
			continue
		}
		if c.Status == StatusDifferent && strings.HasPrefix(c.Detail, "counter ") {
			kind = record.FailCounter
		}
		out[c.Benchmark] = record.Note{Kind: "row-invalid", Row: c.Benchmark, Impl: c.Impl,
			Failure: &record.Failure{Kind: kind, Message: c.Detail}, Message: c.Status + ": " + c.Detail}
	}
	return out
}

// AcrossVariants compares cells that stand for one piece of work done in
// several ways: case maps a benchmark's name to what must agree. A cell whose
// digest is not that of the first cell of its case becomes "different".
func AcrossVariants(cells []Cell, caseOf func(name string) string) []Cell {
	type answer struct {
		digest, from string
		err          *protocol.WorkError
	}
	first := make(map[string]answer)
	out := slices.Clone(cells)
	for i, c := range out {
		if c.Status != StatusSame {
			continue
		}
		key := caseOf(c.Benchmark) + " " + c.Nonce
		a, ok := first[key]
		if !ok {
			first[key] = answer{deref(c.Digest), c.Benchmark, c.Error}
			continue
		}
		if deref(c.Digest) != a.digest || differError(c.Error, a.err) != "" {
			out[i].Status = StatusDifferent
			out[i].Detail = fmt.Sprintf("%s gives digest %s, error %s; this one %s, error %s",
				a.from, short(a.digest), d1(a.err), short(deref(c.Digest)), d1(c.Error))
		}
	}
	return out
}
