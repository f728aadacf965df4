package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"xbench/compare"
	"xbench/goimpl/suite/randspec"
	"xbench/harness"
	"xbench/harness/config"
	"xbench/harness/protocol"
	"xbench/harness/record"
)

// checkFlags are the settings of xbench check.
type checkFlags struct {
	config, suite, filter, params string
	nonce                         uint64
	random                        int
	seed                          uint64
	json                          bool
}

func (a *app) checkCommand() *cobra.Command {
	var f checkFlags
	c := &cobra.Command{
		Use:   "check [IMPL...]",
		Short: "check that all implementations do the same work",
		Long: `check lets every implementation do the work of every benchmark once, untimed,
on the fixed input and on a random one, and compares outputs and counters. It
exits 1 on a difference, and shows the first differing value by its path.

Unless --suite or --filter say otherwise, every benchmark of every suite is
checked, once each. IMPL names the implementations; the default is all.`,
		Example: `  xbench check
  xbench check --filter 'build/.*dynamic' --json
  xbench check --random 20 --seed 7`,
		RunE: func(c *cobra.Command, args []string) error { return a.check(c, args, f) },
	}
	fl := c.Flags()
	fl.StringVar(&f.config, "config", "", "configuration `file`")
	fl.StringVar(&f.suite, "suite", "", "only the benchmarks of this `suite` (default: of all suites)")
	fl.StringVar(&f.filter, "filter", "", "only benchmarks whose name matches this `regexp`")
	fl.Uint64Var(&f.nonce, "nonce", 0, "check this input only: 0 is the fixed one (default: 0 and a random one)")
	fl.StringVar(&f.params, "params", "", "parameters for the filtered benchmarks, a JSON object in a `file`")
	fl.IntVar(&f.random, "random", 0, "check `n` random graphs and n random builds instead (bundled demo)")
	fl.Uint64Var(&f.seed, "seed", 0, "seed of random inputs (default: drawn, and printed)")
	fl.BoolVar(&f.json, "json", false, "one JSON object per cell")
	return c
}

func (a *app) check(c *cobra.Command, impls []string, f checkFlags) error {
	if c.Flags().Changed("random") && f.random < 1 {
		return fmt.Errorf("--random %d: must be at least 1", f.random)
	}
	p, err := loadProject(f.config)
	if err != nil {
		return err
	}
	if f.seed == 0 {
		f.seed = rand.Uint64()
	}
	began := time.Now()
	progress := newProgress(a.err, f.json)
	defer progress.clear()
	lab, err := harness.NewLab(c.Context(), harness.LabOptions{Config: p.Config, Only: impls, Vars: p.vars, Observe: progress.event})
	if err != nil {
		return err
	}
	rows, err := f.rows(p)
	if err != nil {
		return err
	}
	if rows, err = lab.Bind(rows); err != nil {
		return err
	}
	defer func() {
		if err := lab.CleanUp(c.Context()); err != nil {
			a.warn(err.Error())
		}
	}()
	if err := lab.SetUp(c.Context(), rows); err != nil {
		return err
	}
	nonces := []uint64{0, 1 + rand.New(rand.NewPCG(f.seed, 1)).Uint64N(1<<62)}
	if c.Flags().Changed("nonce") {
		nonces = []uint64{f.nonce}
	} else if f.random > 0 || f.params != "" {
		nonces = nonces[:1]
	}
	progress.line("check      %s x %s, on %s", plural(len(rows), "benchmark"), plural(len(lab.Implementations()), "implementation"), plural(inputs(rows, nonces), "input"))
	cells, err := lab.Check(c.Context(), rows, nonces)
	if err != nil {
		return err
	}
	progress.clear()
	if f.random > 0 {
		cells = harness.AcrossVariants(cells, randomCase)
	}
	return a.showCells(cells, rows, f, time.Since(began))
}

// inputs is how many inputs rows are checked on: a row whose sides do not all
// take a nonce has the first only.
func inputs(rows []record.Row, nonces []uint64) int {
	if anyNonce(rows) {
		return len(nonces)
	}
	return 1
}

// rows are the cells to check: the configuration's, with the parameters of a
// file, or random ones.
func (f checkFlags) rows(p *project) ([]record.Row, error) {
	if f.random > 0 {
		if !p.demo {
			return nil, errors.New("--random: only the bundled demo knows how to make random cases")
		}
		return randomRows(f.random, f.seed), nil
	}
	rows, err := p.allRows(f.suite, f.filter)
	if f.params == "" {
		return rows, err
	}
	if err != nil {
		// A described case needs parameters, so no suite lists it.
		id, params := config.ParseName(strings.Trim(f.filter, "^$"))
		rows = []record.Row{{Name: f.filter, ID: id, Params: params}}
	}
	data, err := os.ReadFile(f.params)
	if err != nil {
		return nil, err
	}
	var extra protocol.Params
	if err := json.Unmarshal(data, &extra); err != nil {
		return nil, fmt.Errorf("%s: %w", f.params, err)
	}
	for i := range rows {
		for _, q := range extra {
			rows[i].Params = rows[i].Params.With(q.Name, q.Value)
		}
	}
	return rows, nil
}

// allRows is every row of every suite, or of one.
func (p *project) allRows(suite, filter string) ([]record.Row, error) {
	if suite != "" || len(p.Suites) == 0 {
		if _, err := p.Suite(suite); err != nil {
			return nil, err
		}
		return p.Rows(config.Selection{Suite: suite, Filter: filter})
	}
	var out []record.Row
	seen := make(map[string]bool)
	for _, s := range p.Suites {
		rows, err := p.Rows(config.Selection{Suite: s.Name, Filter: filter})
		if err != nil && !errors.Is(err, config.ErrNoMatch) {
			return nil, err
		}
		for _, r := range rows {
			if !seen[r.Name] {
				seen[r.Name] = true
				out = append(out, r)
			}
		}
	}
	if len(out) > 0 {
		return out, nil
	}
	return nil, fmt.Errorf("%w: filter %q, %s in %s", config.ErrNoMatch, filter, plural(len(p.scope().Rows), "benchmark"), plural(len(p.Suites), "suite"))
}

// randomRows makes n graphs and n builds from a seed; a build is one row per
// executor, all of which must agree.
func randomRows(n int, seed uint64) []record.Row {
	var rows []record.Row
	add := func(id, name string, spec map[string]any) {
		row := record.Row{ID: id, Name: name, Params: paramsOf(spec)}
		if workers, ok := spec["workers"].(int64); ok && id == "conformance/build_spec" {
			row.Bounded = map[string][2]int64{"max_running": {0, workers}}
		}
		rows = append(rows, row)
	}
	for i := range n {
		rng := rand.New(rand.NewPCG(seed, uint64(i)))
		add("conformance/graph_spec", fmt.Sprintf("conformance/graph_spec/case=%d", i), randspec.Graph(rng))
		spec := randspec.Build(rng)
		for _, ex := range []string{"sequential", "threadpool", "asyncio", "asyncio_queue", "multiprocess"} {
			spec["executor"] = ex
			add("conformance/build_spec", fmt.Sprintf("conformance/build_spec/case=%d/executor=%s", i, ex), spec)
		}
	}
	return rows
}

// executorKnob is the part of a name in which rows of one random build differ.
var executorKnob = regexp.MustCompile(`/executor=[a-z_]+`)

func randomCase(name string) string { return executorKnob.ReplaceAllString(name, "") }

func paramsOf(spec map[string]any) protocol.Params {
	var out protocol.Params
	for k, v := range spec {
		out = append(out, protocol.Param{Name: k, Value: v})
	}
	return out
}

// showCells prints the cells and turns them into an exit code.
func (a *app) showCells(cells []harness.Cell, rows []record.Row, f checkFlags, took time.Duration) error {
	counts := make(map[string]int)
	enc := json.NewEncoder(a.out)
	enc.SetEscapeHTML(false)
	for _, c := range cells {
		counts[c.Status]++
		if f.json {
			if err := enc.Encode(c); err != nil {
				return err
			}
		}
	}
	if !f.json {
		for _, p := range problems(verifiable(cells)) {
			fmt.Fprintf(a.out, "%s  %s  nonce %s\n    %s: %s\n", p.Status, protocol.Escape(p.Benchmark, 200), strings.Join(p.nonces, ", "),
				protocol.Escape(p.Impl, 40), protocol.Escape(p.Detail, 2000))
		}
	}
	unverified := counts[harness.StatusUnverified]
	if unverified > 0 {
		fmt.Fprintln(a.err, unverifiedWords(cells))
	}
	bad := counts[harness.StatusDifferent] + counts[harness.StatusFailed]
	fmt.Fprintf(a.err, "%s, %s: %d same, %d different, %d failed, %d unsupported, %d alone; seed %d, %s\n",
		plural(len(rows), "benchmark"), plural(len(cells), "cell"), counts[harness.StatusSame], counts[harness.StatusDifferent],
		counts[harness.StatusFailed], counts[harness.StatusUnsupported], counts[harness.StatusAlone], f.seed, seconds(took))
	switch {
	case bad+counts[harness.StatusAlone] > 0:
		return exitError(exitDisproved)
	case unverified > 0:
		return exitError(exitUnclear)
	}
	return nil
}

// verifiable leaves out the cells of tools that show no results: what there is
// to say of one is said of all.
func verifiable(cells []harness.Cell) []harness.Cell {
	return slices.DeleteFunc(slices.Clone(cells), func(c harness.Cell) bool { return c.Status == harness.StatusUnverified })
}

// unverifiedWords says how many benchmarks nothing was compared of, and what
// would help.
func unverifiedWords(cells []harness.Cell) string {
	rows := make(map[string]bool)
	detail := ""
	for _, c := range cells {
		if c.Status == harness.StatusUnverified {
			rows[c.Benchmark], detail = true, c.Detail
		}
	}
	return fmt.Sprintf("%s of %s: %s", compare.WorkWords(compare.WorkUnverified), plural(len(rows), "benchmark"), detail)
}

// A problem is what is wrong with one side of one row, on one or more inputs.
type problem struct {
	harness.Cell
	nonces []string
}

// problems are the cells that are not the same; what goes wrong in the same
// words on every input is one problem.
func problems(cells []harness.Cell) []problem {
	var out []problem
	for _, c := range cells {
		if c.Status == harness.StatusSame {
			continue
		}
		i := slices.IndexFunc(out, func(p problem) bool {
			return p.Benchmark == c.Benchmark && p.Impl == c.Impl && p.Status == c.Status && p.Detail == c.Detail
		})
		if i < 0 {
			out, i = append(out, problem{Cell: c}), len(out)
		}
		out[i].nonces = append(out[i].nonces, c.Nonce)
	}
	return out
}
