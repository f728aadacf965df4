// Command aa counts false alarms: it reads records of runs that compared a
// program with itself, and says how often the interval of a row's speedup
// leaves out 1, beside what two usual methods make of the same measurements.
//
//	aa RECORD...
//
// It exits 1 when there are more than 5 % and two standard errors.
package main

import (
	"fmt"
	"io"
	"math"
	"os"

	"golang.org/x/perf/benchmath"

	"xbench/compare"
	"xbench/harness"
	"xbench/harness/record"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(paths []string, out, errw io.Writer) int {
	if len(paths) == 0 {
		fmt.Fprintln(errw, "aa: which records?")
		return 2
	}
	var all counts
	fmt.Fprintf(out, "%-24s %6s %6s   %-16s %-20s %s\n", "implementation", "rows", "rounds", "xbench: not 1x", "naive: off by > 5 %", "benchstat: p < .05")
	for _, path := range paths {
		rec, err := harness.ReadRecord(path)
		if err != nil {
			fmt.Fprintln(errw, "aa:", err)
			return 2
		}
		c, err := count(rec)
		if err != nil {
			fmt.Fprintf(errw, "aa: %s: %v\n", path, err)
			return 2
		}
		c.print(out, c.name)
		all.add(c)
	}
	all.print(out, "together")
	share, allowed := float64(all.alarms)/float64(all.rows), .05+2*math.Sqrt(.05*.95/float64(all.rows))
	verdict, code := "within", 0
	if share > allowed {
		verdict, code = "MORE THAN", 1
	}
	fmt.Fprintf(out, "false alarms: %d of %d, %.1f %%: %s the %.1f %% allowed (5 %% and two standard errors)\n",
		all.alarms, all.rows, 100*share, verdict, 100*allowed)
	return code
}

// counts are of comparisons of a program with itself.
type counts struct {
	name                           string
	rows, rounds                   int
	alarms, naive, benchstat, sole int
}

func (c *counts) add(d counts) {
	c.rows += d.rows
	c.rounds = max(c.rounds, d.rounds)
	c.alarms += d.alarms
	c.naive += d.naive
	c.benchstat += d.benchstat
	c.sole += d.sole
}

func (c counts) print(w io.Writer, name string) {
	of := func(n, all int) string { return fmt.Sprintf("%d (%.1f %%)", n, 100*float64(n)/float64(max(all, 1))) }
	fmt.Fprintf(w, "%-24s %6d %6d   %-16s %-20s %s\n", name, c.rows, c.rounds, of(c.alarms, c.rows), of(c.naive, c.sole), of(c.benchstat, c.sole))
}

// count judges every row of a record. The gate is none, so that both ends of
// every interval are at 95 %: with goals the upper end is wider.
func count(rec *record.Record) (counts, error) {
	res, err := compare.Analyze(rec, compare.Options{Gate: "none"})
	if err != nil {
		return counts{}, err
	}
	c := counts{rounds: res.Rounds}
	if len(rec.Plan.Implementations) > 0 {
		c.name = rec.Plan.Implementations[0].Runtime
	}
	for _, row := range res.Rows {
		if row.Mark == compare.MarkInvalid || row.Speedup.Lo <= 0 {
			continue
		}
		c.rows++
		if row.Speedup.Lo > 1 || row.Speedup.Hi < 1 {
			c.alarms++
		}
		c.others(samples(rec, row.Name, res.Reference), samples(rec, row.Name, row.Candidate))
	}
	return c, nil
}

// others is what is usually done: one process per side, and its samples taken
// for independent.
func (c *counts) others(ref, cand []float64) {
	if len(ref) == 0 || len(cand) == 0 {
		return
	}
	c.sole++
	if r := mean(ref) / mean(cand); r > 1.05 || r < 1/1.05 {
		c.naive++
	}
	thresholds := benchmath.DefaultThresholds
	a, b := benchmath.NewSample(ref, &thresholds), benchmath.NewSample(cand, &thresholds)
	if p := benchmath.AssumeNothing.Compare(a, b).P; p < .05 {
		c.benchstat++
	}
}

// samples are those of a side's first process.
func samples(rec *record.Record, row, impl string) []float64 {
	for _, p := range rec.Processes {
		if p.Row == row && p.Impl == impl && p.Failure == nil {
			return p.Times()
		}
	}
	return nil
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}
