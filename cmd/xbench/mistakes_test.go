package main

import (
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// says checks that a stream holds the words of a file, wherever the lines break:
// what stands around them depends on the host.
func says(ts *testscript.TestScript, neg bool, args []string) {
	words := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	got, want := words(ts.ReadFile(args[0])), words(ts.ReadFile(args[1]))
	if want == "" || !strings.Contains(got, want) {
		ts.Fatalf("%s does not say\n  %s\nbut\n  %s", args[0], want, got)
	}
}
