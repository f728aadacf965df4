package main

import (
	"strconv"
	"strings"
)

// totals adds up the sales of every shop.
func totals(text string) map[string]int64 {
	sums := make(map[string]int64)
	for _, line := range strings.Split(text, "\n") {
		shop, amount, _ := strings.Cut(line, ",")
		cents, err := strconv.ParseInt(amount, 10, 64)
		if err != nil {
			continue // a heading
		}
		sums[shop] += cents
	}
	return sums
}
