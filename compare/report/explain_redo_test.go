package report

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"xbench/compare"
	"xbench/harness/record"
)

// A redo works an explanation out again from its text alone, as a reader with
// a calculator would: the only numbers it takes on trust are the times, w,
// alpha, G, B and the goal's own. Every other printed number must follow.
type redo struct {
	t       *testing.T
	text    string
	student studentTable

	d          []float64
	mean, se   map[int]float64 // by look
	s          map[int]float64
	threshold  float64
	verdict    string
	round      int
	lo, hi     float64
	lastPass   float64
	lastFail   float64
	rMax       int
	comparison int // numbers compared
}

// same compares a number with the printed one, which may be off by two units
// of its last digit.
func (r *redo) same(what string, got float64, printed string) {
	r.t.Helper()
	r.comparison++
	want, err := strconv.ParseFloat(strings.TrimSuffix(printed, "x"), 64)
	if err != nil {
		r.t.Fatalf("%s: %q is no number\n%s", what, printed, r.text)
	}
	if unit := lastDigit(strings.TrimSuffix(printed, "x")); math.Abs(got-want) > 2.01*unit {
		r.t.Fatalf("%s: worked out %.9g, printed %s\n%s", what, got, printed, r.text)
	}
}

// lastDigit is what one unit of the last digit of a printed number is.
func lastDigit(s string) float64 {
	mantissa, exponent, _ := strings.Cut(s, "e")
	e := 0
	if exponent != "" {
		e, _ = strconv.Atoi(exponent)
	}
	_, decimals, _ := strings.Cut(mantissa, ".")
	return math.Pow(10, float64(e-len(decimals)))
}

// table returns the rows under the first line that has all of the words.
func (r *redo) table(words ...string) [][]string {
	lines := strings.Split(r.text, "\n")
	for i, l := range lines {
		missing := false
		for _, w := range words {
			missing = missing || !strings.Contains(l, w)
		}
		if missing {
			continue
		}
		var rows [][]string
		for _, l := range lines[i+1:] {
			f := strings.Fields(l)
			if len(f) == 0 || !strings.HasPrefix(l, "  ") || strings.Trim(f[0], "0123456789") != "" {
				break
			}
			rows = append(rows, f)
		}
		return rows
	}
	return nil
}

// find returns the submatches of a pattern, wherever the text was wrapped.
func (r *redo) find(pattern string) []string {
	r.t.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(strings.Join(strings.Fields(r.text), " "))
	if m == nil {
		r.t.Fatalf("no match for %s in\n%s", pattern, r.text)
	}
	return m
}

func (r *redo) number(s string) float64 {
	r.t.Helper()
	v, err := strconv.ParseFloat(strings.TrimSuffix(s, "%"), 64)
	if err != nil {
		r.t.Fatal(err)
	}
	return v
}

func (r *redo) rounds() {
	for _, f := range r.table("round", "ln", "nonce") {
		ref, cand := math.Log(r.number(f[1])), math.Log(r.number(f[3]))
		r.same("ln of the reference", ref, f[2])
		r.same("ln of the candidate", cand, f[4])
		r.same("d", ref-cand, f[5])
		r.d = append(r.d, r.number(f[2])-r.number(f[4]))
	}
	for _, f := range r.table("round", "sum", "d = sum/") {
		n := r.number(r.find(`d = sum/(\d+)`)[1])
		r.same("d", r.number(f[1])/n, f[2])
		r.d = append(r.d, r.number(f[2]))
	}
}

func (r *redo) spreads() {
	r.mean, r.se, r.s = map[int]float64{}, map[int]float64{}, map[int]float64{}
	for _, f := range r.table("mean", "sd", "floor", "lag-1") {
		n, _ := strconv.Atoi(f[0])
		x := r.d[:n]
		sum := 0.0
		for _, v := range x {
			sum += v
		}
		mean := sum / float64(n)
		squares, neighbours := 0.0, 0.0
		for i, v := range x {
			squares += (v - mean) * (v - mean)
			if i > 0 {
				neighbours += (v - mean) * (x[i-1] - mean)
			}
		}
		sd := math.Sqrt(squares / float64(n-1))
		floor, factor := 0.01, 1.2
		if n < 5 {
			floor = 0.05
		}
		if n >= 8 {
			rho := math.Min(math.Max(neighbours/squares+1/float64(n), 0), 0.8)
			factor = math.Sqrt((1 + rho) / (1 - rho))
			r.same("lag-1", neighbours/squares, f[4])
			r.same("rho", rho, f[5])
		}
		s := factor * math.Max(sd, floor)
		r.same("mean", mean, f[1])
		r.same("sd", sd, f[2])
		r.same("floor", floor, f[3])
		r.same("factor", factor, f[6])
		r.same("s", s, f[7])
		r.same("s/root n", s/math.Sqrt(float64(n)), f[8])
		r.mean[n], r.s[n], r.se[n] = mean, s, s/math.Sqrt(float64(n))
	}
}

// decide goes through the looks as the text says they are decided.
func (r *redo) decide() {
	m := r.find(`threshold ln ([0-9.]+)(?: - ln ([0-9.]+))? = (\S+), as a ratio ([0-9.]+)`)
	r.threshold = math.Log(r.number(m[1]))
	if m[2] != "" {
		r.threshold -= math.Log(r.number(m[2]))
	}
	r.same("threshold", r.threshold, m[3])
	r.same("threshold as a ratio", math.Exp(r.threshold), m[4])
	alpha := r.number(strings.TrimSuffix(r.find(`alpha = (\S+)`)[1], ","))
	g, b := r.number(r.find(`G = (\d+)`)[1]), r.number(r.find(`B = (\d+)`)[1])
	pass, fail := r.table("PASS ", "df", "tail"), r.table("FAIL ", "df", "tail")
	r.lo, r.hi = math.Inf(-1), math.Inf(1)
	r.verdict = "INCONCLUSIVE"
	for i := range pass {
		n, _ := strconv.Atoi(pass[i][0])
		w := r.number(pass[i][2]) / 100
		lower := r.side("PASS", pass[i], n, alpha*w/2, -1)
		upper := r.side("FAIL", fail[i], n, alpha*w/(2*g*b), +1)
		r.rMax = n
		if _, reached := r.mean[n]; !reached {
			continue
		}
		r.lo, r.hi = math.Max(r.lo, lower), math.Min(r.hi, upper)
		if r.round == 0 && lower >= r.threshold {
			r.verdict, r.round = "PASS", n
		} else if r.round == 0 && upper < r.threshold {
			r.verdict, r.round = "FAIL", n
		}
	}
}

// side works out one look in one direction and returns its end.
func (r *redo) side(name string, f []string, n int, tail, sign float64) float64 {
	q := r.student.quantile(n-1, tail)
	r.same(name+" df", float64(n-1), f[1])
	r.same(name+" tail", tail, f[3])
	r.same(name+" t", q, f[4])
	if name == "PASS" {
		r.lastPass = q
	} else {
		r.lastFail = q
	}
	se, reached := r.se[n]
	if !reached {
		if f[5] != none {
			r.t.Fatalf("%s: the look after round %d was not reached, but has %s", name, n, f[5])
		}
		return 0
	}
	end := r.mean[n] + sign*q*se
	r.same(name+" h", q*se, f[5])
	r.same(name+" end", end, f[6])
	if v := math.Exp(end); v > 0.00101 && v < 9999 {
		r.same(name+" ratio", v, f[7])
	}
	return end
}

func (r *redo) outcome() {
	m := r.find(`largest mean - h = (\S+), smallest mean \+ h = (\S+): (\S+)x to (\S+)x`)
	if !strings.Contains(r.text, "a later look contradicts") {
		r.same("lower end", r.lo, m[1])
		r.same("upper end", r.hi, m[2])
		r.same("lower ratio", math.Exp(r.lo), m[3])
		r.same("upper ratio", math.Exp(r.hi), m[4])
	}
	v := r.find(`VERDICT (\S+?)(?:;|, decided at the look after round (\d+)| rows| STOPPED| DIGITS)`)
	if v[1] != r.verdict || r.round > 0 && v[2] != strconv.Itoa(r.round) {
		r.t.Fatalf("worked out %s after round %d, printed %q\n%s", r.verdict, r.round, v[0], r.text)
	}
	for _, f := range r.table("D ", "S ", "c_pass", "= probability") {
		r.forecast(f)
	}
}

func (r *redo) forecast(f []string) {
	n, _ := strconv.Atoi(f[0])
	d, big := r.mean[n]-r.threshold, float64(r.rMax)
	step, q := r.s[n]/math.Sqrt(big), r.s[n]*math.Sqrt(1/float64(n)-1/big)
	r.same("D", d, f[1])
	r.same("S", step, f[2])
	r.same("q", q, f[3])
	r.same("c_pass", r.lastPass, f[4])
	r.same("c_fail", r.lastFail, f[5])
	above := 1 - studentTail(n-1, (d-r.lastPass*step)/q)
	below := 1 - studentTail(n-1, (-d-r.lastFail*step)/q)
	r.same("T above", above, f[6])
	r.same("T below", below, f[8])
	r.same("probability", above+below, f[9])
	if got := strings.Join(f[10:], " "); (above+below < 0.1) != (got == "give up") {
		r.t.Fatalf("a probability of %v is called %q", above+below, got)
	}
}

// Every number and the verdict follow from the printed times, by other means
// than those that printed them.
func TestAnExplanationCanBeWorkedOutByHand(t *testing.T) {
	numbers, verdicts, student := 0, map[string]int{}, studentTable{}
	for seed := range uint64(40) {
		s := scene{
			rMax: []int{5, 8, 13, 20, 30}[seed%5], sd: []float64{.005, .02, .06}[seed%3], drift: []float64{0, .6}[seed%2], seed: seed,
			goals: []record.Goal{meanTwice, noSlower},
		}
		s.rounds = s.rMax - int(seed%4)/3*2
		for i := range 2 + int(seed%7)*4 {
			s.ratios = append(s.ratios, []float64{.8, .93, 1 / 1.05, 1, 1.1, 2, 5}[(i+int(seed))%7])
		}
		for _, what := range []string{"c/rowa", "c/rowb", "goal: " + meanTwice.Claim, "goal: " + noSlower.Claim} {
			text := explained(t, s, what)
			r := &redo{t: t, text: text, student: student}
			r.rounds()
			r.spreads()
			r.decide()
			r.outcome()
			numbers += r.comparison
			verdicts[r.verdict]++
		}
	}
	t.Logf("%d numbers worked out again, verdicts %v", numbers, verdicts)
	for _, v := range []compare.Verdict{compare.Pass, compare.Fail, compare.Inconclusive} {
		if verdicts[string(v)] < 10 {
			t.Errorf("only %d explanations of %s", verdicts[string(v)], v)
		}
	}
}

// The redo above can fail.
func TestTheRedoFindsAChangedNumber(t *testing.T) {
	s := scene{rMax: 8, rounds: 8, ratios: []float64{1.1, 3}, sd: .03, seed: 1, goals: []record.Goal{meanTwice, noSlower}}
	text := explained(t, s, "c/rowa")
	for _, change := range [][2]string{{" 4%", " 5%"}, {"G = 2", "G = 3"}, {"7.17318", "7.17381"}, {"- ln 1.05", "- ln 1.06"}} {
		altered := strings.Replace(text, change[0], change[1], 1)
		if altered == text {
			t.Fatalf("the text has no %q", change[0])
		}
		if !redoFails(altered) {
			t.Errorf("%q for %q goes unnoticed", change[1], change[0])
		}
	}
}

// redoFails runs the redo where its failure is no failure of the test.
func redoFails(text string) bool {
	var probe testing.T
	done := make(chan bool)
	go func() {
		defer func() { done <- probe.Failed() }()
		r := &redo{t: &probe, text: text, student: studentTable{}}
		r.rounds()
		r.spreads()
		r.decide()
		r.outcome()
	}()
	return <-done
}
