package compare

import (
	"fmt"
	"strings"
	"testing"

	"xbench/harness/record"
)

// What the configuration puts into one side's environment and not into the
// other's is said, of every kind of implementation.
func TestEnvironmentsThatDiffer(t *testing.T) {
	check := func(kind, ref, cand, want string) {
		t.Helper()
		_, rec := fairRun()
		for i, env := range []string{ref, cand} {
			rec.Plan.Implementations[i].Kind = kind
			rec.Plan.Implementations[i].Env = strings.Fields(env)
		}
		var got []string
		for _, d := range analyzed(t, rec, Options{}).Fairness {
			if d.Kind == "env" {
				got = append(got, fmt.Sprintf("%s %s: %s | %s", d.Severity, d.What, d.Reference, d.Value))
			}
		}
		if s := strings.Join(got, "\n"); s != want {
			t.Errorf("%s | %s: got %s, want %s", ref, cand, s, want)
		}
	}
	for _, kind := range []string{record.KindWorker, record.KindCommand, record.KindAdapter} {
		check(kind, "", "GOGC=off", "qualify environment GOGC: not set | off")
		check(kind, "A=1 B=2=3", "A=1 B=", `qualify environment B: 2=3 | ""`)
		check(kind, "PYTHONPATH=src", "", "remark environment PYTHONPATH: src | not set")
		check(kind, "GOGC=off", "GOGC=off", "")
	}
}
