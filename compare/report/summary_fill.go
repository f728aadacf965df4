package report

import (
	"encoding/json"

	"xbench/compare"
)

// summary copies the view into the shape of summary.json. The copy is
// deliberate: renaming a field of View must not change the file.
func (v *View) summary() summaryJSON {
	s := summaryJSON{
		Schema: SummarySchema, Verdict: v.Verdict, Exit: v.Exit, Reasons: notNil(v.Reasons), Gate: v.Gate, Chosen: v.Chosen,
		Unplanned: v.Unplanned, Interrupted: v.Interrupted, Resumed: v.Resumed,
		Run: v.Run, Started: v.Started, Tool: v.Tool, Suite: v.Suite, Filter: v.Filter, Seed: v.Seed,
		Rounds: v.Rounds, MaxRounds: v.MaxRounds, Unpaired: v.apartSummary(),
		Smallest:  smallestJSON{known(v.SmallestMean), known(v.SmallestRow), known(v.SmallestTolerance)},
		Reference: v.Reference, Candidates: notNil(v.Candidates),
		Sides: []sideJSON{}, Goals: []goalJSON{}, Means: []meanJSON{}, Categories: []categoryJSON{},
		Rows: []rowJSON{}, Warnings: []warningJSON{}, Advice: notNil(v.Advice), Checks: notNil(v.Checks),
		Reproduction: v.Reproduce,
	}
	h := v.Host
	s.Host = hostJSON{OS: h.OS, Arch: h.Arch, CPU: h.CPU, Cores: h.Cores, Kernel: h.Kernel, MemBytes: h.MemBytes,
		Load1: number(h.Load1), Scaling: number(h.Scaling), Governor: h.Governor, Turbo: h.Turbo, Virtual: h.Virtual, FS: h.FS, ID: h.ID}
	for _, x := range v.Sides {
		s.Sides = append(s.Sides, sideJSON{Name: x.Name, Reference: x.Reference, Version: x.Version, Language: x.Language,
			Runtime: x.Runtime, Mode: x.Mode, Flags: notNil(x.Flags), Command: notNil(x.Command), Settings: settingsSummary(x.Settings), Unmatched: v.unmatchedOf(x.Name),
			Cores: known(x.Cores), RSS: known(x.RSS), RSSAtMost: x.RSSAtMost, StartNS: known(x.StartNS)})
	}
	for _, g := range v.Goals {
		s.Goals = append(s.Goals, goalSummary(g))
	}
	for _, m := range v.Means {
		s.Means = append(s.Means, meanJSON{Candidate: m.Candidate, Group: m.Group, Rows: m.Rows,
			Geometric: interval(m.Geometric), Arithmetic: known(m.Arithmetic), TotalTime: known(m.TotalTime),
			Min: known(m.Min), Max: known(m.Max), LeaveOneLo: known(m.LeaveOneOutLo), LeaveOneHi: known(m.LeaveOneOutHi),
			Heaviest: m.Heaviest, WithoutIt: known(m.WithoutHeaviest), NoCPU: m.WithoutCPU,
			RSS: known(m.RSS), RSSAtLeast: m.RSSAtLeast, RSSAtMost: m.RSSAtMost, NoRSS: m.WithoutRSS,
			Cold: coldSummary(m.Cold), NoCold: m.WithoutCold,
			CPU: known(m.CPU), RefCores: known(m.RefCores), CandCores: known(m.CandCores), YouCanClaim: known(m.Claim)})
	}
	for _, c := range v.Categories {
		s.Categories = append(s.Categories, categoryJSON{Name: c.Name, Candidate: c.Candidate, Rows: c.Rows,
			Geometric: interval(c.Geometric), Variation: known(c.Variation), Expected: known(c.Expected)})
	}
	s.Versus = v.versusSummary()
	s.Fairness, s.Evidence = v.fairnessSummary(), evidenceSummary(v.Evidence)
	s.Exits, s.Startup = v.exitsSummary(), v.startupSummary()
	for _, r := range v.Rows {
		s.Rows = append(s.Rows, rowSummary(r))
	}
	s.By, s.Picks = v.By, v.Picks
	for _, c := range v.Contests {
		s.Variants = append(s.Variants, contestSummary(c))
	}
	for _, f := range v.Finals {
		s.Finals = append(s.Finals, finalSummary(f))
	}
	for _, x := range v.Scalings {
		s.Scalings = append(s.Scalings, scalingSummary(x))
	}
	for _, x := range v.Crossings {
		for _, c := range x.Crossovers {
			s.Crossovers = append(s.Crossovers, crossoverSummary(c))
		}
	}
	for _, w := range v.Warnings {
		s.Warnings = append(s.Warnings, warningJSON{Kind: w.Kind, Benchmark: w.Row, Implementation: w.Impl, Text: w.Text, Remedy: w.Remedy})
	}
	return s
}

func goalSummary(g compare.Goal) goalJSON {
	out := goalJSON{Claim: claimText(g), Candidate: measured(g), Than: g.Than, Verdict: g.Verdict, Gated: g.Gated, Level: g.Level,
		Tolerance: number(g.Tolerance), Suite: g.Suite, Over: g.Over, Rows: g.Rows, Worst: g.Worst,
		Culprits: notNil(g.Culprits), YouCanClaim: known(g.Claim), Reason: g.Reason, DecidedAt: g.DecidedAt,
		Stopped: g.Stopped, MoreRounds: g.MoreRounds, TooClose: g.TooClose, Looks: lookSummaries(g.Looks)}
	switch {
	case g.Speedup > 0:
		out.Kind, out.Needed = "speedup", number(g.Speedup)
	case g.Each > 0:
		out.Kind, out.Needed = "each", number(g.Each)
	case g.Consistency > 0:
		out.Kind, out.Needed = "consistency", number(g.Consistency)
	default:
		out.Kind, out.Needed = "spread", number(g.Spread)
	}
	out.Found = interval(g.Found)
	return out
}

func rowSummary(r Row) rowJSON {
	out := rowJSON{Benchmark: r.Name, Category: r.Category, Group: r.Group, Description: r.Description, Params: make(map[string]string),
		Waits: r.Waits, ShownOnly: r.ShownOnly, Expected: known(r.Expected), LowerBoundNS: known(r.LowerBoundNS),
		Results: []cellJSON{}, Sides: []detailJSON{}}
	for _, kv := range r.Params {
		out.Params[kv[0]] = kv[1]
	}
	for _, n := range r.Named {
		if out.Names == nil {
			out.Names = make(map[string]string)
		}
		out.Names[n[0]] = n[1]
	}
	for _, s := range r.Sides {
		out.Sides = append(out.Sides, detailSummary(s))
	}
	for _, c := range r.Cells {
		out.Results = append(out.Results, cellSummary(c))
	}
	for _, c := range r.Others {
		out.Others = append(out.Others, cellSummary(c))
	}
	return out
}

func cellSummary(c Cell) cellJSON {
	cell := cellJSON{Candidate: c.Of, Than: c.Than, Status: c.Status, Mark: c.word(), Rounds: c.Rounds,
		ReferenceNS: known(c.RefNS), CandidateNS: known(c.CandNS), YouCanClaim: known(c.Claim),
		RefCPUNS: known(c.RefCPUNS), CandCPUNS: known(c.CandCPUNS), RefRSS: known(c.RefRSS), CandRSS: known(c.CandRSS),
		RefRSSAtMost: c.RefRSSAtMost, CandAtMost: c.CandRSSAtMost,
		RefCores: known(c.RefCores), CandCores: known(c.CandCores),
		RefFacts: factsSummary(c.RefFacts), CandFacts: factsSummary(c.CandFacts), Stopped: c.Stopped, DecidedAt: c.DecidedAt, MoreRounds: c.MoreRounds, TooClose: c.TooClose,
		MeanRatio: known(c.MeanRatio), RefMeanNS: known(c.RefTail.MeanNS), CandMeanNS: known(c.CandTail.MeanNS),
		RefP99NS: known(c.RefTail.P99NS), CandP99NS: known(c.CandTail.P99NS),
		RefEfficient: known(c.RefEfficiency), CandEffic: known(c.CandEfficiency), Failures: []failureJSON{}}
	if c.Rounds == 0 {
		cell.RefProcesses, cell.CandProcs = c.RefProcesses, c.CandProcesses
	}
	if !c.invalid() {
		// Times of different work have no ratio.
		cell.Speedup = interval(c.Speedup)
		cell.Cold = coldSummary(c.Cold)
	}
	for _, f := range c.Failures {
		cell.Failures = append(cell.Failures, failureJSON{Kind: f.Kind, Message: f.Message})
	}
	return cell
}

func detailSummary(s SideDetail) detailJSON {
	out := detailJSON{Implementation: s.Implementation, NS: known(s.MedianNS), LoNS: known(s.LoNS), HiNS: known(s.HiNS),
		MinNS: known(s.MinNS), P99NS: known(s.P99NS), MaxNS: known(s.MaxNS), Processes: len(s.Processes),
		Digest: s.Digest, Counters: make(map[string]json.Number), Failure: s.Failure}
	for _, p := range s.Processes {
		out.Samples += len(p.SamplesNS)
	}
	for _, kv := range s.Counters {
		out.Counters[kv[0]] = json.Number(kv[1])
	}
	return out
}

// interval is nil, null in the file, when there is no ratio.
func interval(i compare.Interval) *intervalJSON {
	if FormatRatio(i.Ratio) == none {
		return nil
	}
	return &intervalJSON{Ratio: number(i.Ratio), Lo: known(i.Lo), Hi: known(i.Hi)}
}

// notNil makes an empty list [] rather than null.
func notNil(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}
