// Package config reads xbench.yaml: which implementations there are, which
// benchmarks they run, which suites group them and what counts as the same
// output. Goals stand in the same file and belong to compare, which decodes
// them; here they are only let through.
//
// Everything is decoded strictly (see harness/strictyaml) and checked before
// anything runs: a mistake costs a second, not a run. The scalar settings at
// the top level may also come from flags and the environment, which win.
package config

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"xbench/harness/protocol"
	"xbench/harness/strictyaml"
)

// FileName is what Find looks for.
const FileName = "xbench.yaml"

// A Config is one checked configuration.
type Config struct {
	Path string // of the file; "" for the bundled demo
	Dir  string // where relative paths start: the file's directory
	Data []byte // the file as read, for whoever decodes the goals

	Implementations []Implementation
	Benchmarks      []Benchmark
	Suites          []Suite
	SameOutput      SameOutput
	Counters        []CounterRule
	Settings        Settings
}

// Settings are the scalars at the top level. Zero means not set.
type Settings struct {
	Suite        string        `yaml:"suite"`
	Budget       time.Duration `yaml:"budget"`
	Seed         uint64        `yaml:"seed"`
	Gate         string        `yaml:"gate"` // minimum, target, stretch, none
	Rounds       int           `yaml:"rounds"`
	Output       string        `yaml:"output"`       // directory for results
	Inconclusive string        `yaml:"inconclusive"` // fail, pass
}

// An Implementation is one program under test: a Worker, a Command, or an
// Adapter, which may have a Command as well. All of them are argument lists
// with placeholders (see Expand), never a shell line.
type Implementation struct {
	Name      string            `yaml:"name"`
	Reference bool              `yaml:"reference"`
	Worker    []string          `yaml:"worker"`  // speaks the protocol
	Command   []string          `yaml:"command"` // any program, timed from outside
	Dir       string            `yaml:"dir"`     // working directory; "" = the configuration's
	Env       map[string]string `yaml:"env"`     // added to the environment
	Build     []string          `yaml:"build"`   // run once, before anything else
	Needs     *Needs            `yaml:"needs"`
	Timeouts  Timeouts          `yaml:"timeouts"`
	Launch    `yaml:",inline"`  // of a Command
	Adapter   string            `yaml:"adapter"` // another tool's benchmarks, started by Command: gotest, pytest-benchmark, criterion, pyperf
	Names     map[string]string `yaml:"names"`   // benchmark -> what that tool calls it; default: the same
	Output    []string          `yaml:"output"`  // prints the result of {benchmark}, to be compared before an adapter's run
}

// Kind is "worker", "adapter" or "command".
func (i Implementation) Kind() string {
	switch {
	case i.Adapter != "":
		return "adapter"
	case len(i.Worker) > 0:
		return "worker"
	}
	return "command"
}

// Timeouts bound an implementation's answers. Zero means the default of the
// protocol.
type Timeouts struct {
	Initialize time.Duration `yaml:"initialize"`
	Prepare    time.Duration `yaml:"prepare"`
	Verify     time.Duration `yaml:"verify"`
	Run        time.Duration `yaml:"run"`
	Shutdown   time.Duration `yaml:"shutdown"`
}

// A Benchmark is a row: a benchmark of the implementations with its knobs
// set, and what is known of it beforehand.
type Benchmark struct {
	Name         string          `yaml:"name"` // id[/key=value...]
	Params       protocol.Params `yaml:"-"`    // those of the name, then those under params:
	Description  string          `yaml:"description"`
	Category     string          `yaml:"category"` // default: first segment of the name
	Group        string          `yaml:"group"`    // family of rows that a goal's suite: speaks of
	Table        string          `yaml:"table"`    // row and column of a scenario x variant table
	Variant      string          `yaml:"variant"`
	Expected     float64         `yaml:"expected"`      // speedup expected beforehand; 0 = none
	ShownOnly    bool            `yaml:"shown_only"`    // measured, never part of a goal
	Waits        bool            `yaml:"waits"`         // mostly sleeping: about 1x by design
	LowerBound   time.Duration   `yaml:"lower_bound"`   // no schedule can be faster; 0 = none stated
	SideSpecific []string        `yaml:"side_specific"` // counters that may differ between sides
	Samples      int             `yaml:"samples"`       // m; 0 = chosen from the suite's by the time of one iteration
}

// ID is the name without its knobs: what a worker calls the benchmark.
func (b Benchmark) ID() string {
	id, _ := ParseName(b.Name)
	return id
}

// A Suite is a set of benchmarks and how to measure them. Load fills in the
// defaults (see DefaultSuite), so that zero means zero.
type Suite struct {
	Name        string        `yaml:"name"`
	Description string        `yaml:"description"`
	Sample      time.Duration `yaml:"sample"`     // T, the length of one sample
	Samples     int           `yaml:"samples"`    // m, samples per process
	Warmup      time.Duration `yaml:"warmup"`     // W, per process
	Spacing     time.Duration `yaml:"spacing"`    // between rounds of one benchmark
	Budget      time.Duration `yaml:"budget"`     // for the whole run
	MinRounds   int           `yaml:"min_rounds"` // fewer than these are not worth running
	Rounds      int           `yaml:"rounds"`     // R_max; 0 = what fits the budget
	Gate        string        `yaml:"gate"`       // level; "" = the run's default
	Benchmarks  []string      `yaml:"benchmarks"` // names or patterns, in this order; * matches any text
}

// DefaultSuite is what a suite is unless it says otherwise, and how the
// benchmarks of a configuration without suites are measured, but for commands,
// whose rounds are as far apart as the budget allows.
func DefaultSuite() Suite {
	return Suite{
		Sample:    5 * time.Millisecond,
		Samples:   10,
		Warmup:    50 * time.Millisecond,
		Spacing:   10 * time.Second,
		Budget:    5 * time.Minute,
		MinRounds: 5,
	}
}

// SameOutput says when two results are the same.
type SameOutput struct {
	As             string  `yaml:"as"` // exact (default), json, lines, sorted-lines, none
	FloatTolerance float64 `yaml:"float_tolerance"`
}

// A CounterRule gives a counter a range instead of one exact value. Min and
// Max are an int64 or the name of a knob.
type CounterRule struct {
	Name string `yaml:"name"`
	Over string `yaml:"over"` // pattern on benchmark names; "" = all
	Min  any    `yaml:"min"`
	Max  any    `yaml:"max"`
}

// Load decodes and checks a configuration; name is used in errors.
func Load(name string, data []byte) (*Config, error) {
	doc, err := strictyaml.Parse(name, data)
	if err != nil {
		return nil, err
	}
	var f file
	if err := doc.Decode(&f); err != nil {
		return nil, err
	}
	c := f.config()
	c.Data = data
	if err := c.check(doc, &f); err != nil {
		return nil, err
	}
	return c, nil
}

// LoadFile loads the file at path; relative paths in it start at its
// directory.
func LoadFile(path string) (*Config, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	c, err := Load(path, data)
	if err != nil {
		return nil, err
	}
	if c.Path, err = filepath.Abs(path); err != nil {
		return nil, fmt.Errorf("read configuration: %w", err)
	}
	c.Dir = filepath.Dir(c.Path)
	return c, nil
}

// Find looks for xbench.yaml in dir and the directories above it.
func Find(dir string) (path string, ok bool) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", false
	}
	for {
		path := filepath.Join(dir, FileName)
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			return path, true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", false
		}
		dir = parent
	}
}
