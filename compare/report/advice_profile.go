package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"path"
	"regexp"
	"slices"
	"strings"

	"xbench/compare"
	"xbench/harness/protocol"
	"xbench/harness/record"
)

// A Profile is how to see where the time of a side goes that missed a goal: a
// few lines for a shell that give it the one benchmark under a profiler.
type Profile struct {
	Implementation, Row string
	Why                 string   // the figure that calls for it
	Where               string   // the directory to do it in
	Lines               []string // for a POSIX shell
}

// profileNS is how long the work under a profiler takes without one: long
// enough for samples, short enough for profilers that slow it down much.
const profileNS = 2e9

// requestsFile holds what a worker is asked for.
const requestsFile = "requests.jsonl"

// profiles picks for each candidate the row to look at first: of the goals
// that were missed the first one's worst that does not mostly wait, which a
// profile of the processor would not show.
func (v *View) profiles(p *record.Plan) []Profile {
	var out []Profile
	for _, g := range v.missed() {
		done := slices.ContainsFunc(out, func(x Profile) bool { return x.Implementation == measured(g) })
		if done || g.Verdict != compare.Fail || g.Each == 0 && g.Speedup == 0 {
			continue
		}
		for _, s := range v.suspects(g) {
			r, c, ok := v.rowCell(s)
			if !ok || c.invalid() || r.Waits {
				continue
			}
			if x, ok := v.profile(p, r, c); ok {
				out = append(out, x)
				break
			}
		}
	}
	return out
}

// profile finds the plan's own names: those of a view may be escaped.
func (v *View) profile(p *record.Plan, r Row, c Cell) (Profile, bool) {
	row := slices.IndexFunc(p.Rows, func(x record.Row) bool { return clean(x.Name) == r.Name })
	impl := slices.IndexFunc(p.Implementations, func(x record.Implementation) bool { return clean(x.Name) == c.Of })
	if row < 0 || impl < 0 || len(p.Implementations[impl].Command) == 0 || !(c.CandNS > 0) {
		return Profile{}, false
	}
	return Profile{
		Implementation: c.Of, Row: r.Name,
		Why:   fmt.Sprintf("%s, %s: %s took %s, %s %s.", r.Name, FormatInterval(c.Speedup), c.Of, FormatDuration(c.CandNS), v.reference(c), FormatDuration(c.RefNS)),
		Where: whereOf(p.Implementations[impl]),
		Lines: profileLines(p.Implementations[impl], p.Rows[row], c.CandNS),
	}, true
}

// whereOf is where a command line works.
func whereOf(i record.Implementation) string {
	switch dir := clean(i.Dir); {
	case dir == "":
		return "in the directory where it was run"
	case strings.HasPrefix(dir, "{") && strings.HasSuffix(dir, "}"):
		return "in a directory that holds " + strings.Trim(dir, "{}")
	default:
		return "in " + dir
	}
}

// profileLines are the commands. A worker reads its requests from a file as it
// would from xbench; a plain command is started as xbench starts it.
func profileLines(i record.Implementation, row record.Row, ns float64) []string {
	if i.Kind == "command" {
		return profiled(i, expand(i.Command, row), "/dev/null")
	}
	var words []string
	for _, request := range requests(i, row, ns) {
		words = append(words, shellQuote(request))
	}
	lines := []string{`printf '%s\n' ` + strings.Join(words, " ") + " > " + requestsFile}
	return append(lines, profiled(i, shownCommand(i.Command), requestsFile)...)
}

// requests are the lines that make a worker do the one benchmark for a while.
func requests(i record.Implementation, row record.Row, ns float64) []string {
	nonce := "0"
	if i.Nonce && row.Nonce {
		nonce = "1"
	}
	type object map[string]any // its keys are written in order
	iterations := max(1, int64(math.Min(math.Round(profileNS/ns), 1e12)))
	var out []string
	for id, request := range []object{
		{"method": "initialize", "params": object{"protocol": 1}},
		{"method": "prepare", "params": struct {
			Benchmark string          `json:"benchmark"`
			Params    protocol.Params `json:"params"`
		}{row.ID, slices.Concat(protocol.Params{}, row.Params)}},
		{"method": "run", "params": object{"iterations": iterations, "samples": 1, "nonce": nonce}},
		{"method": "shutdown"},
	} {
		request["jsonrpc"], request["id"] = "2.0", id+1
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(request); err != nil {
			continue // no parameter that was read from JSON cannot be written
		}
		out = append(out, strings.TrimSpace(b.String()))
	}
	return out
}

// expand puts a row's name and knobs into a plain command's arguments.
func expand(command []string, row record.Row) []string {
	pairs := []string{"{{", "{", "}}", "}", "{benchmark}", row.ID, "{self}", "xbench", "{python}", "python3"}
	for _, p := range row.Params {
		pairs = append(pairs, "{"+p.Name+"}", paramText(p.Value))
	}
	var out []string
	for _, a := range command {
		out = append(out, strings.NewReplacer(pairs...).Replace(a))
	}
	return out
}

var (
	pythonName = regexp.MustCompile(`^(python|pypy)[0-9.]*(\.exe)?$`)
	nodeName   = regexp.MustCompile(`^node(js)?[0-9.]*(\.exe)?$`)
)

// profiled runs a command under the profiler of its language and shows what it
// found. Where the language has none that the command line gives away, it is
// the kernel's, which knows every program.
func profiled(i record.Implementation, command []string, input string) []string {
	file := fileWord(i.Name)
	if file == "" {
		file = "profile"
	}
	program, language := path.Base(strings.ReplaceAll(command[0], `\`, "/")), strings.ToLower(i.Language)
	run := func(args ...string) string { return shellLine(args) + " < " + input + " > /dev/null" }
	switch {
	case pythonName.MatchString(program) && interpreted(command):
		return []string{
			run(insert(command, "-m", "cProfile", "-o", file+".prof")...),
			shellLine([]string{command[0], "-c", `import pstats; pstats.Stats("` + file + `.prof").sort_stats("tottime").print_stats(20)`}),
			"# threads and child processes: py-spy record --subprocesses -o " + file + ".svg -- COMMAND",
		}
	case language == "python" || pythonName.MatchString(program):
		return []string{run(append([]string{"py-spy", "record", "--subprocesses", "-o", file + ".svg", "--"}, command...)...)}
	case nodeName.MatchString(program):
		return []string{
			run(insert(command, "--cpu-prof", "--cpu-prof-name="+file+".cpuprofile")...),
			"# load " + file + ".cpuprofile in the Performance panel of Chrome's developer tools",
		}
	case ours(i):
		return []string{
			"XBENCH_CPUPROFILE=" + file + ".prof " + run(command...),
			"go tool pprof -top -nodecount=20 " + file + ".prof",
		}
	}
	return []string{
		run(append([]string{"perf", "record", "-g", "-o", file + ".perf", "--"}, command...)...),
		"perf report -i " + file + ".perf --stdio --no-children",
	}
}

// ours is whether a worker is known to be made with the Go SDK, which writes a
// profile of itself on request.
func ours(i record.Implementation) bool {
	return i.Kind != "command" && len(i.Command) > 1 && i.Command[0] == "{self}"
}

// interpreted is whether a Python command line names a module or a file, which
// cProfile can run in its place; code in an argument it cannot.
func interpreted(command []string) bool {
	at := afterOptions(command)
	return at < len(command) && command[at] != "-c" && command[at] != "-"
}

// afterOptions is the place of what an interpreter is to run, behind its own
// options; -X and -W have a value.
func afterOptions(command []string) int {
	at := 1
	for at < len(command) && strings.HasPrefix(command[at], "-") && command[at] != "-m" && command[at] != "-c" && command[at] != "-" {
		if command[at] == "-X" || command[at] == "-W" {
			at++
		}
		at++
	}
	return at
}

// insert puts a profiler's options before what is to be run: those of Python
// stand behind the interpreter's own.
func insert(command []string, options ...string) []string {
	at := 1
	if options[0] == "-m" {
		at = afterOptions(command)
	}
	return slices.Concat(command[:at], options, command[at:])
}
