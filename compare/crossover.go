package compare

import (
	"math"
	"slices"
	"strings"

	"xbench/harness/record"
)

// A Crossover is where one way of running the same work overtakes another, for
// one implementation, as the work grows: several processes against several
// threads.
type Crossover struct {
	Name           string // of the rows, without the knob and what tells the ways apart
	ID             string
	Category       string
	Knob           string // the size
	Implementation string
	From, To       string // the ways: "threadpool", "multiprocess fork"
	Rounds         int    // complete rounds: both ways at every size
	Sizes          []CrossoverSize
	Outcome        Crossing
	// Below is the largest size up to which From is proved faster at every
	// one, Above the smallest from which To is; 0 where there is none.
	Below, Above float64
	// At is the size at which both take as long, interpolated. Its interval
	// holds every size at which the two are not proved to differ, on straight
	// lines through times as through logs; Lo 0 or Hi +Inf where it reaches
	// the sweep's end. Value is 0 unless the outcome is CrossingWithin: where
	// one end proves nothing, there may be no such size.
	At Estimate
	// TaskNS is At as the duration of one task; zero where that is not known.
	// TaskFrom says where it comes from: "knob", or a row's name.
	TaskNS   Estimate
	TaskFrom string
}

// A CrossoverSize is how many times as long From takes as To: above 1, To is
// faster. The interval is the plain one of the rounds.
type CrossoverSize struct {
	Size     float64
	Ratio    Interval
	From, To Point // the times of the two ways, as their rows' own
}

// A Crossing is what a sweep shows of two ways.
type Crossing string

// The outcomes. "Faster" and "slower" are To's.
const (
	CrossingWithin  Crossing = "within"  // From is proved faster at the small end, To at the large one
	CrossingFaster  Crossing = "faster"  // To is proved faster at every size
	CrossingSlower  Crossing = "slower"  // To is proved slower at every size
	CrossingNotYet  Crossing = "not yet" // From is proved faster at the small end, nothing at the large one
	CrossingAlready Crossing = "already" // To is proved faster at the large end, nothing at the small one
	CrossingUnclear Crossing = "unclear" // neither end is proved
	CrossingMixed   Crossing = "mixed"   // the faster one changes more than once, or from To to From
)

// The knobs that say how work is run, and the two values that are compared.
const (
	wayKnob   = "executor"
	startKnob = "start_method"
	threads   = "threadpool"
	processes = "multiprocess"
	inCaller  = "sequential"
)

// crossovers compares every line of processes with the line of threads that
// differs from it in nothing else.
func (a *analysis) crossovers(lines []*line) []Crossover {
	var out []Crossover
	for _, to := range lines {
		if to.text(wayKnob) != processes {
			continue
		}
		from := to.other(lines, threads)
		if from == nil {
			continue
		}
		for _, impl := range a.inOrder() {
			if c, ok := a.crossover(from, to, impl); ok {
				c.TaskNS, c.TaskFrom = a.taskTime(to, lines, impl, c.At)
				out = append(out, c)
			}
		}
	}
	return out
}

// at is a line's row of a value that it has.
func (l *line) at(value float64) *record.Row {
	i, _ := slices.BinarySearch(l.values, value)
	return l.rows[i]
}

// text is the value of a line's knob, "" if it has none.
func (l *line) text(knob string) string {
	v, _ := l.rows[0].Params.Get(knob)
	s, _ := v.(string)
	return s
}

// other finds the line of another way that is the same work: with the same
// start method if the other way has one at all, it makes no difference there.
func (l *line) other(lines []*line, way string) *line {
	var found *line
	for _, o := range lines {
		if o.knob != l.knob || o.text(wayKnob) != way ||
			keyWithout(o.rows[0], l.knob, wayKnob, startKnob) != keyWithout(l.rows[0], l.knob, wayKnob, startKnob) {
			continue
		}
		if found == nil || o.text(startKnob) == l.text(startKnob) {
			found = o
		}
	}
	return found
}

// way names what a line of rows runs on.
func (l *line) way() string {
	return strings.TrimSpace(l.text(wayKnob) + " " + l.text(startKnob))
}

func (a *analysis) crossover(from, to *line, impl string) (Crossover, bool) {
	row := to.rows[0]
	c := Crossover{
		Name: nameWithout(row, to.knob, wayKnob, startKnob), ID: row.ID, Category: row.Category, Knob: to.knob,
		Implementation: impl, From: from.text(wayKnob), To: to.way(),
	}
	w := a.meet(from, to, impl)
	c.Rounds = len(w.logs)
	if len(w.values) < 2 || len(w.logs) == 0 {
		return c, false
	}
	signs := make([]int, len(w.values))
	for i, v := range w.values {
		e := a.estimate(apply(w.logs, func(y []float64) float64 { return y[i] }), plannedAlpha)
		c.Sizes = append(c.Sizes, CrossoverSize{
			v, Interval{math.Exp(e.Value), math.Exp(e.Lo), math.Exp(e.Hi)},
			a.point(v, from.at(v), impl), a.point(v, to.at(v), impl),
		})
		switch {
		case e.Lo > 0:
			signs[i] = 1
		case e.Hi < 0:
			signs[i] = -1
		}
	}
	c.read(signs)
	if c.Outcome == CrossingWithin || c.Outcome == CrossingNotYet || c.Outcome == CrossingAlready {
		c.At = a.overtaking(w, c.Below, c.Above)
		if c.Outcome != CrossingWithin {
			c.At.Value = 0
		}
	}
	return c, true
}

// A meeting is two ways of running the same work, round by round: by how much
// the second is ahead at every size that both have.
//
// The two rows of a round are not neighbours as the two sides of a row are;
// other rows run between them. What lasts longer than that still cancels, and
// what does not is in the scatter over rounds.
type meeting struct {
	values []float64
	logs   [][]float64 // by round, then by size: the log of the first one's time less the second's
	times  [][]float64 // the same of the times themselves, in nanoseconds
	linear bool        // both ways cost something fixed and so much for each
}

func (a *analysis) meet(from, to *line, impl string) meeting {
	var m meeting
	var both, first, second series
	x, y := a.series(from, impl).positive(), a.series(to, impl).positive()
	for i, v := range x.values {
		if j := slices.Index(y.values, v); j >= 0 {
			first.add(v, x.rows[i], x.logs[i])
			second.add(v, y.rows[j], y.logs[j])
		}
	}
	m.values = first.values
	both.logs = slices.Concat(first.logs, second.logs)
	n := len(m.values)
	for _, round := range both.rounds() {
		logs, times := make([]float64, n), make([]float64, n)
		for i := range n {
			logs[i] = round[i] - round[n+i]
			times[i] = math.Exp(round[i]) - math.Exp(round[n+i])
		}
		m.logs, m.times = append(m.logs, logs), append(m.times, times)
	}
	_, _, one := a.linear(first)
	_, _, other := a.linear(second)
	m.linear = one && other
	return m
}

// read tells from the proved sign at each size what the sweep shows.
func (c *Crossover) read(signs []int) {
	n := len(signs)
	slow, fast := 0, n // To is proved slower before slow, and faster from fast on
	for slow < n && signs[slow] < 0 {
		slow++
	}
	for fast > 0 && signs[fast-1] > 0 {
		fast--
	}
	lastSlow, firstFast := n-1, slices.Index(signs, 1)
	for lastSlow >= 0 && signs[lastSlow] >= 0 {
		lastSlow--
	}
	if firstFast >= 0 && firstFast < lastSlow {
		c.Outcome = CrossingMixed
		return
	}
	if slow > 0 {
		c.Below = c.Sizes[slow-1].Size
	}
	if fast < n {
		c.Above = c.Sizes[fast].Size
	}
	switch {
	case slow == n:
		c.Outcome = CrossingSlower
	case fast == 0:
		c.Outcome = CrossingFaster
	case slow > 0 && fast < n:
		c.Outcome = CrossingWithin
	case slow > 0:
		c.Outcome = CrossingNotYet
	case fast < n:
		c.Outcome = CrossingAlready
	default:
		c.Outcome = CrossingUnclear
	}
}

// overtaking is the size at which both ways take as long. Between two sizes
// nothing was measured, and what is assumed there matters more than noise where
// they are far apart: a straight line through times is right for a fixed cost
// and so much for each, one through logs for power laws. The estimate is the
// former where the sizes agree with it, else the latter; the interval holds
// both. It is beyond the sizes up to which the second way is proved slower and
// not beyond those from which it is proved faster.
func (a *analysis) overtaking(m meeting, below, above float64) Estimate {
	power := a.crossing(m.values, m.logs, math.Log, math.Exp)
	same := func(x float64) float64 { return x }
	linear := a.crossing(m.values, m.times, same, same)
	e := Estimate{power.Value, min(power.Lo, linear.Lo), max(power.Hi, linear.Hi)}
	e.Lo = max(e.Lo, below)
	if above > 0 {
		e.Hi = min(e.Hi, above)
	}
	if v := linear.Value; m.linear && v > 0 && e.Lo <= v && v <= e.Hi {
		e.Value = v
	}
	if e.Value < e.Lo || e.Value > e.Hi {
		e.Value = 0
	}
	return e
}

// crossing is the size at which the mean lead is 0, straight lines between
// neighbouring sizes on the axis given, and the hull of all sizes whose own
// interval of the interpolated lead holds 0.
//
// This is Fieller's construction, size by size: the true crossing of the
// interpolated line is left out only if a 95 % interval misses it. Note: a
// crossing per round was considered; a round may have none, or three, and
// leaving those out makes the rest look sure.
func (a *analysis) crossing(values []float64, rounds [][]float64, axis, back func(float64) float64) Estimate {
	e := Estimate{0, math.Inf(1), math.Inf(-1)}
	n := len(rounds)
	q := a.sched.t(n, plannedAlpha/2) / math.Sqrt(float64(n))
	for i := range len(values) - 1 {
		x0, x1 := axis(values[i]), axis(values[i+1])
		at := func(w float64) float64 { return back(x0 + w*(x1-x0)) }
		y0 := apply(rounds, func(y []float64) float64 { return y[i] })
		y1 := apply(rounds, func(y []float64) float64 { return y[i+1] })
		if m0, m1 := mean(y0), mean(y1); m0 <= 0 && m1 > 0 {
			e.Value = at(-m0 / (m1 - m0))
		}
		for _, w := range undecided(y0, y1, q) {
			e.Lo, e.Hi = min(e.Lo, at(w)), max(e.Hi, at(w))
		}
	}
	const rounding = 1e-9
	if e.Lo <= values[0]*(1+rounding) {
		e.Lo = 0
	}
	if e.Hi >= values[len(values)-1]*(1-rounding) {
		e.Hi = math.Inf(1)
	}
	return e
}

// undecided lists the places w in [0, 1] between two sizes that bound where
// the mean of (1-w)*y0 + w*y1 is within q standard deviations of 0: the ends
// where they are within, and the roots of mean² = q² variance.
func undecided(y0, y1 []float64, q float64) []float64 {
	m0, dm := mean(y0), mean(y1)-mean(y0)
	step := make([]float64, len(y0))
	for i := range step {
		step[i] = y1[i] - y0[i]
	}
	// mean² - q² variance = A w² + B w + C
	A := dm*dm - q*q*cov(step, step)
	B := 2 * (m0*dm - q*q*cov(y0, step))
	C := m0*m0 - q*q*cov(y0, y0)
	var out []float64
	if C <= 0 {
		out = append(out, 0)
	}
	if A+B+C <= 0 {
		out = append(out, 1)
	}
	for _, w := range roots(A, B, C) {
		if w > 0 && w < 1 {
			out = append(out, w)
		}
	}
	return out
}

// roots solves A w² + B w + C = 0 for real w, without cancellation.
func roots(A, B, C float64) []float64 {
	if A == 0 {
		if B == 0 {
			return nil
		}
		return []float64{-C / B}
	}
	d := B*B - 4*A*C
	if d < 0 {
		return nil
	}
	h := -(B + math.Copysign(math.Sqrt(d), B)) / 2
	if h == 0 {
		return []float64{0}
	}
	return []float64{h / A, C / h}
}

// cov is the sample covariance.
func cov(x, y []float64) float64 {
	if len(x) < 2 {
		return 0
	}
	mx, my, sum := mean(x), mean(y), 0.0
	for i := range x {
		sum += (x[i] - mx) * (y[i] - my)
	}
	return sum / float64(len(x)-1)
}

// taskTime turns a size into the duration of a task: a knob in milliseconds
// says it itself; otherwise it is the time of the same work in the caller's
// thread over the number of tasks, interpolated on log axes. Only the size's
// own uncertainty is in the interval.
func (a *analysis) taskTime(to *line, lines []*line, impl string, at Estimate) (task Estimate, from string) {
	if at.Value <= 0 {
		return Estimate{}, ""
	}
	if strings.HasSuffix(to.knob, "_ms") {
		return Estimate{at.Value * 1e6, at.Lo * 1e6, at.Hi * 1e6}, "knob"
	}
	alone := to.other(lines, inCaller)
	if alone == nil {
		return Estimate{}, ""
	}
	var x, y []float64
	s := a.series(alone, impl).positive()
	for i, row := range s.rows {
		if n := a.tasks(row, impl); n > 0 {
			x = append(x, math.Log(s.values[i]))
			y = append(y, mean(a.cells[cellKey{row.Name, impl}].logs())-math.Log(float64(n)))
		}
	}
	if len(x) < 2 || math.Log(at.Value) < x[0] || math.Log(at.Value) > x[len(x)-1] {
		return Estimate{}, ""
	}
	task = Estimate{Value: math.Exp(interpolate(x, y, math.Log(at.Value))), Hi: math.Inf(1)}
	if at.Lo > 0 {
		task.Lo = math.Exp(interpolate(x, y, math.Log(at.Lo)))
	}
	if !math.IsInf(at.Hi, 1) {
		task.Hi = math.Exp(interpolate(x, y, math.Log(at.Hi)))
	}
	return task, nameWithout(alone.rows[0], alone.knob)
}

// tasks is how many tasks an iteration of a row ran, 0 when it does not say.
func (a *analysis) tasks(row *record.Row, impl string) int64 {
	for _, l := range a.cells[cellKey{row.Name, impl}].launches {
		if l.Process != nil {
			return l.Process.Counters["tasks_run"]
		}
	}
	return 0
}

// interpolate reads a polyline, going on straight beyond its ends.
func interpolate(x, y []float64, at float64) float64 {
	i := 0
	for i < len(x)-2 && at > x[i+1] {
		i++
	}
	return y[i] + (at-x[i])*(y[i+1]-y[i])/(x[i+1]-x[i])
}
