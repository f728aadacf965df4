package worker

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"

	"xbench/harness/protocol"
	"xbench/harness/record"
)

// An Exit is how a process ended and what it used, the children it waited for
// included.
type Exit struct {
	Status string // in words: "exit status 0", "signal: killed"
	OK     bool   // it did what it was asked to and left with status 0
	User   time.Duration
	System time.Duration
	MaxRSS int64 // peak resident set in bytes, 0 when not known
	// RSSAtMost marks a MaxRSS that is only an upper bound. Linux starts a
	// child's peak at that of the process that launched it, so a child that
	// stays below our own peak does not show in it.
	RSSAtMost bool
	Stderr    string // the last 64 KiB of standard error, control characters escaped
	// Failure is what was wrong with the end itself: late, unclean, or with
	// answers that nobody had asked for. Nil for an orderly end.
	Failure *Failure
}

// A Failure is why a worker or a command did not do what was asked. It is the
// type of every error that this package returns.
type Failure struct {
	Impl      string
	Benchmark string // "" before prepare
	Method    string // protocol method, "start" or "command"
	// Kind is one of record's Fail constants, or "" when the caller's context
	// was cancelled: then nothing is known to be wrong with the worker.
	Kind    string
	Message string // everything worth a line: who, what, how it ended, last line of stderr
	Stderr  string // tail of standard error, control characters escaped
	Trace   string // the worker's own account of where it failed, escaped likewise
	Exit    *Exit  // nil while the process lives, as it does after an error answer
	Code    int    // of an error answer, else 0
	Answer  string // an error answer in the worker's own words, escaped

	who    string // "worker python" or "command old"
	aside  bool   // not what is measured: its memory is no matter
	what   string // the middle of Message
	recent string // of an answer that the benchmark failed: stderr since it was asked, escaped
	cause  error
}

func (f *Failure) Error() string { return f.Message }

// Unwrap gives the context's error when it was the context that ended.
func (f *Failure) Unwrap() error { return f.cause }

// lastLine is how much of the last line of stderr a message shows.
const lastLine = 200

func (w *Worker) failure(method, kind string) *Failure {
	return &Failure{Impl: w.spec.Name, Benchmark: w.benchmark, Method: method, Kind: kind, who: "worker " + w.spec.Name}
}

// complete words the message once the process has ended.
func (f *Failure) complete(exit Exit) *Failure {
	exit.Failure = nil // its own: no circle
	f.Exit, f.Stderr = &exit, exit.Stderr
	f.word()
	return f
}

// withTail words the message of a failure that the process survived.
func (f *Failure) withTail(t *tail) *Failure {
	f.Stderr = t.text()
	f.word()
	return f
}

func (f *Failure) word() {
	var b strings.Builder
	b.WriteString(f.who)
	b.WriteString(": ")
	if f.Method != "command" {
		b.WriteString(f.Method)
		if f.Benchmark != "" && f.Method != protocol.MethodShutdown {
			b.WriteString(" " + f.Benchmark)
		}
		b.WriteString(": ")
	}
	b.WriteString(f.what)
	if f.Kind == record.FailCrash && !f.aside && f.Exit != nil && f.Exit.MaxRSS > 0 && !(f.Method == "command" && f.Exit.RSSAtMost) { // a bound is xbench's own size, and no news of a program
		b.WriteString("; peak memory " + f.Exit.peak())
	}
	if last := f.lastWords(); last != "" {
		b.WriteString("; last stderr: " + protocol.Escape(last, lastLine))
		if what := remedy(last); what != "" {
			b.WriteString("; " + what)
		}
	}
	b.WriteString(f.noWorker())
	f.Message = b.String()
}

func (e Exit) peak() string {
	s := fmt.Sprintf("%.1f MiB", float64(e.MaxRSS)/(1<<20))
	if e.RSSAtMost {
		s = "at most " + s
	}
	return s
}

// died words the end of a process that nobody had asked to go.
func died(status string) string {
	switch {
	case strings.HasPrefix(status, "signal: killed"):
		return "died before it answered (signal: killed, not by xbench; out of memory?)"
	case strings.HasPrefix(status, "signal: "):
		return "died before it answered (" + status + ")"
	}
	return "exited before it answered (" + status + ")"
}

// stopped words the end of a process that we made go.
func stopped(status string) string {
	if strings.HasPrefix(status, "signal: killed") {
		return "killed (" + status + ")"
	}
	return "stopped (" + status + ")"
}

// refused is the failure for an answer that is an error.
func (w *Worker) refused(method string, e *protocol.Error) *Failure {
	kind := record.FailWork
	switch e.Code {
	case protocol.CodeUnsupported:
		kind = record.FailUnsupported
	case protocol.CodeParse, protocol.CodeInvalidRequest, protocol.CodeMethodNotFound:
		kind = record.FailProtocol
	}
	f := w.failure(method, kind)
	f.Code = e.Code
	message := strings.TrimPrefix(e.Message, method+" "+w.benchmark+": ")
	f.Answer = protocol.Escape(message, 1000)
	f.what = f.Answer
	switch e.Code {
	case protocol.CodeFailed:
		f.recent = w.tail.since(w.asked)
	case protocol.CodeUnsupported, protocol.CodeInvalidParams: // the message is for people
	default:
		f.what += fmt.Sprintf(" (code %d)", e.Code)
	}
	var data struct {
		Trace string `json:"trace"`
	}
	if json.Unmarshal(e.Data, &data) == nil { // the shape of data is a custom, not a rule
		f.Trace = protocol.EscapeLines(data.Trace)
		if at := lastFrame(f.Trace); at != "" {
			f.what += " (" + protocol.Escape(at, lastLine) + ")"
		}
	}
	return f.withTail(&w.tail)
}

// Places in a trace as Python and Go write them: `File "/x/common.py", line 8`,
// the innermost last, and `\t/x/sort.go:31 +0x1d`, the innermost first.
var (
	pythonFrame = regexp.MustCompile(`(?m)^ +File "([^"\n]+)", line (\d+)`)
	goFrame     = regexp.MustCompile(`(?m)^\t(\S.*):(\d+)(?: \+0x[0-9a-f]+)?$`)
)

// lastFrame is the innermost place of a trace, "common.py:8", or "" when the
// trace is in nobody's known words. Of Go's stacks it is the place that
// panicked: what comes before is the runtime handling it.
func lastFrame(trace string) string {
	if found := pythonFrame.FindAllStringSubmatch(trace, -1); len(found) > 0 {
		return place(found[len(found)-1])
	}
	if i := strings.LastIndex(trace, "\npanic("); i >= 0 {
		trace = trace[i+1:]
		if found := goFrame.FindAllStringSubmatch(trace, -1); len(found) > 1 {
			return place(found[1]) // the first is panic itself
		}
	}
	return ""
}

func place(match []string) string {
	name := match[1][strings.LastIndexAny(match[1], `/\`)+1:]
	return name + ":" + match[2]
}

var errNoProgram = errors.New("no program is given")

// startFailure words an error of the launch.
func startFailure(who, name string, args []string, dir string, err error) *Failure {
	f := &Failure{Impl: name, Method: "start", Kind: record.FailCrash, cause: err}
	f.Message = who + ": start: "
	var wrongDir *dirError
	if errors.Is(err, errNoProgram) || errors.As(err, &wrongDir) {
		f.Message += err.Error()
		return f
	}
	f.Message += protocol.Escape(args[0], lastLine) + ": " + bareReason(err) + startRemedy(err)
	if dir != "" {
		f.Message += " (in " + dir + ")"
	}
	return f
}

// A dirError is a working directory that is not there.
type dirError struct {
	dir string
	err error
}

func (e *dirError) Error() string { return "working directory " + e.dir + ": " + bareReason(e.err) }
func (e *dirError) Unwrap() error { return e.err }

// bareReason is an error without the operation and path that os and exec put
// in front of it.
func bareReason(err error) string {
	var path *os.PathError
	var lookup *exec.Error
	switch {
	case errors.As(err, &path):
		return path.Err.Error()
	case errors.As(err, &lookup):
		return lookup.Err.Error()
	}
	return err.Error()
}
