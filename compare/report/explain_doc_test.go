package report

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"xbench/compare"
	"xbench/harness/record"
)

// The worked example of docs/method.md is what the command prints of the record
// beside it, and can be worked out again.
func TestTheDocumentsExampleIsReal(t *testing.T) {
	docs := filepath.Join("..", "..", "docs")
	text, err := os.ReadFile(filepath.Join(docs, "method.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```\n\\$ xbench compare docs/testdata/example --explain ([^\n]+)\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(blocks) == 0 {
		t.Fatal("no example in docs/method.md")
	}
	f, err := os.Open(filepath.Join(docs, "testdata", "example", "record.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rec, err := record.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range blocks {
		es, err := compare.Explain(rec, compare.Options{}, b[1], "")
		if err != nil {
			t.Fatal(err)
		}
		var got strings.Builder
		if err := Explain(&got, es); err != nil {
			t.Fatal(err)
		}
		if got.String() != b[2] {
			t.Errorf("--explain %s in docs/method.md is not what is printed (-doc +got):\n%s", b[1], cmp.Diff(b[2], got.String()))
		}
		r := &redo{t: t, text: b[2], student: studentTable{}}
		r.rounds()
		r.spreads()
		r.decide()
		r.outcome()
	}
}
