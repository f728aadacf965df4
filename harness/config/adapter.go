package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"xbench/harness/adapter"
	"xbench/harness/strictyaml"
)

// adapter checks an implementation whose benchmarks another tool times.
func (k *checker) adapter(at string, impl Implementation, c *Config) {
	tool, ok := adapter.Lookup(impl.Adapter)
	switch {
	case !ok:
		k.errorf(at+".adapter", "%s: %s", impl.Name, badAdapter(impl.Adapter))
		return
	case len(impl.Worker) > 0:
		k.errorf(at+".worker", "%s has both adapter and worker; either %s times it or its worker does", impl.Name, impl.Adapter)
	case len(impl.Command) == 0 && tool.Command() == nil:
		k.errorf(at, "%s: %s is started by a script of yours; name it, e.g. command: [python3, bench.py]", impl.Name, impl.Adapter)
	case len(impl.Command) > 1 && impl.Command[0] == "cargo" && impl.Command[1] == "criterion":
		k.errorf(at+".command", "%s: cargo criterion keeps its samples elsewhere; start Criterion by cargo bench, e.g. [cargo, bench, --bench, NAME]", impl.Name)
	}
	k.names(at, impl, c)
}

// otherNames are what people call the tools besides.
var otherNames = map[string]string{
	"pytest": "pytest-benchmark", "pytest_benchmark": "pytest-benchmark", "perf": "pyperf",
	"go": "gotest", "go-test": "gotest", "go test": "gotest", "gobench": "gotest", "testing": "gotest",
	"cargo": "criterion", "criterion-rs": "criterion", "criterion.rs": "criterion", "rust": "criterion", "cargo bench": "criterion",
}

func badAdapter(given string) string {
	if name := otherNames[strings.ToLower(given)]; name != "" {
		return fmt.Sprintf("adapter: unknown value %q (did you mean %q?)", given, name)
	}
	return badChoice("adapter", given, adapter.Names())
}

// oneForAll reports whether one command line of the tool is good for all
// benchmarks, since xbench adds the filter.
func oneForAll(name string) bool { return name != "pyperf" }

// adapterOnly refuses what would be ignored without one.
func (k *checker) adapterOnly(at string, impl Implementation) {
	if impl.Adapter != "" {
		return
	}
	if impl.Names != nil {
		k.errorf(at+".names", "%s: names goes with an adapter; a %s is called what the benchmark is called", impl.Name, impl.Kind())
	}
	if impl.Output != nil {
		k.errorf(at+".output", "%s: output goes with an adapter; the outputs of a %s are compared anyway", impl.Name, impl.Kind())
	}
}

// names checks the map from benchmarks to what the tool calls them.
func (k *checker) names(at string, impl Implementation, c *Config) {
	theirs := make(map[string]string)
	for _, name := range slices.Sorted(maps.Keys(impl.Names)) {
		full := impl.Names[name]
		path := at + ".names." + name
		known := benchmarkNames(c)
		switch {
		case !slices.Contains(known, name):
			k.errorf(path, "%s: names: no benchmark is called %s%s", impl.Name, name, strictyaml.DidYouMean(name, known))
		case full == "":
			k.errorf(path, "%s: names: %s has no name of %s's", impl.Name, name, impl.Adapter)
		case strings.ContainsAny(full, "\r\n\x00"):
			k.errorf(path, "%s: names: %q holds a line break", impl.Name, full)
		case theirs[full] != "" && oneForAll(impl.Adapter):
			k.errorf(path, "%s: names: %s and %s are both %q", impl.Name, theirs[full], name, full)
		}
		theirs[full] = name
	}
}

// outputs: one side's output shows nothing.
func (k *checker) outputs(c *Config) {
	with := ""
	for _, impl := range c.Implementations {
		if impl.Adapter != "" && len(impl.Output) > 0 {
			with = impl.Name
		}
	}
	for i, impl := range c.Implementations {
		if with != "" && impl.Adapter != "" && len(impl.Output) == 0 {
			k.errorf(fmt.Sprintf("implementations[%d]", i), "%s has output and %s has none: outputs are compared with each other; give both or neither", with, impl.Name)
		}
	}
}

// mixed says why two kinds cannot be compared, and what to do.
func mixed(a, b Implementation) string {
	who := fmt.Sprintf("%s is %s and %s is %s: ", a.Name, aKind(a), b.Name, aKind(b))
	switch {
	case a.Adapter == "" && b.Adapter == "":
		return who + "a whole program cannot be compared with work inside one; make both a command or both a worker"
	case a.Kind() == "command" || b.Kind() == "command":
		return who + "a whole program, start-up included, cannot be compared with what a benchmark tool times inside one; make both an adapter or both a command"
	}
	return who + "a worker shows that it did the work and has its clock checked, a benchmark tool does neither, and each counts other things as time; make both an adapter or both a worker"
}

func aKind(impl Implementation) string {
	if impl.Kind() == "adapter" {
		return "an adapter"
	}
	return "a " + impl.Kind()
}
