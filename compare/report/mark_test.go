package report

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"xbench/compare"
)

// tableWords are what the wide and the narrow table print, by the word that
// files hold. Rows that wait are "equal" in files, which say apart that they
// wait.
var tableWords = map[string][]string{
	"invalid": {"! invalid"}, "slower": {"✗ slower"}, "missed": {"✗ goal missed", "✗ missed"},
	"unclear": {"? unclear", "? unclear: wide interval"}, "open": {"? not settled", "? open"},
	"equal":  {"≈ about equal", "≈ equal", "≈ the wait dominates", "≈ waits"},
	"faster": {"faster"}, "modest": {"modest"}, "meets": {""}, "": {""},
}

// Files hold the mark that the table shows, on every row of every run.
func TestExportedMarkIsTheOneShown(t *testing.T) {
	seen := make(map[string]bool)
	for name, v := range markedViews() {
		exported := make(map[string]string)
		for _, r := range v.summary().Rows {
			for _, c := range slices.Concat(r.Results, r.Others) {
				exported[r.Benchmark+" "+c.Candidate+" "+cmp.Or(c.Than, v.Reference)] = c.Mark
			}
		}
		csvMarks := marksOfCSV(t, v)
		for _, r := range v.Rows {
			for _, c := range slices.Concat(r.Cells, r.Others) {
				mark := exported[r.Name+" "+c.Of+" "+v.reference(c)]
				seen[mark] = true
				if got := csvMarks[csvText(r.Name)+" "+csvText(c.Of)+" "+csvText(v.reference(c))]; got != mark {
					t.Errorf("%s, %s: results.csv has %q, summary.json %q", name, r.Name, got, mark)
				}
				words, known := tableWords[mark]
				if !known {
					t.Errorf("%s, %s: exports %q", name, r.Name, mark)
				}
				long, short := r.mark(c)
				if !shows(long, c, words) || !r.ShownOnly && !shows(short, c, words) {
					t.Errorf("%s, %s: exports %q, the tables show %q and %q", name, r.Name, mark, long, short)
				}
			}
		}
	}
	for word := range tableWords {
		if !seen[word] {
			t.Errorf("no fixture has a row that is %q", word)
		}
	}
}

// shows is whether a mark begins with one of these words; the empty one is all
// of a mark that says nothing, but of cores or of being shown only.
func shows(mark string, c Cell, words []string) bool {
	mark = strings.TrimSuffix(strings.TrimSuffix(mark, c.coresApart()), ", ")
	for _, w := range words {
		if w == "" && (mark == "" || mark == "shown only") || w != "" && strings.HasPrefix(mark, w) {
			return true
		}
	}
	return false
}

// markedViews are all fixtures and one whose rows are wide, open and missed.
func markedViews() map[string]*View {
	out := views()
	specs := draft()
	specs[0].ratio, specs[0].half, specs[0].status = 1.08, 1.2, compare.Inconclusive // 0.33 - 3.6
	specs[1].ratio, specs[1].half = 1.08, 1.2
	specs[2].ratio, specs[2].half, specs[2].status = 1.01, 0.1, compare.Inconclusive
	specs[3].ratio, specs[3].half, specs[3].status = 2.4, 0.4, compare.Inconclusive
	specs[4].ratio, specs[4].half = 2.4, 0.4
	specs[5].ratio, specs[5].half, specs[5].status = 1.4, 0.1, compare.Fail
	rec, res := fixture(specs, "go")
	res.Rows[6].Mark, res.Rows[6].Speedup.Hi = compare.MarkUnclear, math.Inf(1)
	out["marks"] = New(rec, res)
	return out
}

func marksOfCSV(t *testing.T, v *View) map[string]string {
	t.Helper()
	var b strings.Builder
	if err := v.ResultsCSV(&b); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := make(map[string]int)
	for i, heading := range lines[0] {
		at[heading] = i
	}
	out := make(map[string]string)
	for _, line := range lines[1:] {
		out[line[at["benchmark"]]+" "+line[at["candidate"]]+" "+line[at["reference"]]] = line[at["mark"]]
	}
	return out
}

// The schema lists the words and no others.
func TestSchemaListsTheMarks(t *testing.T) {
	enum := marksOf(readSchema(t))
	if len(enum) != len(tableWords) {
		t.Errorf("the schema lists %q", enum)
	}
	for _, word := range enum {
		if tableWords[fmt.Sprint(word)] == nil {
			t.Errorf("the schema lists %q", word)
		}
	}
}

// marksOf finds the values of the property "mark".
func marksOf(node any) (enum []any) {
	object, _ := node.(map[string]any)
	if properties, ok := object["properties"].(map[string]any); ok {
		if mark, ok := properties["mark"].(map[string]any); ok {
			enum, _ = mark["enum"].([]any)
			return enum
		}
	}
	for _, child := range object {
		if enum := marksOf(child); enum != nil {
			return enum
		}
	}
	return nil
}
