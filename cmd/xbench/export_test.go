package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"xbench/compare"
	"xbench/harness/foreign"
	"xbench/harness/protocol"
	"xbench/harness/record"
)

// A peak that is only an upper bound is xbench's own, and no figure of the
// command's: not even beside launches whose peaks are known.
func TestExportLeavesOutUpperBounds(t *testing.T) {
	check := func(peaks []record.Usage, want string) {
		t.Helper()
		rec := &record.Record{Plan: record.Plan{Reference: "a", Rows: []record.Row{{Name: "r"}},
			Implementations: []record.Implementation{{Name: "a", Kind: record.KindCommand, Command: []string{"x"}}}}}
		for _, u := range peaks {
			rec.Processes = append(rec.Processes, record.Process{Row: "r", Impl: "a", SamplesNS: []float64{1e6}, Usage: u})
		}
		data, err := exportJSON(exportedOf(rec, &compare.Result{}))
		if err != nil {
			t.Fatal(err)
		}
		flat := strings.Join(strings.Fields(string(data)), "")
		if has := strings.Contains(flat, `"memory_usage_byte"`); has != (want != "") || !strings.Contains(flat, want) {
			t.Errorf("%v: %s, want %q", peaks, flat, want)
		}
	}
	check([]record.Usage{{MaxRSS: 5}, {MaxRSS: 6}}, `"memory_usage_byte":[5,6],`)
	check([]record.Usage{{MaxRSS: 5}, {MaxRSS: 6, MaxRSSAtMost: true}}, "")
	check([]record.Usage{{MaxRSS: 6, MaxRSSAtMost: true}, {MaxRSS: 5}}, "")
	check([]record.Usage{{}}, "")
}

// What is exported can be imported: the same commands, the same benchmarks, the
// same times. A name that was given stands in the place of the command line, as
// hyperfine has it, and so does every name where command lines are equal.
func TestExportedIsImported(t *testing.T) {
	check := func(suite string, names, lines []string, values []int64, want ...string) {
		t.Helper()
		rec := &record.Record{Plan: record.Plan{Suite: suite, Reference: names[0]}}
		for i, line := range lines {
			args, err := splitCommand(line)
			if err != nil {
				t.Fatal(err)
			}
			rec.Plan.Implementations = append(rec.Plan.Implementations, record.Implementation{Name: names[i], Kind: record.KindCommand, Command: withKnobs(args, []variable{{name: "n"}})})
		}
		for i := range max(len(values), 1) {
			row := record.Row{Name: "command", ID: "command"}
			if len(values) > 0 {
				row.Name, row.Params = fmt.Sprintf("command/n=%d", values[i]), protocol.Params{{Name: "n", Value: values[i]}}
			}
			rec.Plan.Rows = append(rec.Plan.Rows, row)
			for j, name := range names {
				for k := range 3 {
					rec.Processes = append(rec.Processes, record.Process{Row: row.Name, Impl: name, SamplesNS: []float64{float64(1e6 + 1e5*i + 1e4*j + 1e3*k)}})
				}
			}
		}
		data, err := exportJSON(exportedOf(rec, &compare.Result{}))
		if err != nil {
			t.Fatal(err)
		}
		res, err := foreign.Hyperfine("out.json", bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%v\n%s", err, data)
		}
		var got []string
		for i, b := range res.Benchmarks {
			got = append(got, b.Impl+": "+b.Name)
			if first := rec.Processes[3*i].SamplesNS[0]; len(b.Runs) != 3 || b.Runs[0].SamplesNS[0] < first-1 || b.Runs[0].SamplesNS[0] > first+1 {
				t.Errorf("%s of %s: %v, want 3 from %v", b.Name, b.Impl, b.Runs, first)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	check("command", []string{"prog", "prog-b"}, []string{"prog x", "prog x"}, nil, "prog: command", "prog-b: command")
	check("command", []string{"old", "new"}, []string{"prog x", "prog x"}, nil, "old: command", "new: command")
	check("command", []string{"old", "new"}, []string{"./a 1", "./b 1"}, nil, "old: command", "new: command")
	check("command", []string{"a", "b"}, []string{"./a 1", "./b 1"}, nil, "./a 1: command", "./b 1: command")
	check("all", []string{"a", "b"}, []string{"./a 1", "./b 1"}, nil, "a: command", "b: command")
	check("command", []string{"old", "new"}, []string{"prog {n}", "prog {n}"}, []int64{10, 20}, "old: command/n=10", "new: command/n=10", "old: command/n=20", "new: command/n=20")
	check("command", []string{"a", "b"}, []string{"./a {n}", "./b {n}"}, []int64{10, 20}, "./a {n}: command/n=10", "./b {n}: command/n=10", "./a {n}: command/n=20", "./b {n}: command/n=20")
	check("command", []string{"v1", "v2"}, []string{"prog {n}", "prog {n}"}, []int64{1, 2, 3},
		"v1 n={n}: command/n=1", "v2 n={n}: command/n=1", "v1 n={n}: command/n=2", "v2 n={n}: command/n=2", "v1 n={n}: command/n=3", "v2 n={n}: command/n=3")
}
