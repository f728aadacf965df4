package report

import (
	"fmt"
	"slices"
	"strings"

	"xbench/compare"
)

// A htmlTable is a table of the page: a caption, a heading per column and rows
// whose first cell names them. Texts are plain; the template escapes them.
type htmlTable struct {
	Caption string
	Quiet   bool // the heading above it says so already
	Cards   bool // on a small screen every row is a card
	Heads   []htmlHead
	Rows    [][]htmlCell
}

type htmlHead struct {
	Text  string
	Right bool // numbers
}

// A htmlCell is text, or the icon of a verdict and a word.
type htmlCell struct {
	Text       string
	Code, Bold bool
	Right      bool
	Sign       htmlSign // none: zero
}

// What a cell can be besides a string.
type (
	codeText string // a name or a command
	boldText string
	signText htmlSign
)

// newHTMLTable starts a table, its headings as those of [newMDTable].
func newHTMLTable(caption string, headings ...string) *htmlTable {
	t := &htmlTable{Caption: caption}
	for _, h := range headings {
		name, right := strings.CutPrefix(h, ">")
		t.Heads = append(t.Heads, htmlHead{name, right})
	}
	return t
}

// add appends a row of strings and of the types above.
func (t *htmlTable) add(cells ...any) {
	row := make([]htmlCell, len(cells))
	for i, c := range cells {
		row[i].Right = t.Heads[i].Right
		switch c := c.(type) {
		case codeText:
			row[i].Text, row[i].Code = string(c), c != none
		case boldText:
			row[i].Text, row[i].Bold = string(c), true
		case signText:
			row[i].Text, row[i].Sign = c.Word, htmlSign(c)
		default:
			row[i].Text = fmt.Sprint(c)
		}
	}
	t.Rows = append(t.Rows, row)
}

// done is the table without the columns that say nothing; nil where nothing is
// left, so that a template can ask.
func (t *htmlTable) done() *htmlTable {
	if len(t.Rows) == 0 {
		return nil
	}
	for i := len(t.Heads) - 1; i > 0; i-- {
		if slices.ContainsFunc(t.Rows, func(row []htmlCell) bool { return row[i].Text != none && row[i].Text != "" }) {
			continue
		}
		t.Heads = slices.Delete(t.Heads, i, i+1)
		for n, row := range t.Rows {
			t.Rows[n] = slices.Delete(row, i, i+1)
		}
	}
	return t
}

// A htmlSign is a verdict or an outcome as the page shows it: an icon of its
// own shape, a colour and a word, so that none of them has to be seen.
type htmlSign struct {
	Icon  string // a symbol of the page
	Color string // a role of the style sheet
	Word  string
	Note  string // what else a mark says
}

// verdictSign words a verdict. A goal that is missed because a row is slower
// has the colour of slower, as that row has.
func verdictSign(v compare.Verdict, slower bool) htmlSign {
	s := htmlSign{Icon: "dot", Color: "axis", Word: string(v)}
	switch v {
	case compare.Pass:
		s.Icon, s.Color = "check", "fast"
	case compare.Fail:
		s.Icon, s.Color = "cross", "missed"
		if slower {
			s.Color = "slower"
		}
	case compare.Invalid:
		s.Icon, s.Color = "stop", "slower"
	case compare.Inconclusive, compare.NotEvaluated:
		s.Icon, s.Color = "question", "unclear"
	}
	return s
}

// The states that a row is filtered by, worst first.
const (
	stateInvalid  = "invalid"
	stateSlower   = "slower"
	stateMissed   = "missed"
	stateUnclear  = "unclear"
	stateEqual    = "equal"
	stateModest   = "faster"
	stateMeets    = "2x"
	stateMeasured = "measured"
)

// states are all of them with the words of the select.
var states = []struct{ name, word string }{
	{stateInvalid, "invalid"}, {stateSlower, "slower"}, {stateMissed, "goal missed"}, {stateUnclear, "unclear"},
	{stateEqual, "about equal"}, {stateModest, "faster"}, {stateMeets, "2x or more"}, {stateMeasured, "measured"},
}

// stateIndex is the state that a cell counts as, by its place among all.
func (c Cell) stateIndex() int {
	return slices.IndexFunc(states, func(s struct{ name, word string }) bool { return s.name == c.state() })
}

// state is what a cell counts as: as the view orders rows, then by its mark.
func (c Cell) state() string {
	switch {
	case c.rank() < rankFine:
		return []string{stateInvalid, stateSlower, stateMissed, stateUnclear}[c.rank()]
	case c.Mark == compare.MarkEqual:
		return stateEqual
	case c.Mark == compare.MarkModest:
		return stateModest
	case c.Mark == compare.MarkMeets:
		return stateMeets
	}
	return stateMeasured
}

// cellSign is a result's mark with an icon for its sign: the word, and after it
// what else the mark says.
func (r Row) cellSign(c Cell) htmlSign {
	s := htmlSign{}
	switch c.state() {
	case stateInvalid:
		s = htmlSign{Icon: "stop", Color: "slower"}
	case stateSlower:
		s = htmlSign{Icon: "cross", Color: "slower"}
	case stateMissed:
		s = htmlSign{Icon: "cross", Color: "missed"}
	case stateUnclear:
		s = htmlSign{Icon: "question", Color: "unclear"}
	case stateEqual:
		s = htmlSign{Icon: "equal", Color: "unclear"}
	case stateModest:
		s = htmlSign{Icon: "up", Color: "modest"}
	case stateMeets:
		s = htmlSign{Icon: "check", Color: "fast", Word: "2x or more"}
	default:
		s = htmlSign{Icon: "dot", Color: "axis", Word: "measured"}
		if c.Rounds == 0 && c.CandProcesses == 0 {
			s.Word = "not measured" // an interrupt came before its first round
		}
	}
	mark, _ := r.mark(c)
	mark = strings.TrimPrefix(mark, sign(mark))
	if s.Word != "" {
		s.Note = mark
		return s
	}
	s.Word, s.Note, _ = strings.Cut(strings.TrimSpace(mark), ", ")
	if word, note, ok := strings.Cut(s.Word, ": "); ok {
		s.Word, s.Note = word, strings.TrimSuffix(note+", "+s.Note, ", ")
	}
	return s
}
