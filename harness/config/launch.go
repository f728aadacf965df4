package config

import (
	"strconv"

	"xbench/harness/record"
)

// Noop is the benchmark of commands that measures their start-up: a row that is
// shown and never part of a goal.
const Noop = "noop"

// A Launch is what a command is launched with besides its arguments. All but
// Input are argument lists of the same kind, in the same directory and
// environment as the command, and none of it is timed.
type Launch struct {
	Setup         []string `yaml:"setup"`          // once, before the first launch
	Prepare       []string `yaml:"prepare"`        // before every launch
	Conclude      []string `yaml:"conclude"`       // after every launch
	Cleanup       []string `yaml:"cleanup"`        // once, when all is over, however it ended
	Startup       []string `yaml:"startup"`        // launched for the benchmark noop; default: the command
	Input         string   `yaml:"input"`          // file that is the standard input; "" = none
	IgnoreFailure bool     `yaml:"ignore_failure"` // exit statuses other than 0 are results, to be the same on all sides
}

// Record is the launch as a plan keeps it, nil where there is nothing to it.
func (l Launch) Record() *record.Launch {
	if len(l.Setup)+len(l.Prepare)+len(l.Conclude)+len(l.Cleanup)+len(l.Startup)+len(l.Input) == 0 && !l.IgnoreFailure {
		return nil
	}
	return &record.Launch{Setup: l.Setup, Prepare: l.Prepare, Conclude: l.Conclude, Cleanup: l.Cleanup,
		Startup: l.Startup, Input: l.Input, IgnoreFailure: l.IgnoreFailure}
}

// A launchField is an argument list of a launch by its name in the file.
type launchField struct {
	Name string
	Args []string
}

func (l Launch) fields() []launchField {
	var input []string
	if l.Input != "" {
		input = []string{l.Input}
	}
	return []launchField{{"setup", l.Setup}, {"prepare", l.Prepare}, {"conclude", l.Conclude},
		{"cleanup", l.Cleanup}, {"startup", l.Startup}, {"input", input}}
}

// launch checks what goes with a command, and that there is one.
func (k *checker) launch(at string, impl Implementation, c *Config) {
	none := func(field string) {
		k.errorf(at+"."+field, "%s: %s goes with a command that is timed from outside", impl.Name, field)
	}
	plain := len(impl.Worker) == 0 && impl.Adapter == ""
	for _, f := range impl.Launch.fields() {
		if len(f.Args) > 0 && !plain {
			none(f.Name)
		}
	}
	if impl.IgnoreFailure && !plain {
		none("ignore_failure")
	}
	if len(impl.Startup) > 0 && !c.has(Noop) {
		k.errorf(at+".startup", "%s: startup is launched for a benchmark named %s; add it to the benchmarks", impl.Name, Noop)
	}
}

// has reports whether a benchmark of that id is configured.
func (c *Config) has(id string) bool {
	for _, b := range c.Benchmarks {
		if b.ID() == id {
			return true
		}
	}
	return false
}

// launchPlaceholders checks what is written between braces.
func (k *checker) launchPlaceholders(at string, impl Implementation, known []string, check func(path, s string, known []string)) {
	for _, f := range impl.Launch.fields() {
		for i, arg := range f.Args {
			path := at + "." + f.Name
			if f.Name != "input" {
				path += "[" + strconv.Itoa(i) + "]"
			}
			check(path, arg, known)
		}
	}
}
