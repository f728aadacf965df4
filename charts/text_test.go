package charts

import (
	"strings"
	"testing"
)

// Names that are written from right to left must not move the numbers beside
// them, and no name can undo that.
func TestIsolate(t *testing.T) {
	check := func(name, want string) {
		t.Helper()
		if got := isolate(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
	check("go", "go")
	check("日本語", "日本語")
	check("שלום", "\u2068שלום\u2069")
	check("مرحبا 3", "\u2068مرحبا 3\u2069")
	check("שלום\u2069 1x", "\u2068שלום\ufffd 1x\u2069") // an end of its own
	check("a\u202eb", "a\ufffdb")                       // an override
	check("\u2068a", "\ufffda")

	d := one(2)
	d.Reference, d.Groups[0].Rows[0].Label = "שלום", "مرحبا"
	s := string(draw(t, d, Options{}))
	for _, want := range []string{">Speedup of new over \u2068שלום\u2069<", "<title>\u2068مرحبا\u2069: new v</title>", ">مرحبا</text>"} {
		if !strings.Contains(s, want) {
			t.Errorf("no %q in\n%s", want, s)
		}
	}
}

// Names lose their middle, as little of it as will do.
func TestShortenTo(t *testing.T) {
	runes := func(s string) float64 { return float64(len([]rune(s))) }
	check := func(s string, room float64, want string) {
		t.Helper()
		if got := shortenTo(s, room, runes); got != want {
			t.Errorf("%q to %g: got %q, want %q", s, room, got, want)
		}
	}
	check("abcdefghij", 10, "abcdefghij")
	check("abcdefghij", 9, "abcd…ghij")
	check("abcdefghij", 8, "abc…ghij")
	check("abcdefghij", 4, "a…ij")
	check("abcdefghij", 3, "…")
	check("abcdefghij", 0, "…")
	check("", 0, "")
	long := strings.Repeat("long", 1<<18)
	if got := shortenTo(long, 20, runes); runes(got) != 20 {
		t.Errorf("a megabyte became %d runes, want 20", int(runes(got)))
	}
}
