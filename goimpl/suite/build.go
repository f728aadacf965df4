package suite

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"

	"xbench/goimpl/build"
	"xbench/harness/sdk"
)

// Values of the knob targets.
const (
	targetsFile   = "file"
	targetsMemory = "memory"
	targetsNone   = "none" // no record is kept: the cost of scheduling alone
)

// buildBenchmarks lists the build scenarios and their conformance cases.
func buildBenchmarks() []sdk.Benchmark {
	var list []sdk.Benchmark
	for _, s := range buildScenarios() {
		list = append(list, sdk.Benchmark{
			Name:        "build/" + s.name,
			Description: s.description,
			Params:      s.params(),
			Prepare: func(p sdk.Params) (sdk.Case, error) {
				work, err := s.work(p)
				if err != nil {
					return nil, sdk.InvalidParam(err.Error())
				}
				return newBuildCase(work)
			},
		})
	}
	return append(list, buildConformance()...)
}

// A buildScenario is a family of DAGs: all tasks are of one kind.
type buildScenario struct {
	name, description string
	shape             shape
	leaves            int64
	kind              string
	amount            []sdk.Param // the knobs that say how much work a task is
	// complete scenarios find every target there already: all there is to do
	// is to look.
	complete bool
}

func buildScenarios() []buildScenario {
	sleep := func(ms int64) []sdk.Param { return []sdk.Param{knob("sleep_ms", ms)} }
	hash := func(n int64) []sdk.Param { return []sdk.Param{knob("iterations", n)} }
	return []buildScenario{
		{"io_bound_static", "a tree of tasks that sleep", tree, 8, "io", sleep(100), false},
		{"io_bound_dynamic", "a task that asks for leaves, all sleep", dynamic, 8, "io", sleep(100), false},
		{"io_bound_flat", "a task that needs leaves, all sleep", flat, 32, "io", sleep(100), false},
		{"io_bound_flat_64", "a task that needs many leaves, all sleep", flat, 64, "io", sleep(100), false},
		{"io_bound_flat_many", "a task that needs many leaves, all sleep briefly", flat, 100, "io", sleep(10), false},
		{"cpu_bound_static", "a tree of tasks that hash", tree, 8, "cpu", hash(100_000), false},
		{"cpu_bound_dynamic", "a task that asks for leaves, all hash", dynamic, 8, "cpu", hash(100_000), false},
		{"heavy_cpu_static", "a task that needs leaves, all hash for long", flat, 4, "cpu", hash(5_000_000), false},
		{"heavy_cpu_flat_8", "a task that needs eight leaves, all hash for long", flat, 8, "cpu", hash(5_000_000), false},
		{"light_static", "a tree of tasks that do next to nothing", tree, 8, "light", nil, false},
		{"light_dynamic", "a task that asks for leaves, all do next to nothing", dynamic, 8, "light", nil, false},
		{"file_io_flat", "a task that needs leaves, all write a file", flat, 32, "file_write", []sdk.Param{knob("size", 10_000)}, false},
		{"file_io_heavy", "a task that needs leaves, all write a file and read it back", flat, 16, "file_rw",
			[]sdk.Param{knob("size", 50_000), knob("cycles", 3)}, false},
		{"completion_check", "a task and its leaves, all complete, whose checks take their time", flat, 100, "slow_check",
			[]sdk.Param{knob("latency_ms", 50)}, true},
	}
}

// defaultCheckWorkers is how many slow checks run at once.
const defaultCheckWorkers = 50

// params lists the knobs in the order of names.
func (s *buildScenario) params() []sdk.Param {
	list := append([]sdk.Param{{Name: "executor"}, knob("workers", 4), knob("leaves", s.leaves)}, s.amount...)
	discover := build.ShortCircuit
	if s.complete {
		discover = build.Full
	}
	list = append(list,
		sdk.Param{Name: "pool", Default: "cold"},
		sdk.Param{Name: "start_method", Default: "spawn"},
		sdk.Param{Name: "blocking", Default: build.ToThread},
		sdk.Param{Name: "targets", Default: targetsFile},
		sdk.Param{Name: "discover", Default: discover},
		sdk.Param{Name: "fail_mode", Default: build.FailFast},
	)
	if s.complete {
		list = append(list, knob("check_workers", defaultCheckWorkers))
	}
	return list
}

// work checks the knobs and says what is to be built.
func (s *buildScenario) work(p sdk.Params) (buildWork, error) {
	opts, err := buildOptions(p)
	if err != nil {
		return buildWork{}, err
	}
	leaves := p.Int("leaves")
	if err := s.shape.check(leaves); err != nil {
		return buildWork{}, err
	}
	params := make(map[string]any)
	if s.kind == "light" {
		params["n"] = int64(100)
	}
	for _, k := range s.amount {
		n := int64(p.Int(k.Name))
		if n < 0 {
			return buildWork{}, fmt.Errorf("%s is %d, want at least 0", k.Name, n)
		}
		params[k.Name] = n
	}
	work := buildWork{
		define:      func(nonce uint64) []build.Definition { return s.shape.tasks(leaves, s.kind, params, nonce) },
		root:        "root",
		options:     opts,
		targets:     p.Str("targets"),
		allComplete: s.complete,
	}
	return work, cmp.Or(
		choice("targets", work.targets, targetsFile, targetsMemory, targetsNone),
		choice("pool", p.Str("pool"), "cold", "warm"),
		// There is one way to start a process from Go: it answers to all names.
		choice("start_method", p.Str("start_method"), "spawn", "fork", "forkserver"),
		s.checkTogether(p),
	)
}

// buildOptions reads the knobs that configure an executor.
func buildOptions(p sdk.Params) (build.Options, error) {
	executor, err := executorKnob(p)
	if err != nil {
		return build.Options{}, err
	}
	if p.Int("workers") < 1 {
		return build.Options{}, fmt.Errorf("workers is %d, want at least 1", p.Int("workers"))
	}
	opts := build.Options{
		Executor: executor,
		Workers:  p.Int("workers"),
		FailMode: p.Str("fail_mode"),
		Discover: p.Str("discover"),
	}
	if _, has := p["blocking"]; has {
		opts.Blocking = p.Str("blocking")
		opts.Warm = p.Str("pool") == "warm"
	}
	if _, has := p["check_workers"]; has {
		if p.Int("check_workers") < 1 {
			return build.Options{}, fmt.Errorf("check_workers is %d, want at least 1", p.Int("check_workers"))
		}
		if executor != build.Sequential {
			opts.CheckWorkers = p.Int("check_workers")
		}
	}
	if executor == build.MultiProcess {
		if opts.WorkerCommand, err = workerCommand(); err != nil {
			return build.Options{}, err
		}
	}
	return opts, opts.Validate()
}

// hiddenCommand is the argument that makes the program a worker.
const hiddenCommand = "__goimpl"

// workerCommand starts this program again as a child of multiprocess.
func workerCommand() ([]string, error) {
	self, err := os.Executable()
	return []string{self, hiddenCommand, BuildWorkerArg}, err
}

// executorKnob reads the one knob that has no default.
func executorKnob(p sdk.Params) (string, error) {
	name, ok := p["executor"].(string)
	if !ok {
		return "", fmt.Errorf("executor must be given: one of %s", strings.Join(build.Executors(), ", "))
	}
	return name, choice("executor", name, build.Executors()...)
}

func choice(knob, got string, want ...string) error {
	if slices.Contains(want, got) {
		return nil
	}
	return fmt.Errorf("%s is %q, want one of %s", knob, got, strings.Join(want, ", "))
}

// checkTogether refuses knobs that mean nothing beside each other: a row must
// not be named after something that had no part in it.
func (s *buildScenario) checkTogether(p sdk.Params) error {
	executor := p.Str("executor")
	isAsync := executor == build.AsyncIO || executor == build.AsyncIOQueue
	blocking, startMethod, targets := p.Str("blocking"), p.Str("start_method"), p.Str("targets")
	switch {
	case p.Str("pool") == "warm" && (executor == build.Sequential || executor == build.AsyncIO):
		return fmt.Errorf("pool=warm is for executors that keep workers (threadpool, asyncio_queue, multiprocess), not for %s", executor)
	case executor == build.Sequential && s.complete && p.Int("check_workers") != defaultCheckWorkers:
		return fmt.Errorf("check_workers=%d is not for executor=sequential, which checks one by one", p.Int("check_workers"))
	case (s.kind == "file_write" || s.kind == "file_rw") && targets != targetsFile:
		return fmt.Errorf("targets=%s is not for %s tasks, which write files: want targets=file", targets, s.kind)
	case executor == build.MultiProcess && targets != targetsFile:
		return fmt.Errorf("targets=%s cannot be shared by the processes of executor=multiprocess, want targets=file", targets)
	case executor != build.MultiProcess && startMethod != "spawn":
		return fmt.Errorf("start_method=%s is for executor=multiprocess, not for %s", startMethod, executor)
	case !isAsync && blocking != build.ToThread:
		return fmt.Errorf("blocking=%s is for the executors asyncio and asyncio_queue, not for %s", blocking, executor)
	case blocking == build.Native && s.kind != "io":
		return fmt.Errorf("blocking=native is for tasks that sleep, not for %s tasks", s.kind)
	}
	return nil
}
