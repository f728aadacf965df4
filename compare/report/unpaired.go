package report

import (
	"fmt"
	"slices"
	"strings"

	"xbench/compare"
	"xbench/harness/record"
)

// Apart says how the sides came to be that were not measured in turns, for the
// places that speak of rounds everywhere else.
type Apart struct {
	Baseline bool   // two records of one implementation, else imported
	Of       string // that implementation
	Spread   float64
	Accepted bool
	Refused  string // why what is asked to count does not
	Machines string // two of them; "" = not known
	LateGoal bool   // goals were stated after measuring
	Control  string
	Origins  []Origin // by side, the reference first
}

// An Origin is where a side's numbers come from.
type Origin struct {
	Name, Format, Tool, Path, SHA256 string
	Granularity                      string
	Command, Host, Started           string
	Processes, Samples               [2]int // of a row, the fewest and the most
}

func viewApart(u *compare.Unpaired) *Apart {
	if u == nil {
		return nil
	}
	out := &Apart{Baseline: u.Why == record.UnpairedBaseline, Of: clean(u.Of), Spread: u.Spread, Accepted: u.Accepted, Refused: clean(u.Refused), Machines: clean(u.Machines), LateGoal: u.LateGoal, Control: clean(u.Control)}
	for _, o := range u.Origins {
		x := Origin{Name: clean(o.Implementation), Processes: [2]int{o.FewestProcesses, o.MostProcesses}, Samples: [2]int{o.FewestSamples, o.MostSamples}}
		if s := o.Source; s != nil {
			x.Format, x.Tool, x.Path, x.SHA256, x.Granularity = clean(s.Format), clean(s.Tool), clean(s.Path), clean(s.SHA256), clean(s.Granularity)
			x.Command, x.Host, x.Started = clean(s.Command), clean(s.Host), clean(s.Started)
		}
		out.Origins = append(out.Origins, x)
	}
	return out
}

// origin is that of a side, false where xbench measured it.
func (v *View) origin(name string) (Origin, bool) {
	if v.Apart == nil {
		return Origin{}, false
	}
	i := slices.IndexFunc(v.Apart.Origins, func(o Origin) bool { return o.Name == name })
	if i < 0 {
		return Origin{}, false
	}
	return v.Apart.Origins[i], true
}

// originText says where a side comes from, "" where xbench measured it in
// turns with the others.
func (v *View) originText(name string) string {
	o, ok := v.origin(name)
	switch {
	case !ok:
		return ""
	case v.Apart.Baseline:
		return fmt.Sprintf("%s in the run %s, %s", v.Apart.Of, o.Path, o.amount())
	case o.Path == "":
		return "imported, " + o.amount()
	}
	tool := o.Tool
	if tool == "" {
		tool = o.Format
	}
	return fmt.Sprintf("imported from %s (%s): %s, %s", o.Path, tool, o.amount(), o.grain())
}

// amount is how much data there is of a side, for each benchmark.
func (o Origin) amount() string {
	return amountOf(o.Processes, "process", "processes") + ", " + amountOf(o.Samples, "value", "values")
}

func amountOf(n [2]int, one, more string) string {
	if n == [2]int{1, 1} {
		return "1 " + one
	}
	return fromThrough(n) + " " + more
}

func fromThrough(n [2]int) string {
	if n[0] == n[1] {
		return fmt.Sprint(n[0])
	}
	return fmt.Sprintf("%d to %d", n[0], n[1])
}

// grain says what one value is.
func (o Origin) grain() string {
	switch o.Granularity {
	case record.GranularitySamples:
		return "each a raw sample"
	case record.GranularityMeans:
		return "each the mean of several iterations"
	case record.GranularityMean:
		return "which is a mean of all that was measured"
	}
	return "of an unknown kind"
}

// apartMeasured is in place of the number of rounds.
func (a *Apart) measured() string {
	if a.Baseline {
		return "in two runs, not in turns"
	}
	return "imported, not measured in turns"
}

// countText is how much a result rests on: "8 rounds", or the processes of
// either side, the reference's first.
func (c Cell) countText() string {
	if c.Rounds > 0 || c.RefProcesses == 0 && c.CandProcesses == 0 {
		return plural(c.Rounds, "round")
	}
	return fmt.Sprintf("%d : %d processes", c.RefProcesses, c.CandProcesses)
}

// counted is what a column for rounds holds, and its heading.
func (v *View) counted(c Cell) string {
	switch {
	case v.Apart != nil && v.Reference == "":
		return fmt.Sprint(c.CandProcesses)
	case v.Apart != nil:
		return fmt.Sprintf("%d : %d", c.RefProcesses, c.CandProcesses)
	}
	return fmt.Sprint(c.Rounds)
}

func (v *View) countedHead() string {
	if v.Apart != nil {
		return "processes"
	}
	return "rounds"
}

// roundsText is how many rounds a run had, or that it had none.
func (v *View) roundsText() string {
	if v.Apart != nil {
		return v.Apart.measured()
	}
	return plural(v.Rounds, "round")
}

// apartWords go beside the verdict.
func (v *View) apartWords() string {
	switch {
	case v.Apart == nil:
		return ""
	case v.Apart.Baseline:
		return "; two runs, not in turns"
	}
	words := "; imported data"
	switch {
	case v.Apart.Machines != "":
		words += " of two machines"
	case v.Apart.Accepted:
		words += ", accepted"
	}
	if v.Apart.Accepted && v.Apart.LateGoal {
		words += "; goals stated after measuring"
	}
	if v.Apart.Spread != compare.AssumedSpread && v.Reference != "" {
		words += "; assumed process spread " + FormatPercent(v.Apart.Spread) + ", not the usual " + FormatPercent(compare.AssumedSpread)
	}
	return words
}

// apartSame is the line "same work" of two records, "" for any other.
func (v *View) apartSame(same int) string {
	switch {
	case v.Apart == nil || !v.Apart.Baseline:
		return ""
	case v.Evidence.Pairs == 0:
		return "not verified between the two runs: they had no input in common"
	}
	return fmt.Sprintf("%d of %d: equal outputs and counters on what both runs had as input", same, len(v.Rows))
}

// methodApart says how such numbers came about.
func (v *View) methodApart() string {
	var b strings.Builder
	if v.Apart.Baseline {
		fmt.Fprintf(&b, "%s is compared with itself: as it was in one run of xbench, and as it is in a later one on the same host. ", v.Apart.Of)
	} else if v.Reference != "" {
		b.WriteString("Other tools measured the sides, each by itself. ")
	}
	for _, o := range v.Apart.Origins {
		fmt.Fprintf(&b, "%s: %s", o.Name, v.originText(o.Name))
		for _, part := range [][2]string{{"made by", o.Command}, {"on", o.Host}, {"started", o.Started}} {
			if part[1] != "" {
				fmt.Fprintf(&b, ", %s %s", part[0], part[1])
			}
		}
		b.WriteString(". ")
	}
	if v.Reference == "" {
		b.WriteString("A process is the median of its values' logarithms; intervals are Student t intervals over processes, and know nothing of another session. " +
			"Nothing was removed as an outlier.")
		return b.String()
	}
	fmt.Fprintf(&b, "The sides were not measured in turns, so that nothing of what the machine did meanwhile cancels. "+
		"A process is the median of its values' logarithms, a side the mean over its processes; the speedup is the exponential of the difference. "+
		"Its Student t interval has the spread of either side's processes, with Welch's degrees of freedom, and on either side %s more, "+
		"assumed for what another session would have changed: all rows of a side share it, and no number of them makes it less. ", FormatPercent(v.Apart.Spread))
	if v.Apart.Baseline || !v.Apart.Accepted {
		b.WriteString("Such data can disprove a goal and proves none. ")
	} else {
		b.WriteString("Such data proves goals here because --accept-imported says so; they were stated after it was measured. ")
	}
	b.WriteString("Nothing was removed as an outlier.")
	return b.String()
}

// controlText is what an implementation that did not change says.
func (v *View) controlText() string {
	if v.Apart == nil {
		return ""
	}
	return v.Apart.Control
}

// An apartJSON is the same for programs.
type apartJSON struct {
	Why      string       `json:"why"`
	Of       string       `json:"of,omitempty"`
	Spread   number       `json:"assumed_spread"`
	Accepted bool         `json:"accepted"`
	Refused  string       `json:"not_accepted_because,omitempty"`
	Machines string       `json:"two_machines,omitempty"`
	LateGoal bool         `json:"goals_after_measuring"`
	Control  string       `json:"control,omitempty"`
	Sides    []originJSON `json:"sides"`
}

type originJSON struct {
	Implementation  string `json:"implementation"`
	Format          string `json:"format"`
	Tool            string `json:"tool"`
	Path            string `json:"path"`
	SHA256          string `json:"sha256"`
	Granularity     string `json:"granularity"`
	Command         string `json:"command"`
	Host            string `json:"host"`
	Started         string `json:"started"`
	FewestProcesses int    `json:"fewest_processes"` // of a benchmark
	MostProcesses   int    `json:"most_processes"`
	FewestSamples   int    `json:"fewest_samples"`
	MostSamples     int    `json:"most_samples"`
}

func (v *View) apartSummary() *apartJSON {
	a := v.Apart
	if a == nil {
		return nil
	}
	out := &apartJSON{Why: record.UnpairedImported, Of: a.Of, Spread: number(a.Spread), Accepted: a.Accepted, Refused: a.Refused, Machines: a.Machines, LateGoal: a.LateGoal, Control: a.Control, Sides: []originJSON{}}
	if a.Baseline {
		out.Why = record.UnpairedBaseline
	}
	for _, o := range a.Origins {
		out.Sides = append(out.Sides, originJSON{o.Name, o.Format, o.Tool, o.Path, o.SHA256, o.Granularity, o.Command, o.Host, o.Started,
			o.Processes[0], o.Processes[1], o.Samples[0], o.Samples[1]})
	}
	return out
}
