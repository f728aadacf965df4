package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"xbench/harness"
)

// A tty is a terminal of our own: what is written to it shows on a screen.
type tty struct {
	*os.File // as a program sees it
	t        *testing.T
	master   *os.File
	read     chan []byte // all that was written, once it is closed
}

func openTTY(t *testing.T, width int) *tty {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	x := &tty{File: slave, t: t, master: master, read: make(chan []byte, 1)}
	x.resize(width)
	go func() {
		var all bytes.Buffer
		io.Copy(&all, master) // ends in an error when the other end is closed
		x.read <- all.Bytes()
	}()
	t.Cleanup(func() { slave.Close(); master.Close() })
	return x
}

func (x *tty) resize(width int) {
	x.t.Helper()
	if err := unix.IoctlSetWinsize(int(x.master.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: uint16(width)}); err != nil {
		x.t.Fatal(err)
	}
}

// written closes the terminal and returns what came out of it.
func (x *tty) written() string {
	x.t.Helper()
	x.File.Close()
	select {
	case b := <-x.read:
		return string(b)
	case <-time.After(patience):
		x.t.Fatal("the terminal was not closed")
		return ""
	}
}

var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")

// screen is what a terminal shows after these bytes: lines without the blanks
// at their ends. A width of 0 has room for any line.
func screen(t *testing.T, out string, width int) []string {
	t.Helper()
	lines, row, col := [][]rune{nil}, 0, 0
	for out = colours.ReplaceAllString(out, ""); out != ""; {
		if rest, ok := strings.CutPrefix(out, "\x1b[J"); ok {
			out, lines = rest, lines[:row+1]
			lines[row] = lines[row][:min(col, len(lines[row]))]
			continue
		}
		r := []rune(out)[0]
		out = out[len(string(r)):]
		switch {
		case r == '\r':
			col = 0
		case r == '\n':
			if row++; row == len(lines) {
				lines = append(lines, nil)
			}
		case r < ' ':
			t.Fatalf("the terminal got %q before %.20q", r, out)
		default:
			if width > 0 && col == width {
				t.Fatalf("a line runs on after %q", string(lines[row]))
			}
			for len(lines[row]) <= col {
				lines[row] = append(lines[row], ' ')
			}
			lines[row][col] = r
			col++
		}
	}
	var shown []string
	for _, l := range lines {
		shown = append(shown, strings.TrimRight(string(l), " "))
	}
	return shown
}

// The live line fits the terminal as wide as it is by then, and goes away for
// what stays.
func TestLiveLine(t *testing.T) {
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "1")
	x := openTTY(t, 80)
	p := newProgress(x.File, false)
	p.ends = time.Now().Add(95*time.Second + 500*time.Millisecond)
	p.said("host", "2 cores")
	row := "parallel_execution/fanout_3_workers/workers=0"
	p.event(harness.Event{Stage: harness.StageMeasure, Row: row, Round: 1, RMax: 30, Done: 4, Total: 17, Elapsed: 3 * time.Second})
	x.resize(50)
	p.event(harness.Event{Stage: harness.StageMeasure, Row: row, Round: 1, RMax: 30, Done: 5, Total: 17, Elapsed: 4 * time.Second})
	p.event(harness.Event{Stage: harness.StageRound, Round: 5, RMax: 30, Done: 4, Total: 4, Elapsed: 52 * time.Second})
	p.measured()
	fmt.Fprintln(x.File, "results")
	got := x.written()
	got = regexp.MustCompile(`at most \d\d s left`).ReplaceAllString(got, "at most NN s left")
	want := "host       2 cores\r\n" +
		wipe + "measuring  round 1 of at most 30, 5 of 17, 3 s, at most NN s left  fan…orkers=0\r" +
		wipe + "measuring  round 1 of at most 30, 6 of 17, 4 s\r" +
		wipe + "measuring  round 5 of at most 30, 52 s\r" +
		wipe + "measuring  round 5 of at most 30, 52 s, 4 of 4 goals settled\r\n\r\nresults\r\n"
	if got != want {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	shown := strings.Join(screen(t, got, 80), "\n")
	if want := "host       2 cores\nmeasuring  round 5 of at most 30, 52 s, 4 of 4 goals settled\n\nresults\n"; shown != want {
		t.Errorf("the screen shows\n%s\nwant\n%s", shown, want)
	}
}

// Without a terminal there is a line for each round and nothing that moves the
// cursor; a dumb one counts as none.
func TestNoLiveLine(t *testing.T) {
	events := func(w io.Writer) {
		p := newProgress(w, false)
		p.event(harness.Event{Stage: harness.StageMeasure, Row: "a/b", Round: 1, RMax: 30, Done: 4, Total: 17})
		p.event(harness.Event{Stage: harness.StageRound, Round: 1, RMax: 30, Done: 1, Total: 2, Elapsed: 2 * time.Second, Left: 58 * time.Second})
		p.last = p.last.Add(-2 * heartbeat)
		p.event(harness.Event{Stage: harness.StageMeasure, Row: "a/b", Round: 2, RMax: 30, Done: 0, Total: 17, Elapsed: 40 * time.Second})
		p.measured()
	}
	const want = "measuring  round 1 of at most 30, 2 s, 1 of 2 goals settled, at most 58 s more\n" +
		"measuring  round 2 of at most 30, 1 of 17, 40 s, at most 58 s left  a/b\n"
	var log bytes.Buffer
	events(&log)
	if log.String() != want {
		t.Errorf("in a log: got\n%q\nwant\n%q", log.String(), want)
	}
	t.Setenv("TERM", "dumb")
	x := openTTY(t, 80)
	events(x.File)
	if got := x.written(); got != strings.ReplaceAll(want, "\n", "\r\n") {
		t.Errorf("on a dumb terminal: got\n%q\nwant\n%q", got, want)
	}
}

// A whole run on a terminal: live while it measures, then the table, in colour
// and within the width; the same without colour where none is wanted.
func TestRunOnATerminal(t *testing.T) {
	dir := t.TempDir()
	config := filepath.Join(dir, "xbench.yaml")
	if err := os.WriteFile(config, []byte(ttyConfig), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TERM", "xterm")
	for _, name := range []string{"NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"} {
		t.Setenv(name, "")
	}
	const width = 72
	args := []string{"run", "--config", config, "-o", filepath.Join(dir, "results")}
	x := openTTY(t, width)
	if code := run(args, nil, x.File, x.File); code != exitOK {
		t.Errorf("exit %d", code)
	}
	out := x.written()
	if n := strings.Count(out, wipe); n < 5 {
		t.Errorf("the live line was drawn %d times", n)
	}
	if !strings.Contains(out, "\x1b[2mhost      \x1b[0m") {
		t.Error("no colour on a terminal")
	}
	shown := strings.Join(screen(t, out, 0), "\n")
	table := regexp.MustCompile(`(?s)^\S+xbench.yaml: suite tty, 2 benchmarks\n` +
		`host +.*\nsame work +2 of 2: .*\ncalibrate +2 benchmarks: [^\n]*\n` +
		`measuring  round 2 of at most 2, \d+ s\n\n  time of one iteration .*MEASURED, exit 0\s+report: \S+\n$`)
	if !table.MatchString(shown) || strings.Count(shown, "measuring") != 1 {
		t.Errorf("the screen shows\n%s", shown)
	}
	_, results, _ := strings.Cut(shown, "\n\n")
	for _, line := range strings.Split(results, "\n") {
		if n := len([]rune(line)); n > width && !strings.HasPrefix(line, "report: ") {
			t.Errorf("%d columns: %s", n, line)
		}
	}

	// Results into a file, errors on a terminal: each stream as it is.
	x = openTTY(t, width)
	var file bytes.Buffer
	run(args, nil, &file, x.File)
	if out := x.written(); !strings.Contains(out, "\x1b[2mhost") || strings.Contains(file.String(), "\x1b") {
		t.Errorf("the terminal got\n%q\nthe file\n%q", out, file.String())
	}
	t.Setenv("NO_COLOR", "1")
	x = openTTY(t, width)
	run([]string{"compare", filepath.Join(dir, "results", "latest")}, nil, x.File, x.File)
	if out := x.written(); colours.MatchString(out) || !strings.Contains(out, "MEASURED") {
		t.Errorf("NO_COLOR, and got %q", out)
	}
}

const ttyConfig = `suite: tty
implementations:
  - {name: base, reference: true, worker: ["{self}", __goimpl]}
  - {name: other, worker: ["{self}", __goimpl]}
benchmarks:
  - {name: sequential_execution/3_nodes_simple, description: invoke a chain of 3 nodes}
  - {name: sequential_execution/10_nodes_stress, description: invoke a chain of 10 nodes}
suites:
  - {name: tty, rounds: 2, gate: none, spacing: 0s, sample: 200us, samples: 3, warmup: 200us, benchmarks: ["*"]}
`
