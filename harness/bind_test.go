package harness

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xbench/harness/config"
	"xbench/harness/protocol"
	"xbench/harness/record"
)

// A null asks for the declared default, so it is not sent; where there is none
// it stays, and Bind insists on a value.
func TestNullAsksForTheDefault(t *testing.T) {
	declared := protocol.Params{{Name: "size", Value: int64(1)}, {Name: "file", Value: nil}}
	check := func(given, want protocol.Params) {
		t.Helper()
		got, err := typed(given, declared)
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("%v: %v\n(-want +got):\n%s", given, err, d)
		}
	}
	check(protocol.Params{{Name: "size", Value: nil}}, protocol.Params{})
	check(protocol.Params{{Name: "size", Value: int64(2)}}, protocol.Params{{Name: "size", Value: int64(2)}})
	check(protocol.Params{{Name: "file", Value: nil}}, protocol.Params{{Name: "file", Value: nil}})
	check(protocol.Params{{Name: "file", Value: "a"}}, protocol.Params{{Name: "file", Value: "a"}})

	lab, err := NewLab(t.Context(), LabOptions{Config: testConfig(t, "good")})
	if err != nil {
		t.Fatal(err)
	}
	row := record.Row{Name: "demo/a", ID: "demo/a", Params: protocol.Params{{Name: "size", Value: nil}}}
	rows, err := lab.Bind([]record.Row{row})
	if err != nil || len(rows) != 1 || rows[0].Name != "demo/a" || len(rows[0].Params) != 0 {
		t.Fatalf("a null size is bound as %+v, %v", rows, err)
	}
	cells, err := lab.Check(t.Context(), rows, []uint64{0})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cells {
		if c.Status != StatusSame || c.Counters["items"] != 1 {
			t.Errorf("%s: %s %s, %d items; want the default size 1", c.Impl, c.Status, c.Detail, c.Counters["items"])
		}
	}
	if _, err := (&config.Config{}).Bind(record.Row{Name: "x", ID: "x", Params: protocol.Params{{Name: "file", Value: nil}}}, declared); err == nil || !strings.Contains(err.Error(), "knob file has no default and must be set") {
		t.Errorf("a null where there is no default: %v", err)
	}
}

// Values get the type of the declared default.
func TestValuesAreTyped(t *testing.T) {
	check := func(v, def, want any) {
		t.Helper()
		if got, err := convert(v, def); err != nil || got != want {
			t.Errorf("%v for a default of %v: %v (%T), %v; want %v (%T)", v, def, got, got, err, want, want)
		}
	}
	check(int64(3), "1", "3")
	check(true, "on", "true")
	check(int64(3), 0.5, 3.0)
	check(int64(3), int64(1), int64(3))
	check("any", nil, "any")
	fails := func(v, def any) {
		t.Helper()
		if got, err := convert(v, def); err == nil {
			t.Errorf("%v for a default of %v: %v, want an error", v, def, got)
		}
	}
	fails("many", int64(1))
	fails("maybe", true)
}
