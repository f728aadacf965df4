// Package docs has no code, only tests: that what the documents say was
// measured, was.
package docs

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every figure with a unit in README.md and the documents here is covered by
// one of
//
//   - a shown command: a fenced block that begins with `$ xbench ...` and is
//     compared line by line with what that command prints of a record in
//     records/ (blocks.go says which);
//   - a claim: a sentence whose figures are computed from a record (claims.go);
//   - a statement: a line of testdata/figures.txt, which quotes the words around
//     a figure that no record holds, and says what it is: a parameter, the size
//     of an example, a published number, a result of a simulation.
//
// Changing one digit of any of them leaves that figure uncovered. The test
// below the first one does so, digit by digit.
func TestEveryFigureHasASource(t *testing.T) {
	cover := newCover(t)
	for _, doc := range documents(t) {
		for _, complaint := range cover.check(doc) {
			t.Error(complaint)
		}
	}
	for _, unused := range cover.unused() {
		t.Error(unused)
	}
}

// A wrong digit anywhere must be seen, or the test above proves nothing.
func TestOneEditedDigitIsSeen(t *testing.T) {
	cover := newCover(t)
	digits := 0
	for _, doc := range documents(t) {
		blocks, _ := cover.shown(doc)
		for _, f := range figuresIn(doc.text) {
			for i := f.start; i < f.end; i++ {
				if c := doc.text[i]; c < '0' || c > '9' {
					continue
				}
				edited := doc
				edited.text = doc.text[:i] + string('0'+(doc.text[i]-'0'+1)%10) + doc.text[i+1:]
				digits++
				if !cover.sees(doc, edited, i, blocks) {
					t.Errorf("%s:%d: %q may become %q unseen", doc.name, doc.line(i), f.text, edited.text[f.start:f.end])
				}
			}
		}
	}
	if digits < 1000 {
		t.Errorf("%d digits were edited: the documents have more", digits)
	}
	t.Logf("%d digits edited, one at a time", digits)
}

// sees is whether check complains of a document that differs in the byte at i.
// It looks at the block or the line around it, which is all that can change:
// claims and statements are within a line.
func (c *cover) sees(doc, edited document, i int, blocks []span) bool {
	if slices.ContainsFunc(blocks, func(s span) bool { return s.start <= i && i < s.end }) {
		_, complaints := c.shown(edited)
		return len(complaints) > 0
	}
	start := strings.LastIndexByte(doc.text[:i], '\n') + 1
	end := i + strings.IndexByte(doc.text[i:]+"\n", '\n')
	near := *c
	near.claims = nil
	for _, cl := range c.claims {
		if strings.Contains(doc.text[start:end], cl.text) {
			near.claims = append(near.claims, cl)
		}
	}
	return len(near.check(document{doc.name, edited.text[start:end]})) > 0
}

// A document is a file that people read.
type document struct{ name, text string }

func (d document) line(at int) int { return 1 + strings.Count(d.text[:at], "\n") }

// generated documents have a test of their own that compares them whole.
var generated = []string{"error-rates.md"}

func documents(t *testing.T) []document {
	t.Helper()
	names, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	out := []document{read(t, "../README.md", "README.md")}
	for _, name := range names {
		if !slices.Contains(generated, name) {
			out = append(out, read(t, name, "docs/"+name))
		}
	}
	return out
}

// everyDocument is all of them, generated ones and those of the examples
// included.
func everyDocument(t *testing.T) []document {
	t.Helper()
	out := documents(t)
	for _, name := range generated {
		out = append(out, read(t, name, "docs/"+name))
	}
	examples, err := filepath.Glob("../examples/*/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range examples {
		out = append(out, read(t, name, strings.TrimPrefix(filepath.ToSlash(name), "../")))
	}
	return out
}

func read(t *testing.T, path, name string) document {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash(path))
	if err != nil {
		t.Fatal(err)
	}
	return document{name, string(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")))}
}

// A figure is a number with a unit, or two with one.
type figure struct {
	start, end int
	text       string
}

var figurePattern = regexp.MustCompile(`(?:[<>~] ?)?\d[\d,]*(?:\.\d+)?(?: ?(?:-|to|and|/|:) ?\d[\d,]*(?:\.\d+)?)*(?: ?%|[ -]?(?:x|ns|us|ms|s|min|h|seconds?|minutes?|hours?|times|[KMG]i?B|percent)\b)|\d+\.\d+ - \d+(?:\.\d+)?|\b\d+ of \d[\d,]*\b`)

func figuresIn(text string) []figure {
	var out []figure
	for _, at := range figurePattern.FindAllStringIndex(text, -1) {
		// Part of a name, such as fanout_10x, or an exponent.
		if at[0] > 0 && strings.ContainsRune("_^.", rune(text[at[0]-1])) {
			continue
		}
		out = append(out, figure{at[0], at[1], text[at[0]:at[1]]})
	}
	return out
}

// A span is a stretch of a document that has a source.
type span struct{ start, end int }

type cover struct {
	blocks     map[string]string // command to what it prints
	claims     []claim
	statements []statement
	used       map[string]bool
}

func newCover(t *testing.T) *cover {
	return &cover{blocks: shownCommands(t), claims: claims(t), statements: statements(t), used: make(map[string]bool)}
}

// check lists the figures of a document that have no source, and the blocks
// and claims that differ from theirs.
func (c *cover) check(doc document) []string {
	spans, complaints := c.shown(doc)
	for _, cl := range c.claims {
		if cl.file != doc.name {
			continue
		}
		at := strings.Index(doc.text, cl.text)
		if at < 0 {
			complaints = append(complaints, fmt.Sprintf("%s: does not say %q, which is what the record says", doc.name, cl.text))
			continue
		}
		spans = append(spans, span{at, at + len(cl.text)})
	}
	for _, s := range c.statements {
		if s.file != doc.name {
			continue
		}
		for at := 0; ; {
			i := strings.Index(doc.text[at:], s.words)
			if i < 0 {
				break
			}
			c.used[s.key()] = true
			spans = append(spans, span{at + i, at + i + len(s.words)})
			at += i + len(s.words)
		}
	}
	for _, f := range figuresIn(doc.text) {
		if !slices.ContainsFunc(spans, func(s span) bool { return s.start <= f.start && f.end <= s.end }) {
			complaints = append(complaints, fmt.Sprintf("%s:%d: %q has no source: show the command that prints it, compute it in claims_test.go, or state in testdata/figures.txt what it is: %s",
				doc.name, doc.line(f.start), f.text, around(doc.text, f)))
		}
	}
	return complaints
}

// around quotes a figure with a few words to either side, as a statement
// would.
func around(text string, f figure) string {
	from := max(strings.LastIndexByte(text[:f.start], '\n')+1, f.start-24)
	to := f.end + 24
	if i := strings.IndexByte(text[f.end:], '\n'); i >= 0 {
		to = min(to, f.end+i)
	}
	return strings.ToValidUTF8(text[from:min(to, len(text))], "")
}

// unused lists the statements about words that are no longer there.
func (c *cover) unused() []string {
	var out []string
	for _, s := range c.statements {
		if !c.used[s.key()] {
			out = append(out, fmt.Sprintf("testdata/figures.txt:%d: %s does not say %q any more", s.line, s.file, s.words))
		}
	}
	return out
}

var fence = regexp.MustCompile("(?ms)^```[a-z]*\n\\$ (\\S*xbench [^\n]*)\n(.*?)^```")

// shown compares the blocks of a document with what their commands print. A
// line "..." stands for any lines that are left out.
func (c *cover) shown(doc document) (spans []span, complaints []string) {
	for _, m := range fence.FindAllStringSubmatchIndex(doc.text, -1) {
		command, body := doc.text[m[2]:m[3]], doc.text[m[4]:m[5]]
		want, ok := c.blocks[command]
		if !ok {
			continue // its figures are uncovered then
		}
		if line := firstStranger(strings.Split(strings.TrimRight(body, "\n"), "\n"), strings.Split(want, "\n")); line != "" {
			complaints = append(complaints, fmt.Sprintf("%s:%d: $ %s does not print %q there", doc.name, doc.line(m[2]), command, line))
		}
		spans = append(spans, span{m[4], m[5]})
	}
	return spans, complaints
}

// firstStranger is the first line of a block that is not the next line of the
// output, "" if it is all there.
func firstStranger(block, output []string) string {
	skip := false
	for _, line := range block {
		if strings.TrimSpace(line) == "..." {
			skip = true
			continue
		}
		if !skip && (len(output) == 0 || output[0] != line) {
			return line
		}
		i := slices.Index(output, line)
		if i < 0 {
			return line
		}
		output, skip = output[i+1:], false
	}
	if !skip && strings.TrimSpace(strings.Join(output, "")) != "" {
		return "(the end)"
	}
	return ""
}

// A statement says what a figure is that no record holds.
type statement struct {
	file, kind, words string
	line              int
}

func (s statement) key() string { return s.file + "\t" + s.words }

// kinds of statements.
var kinds = []string{
	"parameter", // of the tool, of a benchmark, of an example
	"published", // by others, with the place
	"simulated", // docs/error-rates.md or a test repeats it
	"worked",    // arithmetic on an example that stands above it
	"elsewhere", // measured, in a run that is not kept: the text says how
}

// statements reads testdata/figures.txt: file, kind and the quoted words,
// separated by tabs; lines that begin with # are comments.
func statements(t *testing.T) []statement {
	t.Helper()
	var out []statement
	for i, line := range strings.Split(read(t, "testdata/figures.txt", "").text, "\n") {
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.SplitN(line, "\t", 3)
		if len(f) != 3 || !slices.Contains(kinds, f[1]) || len(figuresIn(f[2])) == 0 {
			t.Fatalf("testdata/figures.txt:%d: want file, one of %s, and words with a figure, separated by tabs: %q", i+1, strings.Join(kinds, " "), line)
		}
		out = append(out, statement{f[0], f[1], f[2], i + 1})
	}
	return out
}

// A claim is a sentence of a document with figures that a record holds.
type claim struct{ file, text string }

// A figure that is said to be simulated stands in the generated tables too.
func TestSimulatedFiguresAreInTheTables(t *testing.T) {
	tables := read(t, "error-rates.md", "docs/error-rates.md").text
	number := regexp.MustCompile(`\d[\d,]*(?:\.\d+)?`)
	for _, s := range statements(t) {
		if s.kind != "simulated" {
			continue
		}
		for _, f := range figuresIn(s.words) {
			for _, n := range number.FindAllString(f.text, -1) {
				if !strings.Contains(tables, n) {
					t.Errorf("testdata/figures.txt:%d: %s of %q is nowhere in docs/error-rates.md", s.line, n, s.words)
				}
			}
		}
	}
}
