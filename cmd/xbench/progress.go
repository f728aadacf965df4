package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"xbench/compare"
	"xbench/harness"
	"xbench/harness/config"
	"xbench/harness/host"
	"xbench/harness/protocol"
	"xbench/harness/record"
)

// A progress tells the person in front of the terminal how far the run is. On
// a terminal it is one live line, redrawn only between processes: a timer
// would wake up on the cores that are being measured. Elsewhere it is a line
// per finished round, and a heartbeat when a round takes long.
type progress struct {
	w     io.Writer
	quiet bool
	live  bool // the stream is a terminal
	drawn bool // a live line stands there
	last  time.Time
}

// heartbeat is how long a log stays silent at most while work goes on.
const heartbeat = 30 * time.Second

func newProgress(w io.Writer, quiet bool) *progress {
	p := &progress{w: w, quiet: quiet, last: time.Now()}
	if f, ok := w.(*os.File); ok && os.Getenv("TERM") != "dumb" {
		p.live = term.IsTerminal(int(f.Fd()))
	}
	return p
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

// clear removes the live line.
func (p *progress) clear() {
	if p.drawn {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.drawn = false
	}
}

// draw replaces the live line; in a log it prints the text when nothing was
// printed for a while.
func (p *progress) draw(text string, width int) {
	switch {
	case p.quiet:
	case p.live:
		if r := []rune(text); len(r) >= width {
			text = string(r[:max(width-1, 0)])
		}
		fmt.Fprint(p.w, "\r\x1b[K"+text)
		p.drawn = true
	case time.Since(p.last) >= heartbeat:
		p.line("%s", text)
	}
}

func (p *progress) width() int {
	if f, ok := p.w.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			return w
		}
	}
	return 80
}

// event is the observer of a lab.
func (p *progress) event(e harness.Event) {
	switch e.Stage {
	case harness.StagePrepare:
		p.stage("parameters", e)
	case harness.StageCheck:
		p.stage("same work ", e)
	case harness.StageCalibrate:
		p.stage("calibrate ", e)
	case harness.StageMeasure:
		p.drawRow(fmt.Sprintf("measuring  round %d of at most %d, %d of %d  %s  ", e.Round, e.RMax, e.Done+1, e.Total, seconds(e.Elapsed)), e.Row)
	case harness.StageWait:
		p.draw(fmt.Sprintf("measuring  round %d of at most %d, waiting %s to keep rounds apart", e.Round, e.RMax, seconds(e.Left)), p.width())
	case harness.StageRound:
		p.round(e)
	}
}

func (p *progress) stage(what string, e harness.Event) {
	p.drawRow(fmt.Sprintf("%s %d of %d ", what, e.Done, e.Total), e.Row)
}

// drawRow draws a text that ends in a row's name, which gives way on a narrow
// terminal.
func (p *progress) drawRow(text, row string) {
	width := p.width()
	if p.live {
		row = shortName(row, width-1-len([]rune(text)))
	}
	p.draw(text+row, width)
}

// shortName fits a benchmark's name into n characters: without its category,
// then without its middle. The end tells the rows of a sweep apart.
func shortName(name string, n int) string {
	if len([]rune(name)) <= n {
		return name
	}
	if _, rest, ok := strings.Cut(name, "/"); ok && !strings.Contains(name[:len(name)-len(rest)], "=") {
		name = rest
	}
	r := []rune(name)
	switch {
	case len(r) <= n:
		return name
	case n <= 1:
		return string(r[:max(n, 0)])
	}
	end := min(n-1, max(2*n/3, 1))
	return string(r[:n-1-end]) + "…" + string(r[len(r)-end:])
}

func (p *progress) round(e harness.Event) {
	text := fmt.Sprintf("measuring  round %d of at most %d, %s", e.Round, e.RMax, seconds(e.Elapsed))
	if e.Total > 0 {
		text += fmt.Sprintf(", %d of %s settled", e.Done, plural(e.Total, "goal"))
	}
	if e.Left > 0 {
		text += fmt.Sprintf(", at most %s more", seconds(e.Left))
	}
	if p.live {
		p.draw(text, p.width())
	} else {
		p.line("%s", text)
	}
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
	}
	cores := fmt.Sprintf("%d cores", h.Cores)
	if h.Cores == 1 {
		cores = "1 core"
	}
	p.line("host       %s, %s, load %.1f: %s", cores, osName(h.OS), h.Load1, state)
	for _, q := range problems[min(1, len(problems)):] {
		p.line("           %s: %s", q.Text, q.Remedy)
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
		if im.Kind == "command" {
			parts = append(parts, strings.Join(config.ExpandKnown(im.Command, nil), " "))
		}
		if im.Name == reference {
			parts = append(parts, "reference")
		}
		p.line("%-10s %s", protocol.Escape(im.Name, 40), protocol.Escape(strings.Join(parts, ", "), 200))
	}
}

// sameWork sums up the check of the work.
func (p *progress) sameWork(rows []record.Row, bad map[string]record.Note, impls int) {
	same := len(rows) - len(bad)
	switch {
	case impls < 2:
		p.line("work       %d of %d benchmarks answer", same, len(rows))
		return
	case anyNonce(rows):
		p.line("same work  %d of %d: equal outputs and counters, on fixed and on random input", same, len(rows))
	default:
		p.line("same work  %d of %d: equal outputs", same, len(rows))
	}
	for _, r := range rows {
		if n, ok := bad[r.Name]; ok {
			p.line("           %s: %s %s", protocol.Escape(r.Name, 80), protocol.Escape(n.Impl, 40), protocol.Escape(n.Message, 400))
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
func (r *oneRun) lostGoals(plan record.Plan) {
	pr := compare.Open(&record.Record{Plan: plan})
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
	r.progress.line("goals      %d of %d cannot be judged, %s leaves out what they are about (exit 3); to only look: --gate none", pr.Lost, pr.Lost+pr.Goals, by)
}
