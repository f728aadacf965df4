package main

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"xbench/harness/foreign"
)

// listForeign prints what a file holds, one line per benchmark: its values,
// and the mean that the file states beside the one that its samples have.
func listForeign(w io.Writer, path string, res *foreign.Result) {
	head := orElse(res.Tool, res.Format)
	for _, s := range []string{res.Host, res.Started} {
		if s != "" {
			head += ", " + s
		}
	}
	fmt.Fprintf(w, "%s: %s\n", path, foreign.Shown(head))
	rows := [][]string{{"benchmark", "implementation", "processes", "values", "each is", "mean", "in the file", ""}}
	for _, b := range res.Benchmarks {
		mean, reported, equal := sixDigits(b.Mean()), "not stated", ""
		if b.MeanNS > 0 {
			reported, equal = sixDigits(b.MeanNS), "equal"
			if b.Granularity == foreign.GranularityMean {
				equal = "the same number"
			}
			if !b.Agrees() {
				equal = "DIFFERS"
			}
		}
		if b.Failed != "" {
			equal = "FAILED"
		}
		if b.Samples() == 0 {
			mean = "none"
		}
		rows = append(rows, []string{foreign.Shown(b.Name), foreign.Shown(b.Impl), strconv.Itoa(len(b.Runs)), strconv.Itoa(b.Samples()), eachIs(b), mean, reported, equal})
	}
	writeColumns(w, rows, map[int]bool{2: true, 3: true, 5: true, 6: true})
}

// eachIs says what one value is.
func eachIs(b foreign.Benchmark) string {
	if b.Samples() == 0 {
		return "nothing"
	}
	switch b.Granularity {
	case foreign.GranularityMean:
		return "a mean, all there is"
	case foreign.GranularityMeans:
		return "a mean of " + iterations(b)
	}
	if n := iterations(b); n != "1" {
		return "a sample of " + n
	}
	return "a sample"
}

// iterations is how many a value stands for.
func iterations(b foreign.Benchmark) string {
	lo, hi := int64(math.MaxInt64), int64(1)
	for _, r := range b.Runs {
		for i := range r.SamplesNS {
			n := int64(1)
			if r.Iterations != nil {
				n = r.Iterations[i]
			}
			lo, hi = min(lo, n), max(hi, n)
		}
	}
	if lo >= hi {
		return strconv.FormatInt(hi, 10)
	}
	return fmt.Sprintf("%d to %d", lo, hi)
}

// sixDigits shows a time with the six digits in which means are compared.
func sixDigits(ns float64) string {
	for _, u := range []struct {
		ns   float64
		name string
	}{{1e9, "s"}, {1e6, "ms"}, {1e3, "us"}} {
		if ns >= u.ns {
			return strconv.FormatFloat(ns/u.ns, 'g', 6, 64) + " " + u.name
		}
	}
	return strconv.FormatFloat(ns, 'g', 6, 64) + " ns"
}

// writeColumns aligns a table below its head and leaves out columns in which
// there is nothing.
func writeColumns(w io.Writer, rows [][]string, right map[int]bool) {
	width := make([]int, len(rows[0]))
	for i, row := range rows {
		for c, text := range row {
			if i > 0 && text != "" || i == 0 && c == len(row)-1 {
				width[c] = max(width[c], utf8.RuneCountInString(text), utf8.RuneCountInString(rows[0][c]))
			}
		}
	}
	for _, row := range rows {
		var line strings.Builder
		for c, text := range row {
			if width[c] == 0 {
				continue
			}
			pad := strings.Repeat(" ", max(width[c]-utf8.RuneCountInString(text), 0))
			if right[c] {
				text = pad + text
			} else {
				text += pad
			}
			line.WriteString("  " + text)
		}
		fmt.Fprintln(w, strings.TrimRight(line.String(), " "))
	}
}
