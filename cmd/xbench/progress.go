package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"xbench/compare"
	"xbench/harness"
	"xbench/harness/config"
	"xbench/harness/host"
	"xbench/harness/protocol"
	"xbench/harness/record"
	"xbench/internal/columns"
)

// A progress tells the person in front of the terminal how far the run is. On
// a terminal it is one live line, redrawn only between processes: a timer
// would wake up on the cores that are being measured. Elsewhere it is a line
// per finished round, and a heartbeat when a round takes long.
type progress struct {
	w     io.Writer
	quiet bool
	live  bool // the stream is a terminal
	color bool // by this stream: the results may go elsewhere
	drawn bool // a live line stands there
	last  time.Time
	ends  time.Time // measuring ends then at the latest; zero = not known
	done  string    // what the last finished round came to
}

// heartbeat is how long a log stays silent at most while work goes on.
const heartbeat = 30 * time.Second

func newProgress(w io.Writer, quiet bool) *progress {
	return &progress{w: w, quiet: quiet, live: isTerminal(w) && os.Getenv("TERM") != "dumb", color: colored(w), last: time.Now()}
}

// line prints a lasting line.
func (p *progress) line(format string, args ...any) {
	if p.quiet {
		return
	}
	p.clear()
	fmt.Fprintf(p.w, format+"\n", args...)
	p.last = time.Now()
}

// said prints a lasting line with a word before it that says what it is about.
func (p *progress) said(word, format string, args ...any) {
	word += strings.Repeat(" ", max(0, 10-columns.Width(word)))
	p.line("%s %s", p.paint(word, dim), fmt.Sprintf(format, args...))
}

// wipe goes to the start of the line and clears all that follows.
const wipe = "\r\x1b[J"

// clear removes the live line.
func (p *progress) clear() {
	if p.drawn {
		fmt.Fprint(p.w, wipe)
		p.drawn = false
	}
}

// draw replaces the live line by as many of the texts as fit; in a log it
// prints them all when nothing was printed for a while.
//
// The cursor is left at the start: when the window becomes narrower and the
// line is broken into several, what is cleared is still all of it.
func (p *progress) draw(texts ...string) {
	switch {
	case p.quiet:
	case p.live:
		room := p.width() - 1
		line := columns.Head(texts[0], room)
		for _, s := range texts[1:] {
			if columns.Width(line)+columns.Width(s) > room {
				break
			}
			line += s
		}
		fmt.Fprint(p.w, wipe+line+"\r")
		p.drawn = true
	case time.Since(p.last) >= heartbeat:
		p.line("%s", strings.Join(texts, ""))
	}
}

func (p *progress) width() int { return orElseWidth(ttyWidth(p.w), 80) }

// event is the observer of a lab.
func (p *progress) event(e harness.Event) {
	switch e.Stage {
	case harness.StageBuild:
		p.build(e)
	case harness.StagePrepare:
		p.stage("parameters", e)
	case harness.StageCheck:
		p.check(e)
	case harness.StageCalibrate:
		p.stage("calibrate ", e)
	case harness.StageMeasure:
		p.drawRow(e.Row, measuring(e), fmt.Sprintf(", %d of %d", e.Done+1, e.Total), ", "+seconds(e.Elapsed), p.left())
	case harness.StageWait:
		p.draw(measuring(e), fmt.Sprintf(", waiting %s to keep rounds apart", seconds(e.Left)), p.left())
	case harness.StageRound:
		p.round(e)
	}
}

func measuring(e harness.Event) string {
	return fmt.Sprintf("measuring  round %d of at most %d", e.Round, e.RMax)
}

// left is how long measuring goes on at most.
func (p *progress) left() string {
	left := time.Until(p.ends)
	if left < time.Second {
		return ""
	}
	return fmt.Sprintf(", at most %s left", seconds(left))
}

// build says what is being built, and how long it took if that was long. A log
// has it before it is known whether it takes long.
func (p *progress) build(e harness.Event) {
	const long = 2 * time.Second
	what := fmt.Sprintf("%s: %s", protocol.Escape(e.Impl, 40), protocol.Escape(strings.Join(e.Command, " "), 200))
	switch {
	case e.Done == 0 && p.live:
		p.draw("build      " + what)
	case e.Done == 0:
		p.said("build", "%s", what)
	case e.Elapsed > long:
		p.said("build", "%s took %s", protocol.Escape(e.Impl, 40), seconds(e.Elapsed))
	default:
		p.clear()
	}
}

// check says how many rows are checked, or whom the check waits for.
func (p *progress) check(e harness.Event) {
	if e.Impl == "" {
		p.stage("same work ", e)
		return
	}
	p.drawRow(e.Row, fmt.Sprintf("same work  %d of %d", e.Done, e.Total), fmt.Sprintf(", waiting for %s, at most %s more", protocol.Escape(e.Impl, 40), seconds(e.Left)))
}

func (p *progress) stage(what string, e harness.Event) {
	p.drawRow(e.Row, fmt.Sprintf("%s %d of %d", what, e.Done, e.Total))
}

// drawRow draws texts that a row's name follows, as far as there is room.
func (p *progress) drawRow(row string, texts ...string) {
	if p.live {
		const least = 10
		room := p.width() - 1 - columns.Width(strings.Join(texts, "")) - len("  ")
		if row = shortName(row, max(room, least)); room < least {
			row = ""
		}
	}
	if row != "" {
		row = "  " + row
	}
	p.draw(append(texts, row)...)
}

// shortName fits a benchmark's name into n columns: without its category, then
// without its middle. The end tells the rows of a sweep apart.
func shortName(name string, n int) string {
	if columns.Width(name) <= n {
		return name
	}
	if _, rest, ok := strings.Cut(name, "/"); ok && !strings.Contains(name[:len(name)-len(rest)], "=") {
		name = rest
	}
	switch {
	case columns.Width(name) <= n:
		return name
	case n <= 1:
		return columns.Head(name, n)
	}
	end := min(n-1, max(2*n/3, 1))
	return columns.Head(name, n-1-end) + "…" + columns.Tail(name, end)
}

func (p *progress) round(e harness.Event) {
	settled, more := "", ""
	if e.Total > 0 {
		settled = fmt.Sprintf(", %d of %s settled", e.Done, plural(e.Total, "goal"))
	}
	p.ends = time.Time{}
	if e.Left > 0 {
		more = fmt.Sprintf(", at most %s more", seconds(e.Left))
		p.ends = time.Now().Add(e.Left)
	}
	p.done = measuring(e) + ", " + seconds(e.Elapsed) + settled
	if p.live {
		p.draw(measuring(e), ", "+seconds(e.Elapsed), settled, more)
	} else {
		p.line("%s%s", p.done, more)
	}
}

// measured leaves of a live line what it came to, and room before the results.
func (p *progress) measured() {
	if p.live && p.done != "" {
		p.line("%s\n", p.done)
	}
	p.clear()
}

func seconds(d time.Duration) string {
	if d >= 100*time.Second {
		return fmt.Sprintf("%d min %02d s", int(d.Minutes()), int(d.Seconds())%60)
	}
	return fmt.Sprintf("%.0f s", d.Seconds())
}

// host says what machine this is and whether it is fit to measure on.
func (p *progress) host(h record.Host) {
	problems := host.Problems(h)
	state := "ok"
	if len(problems) > 0 {
		state = problems[0].Text + ": " + problems[0].Remedy
		// The line says the load and the cores already.
		if strings.HasPrefix(problems[0].Text, fmt.Sprintf("load %.1f on ", h.Load1)) {
			state = "other work shares the cores, intervals will be wide"
		}
		state = p.paint(state, yellow)
	}
	cores := fmt.Sprintf("%d cores", h.Cores)
	if h.Cores == 1 {
		cores = "1 core"
	}
	p.said("host", "%s, %s, load %.1f: %s", cores, osName(h.OS), h.Load1, state)
	for _, q := range problems[min(1, len(problems)):] {
		p.said("", "%s", p.paint(q.Text+": "+q.Remedy, yellow))
	}
}

func osName(goos string) string {
	switch goos {
	case "linux":
		return "Linux"
	case "darwin":
		return "macOS"
	case "windows":
		return "Windows"
	}
	return goos
}

// implementations describes each side in a line.
func (p *progress) implementations(impls []record.Implementation, reference string) {
	for _, im := range impls {
		var parts []string
		if im.Runtime != "" {
			parts = append(parts, im.Runtime)
		}
		switch im.Mode {
		case "release", "debug":
			parts = append(parts, im.Mode+" build")
		}
		if im.Kind == record.KindAdapter {
			parts = append(parts, im.Adapter)
		}
		if im.Kind == record.KindCommand || im.Kind == record.KindAdapter {
			parts = append(parts, strings.Join(config.ExpandKnown(im.Command, nil), " "))
		}
		if im.Name == reference {
			parts = append(parts, "reference")
		}
		p.said(protocol.Escape(im.Name, 40), "%s", protocol.Escape(strings.Join(parts, ", "), 200))
	}
}

// exits says that equal outputs may be those of programs that failed alike.
func (p *progress) exits(statuses []harness.ExitStatus) {
	const most = 3
	for i, x := range statuses {
		if i == most {
			p.said("", "and %s more", plural(len(statuses)-most, "command"))
			break
		}
		p.said("", "%s: %s ended with exit status %d (ignore_failure: a status is a result)", protocol.Escape(x.Row, 80), protocol.Escape(x.Impl, 40), x.Status)
	}
}

// sameWork sums up the check of the work. Of a plan only the sides and the way
// their outputs are compared need to be known.
func (p *progress) sameWork(rows []record.Row, bad map[string]record.Note, plan *record.Plan) {
	same := len(rows) - len(bad)
	st := ""
	if same < len(rows) {
		st = red
	}
	count := p.paint(fmt.Sprintf("%d of %d", same, len(rows)), st)
	how := compare.HowCompared(plan)
	switch {
	case how == compare.WorkUnverified:
		why := "; give output: in the configuration, a command that prints the result"
		if plan.SameOutput == "none" {
			why = ": outputs are not compared"
		}
		p.said("same work", "%s%s", strings.TrimPrefix(compare.WorkWords(how), "same work "), why)
		if same < len(rows) {
			p.said("work", "%s benchmarks answer", count)
		}
	case len(plan.Implementations) < 2:
		p.said("work", "%s benchmarks answer", count)
		return
	case how == compare.WorkBefore:
		p.said("same work", "%s: %s", count, compare.WorkWords(how))
	case anyNonce(rows):
		p.said("same work", "%s: equal outputs and counters, on fixed and on random input", count)
	default:
		p.said("same work", "%s: equal outputs", count)
	}
	for _, r := range rows {
		if n, ok := bad[r.Name]; ok {
			p.said("", "%s: %s %s", protocol.Escape(r.Name, 80), protocol.Escape(n.Impl, 40), protocol.Escape(n.Message, 400))
		}
	}
}

func anyNonce(rows []record.Row) bool {
	for _, r := range rows {
		if r.Nonce {
			return true
		}
	}
	return false
}

// lostGoals says before the rounds which goals the choice of benchmarks or
// implementations leaves without an answer, so that nobody waits for one.
//
// Goals over rows that are INVALID by then are settled; the rounds are for the
// other rows.
func (r *oneRun) lostGoals(plan record.Plan, notes []record.Note) {
	pr := compare.Open(&record.Record{Plan: plan, Notes: notes})
	if n := pr.Decided; n > 0 && !pr.Done {
		r.progress.said("goals", "%d of %d cannot be judged, rows that they are about are INVALID; the others are measured all the same", n, pr.Lost+pr.Goals)
	}
	if pr.Lost == 0 || r.filter == "" && len(r.impl) == 0 {
		return
	}
	by := "--filter"
	switch {
	case r.filter == "":
		by = "--impl"
	case len(r.impl) > 0:
		by = "--filter and --impl"
	}
	r.progress.said("goals", "%d of %d cannot be judged, %s leaves out what they are about (exit 3); to only look: --gate none", pr.Lost, pr.Lost+pr.Goals, by)
}
