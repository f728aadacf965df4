package docs

import (
	"regexp"
	"slices"
	"strings"
)

// A block is a stretch of a document that is set apart: fenced, or indented by
// four blanks and beginning with a command.
type block struct {
	doc      string
	line     int // of its first line
	language string
	text     string // ends in a newline
}

// first is what a block is called by: its first line.
func (b block) first() string {
	line, _, _ := strings.Cut(b.text, "\n")
	return line
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
// such, else all lines. A line that ends in a backslash and a here-document go
// on with the next ones.
func (b block) steps() []step {
	prompts := strings.HasPrefix(b.text, "$ ")
	var out []step
	open := func(line string) bool { return false } // whether line is more of the last command
	for i, line := range strings.Split(strings.TrimSuffix(b.text, "\n"), "\n") {
		switch typed, prompted := strings.CutPrefix(line, "$ "); {
		case open(line):
			out[len(out)-1].command += "\n" + line
			if strings.HasSuffix(line, "\\") {
				continue // the next one too
			}
			if !hereDocument.MatchString(out[len(out)-1].command) {
				open = func(string) bool { return false }
			}
		case prompted || !prompts && strings.TrimSpace(line) != "":
			out = append(out, step{doc: b.doc, line: b.line + i, command: strings.TrimSpace(typed)})
			open = continues(typed)
		case prompts && len(out) > 0:
			last := &out[len(out)-1]
			last.shown = append(last.shown, line)
		}
	}
	return out
}

var hereDocument = regexp.MustCompile(`<<-?'?"?([A-Z]+)`)

// continues says of the lines after a command's first whether they belong to
// it.
func continues(first string) func(string) bool {
	if m := hereDocument.FindStringSubmatch(first); m != nil {
		ended := false
		return func(line string) bool {
			was := ended
			ended = ended || line == m[1]
			return !was
		}
	}
	return func(string) bool { return strings.HasSuffix(first, "\\") }
}
