package harness

import (
	"context"
	"strings"
	"testing"

	"xbench/harness/protocol"
	"xbench/harness/record"
)

// fixedAnswer answers a check with one digest, and with a result if it has one.
type fixedAnswer struct{ digest, result string }

func (a fixedAnswer) answer(_ context.Context, _ uint64, wantResult bool) (protocol.Verification, error) {
	v := protocol.Verification{Digest: &a.digest}
	if wantResult && a.result != "" {
		v.Result = []byte(a.result)
	}
	return v, nil
}

func (fixedAnswer) close() {}

// Digests that differ are shown by the results behind them; where a worker
// gives none, how to get them is.
func TestDifferentDigestsAreExplained(t *testing.T) {
	const hint = `return "result" from verify to see the difference`
	check := func(a, b, want string) {
		t.Helper()
		side := func(name, digest, result string) *side {
			answers := fixedAnswer{digest, result}
			s := &side{subject: &subject{Implementation: record.Implementation{Name: name, Kind: kindWorker}}, answers: answers}
			s.got, s.err = answers.answer(t.Context(), 0, false)
			return s
		}
		got := differExactly(t.Context(), &record.Row{Name: "x"}, 0, side("old", "aa", a), side("new", "bb", b))
		if want := "digest: old aa, new bb; " + want; got != want {
			t.Errorf("results %q and %q: %q, want %q", a, b, got, want)
		}
		if a != "" && b != "" && strings.Contains(got, hint) {
			t.Errorf("asks for results that are there: %q", got)
		}
	}
	check("[1,2]", "[1,3]", "$[1]: 2 | 3")
	const remedy = ", or compare the values: --same-output json"
	const equal = "equal values, written differently: key order, escapes or floats; write them alike before they are digested" + remedy
	check(`"\u00dc"`, `"Ü"`, equal)
	check(`{"b":"\u003c\u0026\u003e","a":{"y":"\ud83d\ude00","x":null}}`, `{"a":{"x":null,"y":"😀"},"b":"<&>"}`, equal)
	check("[1e-07,1e16,-0.0,-0]", "[0.0000001,10000000000000000,0,0]", equal)
	check("[1]", "[1]", "equal results, other digests: each side must digest the text that it returns, by the same hash"+remedy)
	check("[9007199254740993]", "[9007199254740992]", "$[0]: 9007199254740993 | 9007199254740992; equal with --same-output json --float-tolerance 1e-9")
	check("", "[1,3]", hint)
	check("[1,2]", "", hint)
}
