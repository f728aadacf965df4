package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"xbench/compare"
	"xbench/harness/record"
)

// A Startup is what is known of the start-up of the sides of one row.
type Startup struct {
	compare.Startup
	Label  string   // of the row, "" where there is one only
	Remedy []string // for each of Slower, what was launched for it and what to do
}

// mostStartups is for how many rows the terminal says what they are without
// their start-up.
const mostStartups = 3

func (v *View) viewStartups(p *record.Plan, in []compare.Startup) {
	for _, r := range p.Rows {
		if r.Startup && v.StartRow == "" {
			v.StartRow = clean(r.Name)
		}
	}
	rows := 0
	for _, r := range p.Rows {
		if !r.Startup {
			rows++
		}
	}
	for _, s := range in {
		s.Row, s.Candidate, s.TooSmall, s.Slower = clean(s.Row), clean(s.Candidate), clean(s.TooSmall), slices.Clone(s.Slower)
		shown := Startup{Startup: s}
		for i, impl := range s.Slower {
			shown.Slower[i] = clean(impl)
			shown.Remedy = append(shown.Remedy, notItsStart(p, impl))
		}
		if rows > 1 {
			shown.Label = s.Row
		}
		v.Startups = append(v.Startups, shown)
	}
}

// notItsStart says that what was launched as the start-up of a side is not, and
// what to do.
func notItsStart(p *record.Plan, impl string) string {
	var starts []string // of all sides, "" = the command itself
	var own string
	for _, im := range p.Implementations {
		var start string
		if im.Launch != nil && len(im.Launch.Startup) > 0 {
			start = quoteAll(im.Launch.Startup)
		}
		if starts = append(starts, start); im.Name == impl {
			own = start
		}
	}
	same := len(starts) > 1 && len(slices.Compact(starts)) == 1
	does, give := clean(own)+" does not start "+clean(impl), "give it another startup:"
	switch {
	case own == "":
		does, give = clean(impl)+" does more than start there", "give it a startup:"
	case p.Suite == "command" && same:
		give = "give --startup once per command, in order"
	case p.Suite == "command":
		give = "give it another --startup"
	}
	return does + ": " + give + "; true for one that starts at once"
}

// work are the rows that are not about start-up.
func (v *View) work() []Row { return workOf(v.Rows) }

func workOf(rows []Row) []Row {
	return slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return r.Startup })
}

// startupTexts say of each row how much of it is start-up, and what the speedup
// is without. Without their full stops.
func (v *View) startupTexts() []string {
	var out []string
	for _, s := range v.distinctStartups() {
		out = append(out, v.startupText(s))
	}
	if out == nil && v.startupUnknown() {
		out = []string{"Start-up is part of these times, and not known apart: give --startup, or a benchmark named noop in xbench.yaml"}
	}
	return out
}

// distinctStartups are those that say something: that a side was not started by
// what was launched for it is said once, of the first row.
func (v *View) distinctStartups() []Startup {
	var out []Startup
	for _, s := range v.Startups {
		said := func(o Startup) bool { return slices.Equal(o.Slower, s.Slower) && slices.Equal(o.Remedy, s.Remedy) }
		if len(s.Slower) == 0 || !slices.ContainsFunc(out, said) {
			out = append(out, s)
		}
	}
	return out
}

// startupUnknown is whether there are whole programs to compare, and nobody
// said what starts them.
func (v *View) startupUnknown() bool {
	if !v.Commands || v.Reference == "" || v.StartRow != "" {
		return false
	}
	return slices.ContainsFunc(v.Rows, func(r Row) bool {
		return slices.ContainsFunc(r.Cells, func(c Cell) bool { return !c.invalid() })
	})
}

func (v *View) startupText(s Startup) string {
	lead := ""
	if s.Label != "" {
		lead = s.Label + ": "
	}
	if len(s.Slower) > 0 {
		return lead + s.slower()
	}
	cand := fmt.Sprintf("%s %s (%s of its time)", s.Candidate, roughDuration(s.CandNS), startShare(s.CandShare))
	if v.Reference == "" {
		return lead + "start-up takes " + cand
	}
	text := fmt.Sprintf("%sstart-up takes %s %s (%s of its time) and %s", lead, v.Reference, roughDuration(s.RefNS), startShare(s.RefShare), cand)
	switch {
	case s.TooSmall != "":
		return text + fmt.Sprintf("; what is left of %s without it is too little to be told from the noise", s.TooSmall)
	case s.Without.Ratio <= 0:
		return text + "; too few rounds to say what the speedup is without it"
	}
	return text + fmt.Sprintf("; without it the speedup is %s; the verdict is about the whole", FormatInterval(s.Without))
}

// slower says which sides were not started by what was launched for it.
func (s Startup) slower() string {
	var took []string
	for _, impl := range s.Slower {
		ns, share := s.CandNS, s.CandShare
		if impl != s.Candidate {
			ns, share = s.RefNS, s.RefShare
		}
		took = append(took, fmt.Sprintf("%s %s there and %s as a whole", impl, roughDuration(ns), roughDuration(ns/share)))
	}
	return "start-up not known, " + list(took, 2) + ": " + strings.Join(s.Remedy, "; ")
}

// startShare has two digits, as a start-up's time has.
func startShare(share float64) string {
	switch {
	case share >= 0.995:
		return "all"
	case share < 0.01:
		return "less than 1 %"
	}
	return fmt.Sprintf("%.0f %%", math.Round(100*share))
}

// startups is the terminal's lines about them.
func (t *terminal) startups() {
	if t.startupUnknown() {
		t.paragraph("start", plain, "start-up not known: --startup")
		return
	}
	startups := t.distinctStartups()
	for i, s := range startups {
		if i == mostStartups {
			t.paragraph("start", plain, "... "+plural(len(startups)-i, "more row")+" in the report")
			break
		}
		t.paragraph("start", plain, t.startupText(s))
	}
}

// launchTexts say what went with the launches of each side besides its
// command line. Sides that had the same are one sentence.
func launchTexts(impls []record.Implementation) []string {
	var texts []string
	of := make(map[string][]string)
	say := func(im record.Implementation, format string, args ...any) {
		text := clean(fmt.Sprintf(format, args...))
		if of[text] == nil {
			texts = append(texts, text)
		}
		of[text] = append(of[text], clean(im.Name))
	}
	for _, im := range impls {
		l := im.Launch
		if l == nil {
			continue
		}
		for _, h := range []struct {
			when string
			args []string
		}{{"once before the first launch", l.Setup}, {"before every launch", l.Prepare}, {"after every launch", l.Conclude}, {"at the end", l.Cleanup}} {
			if len(h.args) > 0 {
				say(im, "%s, untimed: %s", h.when, quoteAll(h.args))
			}
		}
		if l.Warmups > 0 {
			say(im, "launches to warm up before the first round: %d, in the record and no data", l.Warmups)
		}
		if l.Input != "" {
			say(im, "standard input: %s", l.Input)
		}
		if l.IgnoreFailure {
			say(im, "exit statuses other than 0 are results, the same on all sides and in every launch")
		}
		if len(l.Startup) > 0 {
			say(im, "start-up is that of: %s", quoteAll(l.Startup))
		}
	}
	for i, text := range texts {
		texts[i] = strings.Join(of[text], ", ") + ": " + text
	}
	return texts
}
