package report

import (
	"bytes"
	"encoding/json"
	"html"
	"io"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

// renders are all the ways to show a view.
func renders(v *View) map[string]func(io.Writer) error {
	return map[string]func(io.Writer) error{
		"terminal": func(w io.Writer) error { return v.Terminal(w, TerminalOptions{Head: true}) },
		"narrow":   func(w io.Writer) error { return v.Terminal(w, TerminalOptions{Head: true, Width: 20}) },
		"markdown": v.Markdown,
		"html":     v.HTML,
		"summary":  v.Summary,
	}
}

// No output carries a control character of a program's to the reader, an empty
// view of the numbers, or the words of the machine room.
func TestOutputsAreFitForReaders(t *testing.T) {
	bad := regexp.MustCompile(`(?i)\bNaN\b|\bInf\b|0\.000 |nonce|ledger|sentinel|%!`)
	for name, v := range views() {
		for format, render := range renders(v) {
			var b bytes.Buffer
			if err := render(&b); err != nil {
				t.Errorf("%s as %s: %v", name, format, err)
			}
			for _, r := range b.String() {
				if r != '\n' && !unicode.IsPrint(r) && !(format == "markdown" && string(r) == noBreak) {
					t.Errorf("%s as %s holds %U", name, format, r)
					break
				}
			}
			text := b.String()
			if format == "html" {
				text = html.UnescapeString(text)
			}
			for _, p := range v.Profiles { // the protocol's own words
				text = strings.NewReplacer(p.Lines[0], "", html.EscapeString(p.Lines[0]), "").Replace(text)
			}
			if m := bad.FindString(text); m != "" {
				t.Errorf("%s as %s holds %q", name, format, m)
			}
			if format == "markdown" && strings.Contains(stripCode(b.String()), "<script") {
				t.Errorf("%s holds a script element outside of code", name)
			}
			for i, line := range strings.Split(b.String(), "\n") {
				if strings.TrimRight(line, " ") != line {
					t.Errorf("%s as %s: line %d ends in blanks", name, format, i+1)
				}
			}
		}
	}
}

// stripCode drops code spans, whatever the length of their fences.
func stripCode(s string) string {
	for n := 4; n >= 1; n-- {
		fence := strings.Repeat("`", n)
		parts := strings.Split(s, fence)
		s = ""
		for i := 0; i < len(parts); i += 2 {
			s += parts[i]
		}
	}
	return s
}

func TestOutputsAreDeterministic(t *testing.T) {
	first, second := views(), views()
	for name := range first {
		again := renders(second[name])
		for format, render := range renders(first[name]) {
			var a, b bytes.Buffer
			if err := render(&a); err != nil {
				t.Fatal(err)
			}
			if err := again[format](&b); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(a.Bytes(), b.Bytes()) {
				t.Errorf("%s as %s: two renderings of the same record differ", name, format)
			}
		}
	}
}

// Every format shows the same speedup for a row.
func TestOutputsAgree(t *testing.T) {
	v := passView()
	for _, r := range v.Rows {
		want := FormatRatio(r.Cells[0].Speedup.Ratio)
		for format, render := range renders(v) {
			if format == "summary" || format == "narrow" {
				continue
			}
			var b bytes.Buffer
			if err := render(&b); err != nil {
				t.Fatal(err)
			}
			found := false
			for _, line := range strings.Split(b.String(), "\n") {
				found = found || strings.Contains(line, FormatDuration(r.Cells[0].CandNS)) && strings.Contains(line, want)
			}
			if !found {
				t.Errorf("%s: no line of the %s has both %s and %s", r.Name, format, FormatDuration(r.Cells[0].CandNS), want)
			}
		}
	}
}

// Two rows of a category never look the same, whatever their names.
func TestRowsLookDifferent(t *testing.T) {
	for name, v := range views() {
		for form, label := range map[string]func(Row) string{
			"long": func(r Row) string { return r.Label }, "short": func(r Row) string { return r.Short },
		} {
			seen := make(map[[2]string]string)
			for _, r := range v.Rows {
				key := [2]string{r.Heading, label(r)}
				if other, ok := seen[key]; ok {
					t.Errorf("%s: %s and %s are both %q (%s)", name, other, r.Name, key[1], form)
				}
				seen[key] = r.Name
			}
		}
	}
}

// Columns of a Markdown table are padded for those who read the source, but
// not to the width of one long name.
func TestMarkdownPaddingIsBounded(t *testing.T) {
	for name, v := range views() {
		var b bytes.Buffer
		if err := v.Markdown(&b); err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(b.String(), "\n") {
			if strings.Contains(line, strings.Repeat(" ", maxPadding+3)) || strings.Contains(line, strings.Repeat("-", maxPadding+3)) {
				t.Errorf("%s: line %d is padded beyond %d: %s", name, i+1, maxPadding, line)
			}
		}
	}
}

// What needs attention comes first: invalid, slower, goal missed, unclear.
func TestTheWorstRowsComeFirst(t *testing.T) {
	for name, v := range views() {
		for i := 1; i < len(v.Rows); i++ {
			if !v.Rows[i].swept && v.Rows[i].rank() < v.Rows[i-1].rank() {
				t.Errorf("%s: %s (rank %d) comes after %s (rank %d)", name, v.Rows[i].Name, v.Rows[i].rank(), v.Rows[i-1].Name, v.Rows[i-1].rank())
			}
		}
	}
	if got := failView().Rows[0].rank(); got != rankSlower {
		t.Errorf("a failed run starts with rank %d, want %d", got, rankSlower)
	}
}

func TestSummaryIsVersionedJSON(t *testing.T) {
	for name, v := range views() {
		var b bytes.Buffer
		if err := v.Summary(&b); err != nil {
			t.Fatal(err)
		}
		var got struct {
			Schema  string
			Verdict string
			Exit    int
			Rows    []struct{ Benchmark string }
		}
		if err := json.Unmarshal(b.Bytes(), &got); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got.Schema != SummarySchema || got.Verdict != string(v.Verdict) || got.Exit != v.Exit || len(got.Rows) != len(v.Rows) {
			t.Errorf("%s: %+v does not match the view", name, got)
		}
	}
}

// Colour adds to the text and takes nothing away.
func TestColourIsOnlyColour(t *testing.T) {
	escapes := regexp.MustCompile("\x1b\\[[0-9;]*m")
	for name, v := range views() {
		var with, without bytes.Buffer
		if err := v.Terminal(&with, TerminalOptions{Color: true}); err != nil {
			t.Fatal(err)
		}
		if err := v.Terminal(&without, TerminalOptions{}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(with.String(), "\x1b[") {
			t.Errorf("%s: no colour", name)
		}
		if got := escapes.ReplaceAllString(with.String(), ""); got != without.String() {
			t.Errorf("%s: colour changed the text:\n%s\nwant\n%s", name, got, without.String())
		}
	}
}

// At the width of a usual terminal and above, no line of the table or of the
// goals is wider than it. Long reasons and warnings wrap.
func TestTerminalKeepsItsWidth(t *testing.T) {
	for name, v := range views() {
		for _, width := range []int{80, 100, 120, 200} {
			var b bytes.Buffer
			if err := v.Terminal(&b, TerminalOptions{Width: width}); err != nil {
				t.Fatal(err)
			}
			for _, line := range strings.Split(b.String(), "\n") {
				if textWidth(line) > width {
					t.Errorf("%s at %d: %d columns: %s", name, width, textWidth(line), line)
				}
			}
		}
	}
}

func TestRendererPassesOnWriteErrors(t *testing.T) {
	for format, render := range renders(passView()) {
		if err := render(full{}); err != io.ErrShortWrite {
			t.Errorf("%s: got %v, want %v", format, err, io.ErrShortWrite)
		}
	}
}

type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }
