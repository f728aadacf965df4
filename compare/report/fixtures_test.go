package report

import (
	"math"

	"xbench/compare"
	"xbench/harness/protocol"
	"xbench/harness/record"
)

// A spec is a row of a fixture in the numbers a reader sees. Everything else
// follows from them, so that fixtures are consistent by construction.
type spec struct {
	category, id, knobs string
	table, variant      string  // table "" = id
	ref                 float64 // ns
	ratio, half         float64 // speedup and half width of its log interval
	mark                string
	status              compare.Verdict
	waits               bool
	expected            float64
	bound               int64
	cores               float64 // of the candidate; 0 = 1
}

// fixture is a run of two implementations, rows as specified.
func fixture(specs []spec, candidates ...string) (*record.Record, *compare.Result) {
	rec := &record.Record{Plan: record.Plan{
		Version: 1, Run: "2026-03-14T09:26:53Z-5eed", Started: "2026-03-14T09:26:53Z", Tool: "xbench v0.1.0",
		Suite: "quick", Demo: true, Seed: 42, Alpha: 0.05, RMax: 30,
		Looks: []int{3, 5, 8, 13, 20, 30}, Shares: []float64{.01, .04, .10, .15, .20, .50},
		Gate: "minimum", BudgetNS: 5 * 60e9, SampleNS: 5e6, WarmupNS: 50e6, SpacingNS: 5e9,
		Reference: "python",
		Host: record.Host{OS: "linux", Arch: "amd64", CPU: "AMD EPYC 7B13", Cores: 2, Kernel: "6.1.0",
			MemBytes: 8 << 30, Load1: 0.3, Governor: "unknown", Turbo: "unknown", Virtual: "kvm", FS: "ext4", ID: "9f3ac2"},
	}}
	// The reference comes second in the plan: outputs put it first.
	rec.Plan.Implementations = append(rec.Plan.Implementations, record.Implementation{Name: candidates[0], Kind: "worker",
		Command: []string{"xbench", "__goimpl"}, Version: "1", Language: "go", Runtime: "go1.26.1", Mode: "release", Clock: "monotonic", Nonce: true})
	rec.Plan.Implementations = append(rec.Plan.Implementations, record.Implementation{Name: "python", Kind: "worker",
		Command: []string{"python3", "-m", "pyref"}, Version: "1", Language: "python", Runtime: "CPython 3.13.1", Mode: "release", Clock: "perf_counter_ns", Nonce: true})
	for _, c := range candidates[1:] {
		rec.Plan.Implementations = append(rec.Plan.Implementations, record.Implementation{Name: c, Kind: "worker",
			Command: []string{"target/release/" + c, "--worker mode"}, Version: "0.3", Runtime: "rustc 1.91", Flags: []string{"-O", "-g"}, Mode: "release", Nonce: true})
	}
	res := &compare.Result{Verdict: compare.Pass, Gate: "minimum", Reference: "python", Candidates: candidates,
		Rounds: 5, SmallestMean: 0.03, SmallestRow: 0.092, SmallestTolerance: 0.11}
	for _, s := range specs {
		row := s.row()
		rec.Plan.Rows = append(rec.Plan.Rows, row)
		for i, c := range candidates {
			res.Rows = append(res.Rows, s.result(row, c, math.Pow(0.8, float64(i))))
		}
	}
	res.Means = means(res, candidates)
	res.Categories = categories(res, candidates)
	return rec, res
}

func (s spec) row() record.Row {
	r := record.Row{Name: s.id + s.knobs, ID: s.id, Category: s.category, Samples: 10, Nonce: true,
		Params: protocol.Params{}, Waits: s.waits, Expected: s.expected, LowerBoundNS: s.bound, Group: "graph",
		Iterations: map[string]int64{"go": 1000, "python": 100}}
	if s.variant != "" {
		r.Table, r.Variant, r.Group = s.table, s.variant, "build"
		if s.table == "" {
			r.Table = s.id
		}
	}
	if s.variant == "multiprocess" {
		r.Params = r.Params.With("start_method", "fork")
	}
	return r
}

func (s spec) result(row record.Row, candidate string, factor float64) compare.Row {
	ratio := s.ratio * factor
	cores := s.cores
	if cores == 0 {
		cores = 1
	}
	r := compare.Row{Row: row, Candidate: candidate, Rounds: 5,
		RefNS: s.ref, RefLoNS: s.ref * 0.99, RefHiNS: s.ref * 1.01,
		CandNS: s.ref / ratio, CandLoNS: s.ref / ratio * 0.99, CandHiNS: s.ref / ratio * 1.01,
		Speedup: compare.Interval{Ratio: ratio, Lo: ratio * math.Exp(-s.half), Hi: ratio * math.Exp(s.half)},
		Mark:    s.mark, Status: s.status,
		RefCPUNS: s.ref, CandCPUNS: s.ref / ratio * cores, RefCores: 1, CandCores: cores,
		RefRSS: 24 << 20, CandRSS: 9 << 20, RefStartNS: 61e6, CandStartNS: 3.1e6, Stopped: "decided"}
	r.Claim = outward(r.Speedup.Lo, 3, math.Floor)
	if s.bound > 0 {
		r.RefEfficiency, r.CandEfficiency = float64(s.bound)/r.RefNS, float64(s.bound)/r.CandNS
	}
	if r.Status == "" {
		r.Status = compare.Pass
	}
	if r.Mark == "" {
		switch {
		case r.Speedup.Hi < 1/1.05:
			r.Mark, r.Status = compare.MarkSlower, compare.Fail
		case r.Speedup.Lo < 1.05 && r.Speedup.Hi > 1/1.05:
			r.Mark = compare.MarkEqual
		case r.Speedup.Lo >= 2:
			r.Mark = compare.MarkMeets
		default:
			r.Mark = compare.MarkModest
		}
	}
	return r
}

// means are the overall means, plainly computed; only their presentation is
// under test here.
func means(res *compare.Result, candidates []string) []compare.Mean {
	var out []compare.Mean
	for _, c := range candidates {
		m := compare.Mean{Candidate: c, Group: "all", Min: math.Inf(1), RefCores: 1, CandCores: 1.3}
		var logs, sum, ref, cand float64
		for _, r := range res.Rows {
			if r.Candidate != c || r.Mark == compare.MarkInvalid {
				continue
			}
			m.Rows++
			logs += math.Log(r.Speedup.Ratio)
			sum += r.Speedup.Ratio
			ref += r.RefNS
			cand += r.CandNS
			m.Min, m.Max = min(m.Min, r.Speedup.Ratio), max(m.Max, r.Speedup.Ratio)
		}
		n := float64(m.Rows)
		g := math.Exp(logs / n)
		m.Geometric = compare.Interval{Ratio: g, Lo: g * 0.96, Hi: g * 1.05}
		m.Arithmetic, m.TotalTime, m.CPU = sum/n, ref/cand, g/1.2
		m.LeaveOneOutLo, m.LeaveOneOutHi = g*0.9, g*1.1
		m.Claim = outward(m.Geometric.Lo, 3, math.Floor)
		out = append(out, m)
	}
	return out
}

func categories(res *compare.Result, candidates []string) []compare.Category {
	var out []compare.Category
	for _, c := range candidates {
		at := map[string]int{}
		var logs []float64
		for _, r := range res.Rows {
			if r.Candidate != c {
				continue
			}
			i, ok := at[r.Category]
			if !ok {
				i = len(logs)
				at[r.Category] = i
				logs = append(logs, 0)
				out = append(out, compare.Category{Name: r.Category, Candidate: c, Variation: 0.04, Expected: r.Expected})
			}
			k := len(out) - len(logs) + i
			out[k].Rows++
			logs[i] += math.Log(r.Speedup.Ratio)
		}
		for i := range logs {
			k := len(out) - len(logs) + i
			g := math.Exp(logs[i] / float64(out[k].Rows))
			out[k].Geometric = compare.Interval{Ratio: g, Lo: g * 0.95, Hi: g * 1.06}
		}
	}
	return out
}

// draft is the run of the README's first screen: fourteen rows.
func draft() []spec {
	return []spec{
		{category: "compilation", id: "compilation/complex_graph_10_nodes", ref: 84_312, ratio: 14.24, half: 0.03, expected: 3.6},
		{category: "sequential_execution", id: "sequential_execution/3_nodes_simple", ref: 2_412, ratio: 5.021, half: 0.04, expected: 2.7},
		{category: "sequential_execution", id: "sequential_execution/10_nodes_stress", ref: 7_954, ratio: 6.47, half: 0.03},
		{category: "conditional_branching", id: "conditional_branching/loop_with_exit_condition", ref: 5_331, ratio: 7.9, half: 0.05, expected: 2.6},
		{category: "parallel_execution", id: "parallel_execution/fanout_3_workers", ref: 141_200, ratio: 31.1, half: 0.08, expected: 4.2, cores: 1.9},
		{category: "parallel_execution", id: "parallel_execution/fanout_3_workers", knobs: "/workers=0", ref: 6_020, ratio: 6.9, half: 0.03},
		{category: "checkpointing", id: "checkpointing/memory_checkpoint_5_nodes", ref: 61_470, ratio: 5.44, half: 0.03, expected: 4.9},
		{category: "state_cloning", id: "state_cloning/medium_state_clone", ref: 88_700, ratio: 12.7, half: 0.03},
		{category: "build/io_bound", id: "build/io_bound_static", knobs: "/executor=threadpool/sleep_ms=5", variant: "threadpool", ref: 51.12e6, ratio: 1.014, half: 0.008, waits: true, bound: 25e6},
		{category: "build/io_bound", id: "build/io_bound_dynamic", knobs: "/executor=asyncio/sleep_ms=5", variant: "asyncio", ref: 31.4e6, ratio: 1.02, half: 0.009, waits: true, bound: 15e6},
		{category: "build/cpu_bound", id: "build/cpu_bound_static", knobs: "/executor=threadpool/iterations=2000", variant: "threadpool", ref: 9.31e6, ratio: 6.2, half: 0.05, cores: 1.9},
		{category: "build/light", id: "build/light_static", knobs: "/executor=threadpool/targets=memory", variant: "threadpool", ref: 1.204e6, ratio: 21.3, half: 0.06},
		{category: "build/light", id: "build/light_dynamic", knobs: "/executor=asyncio_queue/targets=memory", variant: "asyncio_queue", ref: 0.96e6, ratio: 17.9, half: 0.05},
		{category: "build/heavy_cpu", id: "build/heavy_cpu_static", knobs: "/executor=multiprocess/iterations=100000/start_method=fork", variant: "multiprocess", ref: 71.6e6, ratio: 3.4, half: 0.03, cores: 1.9},
	}
}

// goalsOf are the minimum and target goals as a run would judge them.
func goalsOf(res *compare.Result, candidates ...string) []compare.Goal {
	var out []compare.Goal
	for i, c := range candidates {
		m := res.Means[i]
		worst := lowestRow(res, c)
		out = append(out,
			compare.Goal{Goal: record.Goal{Claim: "geometric mean >= 2x", Level: "minimum", Over: "*", Speedup: 2, Gate: true},
				Candidate: c, Verdict: compare.Pass, Gated: true, Rows: m.Rows, Found: m.Geometric, Claim: m.Claim, DecidedAt: 5},
			compare.Goal{Goal: record.Goal{Claim: "no row more than 5% slower", Level: "minimum", Over: "*", Each: 1, Tolerance: 0.05, Gate: true},
				Candidate: c, Verdict: compare.Pass, Gated: true, Rows: m.Rows, Found: worst.Speedup, Worst: worst.Name, Claim: worst.Claim, DecidedAt: 5},
			compare.Goal{Goal: record.Goal{Claim: "rounds vary by less than 30%", Level: "minimum", Over: "*", Consistency: 0.3, Gate: true},
				Candidate: c, Verdict: compare.Pass, Gated: true, Rows: m.Rows, Found: compare.Interval{Ratio: 0.041}, Worst: "parallel_execution", DecidedAt: 5},
			compare.Goal{Goal: record.Goal{Claim: "mean >= 5x", Level: "stretch", Over: "*", Speedup: 5, Gate: true},
				Candidate: c, Verdict: compare.Inconclusive, Rows: m.Rows, Found: m.Geometric, Claim: m.Claim, Reason: "only the gating level is decided"},
		)
	}
	return out
}

func lowestRow(res *compare.Result, candidate string) compare.Row {
	var worst compare.Row
	for _, r := range res.Rows {
		if r.Candidate == candidate && (worst.Name == "" || r.Speedup.Ratio < worst.Speedup.Ratio) {
			worst = r
		}
	}
	return worst
}
