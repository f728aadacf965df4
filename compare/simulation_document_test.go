package compare

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
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

Numbers are percentages unless a column says otherwise, with one standard error. A share of runs that fewer than 20 runs had is followed by [x], what it is at most with 95 % confidence (exact, Clopper and Pearson). (<= x) and (>= x) are limits that a test
enforces: those below 1 % on what a share is at most, the others to within two standard errors. Every number comes from a seed of its own and can be made again to the last digit:

    go test ./compare -run TestErrorRates -long -timeout 2h                       # simulates everything, compares with this file
    go test ./compare -run TestErrorRates -long -timeout 2h -update               # writes this file
    go test ./compare -run TestErrorRates -long -rows 'One benchmark.*typical'    # only rows of that name; the others are taken from this file

` + "`go test ./compare`" + ` makes a small part of every row, checks it against the limits, makes some rows again in full, and checks the numbers below against the limits. What the terms mean is in [method.md](method.md).
`

// document renders the tables; of no numbers it is the form, with "#" for
// every one.
func document(all []table, numbers map[string][]string) string {
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
				if numbers != nil {
					number = numbers[t.name(r)][c]
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
	case e.few():
		return fmt.Sprintf("%.4g [%.3g]", e.mean, e.atMost())
	case e.se == 0:
		return fmt.Sprintf("%.4g", e.mean)
	}
	digits := 2
	if e.se < .005 {
		digits = 3
	}
	return fmt.Sprintf("%.*f ± %.*f", digits, e.mean, digits, e.se)
}

// inWords renders the numbers of a row.
func inWords(row []estimate) []string {
	var out []string
	for _, e := range row {
		out = append(out, e.String())
	}
	return out
}

// few reports whether a share is of so few runs that a standard error says
// little: none of three runs, or of three million, has one of 0.
func (e estimate) few() bool { return e.runs > 0 && e.count() < 20 }

func (e estimate) count() int { return int(math.Round(e.mean * float64(e.runs) / 100)) }

// atMost is the upper limit of a share with 95 % confidence.
func (e estimate) atMost() float64 { return 100 * atMost(e.count(), e.runs) }

// rare is the limit in percent from which on a share is held against it by
// what it is at most. Twice its standard error would be no limit for it.
const rare = 1

// check holds the numbers of a row against its limits.
func (r *tableRow) check(t *testing.T, name string, got []estimate, n int, slack float64) {
	t.Helper()
	for _, l := range r.limits {
		if e := got[l.column]; l.passed(e, n, slack, n == r.n) {
			t.Errorf("%s: column %d is %s of %d runs,%s", name, l.column+1, e, n, r.limitText(l.column))
		}
	}
}

// passed allows some slack in standard errors: those seen or, of a rate too
// small to be seen, those of the limit itself. Of rare events there is none
// where all runs are made: they must be shown to be rare.
func (l limit) passed(e estimate, n int, slack float64, all bool) bool {
	p := l.bound / 100
	room := slack * max(e.se, 100*math.Sqrt(max(p*(1-p), 0)/float64(n)))
	switch {
	case !l.most:
		return e.mean < l.bound-room
	case l.bound < rare && all:
		e.runs = n
		return e.atMost() > l.bound
	}
	return e.mean > l.bound+room
}

// None of 2,000 runs does not show that less than 0.1 % of them go wrong; none
// of 3,000 does.
func TestRareEventsMustBeShownToBeRare(t *testing.T) {
	check := func(count, n int, bound float64, all, want bool) {
		t.Helper()
		e := estimate{mean: 100 * float64(count) / float64(n)}
		if got := most(bound, 0)[0].passed(e, n, limitSlack, all); got != want {
			t.Errorf("%d of %d, at most %v %%: passed is %v", count, n, bound, got)
		}
	}
	check(0, 2000, .1, true, true)
	check(0, 3000, .1, true, false)
	check(1, 3000, .1, true, true)
	check(0, 40, .1, false, false) // a short test shows nothing, and
	check(4, 40, .1, false, true)  // still sees what is often wrong
	check(60, 2000, 2.5, true, false)
	check(90, 2000, 2.5, true, true)
}

// A few runs of every row must not contradict its limits. With -long all runs
// are made, none may be passed by more than noise, and the document is compared or, with
// -update, written.
func TestErrorRates(t *testing.T) {
	all := tables()
	only, err := regexp.Compile(*only)
	if err != nil {
		t.Fatal(err)
	}
	known, numbers := numbersIn(readRates(t), all), make(map[string][]string)
	for i := range all {
		for j := range all[i].rows {
			r := &all[i].rows[j]
			name := all[i].name(r)
			if _, ok := numbers[name]; ok {
				t.Fatalf("two rows are called %s", name)
			}
			if numbers[name] = known[name]; *long && known[name] != nil && !only.MatchString(name) {
				continue
			}
			n, slack := r.short, 4.0
			if *long {
				n, slack = r.n, limitSlack
			}
			estimates := simulate(all[i].key(r), n, r.run)
			if *long {
				t.Logf("%s: %v", name, estimates) // it takes a while
			}
			r.check(t, name, estimates, n, slack)
			numbers[name] = inWords(estimates)
		}
	}
	if *long {
		compareRates(t, document(all, numbers))
	}
}

func compareRates(t *testing.T, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(ratesPath, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if readRates(t) != want {
		t.Errorf("%s is not what the simulation gives; look at both, then use -update", ratesPath)
	}
}

// numbersIn are the numbers of a document by the names of their rows, of those
// rows that are of as many runs as asked for.
func numbersIn(text string, all []table) map[string][]string {
	out := make(map[string][]string)
	title := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if after, ok := strings.CutPrefix(line, "## "); ok {
			title = after
		}
		cells := strings.Split(strings.TrimSuffix(strings.TrimPrefix(line, "| "), " |"), " | ")
		for i := range all {
			t := &all[i]
			if at := len(t.labels); t.title == title && len(cells) == at+1+len(t.columns) {
				for j := range t.rows {
					if r := &t.rows[j]; slices.Equal(cells[:at], r.label) && cells[at] == strconv.Itoa(r.n) {
						out[t.name(r)] = withoutLimits(cells[at+1:])
					}
				}
			}
		}
	}
	return out
}

func withoutLimits(cells []string) []string {
	out := slices.Clone(cells)
	for i := range out {
		out[i], _, _ = strings.Cut(out[i], " (")
	}
	return out
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
	runs, _ := strconv.Atoi(want[slices.IndexFunc(want, func(s string) bool { return strings.HasPrefix(s, "#") })-1])
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
			out = append(out, parseEstimate(t, line, text, runs))
		}
	}
	return out
}

func parseEstimate(t *testing.T, line int, text string, runs int) (e estimate) {
	t.Helper()
	if text == "-" {
		e.mean = math.NaN()
		return e
	}
	value, se, noisy := strings.Cut(text, " ± ")
	few, _, exact := strings.Cut(text, " [")
	if exact {
		value = few
	}
	var err error
	if e.mean, err = strconv.ParseFloat(value, 64); err == nil && noisy {
		e.se, err = strconv.ParseFloat(se, 64)
	}
	if err != nil {
		t.Errorf("%s:%d: %q is no number", ratesPath, line, text)
	}
	if exact {
		e.runs = runs
		if again := e.String(); again != text {
			t.Errorf("%s:%d: %q, want %q of %d runs", ratesPath, line, text, again, runs)
		}
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
				lines := strings.Split(strings.TrimSpace(document([]table{only}, map[string][]string{want: inWords(simulate(only.key(&r), r.n, r.run))})), "\n")
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
