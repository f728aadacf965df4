package compare

import (
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
)

const ratesPath = "../docs/error-rates.md"

// limitSlack is how many standard errors a number of the document may be over
// its limit.
const limitSlack = 2

const ratesHead = `# Error rates

How often verdicts are wrong, how often differences are found, and what that costs, by simulation. A run of the simulation draws the times of samples with a noise model, writes them into a record as a run of xbench does - a fresh
process per row, side and round, rounds until ` + "`compare`" + ` says that nothing is open - and hands it to the same code that judges real runs. The truth is known, so that wrong verdicts can be counted.

Numbers are percentages unless a column says otherwise, with one standard error; (<= x) and (>= x) are limits that a test enforces, to within two standard errors. Percentages of 0 are 0 of all runs: less than 3 / runs with 95 % confidence. Every number comes
from a seed of its own and can be made again to the last digit:

    go test ./compare -run TestErrorRates -long -timeout 2h            # simulates everything, compares with this file
    go test ./compare -run TestErrorRates -long -timeout 2h -update    # writes this file

` + "`go test ./compare`" + ` makes a small part of every row, checks it against the limits, makes some rows again in full, and checks the numbers below against the limits. What the terms mean is in [method.md](method.md).
`

// document renders the tables; of no estimates it is the form, with "#" for
// every number.
func document(all []table, estimates map[string][]estimate) string {
	var b strings.Builder
	b.WriteString(ratesHead)
	for i := range all {
		t := &all[i]
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", t.title, t.about)
		head := append(append([]string{}, t.labels...), "runs")
		head = append(head, t.columns...)
		fmt.Fprintf(&b, "| %s |\n|%s\n", strings.Join(head, " | "), strings.Repeat("---|", len(head)))
		for j := range t.rows {
			r := &t.rows[j]
			cells := append(append([]string{}, r.label...), strconv.Itoa(r.n))
			for c := range t.columns {
				number := "#"
				if estimates != nil {
					number = estimates[t.name(r)][c].String()
				}
				cells = append(cells, number+r.limitText(c))
			}
			fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
		}
	}
	return b.String()
}

// name tells the rows of all tables apart.
func (t *table) name(r *tableRow) string { return t.title + "|" + strings.Join(r.label, "|") }

func (r *tableRow) limitText(column int) string {
	text := ""
	for _, l := range r.limits {
		if l.column != column {
			continue
		}
		sign := ">="
		if l.most {
			sign = "<="
		}
		text += fmt.Sprintf(" (%s %v)", sign, l.bound)
	}
	return text
}

func (e estimate) String() string {
	switch {
	case math.IsNaN(e.mean):
		return "-"
	case e.se == 0:
		return fmt.Sprintf("%.4g", e.mean)
	}
	digits := 2
	if e.se < .005 {
		digits = 3
	}
	return fmt.Sprintf("%.*f ± %.*f", digits, e.mean, digits, e.se)
}

// check holds the numbers of a row against its limits, with some slack in
// standard errors: those seen or, of a rate too small to be seen, those of the
// limit itself.
func (r *tableRow) check(t *testing.T, name string, got []estimate, n int, slack float64) {
	t.Helper()
	for _, l := range r.limits {
		e := got[l.column]
		p := l.bound / 100
		room := slack * max(e.se, 100*math.Sqrt(max(p*(1-p), 0)/float64(n)))
		if l.most && e.mean > l.bound+room || !l.most && e.mean < l.bound-room {
			t.Errorf("%s: column %d is %s of %d runs,%s", name, l.column+1, e, n, r.limitText(l.column))
		}
	}
}

// A few runs of every row must not contradict its limits. With -long all runs
// are made, none may be passed by more than noise, and the document is compared or, with
// -update, written.
func TestErrorRates(t *testing.T) {
	all := tables()
	estimates := make(map[string][]estimate)
	for i := range all {
		for j := range all[i].rows {
			r := &all[i].rows[j]
			n, slack := r.short, 4.0
			if *long {
				n, slack = r.n, limitSlack
			}
			name := all[i].name(r)
			if _, ok := estimates[name]; ok {
				t.Fatalf("two rows are called %s", name)
			}
			estimates[name] = simulate(all[i].key(r), n, r.run)
			if *long {
				t.Logf("%s: %v", name, estimates[name]) // it takes a while
			}
			r.check(t, name, estimates[name], n, slack)
		}
	}
	if !*long {
		return
	}
	want := document(all, estimates)
	if *update {
		if err := os.WriteFile(ratesPath, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got := readRates(t); got != want {
		t.Errorf("%s is not what the simulation gives; look at both, then use -update", ratesPath)
	}
}

func readRates(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(ratesPath)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// The numbers on paper keep the limits, in a document of the form that the
// simulation writes.
func TestErrorRatesDocument(t *testing.T) {
	all := tables()
	got, form := strings.Split(readRates(t), "\n"), strings.Split(document(all, nil), "\n")
	if len(got) != len(form) {
		t.Fatalf("%d lines, want %d", len(got), len(form))
	}
	var numbers [][]estimate
	for i := range form {
		if row := numbersOf(t, i+1, got[i], form[i]); row != nil {
			numbers = append(numbers, row)
		}
	}
	for i := range all {
		for j := range all[i].rows {
			if len(numbers) == 0 {
				t.Fatalf("%s: no numbers", all[i].title)
			}
			r := &all[i].rows[j]
			r.check(t, all[i].name(r), numbers[0], r.n, limitSlack)
			numbers = numbers[1:]
		}
	}
	if len(numbers) != 0 {
		t.Errorf("%d rows too many", len(numbers))
	}
}

// numbersOf reads the numbers where the form has "#", and wants everything else
// to be as there; nil for a line without numbers.
func numbersOf(t *testing.T, line int, got, form string) []estimate {
	t.Helper()
	have, want := strings.Split(got, " | "), strings.Split(form, " | ")
	if !strings.Contains(form, " | #") || len(have) != len(want) {
		if got != form {
			t.Errorf("%s:%d: %q, want %q", ratesPath, line, got, form)
		}
		return nil
	}
	var out []estimate
	for c := range want {
		rest, isNumber := strings.CutPrefix(want[c], "#")
		text, ok := strings.CutSuffix(have[c], rest)
		if !isNumber {
			text, ok = want[c], have[c] == want[c]
		}
		if !ok {
			t.Errorf("%s:%d: cell %q, want the form %q", ratesPath, line, have[c], want[c])
			return nil
		}
		if isNumber {
			out = append(out, parseEstimate(t, line, text))
		}
	}
	return out
}

func parseEstimate(t *testing.T, line int, text string) estimate {
	t.Helper()
	if text == "-" {
		return estimate{math.NaN(), 0}
	}
	value, se, noisy := strings.Cut(text, " ± ")
	e := estimate{}
	var err error
	if e.mean, err = strconv.ParseFloat(value, 64); err == nil && noisy {
		e.se, err = strconv.ParseFloat(se, 64)
	}
	if err != nil {
		t.Errorf("%s:%d: %q is no number", ratesPath, line, text)
	}
	return e
}

// Some rows are made again in full, to the last digit.
func TestErrorRatesCanBeMadeAgain(t *testing.T) {
	all := tables()
	text := readRates(t)
	for _, want := range []string{
		"One benchmark, three methods|typical VM|" + naive.name,
		"One benchmark, three methods|typical VM|" + benchstat.name,
		"Correlated rounds: the weak point|0.1",
	} {
		found := false
		for i := range all {
			for j := range all[i].rows {
				r := all[i].rows[j]
				if all[i].name(&r) != want {
					continue
				}
				found = true
				only := all[i]
				only.rows = []tableRow{r}
				lines := strings.Split(strings.TrimSpace(document([]table{only}, map[string][]estimate{want: simulate(only.key(&r), r.n, r.run)})), "\n")
				if again := lines[len(lines)-1]; !strings.Contains(text, again) {
					t.Errorf("%s does not hold\n%s", ratesPath, again)
				}
			}
		}
		if !found {
			t.Errorf("no row %s", want)
		}
	}
}
