package harness

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"xbench/harness/config"
	"xbench/harness/protocol"
	"xbench/harness/record"
)

// Only what all who offer a row refuse is refused; the rest is for the check,
// which says in words what one side has against it.
func TestRefused(t *testing.T) {
	ask := func(cfg *config.Config, sizes ...int64) ([]record.Row, *RefusedError) {
		t.Helper()
		lab, err := NewLab(t.Context(), LabOptions{Config: cfg})
		if err != nil {
			t.Fatal(err)
		}
		var rows []record.Row
		for _, n := range sizes {
			p := protocol.Params{{Name: "size", Value: n}}
			rows = append(rows, record.Row{Name: config.Canonical("demo/b", p, nil), ID: "demo/b", Params: p})
		}
		if rows, err = lab.Bind(rows); err != nil {
			t.Fatal(err)
		}
		var refused *RefusedError
		if err := lab.Refused(t.Context(), rows); err != nil && !errors.As(err, &refused) {
			t.Fatal(err)
		}
		return rows, refused
	}
	check := func(cfg *config.Config, sizes []int64, want ...string) {
		t.Helper()
		_, refused := ask(cfg, sizes...)
		var got []string
		if refused != nil {
			for _, r := range refused.Refused {
				got = append(got, r.Row+" "+strings.Join(r.Words, " | "))
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("sizes %v: refused %q, want %q", sizes, got, want)
		}
	}
	check(testConfig(t, "good"), []int64{2, 3})
	check(testConfig(t, "good"), []int64{0, 3, -1}, "demo/b/size=0 base, cand: size 0: must be at least 1", "demo/b/size=-1 base, cand: size -1: must be at least 1")
	check(testConfig(t, "picky"), []int64{2, 3})
	check(testConfig(t, "missing-benchmark"), []int64{0, 3}, "demo/b/size=0 base: size 0: must be at least 1")
	picky := testConfig(t, "picky")
	picky.Implementations[0].Worker = picky.Implementations[1].Worker
	check(picky, []int64{0, 2, 3}, "demo/b/size=0 base, cand: size 0: must be at least 1", "demo/b/size=3 base, cand: size 3: must be at most 2")

	cfg := testConfig(t, "picky")
	rows, _ := ask(cfg, 3)
	lab, err := NewLab(t.Context(), LabOptions{Config: cfg})
	if err != nil {
		t.Fatal(err)
	}
	cells, err := lab.Check(t.Context(), rows, []uint64{0})
	if err != nil {
		t.Fatal(err)
	}
	f := Invalid(cells)["demo/b/size=3"].Failure
	if f == nil || f.Kind != record.FailWork || !strings.HasSuffix(f.Message, "size 3: must be at most 2") {
		t.Errorf("refused by one side: %+v, want the words, as an error of its own", f)
	}
}
