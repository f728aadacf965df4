package selftest

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"xbench/compare"
	"xbench/harness/protocol"
)

// TerminalOptions say how to print.
type TerminalOptions struct {
	Width int // in columns; below 80 counts as 80
	Color bool
}

// headings say of each group what must become of it.
var headings = map[Group]string{
	Same:   "Equal programs must not FAIL, and no benchmark be called slower or faster",
	Known:  "A difference of known size must be found, benchmark by benchmark",
	Judge:  "Simulated, no process: wrong verdicts must stay within the error that is stated",
	Cheats: "Cheats must end INVALID, for the right reason",
	Limits: "Cheats that nothing outside a program can tell from work: they get through",
}

// limitsText is what to do about the limits.
const limitsText = "Read the timed loop and what is done before it; let inputs vary with the nonce; doubt a speedup that no difference in the code explains."

// Terminal prints the table and the verdict.
func (r *Report) Terminal(w io.Writer, opt TerminalOptions) error {
	t := &terminal{Report: r, width: max(opt.Width, 80), color: opt.Color}
	t.header()
	for _, g := range Groups() {
		t.group(g)
	}
	t.end()
	_, err := io.WriteString(w, t.b.String())
	return err
}

type terminal struct {
	*Report
	width            int
	planted, verdict int // widths of columns in this group
	color            bool
	b                strings.Builder
}

// marks are a word per state, so that nothing hangs on colour.
var marks = map[State]struct{ word, style string }{
	Right:   {"ok", "32"},
	Wrong:   {"BAD", "1;31"},
	Unclear: {"?", "33"},
	Fooled:  {"limit", "33"},
}

const markWidth = 5

// widths of the columns of a group. There is none for verdicts where nothing
// has one, or where all are what the heading says.
func widths(outcomes []Outcome) (planted, verdict int) {
	plain := true
	for _, o := range outcomes {
		planted = max(planted, utf8.RuneCountInString(o.Planted))
		verdict = max(verdict, len(o.Verdict)+2)
		plain = plain && (o.Verdict == "" || o.Group == Cheats && o.Verdict == compare.Invalid)
	}
	if plain {
		verdict = 0
	}
	return planted, verdict
}

// header says what was tested, and where.
func (t *terminal) header() {
	fmt.Fprintf(&t.b, "%s  %s, seed %d, %.0f s\n\n", t.paint("selftest of xbench "+t.Tool, "1"), t.host(), t.Seed, time.Duration(t.TookNS).Seconds())
}

func (t *terminal) host() string {
	h := t.Host
	return protocol.Escape(fmt.Sprintf("%d cores, %s, load %.1f", h.Cores, h.OS, h.Load1), 0)
}

func (t *terminal) group(g Group) {
	outcomes := t.of(g)
	if len(outcomes) == 0 {
		return
	}
	fmt.Fprintf(&t.b, "%s\n", t.paint(headings[g], "1"))
	t.planted, t.verdict = widths(outcomes)
	for _, o := range outcomes {
		t.outcome(o)
	}
	if g == Limits {
		for _, line := range wrap(limitsText, t.width-2) {
			fmt.Fprintf(&t.b, "  %s\n", t.paint(line, "2"))
		}
	}
	t.b.WriteByte('\n')
}

// outcome is a line of the table, and a second where the evidence is longer.
func (t *terminal) outcome(o Outcome) {
	m := marks[o.State]
	left := "  " + t.paint(m.word, m.style) + strings.Repeat(" ", markWidth-len(m.word)) + "  " +
		pad(o.Planted, t.planted) + "  "
	if t.verdict > 0 {
		left += pad(string(o.Verdict), t.verdict)
	}
	hang := 2 + markWidth + 2 + t.planted + 2 + t.verdict
	text := protocol.Escape(o.Evidence, 0)
	room := t.width - hang
	if room < 24 { // beneath, not beside
		fmt.Fprintf(&t.b, "%s\n", strings.TrimRight(left, " "))
		hang = 2 + markWidth + 4
		left, room = strings.Repeat(" ", hang), t.width-hang
	}
	for i, line := range wrap(text, room) {
		if i > 0 {
			left = strings.Repeat(" ", hang)
		}
		t.b.WriteString(left + line + "\n")
	}
}

// end sums up.
func (t *terminal) end() {
	if t.Records != "" {
		fmt.Fprintf(&t.b, "records: %s\n", protocol.Escape(t.Records, 0))
	}
	style := map[int]string{0: "1;32", 1: "1;31", 3: "1;33"}[t.Exit]
	for i, line := range wrap(fmt.Sprintf("%s, exit %d: %s.", t.Verdict, t.Exit, t.conclusion()), t.width) {
		if i == 0 {
			line = t.paint(string(t.Verdict), style) + strings.TrimPrefix(line, string(t.Verdict))
		}
		t.b.WriteString(line + "\n")
	}
}

// conclusion is the verdict in words.
func (t *terminal) conclusion() string {
	limits := ""
	if n := t.count(Fooled); n > 0 {
		limits = fmt.Sprintf("; %d known to get through", n)
	}
	switch {
	case t.count(Wrong) > 0:
		return fmt.Sprintf("the gate cannot be trusted on this host: %d of %d cases went wrong", t.count(Wrong), len(t.Outcomes))
	case t.count(Unclear) > 0:
		return "this host is too noisy to find 10 %; nothing was judged wrongly. Stop other work, or give a longer --budget"
	}
	return fmt.Sprintf("the gate works on this host: %d of %d cases as they must be%s", t.count(Right), len(t.Outcomes)-t.count(Fooled), limits)
}

func (t *terminal) paint(s, style string) string {
	if !t.color || s == "" {
		return s
	}
	return "\x1b[" + style + "m" + s + "\x1b[0m"
}

func pad(s string, n int) string {
	return s + strings.Repeat(" ", max(0, n-utf8.RuneCountInString(s)))
}

// wrap breaks text at spaces into lines of at most n characters; a longer word
// stays whole.
func wrap(s string, n int) []string {
	var lines []string
	for _, word := range strings.Fields(s) {
		if i := len(lines) - 1; i >= 0 && utf8.RuneCountInString(lines[i])+1+utf8.RuneCountInString(word) <= n {
			lines[i] += " " + word
			continue
		}
		lines = append(lines, word)
	}
	return lines
}
