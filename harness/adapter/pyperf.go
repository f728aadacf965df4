package adapter

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"xbench/harness/foreign"
)

// pyperf is a script of a pyperf Runner. The tool measures every benchmark of
// a script, so one benchmark per script is best, or a script that takes its
// name as an argument.
type pyperf struct{ sampled }

func (pyperf) Command() []string { return nil }
func (pyperf) Install() string   { return "pip install pyperf" }
func (pyperf) Fewest() int       { return 1 }

// List: what a script has shows when it has run.
func (pyperf) List([]string, Place, string) (Launch, bool) { return Launch{}, false }
func (pyperf) Listed(string) []string                      { return nil }

func (pyperf) Find(name string, listed []string) (string, error) {
	if listed == nil {
		return name, nil
	}
	return exactly(name, listed)
}

func (pyperf) Covers(listed, full string) bool { return listed == full }

// Launch: one process that is measured, after the one in which pyperf finds out
// how many loops last min-time. Its processes see only the variables that it
// is told to hand on.
func (pyperf) Launch(command []string, _ Place, ask Ask) Launch {
	args := append(slices.Clone(command), "-p", "1", "-n", strconv.Itoa(ask.Samples), "-w", strconv.Itoa(max(ask.Warmups, 1)),
		"--min-time", seconds(ask.Sample), "--quiet", "-o", filepath.Join(ask.Dir, "result.json"))
	if len(ask.Env) > 0 && !slices.ContainsFunc(command, handsOn) {
		args = append(args, "--inherit-environ="+strings.Join(ask.Env, ","))
	}
	return Launch{Args: args}
}

func handsOn(arg string) bool {
	return strings.HasPrefix(arg, "--inherit-environ") || arg == "--copy-env"
}

func (pyperf) Read(ask Ask, _ []byte) (Samples, error) {
	data, err := os.ReadFile(filepath.Join(ask.Dir, "result.json"))
	if err != nil {
		return Samples{}, fmt.Errorf("%w of %q: it wrote no -o file", ErrNoSamples, ask.Name)
	}
	res, err := foreign.Pyperf("result.json", strings.NewReader(string(data)))
	if err != nil {
		return Samples{}, err
	}
	b, others, err := the(ask.Name, res.Benchmarks, equal)
	if err != nil {
		return Samples{Others: others}, err
	}
	run, err := single(b)
	return Samples{Run: run, Tool: res.Tool, Others: others, Warmup: pyperfWarmup(data, ask.Name)}, err
}

// pyperfWarmup are the samples that the measured process threw away.
func pyperfWarmup(data []byte, name string) foreign.Run {
	type meta struct {
		Name      string `json:"name"`
		InnerLoop int64  `json:"inner_loops"`
	}
	var file struct {
		Metadata   meta
		Benchmarks []struct {
			Metadata meta
			Runs     []struct {
				Values  []float64
				Warmups [][2]float64 // loops, seconds of one
			}
		}
	}
	if json.Unmarshal(data, &file) != nil {
		return foreign.Run{} // the reader has said what is wrong
	}
	var out foreign.Run
	for _, b := range file.Benchmarks {
		if b.Metadata.Name != name && file.Metadata.Name != name {
			continue
		}
		inner := max(b.Metadata.InnerLoop, file.Metadata.InnerLoop, 1)
		for _, r := range b.Runs {
			for _, w := range r.Warmups {
				if n := int64(w[0]) * inner; len(r.Values) > 0 && n > 0 {
					out.Iterations = append(out.Iterations, n)
					out.SamplesNS = append(out.SamplesNS, 1e9*w[1]*float64(n))
				}
			}
		}
	}
	return out
}

// raised is the last line of a traceback.
var raised = regexp.MustCompile(`(?m)^[A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt|Warning)\b.*$`)

// Blame: the process that runs the benchmark fails first, and then the one
// that has started it.
func (pyperf) Blame(_, stderr string) (string, bool) {
	if line := raised.FindString(stderr); line != "" {
		return line, !strings.HasPrefix(line, "ModuleNotFoundError: No module named 'pyperf'")
	}
	line, _ := firstLine(stderr, "ERROR", "error:")
	return line, false
}
