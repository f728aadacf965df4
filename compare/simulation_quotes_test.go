package compare

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

const methodPath = "../docs/method.md"

// A source answers with the numbers of the tables, as written there.
type source struct {
	t       *testing.T
	numbers map[string][]string
}

// of is a number without its error.
func (s source) of(column int, name ...string) string {
	value, _, _ := strings.Cut(s.cell(column, name), " ")
	return value
}

// most is what a share of few runs is at most.
func (s source) most(column int, name ...string) string {
	_, bound, _ := strings.Cut(strings.TrimSuffix(s.cell(column, name), "]"), "[")
	return bound
}

func (s source) cell(column int, name []string) string {
	s.t.Helper()
	row := s.numbers[strings.Join(name, "|")]
	if column >= len(row) {
		s.t.Fatalf("%s has no number %d of %q", ratesPath, column+1, name)
	}
	return row[column]
}

// inShort is the summary of the tables that method.md gives, a line each.
func inShort(s source) []string {
	const methods, power = "One benchmark, three methods", "A true difference of 5 %"
	ours := func(column int) string { return s.of(column, methods, typicalVM.name, "**xbench**") }
	atMost := s.most(2, methods, typicalVM.name, "**xbench**")
	found := func(column int, m string) string { return s.of(column, power, typicalVM.name, m, "30") }
	return []string{
		fmt.Sprintf("- Exactly on the threshold a wrong PASS happens in %s %% of comparisons and a wrong FAIL in %s %%; 2.5 %% each is what the rule allows. 5 %% away from it PASS was wrong in %s %% of 10,000 (at most %s %% with 95 %% confidence), FAIL in %s %%.",
			ours(0), ours(1), ours(2), atMost, ours(5)),
		fmt.Sprintf("- A true difference of 5 %% is found in %s %% of runs with 5 samples per process, in %s rounds on average, and in %s %% with 10, in %s rounds.",
			found(0, "5"), found(2, "5"), found(0, "10"), found(2, "10")),
		"- Multipliers that are 10 % smaller break a test.",
	}
}

// inLimits are the lines about what the tables show not to be covered.
func inLimits(s source) []string {
	const late, commands = "What is not covered: one side that is slow now and then", "Commands: one launch, one sample, no wait"
	first := latenesses[0].inWords()
	packed := func(apart string) string { return s.of(0, commands, quietHost.name, "2 %, fades in 4 s", apart) }
	return []string{
		fmt.Sprintf("- What has not shown in n rounds can still have a chance of about 3 / n, and no interval made from them knows of it. Where one in ten launches of the candidate alone takes 65 %% longer, %s %% of runs wrongly prove a claim of exactly the true mean, where 2.5 %% is the bound, most of them after 5 rounds; a single look after 30 rounds would in %s %% ([error-rates.md](error-rates.md)). Where speed is drawn anew with each launch, claim less than was measured, and look at the rounds.",
			s.of(0, late, first, "0.4 %", "candidate"), s.of(2, late, first, "0.4 %", "candidate")),
		fmt.Sprintf("- Commands given with `--command` run without waits between rounds, unless a `--budget` has room for 5 s or a part of them. On a quiet host, with load that costs one side 2 %% and fades within 4 s, %s %% of verdicts exactly on the threshold are wrong then; rounds 1, 5 and 10 s apart (`--spacing`, or `spacing` in a configuration) make it %s, %s and %s %%. For differences of a few per cent between short commands give `--spacing 5s`; the report warns where rounds were less than 4 s apart.",
			packed("0"), packed("1"), packed("5"), packed("10")),
	}
}

// Every number that method.md quotes from the tables is the one that stands
// there: the summary holds nothing else, and one other digit in either file is
// an error.
func TestMethodQuotesTheTables(t *testing.T) {
	data, err := os.ReadFile(methodPath)
	if err != nil {
		t.Fatal(err)
	}
	tables := source{t, numbersIn(readRates(t), tables())}
	lines := strings.Split(string(data), "\n")
	from := slices.IndexFunc(lines, func(l string) bool {
		return strings.Contains(l, "In short, with the noise of a typical virtual machine and R = 30:")
	})
	if from < 0 {
		t.Fatalf("%s has no summary of the tables", methodPath)
	}
	summary := lines[from+2:]
	summary = summary[:slices.Index(summary, "")]
	if want := inShort(tables); !slices.Equal(summary, want) {
		t.Errorf("%s sums up the tables as\n%s\nby %s it is\n%s", methodPath, strings.Join(summary, "\n"), ratesPath, strings.Join(want, "\n"))
	}
	for _, want := range inLimits(tables) {
		if !slices.Contains(lines, want) {
			t.Errorf("%s has no line\n%s", methodPath, want)
		}
	}
	spread := tables.of(0, append([]string{"The machines", typicalVM.name}, typicalVM.inWords()...)...)
	var percent float64
	if _, err := fmt.Sscan(spread, &percent); err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("the %.0f %% spread of a typical virtual machine", percent); !strings.Contains(string(data), want) {
		t.Errorf("%s does not speak of %s", methodPath, want)
	}
}
