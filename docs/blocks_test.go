package docs

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A block is a stretch of a document that is set apart: fenced, or indented by
// four blanks and beginning with a command.
type block struct {
	doc      string
	line     int // of its first line
	language string
	text     string // ends in a newline
}

var (
	fenced   = regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```")
	indented = regexp.MustCompile(`(?m)\n\n((?:    (?:\./)?(?:xbench|scripts/|go) .*\n)+)`)
)

func blocksOf(doc document) []block {
	var out []block
	for _, m := range fenced.FindAllStringSubmatchIndex(doc.text, -1) {
		out = append(out, block{doc.name, doc.line(m[4]), doc.text[m[2]:m[3]], doc.text[m[4]:m[5]]})
	}
	for _, m := range indented.FindAllStringSubmatchIndex(doc.text, -1) {
		out = append(out, block{doc.name, doc.line(m[2]), "sh", doc.text[m[2]:m[3]]})
	}
	slices.SortFunc(out, func(a, b block) int { return a.line - b.line })
	return out
}

// startsCommand is a line that somebody types, where the fence names no
// language.
var startsCommand = regexp.MustCompile(`^(\$ |(\./)?xbench |go (build|test|run|tool) |scripts/|\.ci/)`)

// holdsCommands is whether a block is there to be typed.
func (b block) holdsCommands() bool {
	switch b.language {
	case "sh", "bash", "console":
		return true
	case "":
		return startsCommand.MatchString(b.text)
	}
	return false
}

// A step is one command of a block and what is shown of its output.
type step struct {
	doc     string
	line    int
	command string
	shown   []string // lines beneath "$ command"; nil if none are
}

// steps splits a block into its commands: lines after "$ " where there are
// such, else all lines. A line that ends in a backslash goes on with the next
// one, and a here-document to its end.
func (b block) steps() []step {
	prompts := strings.HasPrefix(b.text, "$ ")
	var out []step
	more := func(string) bool { return false } // whether a line still belongs to the last command
	for i, line := range strings.Split(strings.TrimSuffix(b.text, "\n"), "\n") {
		typed, prompted := strings.CutPrefix(line, "$ ")
		switch {
		case more(line):
			out[len(out)-1].command += "\n" + line
		case prompted || !prompts && strings.TrimSpace(line) != "":
			out = append(out, step{doc: b.doc, line: b.line + i, command: strings.TrimSpace(typed)})
			more = goesOn(typed)
		case prompts && len(out) > 0:
			out[len(out)-1].shown = append(out[len(out)-1].shown, line)
		}
	}
	return out
}

var hereDocument = regexp.MustCompile(`<<-?['"]?([A-Z]+)`)

// goesOn says of one line after another whether it belongs to the command that
// began with the first.
func goesOn(first string) func(line string) bool {
	open := strings.HasSuffix(first, "\\")
	end := ""
	if m := hereDocument.FindStringSubmatch(first); m != nil {
		open, end = true, m[1]
	}
	return func(line string) bool {
		was := open
		open = open && (end != "" && line != end || end == "" && strings.HasSuffix(line, "\\"))
		return was
	}
}

func TestSteps(t *testing.T) {
	check := func(text string, want ...step) {
		t.Helper()
		got := block{text: text}.steps()
		same := func(a, b step) bool { return a.command == b.command && slices.Equal(a.shown, b.shown) }
		if !slices.EqualFunc(got, want, same) {
			t.Errorf("%q: got %+v, want %+v", text, got, want)
		}
	}
	check("one\n\ntwo \\\n  more\nthree\n", step{command: "one"}, step{command: "two \\\n  more"}, step{command: "three"})
	check("cat >a <<'EOF'\nx\n$ y\nEOF\ncat a\n", step{command: "cat >a <<'EOF'\nx\n$ y\nEOF"}, step{command: "cat a"})
	check("$ one\nprinted\n\n$ two \\\n   more\nout\n", step{command: "one", shown: []string{"printed", ""}}, step{command: "two \\\n   more", shown: []string{"out"}})
}
