package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"xbench/compare"
	"xbench/harness/record"
)

// JUnit writes junit.xml: the run as a test suite, for the dashboards of CI
// systems. It holds a test case per goal and candidate, and one per benchmark
// and candidate, so that a dashboard has the history of each.
//
// A test fails when a goal that gates is disproved, and has an error when the
// evidence is invalid: those are what makes xbench exit 1 (or 130 where the run
// was interrupted), so that a build is red for both or for neither. What is
// open, was not judged or does not gate is skipped, with what was found as the
// message. Names and their order are the plan's, which the next run shares.
//
// What is written is valid against the schema of Apache Ant's reports and that
// of Jenkins' xUnit plugin. The former is why the outermost element has no
// attributes and every suite has both streams.
func (v *View) JUnit(w io.Writer) error {
	var b strings.Builder
	b.WriteString(xml.Header)
	enc := xml.NewEncoder(&b)
	enc.Indent("", "  ")
	if err := enc.Encode(junitSuites{Suite: v.junitSuite()}); err != nil {
		return err
	}
	b.WriteByte('\n')
	_, err := io.WriteString(w, b.String())
	return err
}

type junitSuites struct {
	XMLName xml.Name   `xml:"testsuites"`
	Suite   junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name       string          `xml:"name,attr"`
	Package    string          `xml:"package,attr"`
	ID         int             `xml:"id,attr"`
	Tests      int             `xml:"tests,attr"`
	Failures   int             `xml:"failures,attr"`
	Errors     int             `xml:"errors,attr"`
	Skipped    int             `xml:"skipped,attr"`
	Time       string          `xml:"time,attr"`
	Timestamp  string          `xml:"timestamp,attr,omitempty"`
	Host       string          `xml:"hostname,attr"`
	Properties []junitProperty `xml:"properties>property"`
	Cases      []junitCase     `xml:"testcase"`
	Out        junitText       `xml:"system-out"`
	Err        junitText       `xml:"system-err"`
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Class   string       `xml:"classname,attr"`
	Name    string       `xml:"name,attr"`
	Time    string       `xml:"time,attr"`
	Failure *junitResult `xml:"failure"`
	Error   *junitResult `xml:"error"`
	Skipped *junitResult `xml:"skipped"`
}

// A junitResult is why a test did not pass. Its message is one line, its text
// what a person wants to know next.
type junitResult struct {
	Type    string `xml:"type,attr,omitempty"`
	Message string `xml:"message,attr"`
	Text    string `xml:",cdata"`
}

// A junitText keeps its line breaks: encoding/xml escapes those of other text.
type junitText struct {
	Text string `xml:",cdata"`
}

func (v *View) junitSuite() junitSuite {
	s := junitSuite{
		Name: v.junitName(), Package: "xbench", Time: junitSeconds(v.sampledNS()), Timestamp: junitTime(v.Started),
		Host: v.Host.ID, Properties: v.junitProperties(), Cases: append(v.goalCases(), v.rowCases()...),
		Out: junitText{v.junitOut()}, Err: junitText{v.junitErr()},
	}
	if s.Host == "" {
		s.Host = "localhost" // as the schema wants it where it is not known
	}
	s.Tests = len(s.Cases)
	seen := make(map[[2]string]int)
	for i := range s.Cases {
		c := &s.Cases[i]
		key := [2]string{c.Class, c.Name}
		if seen[key]++; seen[key] > 1 {
			c.Name += " #" + strconv.Itoa(seen[key])
		}
		switch {
		case c.Failure != nil:
			s.Failures++
		case c.Error != nil:
			s.Errors++
		case c.Skipped != nil:
			s.Skipped++
		}
	}
	return s
}

// junitName is "xbench.quick", which dashboards take for a package.
func (v *View) junitName() string {
	if v.Suite == "" {
		return "xbench"
	}
	return "xbench." + packagePart(v.Suite)
}

// packagePart keeps a name within one level: dashboards split at dots.
func packagePart(s string) string { return strings.ReplaceAll(s, ".", "_") }

func (v *View) junitClass(candidate, of string) string {
	return v.junitName() + "." + packagePart(candidate) + "." + packagePart(of)
}

// goalCases have no time of their own: it is that of their benchmarks.
func (v *View) goalCases() []junitCase {
	var out []junitCase
	for _, g := range v.Goals {
		c := junitCase{Class: v.junitClass(g.Candidate, "goals"), Name: claimText(g), Time: junitSeconds(0)}
		if g.Level != "" {
			c.Name += " (" + g.Level + ")"
		}
		r := &junitResult{Type: string(g.Verdict), Message: v.goalMessage(g), Text: v.goalDetails(g)}
		switch {
		case g.Verdict == compare.Pass:
		case !g.Gated:
			r.Message = "does not gate at level " + v.Gate + "; " + r.Message
			c.Skipped = r
		case g.Verdict == compare.Fail:
			c.Failure = r
		case g.Verdict == compare.Invalid:
			c.Error = r
		default:
			c.Skipped = r
		}
		out = append(out, c)
	}
	return out
}

// goalMessage is "FAIL: 2 rows are proved slower", or what was found where no
// reason says it.
func (v *View) goalMessage(g compare.Goal) string {
	s := string(g.Verdict)
	switch found := v.foundText(g); {
	case g.Reason != "":
		s += ": " + g.Reason
	case found != none && found != "" && g.Verdict != compare.Invalid:
		s += ": found " + found
	}
	return s
}

func (v *View) goalDetails(g compare.Goal) string {
	var b strings.Builder
	line := func(what, text string) {
		if text != "" && text != none {
			fmt.Fprintf(&b, "%-15s %s\n", what, text)
		}
	}
	b.WriteByte('\n')
	line("goal", claimText(g))
	line("needed", needText(g))
	line("found", v.foundText(g))
	line("you can claim", claimable(g))
	line("rows", strconv.Itoa(g.Rows))
	line("decides", g.Worst)
	line("slower", strings.Join(g.Culprits, ", "))
	if g.DecidedAt > 0 {
		line("decided", fmt.Sprintf("by round %d", g.DecidedAt))
	}
	if g.Verdict == compare.Inconclusive {
		line("open", needsMore(g.MoreRounds, g.TooClose))
	}
	line("reproduce", v.Reproduce)
	return b.String()
}

// rowCases are in the order of the plan, which the next run shares; the other
// outputs put first what needs attention now.
func (v *View) rowCases() []junitCase {
	var out []junitCase
	for _, r := range v.planned() {
		for i, c := range r.Cells {
			x := junitCase{Class: v.junitClass(c.Candidate, r.Category), Name: r.Name, Time: junitSeconds(r.sampledNS(c.Candidate, i == 0))}
			v.judgeCase(&x, r, c)
			out = append(out, x)
		}
		for _, c := range r.Others {
			x := junitCase{Class: v.junitClass(c.Candidate, r.Category), Name: r.Name, Time: junitSeconds(0)} // counted above
			v.judgeCase(&x, r, c)
			out = append(out, x)
		}
	}
	return out
}

func (v *View) judgeCase(x *junitCase, r Row, c Cell) {
	result := func(message string) *junitResult {
		return &junitResult{Type: string(c.Status), Message: message, Text: v.rowDetails(r, c)}
	}
	mark, _ := r.mark(c)
	found := FormatInterval(c.Speedup)
	switch {
	case c.unavailable():
		x.Skipped = result(c.firstFailure())
	case c.invalid():
		x.Error = result(c.firstFailure())
		x.Error.Type = string(compare.Invalid)
	case c.Status == compare.Fail:
		x.Failure = result("FAIL: " + joinMark(found, mark))
	case c.Status == compare.Inconclusive:
		x.Skipped = result("INCONCLUSIVE: " + joinMark(found, needsMore(c.MoreRounds, c.TooClose)))
	case c.Rounds == 0 && v.Apart == nil:
		x.Skipped = result("not measured")
	}
}

// needsMore says what would settle what is open, "" where nobody knows.
func needsMore(more int, tooClose bool) string {
	if s := moreText(more, tooClose); s != "" {
		return "needs " + s
	}
	return ""
}

// unavailable is whether a result is missing only because a side does not have
// the benchmark. That breaks the goals about it and nothing else.
func (c Cell) unavailable() bool {
	return c.invalid() && len(c.Failures) > 0 &&
		!slices.ContainsFunc(c.Failures, func(f record.Failure) bool { return f.Kind != record.FailUnsupported })
}

func (c Cell) firstFailure() string {
	if len(c.Failures) == 0 {
		return "invalid"
	}
	return failureLine(c.Failures[0])
}

func (v *View) rowDetails(r Row, c Cell) string {
	var b strings.Builder
	b.WriteByte('\n')
	for _, f := range c.Failures {
		fmt.Fprintf(&b, "%s\n", failureLine(f))
	}
	if ref := v.reference(c); ref != "" {
		fmt.Fprintf(&b, "%-15s %s\n", ref, FormatDuration(c.RefNS))
	}
	fmt.Fprintf(&b, "%-15s %s\n", c.Of, FormatDuration(c.CandNS))
	for _, s := range r.Sides {
		if s.Stderr != "" && (s.Implementation == c.Of || s.Implementation == v.reference(c)) {
			fmt.Fprintf(&b, "last stderr of %s:\n%s\n", s.Implementation, s.Stderr)
		}
	}
	fmt.Fprintf(&b, "%-15s %s\n", "reproduce", v.Reproduce)
	return b.String()
}

// planned are the rows in the order of the plan.
func (v *View) planned() []Row {
	rows := slices.Clone(v.Rows)
	slices.SortStableFunc(rows, func(a, b Row) int { return a.at - b.at })
	return rows
}

// sampledNS is how long all samples together took.
func (v *View) sampledNS() float64 {
	sum := 0.0
	for _, r := range v.Rows {
		for i, c := range r.Cells {
			sum += r.sampledNS(c.Candidate, i == 0)
		}
	}
	return sum
}

// sampledNS is how long a candidate's samples took, and with the first
// candidate those of the reference: what test cases take adds up to what the
// suite took.
func (r Row) sampledNS(candidate string, first bool) float64 {
	sum := 0.0
	for i, s := range r.Sides {
		reference := i == 0 && len(r.Sides) > len(r.Cells)
		if s.Implementation != candidate && !(first && reference) {
			continue
		}
		for _, p := range s.Processes {
			sum += p.SumNS
		}
	}
	return sum
}

func (v *View) junitProperties() []junitProperty {
	var out []junitProperty
	add := func(name, value string) {
		if name != "" && value != "" {
			out = append(out, junitProperty{name, value})
		}
	}
	add("verdict", string(v.Verdict))
	add("exit", strconv.Itoa(v.Exit))
	add("interrupted", strconv.FormatBool(v.Interrupted))
	add("gate", v.Gate)
	add("xbench", v.Tool)
	add("run", v.Run)
	add("suite", v.Suite)
	add("filter", v.Filter)
	add("seed", strconv.FormatUint(v.Seed, 10))
	add("rounds", strconv.Itoa(v.Rounds))
	if v.Apart != nil {
		add("measured", v.Apart.measured())
		for _, o := range v.Apart.Origins {
			add(o.Name+".origin", v.originText(o.Name))
		}
		add("control", v.Apart.Control)
	}
	add("reference", v.Reference)
	add("same_work", v.workProperty())
	for _, s := range v.Sides {
		add(s.Name+".version", s.Version)
		add(s.Name+".language", s.Language)
		add(s.Name+".runtime", s.Runtime)
		add(s.Name+".mode", s.Mode)
	}
	for _, m := range v.Means {
		if m.Group == compare.GroupAll {
			add(m.Candidate+".speedup", dashless(FormatInterval(m.Geometric)))
		}
	}
	h := v.Host
	add("host.id", h.ID)
	add("host.cpu", h.CPU)
	add("host.cores", positive(h.Cores))
	add("host.memory", dashless(FormatBytes(float64(h.MemBytes))))
	add("host.system", strings.Trim(h.OS+"/"+h.Arch, "/"))
	add("host.kernel", h.Kernel)
	add("host.virtualization", h.Virtual)
	add("reproduce", v.Reproduce)
	return out
}

func (v *View) junitOut() string {
	lines := append([]string{"", string(v.Verdict) + ", exit " + strconv.Itoa(v.Exit)}, v.Reasons...)
	return strings.Join(append(lines, v.claims()...), "\n") + "\n"
}

func (v *View) junitErr() string {
	if len(v.Warnings) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteByte('\n')
	for _, w := range v.Warnings {
		b.WriteString(warningLine(w) + "\n")
	}
	return b.String()
}

// warningLine is a warning with what it is about and what to do.
func warningLine(w compare.Warning) string {
	var about []string
	for _, s := range []string{w.Row, w.Impl} {
		if s != "" {
			about = append(about, s)
		}
	}
	s := w.Text
	if len(about) > 0 {
		s = strings.Join(about, ", ") + ": " + s
	}
	if w.Remedy != "" {
		s += "; " + w.Remedy
	}
	return s
}

// junitSeconds is a decimal without an exponent, to the microsecond.
func junitSeconds(ns float64) string { return strconv.FormatFloat(ns/1e9, 'f', 6, 64) }

// junitTime is UTC without saying so, as the schema wants it; "" for what is
// no time.
func junitTime(s string) string {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05")
}
