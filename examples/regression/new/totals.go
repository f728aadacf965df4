package main

import (
	"strconv"
	"strings"
)

// totals adds up the sales of every shop, a line at a time: a table need not be
// taken apart before the first line is looked at.
func totals(text string) map[string]int64 {
	sums := make(map[string]int64)
	for line := range strings.Lines(text) {
		shop, amount, _ := strings.Cut(line, ",")
		cents, err := strconv.ParseInt(strings.TrimSuffix(amount, "\n"), 10, 64)
		if err != nil {
			continue // a heading
		}
		sums[shop] += cents
	}
	return sums
}
