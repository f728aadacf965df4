package main

import (
	"fmt"
	"strconv"
	"strings"
)

// orders/sum: read orders line by line and add up what each customer spent.

type spending struct {
	cents  map[string]int64 // by customer
	orders int64
}

// makeOrders returns orders such as "C0117,widget,3,19.99": customer, item,
// quantity, price.
func makeOrders(nonce uint64, records int) string {
	random := splitMix(nonce)
	items := []string{"bolt", "gear", "hinge", "lever", "pulley", "spring", "valve", "widget"}
	var b strings.Builder
	for range records {
		customer, item := random.below(200), items[random.below(len(items))]
		quantity, cents := 1+random.below(9), 100+random.below(9900)
		fmt.Fprintf(&b, "C%04d,%s,%d,%d.%02d\n", customer, item, quantity, cents/100, cents%100)
	}
	return b.String()
}

// totalOrders is timed.
func totalOrders(text string) (spending, error) {
	s := spending{cents: make(map[string]int64)}
	for len(text) > 0 {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		fields := strings.Split(line, ",")
		if len(fields) != 4 {
			return s, fmt.Errorf("order %q: want 4 fields", line)
		}
		quantity, err := strconv.ParseInt(fields[2], 10, 64)
		if err != nil {
			return s, fmt.Errorf("order %q: %w", line, err)
		}
		price, err := parsePrice(fields[3])
		if err != nil {
			return s, fmt.Errorf("order %q: %w", line, err)
		}
		s.cents[fields[0]] += quantity * price
		s.orders++
	}
	return s, nil
}

func parsePrice(text string) (int64, error) {
	whole, cents, _ := strings.Cut(text, ".")
	w, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		return 0, err
	}
	c, err := strconv.ParseInt(cents, 10, 64)
	return w*100 + c, err
}

func describeOrders(s spending) (any, map[string]int64) {
	return s.cents, map[string]int64{"orders": s.orders, "customers": int64(len(s.cents))}
}
