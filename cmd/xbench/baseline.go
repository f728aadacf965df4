package main

import (
	"fmt"
	"path/filepath"

	"xbench/compare"
	"xbench/compare/report"
	"xbench/harness/record"
)

// thenAndNow compares implementations with themselves, in two records of one
// host: each in turn, with a table and a report of its own. The worst verdict
// is the exit code.
func (x *comparison) thenAndNow(oldPath, newPath string) error {
	before, err := readRecord(oldPath)
	if err != nil {
		return err
	}
	now, err := readRecord(newPath)
	if err != nil {
		return err
	}
	if err := x.oneHost(before, now, oldPath, newPath); err != nil {
		return err
	}
	impls := compare.Shared(before, now)
	if x.impl != "" {
		impls = []string{x.impl}
	}
	if len(impls) == 0 {
		return fmt.Errorf("%s and %s hold no implementation of the same name", oldPath, newPath)
	}
	code := exitOK
	for i, impl := range impls {
		x.between(i, len(impls))
		exit, err := x.baselineOf(before, now, impl, x.outputOf(impl, len(impls)), oldPath, newPath)
		if err != nil {
			return err
		}
		code = worse(code, exit)
	}
	x.between(len(impls), len(impls))
	if code != exitOK {
		return exitError(code)
	}
	return nil
}

// oneHost refuses records of two machines. Asked to warn, compare tells and
// gates nothing.
func (x *comparison) oneHost(before, now *record.Record, oldPath, newPath string) error {
	if err := oneOf("host-mismatch", x.hostMismatch, "fail", "warn"); err != nil {
		return err
	}
	switch {
	case compare.SameHost(before, now):
		return nil
	case x.hostMismatch == "warn" && x.gate != "" && x.gate != "none":
		return fmt.Errorf("--gate %s: the records come from two hosts, of which nothing can gate", x.gate)
	case x.hostMismatch == "warn":
		return nil
	}
	return fmt.Errorf("the records come from two hosts, and a baseline takes one: another machine makes any difference\n  %s: %s\n  %s: %s\n--host-mismatch=warn reports it and gates nothing",
		oldPath, compare.HostText(before.Plan.Host), newPath, compare.HostText(now.Plan.Host))
}

// baselineOf judges one implementation.
func (x *comparison) baselineOf(before, now *record.Record, impl, output, oldPath, newPath string) (exit int, err error) {
	rec, err := compare.Baseline(before, now, impl)
	if err != nil {
		return 0, fmt.Errorf("%s against %s: %w", oldPath, newPath, err)
	}
	rec.Plan.Args = x.baselineArgs(impl, oldPath, newPath)
	if rec.Plan.Goals, err = x.baselineGoals(rec); err != nil {
		return 0, err
	}
	opt, err := compareOptions(rec, "", x.gate, x.inconclusive)
	if err != nil {
		return 0, err
	}
	if x.explains {
		return exitOK, x.explained(rec, opt, x.explain, "", x.asJSON)
	}
	res, err := compare.Analyze(rec, opt)
	if err != nil {
		return 0, err
	}
	return res.Exit, x.showReport(report.New(rec, res), x.asJSON, output)
}

// baselineGoals are those of --goals, or that no row got slower.
func (x *comparison) baselineGoals(rec *record.Record) ([]record.Goal, error) {
	if x.goals == "" {
		tolerance, err := compare.ParseFraction(x.tolerance)
		if err != nil {
			return nil, fmt.Errorf("--tolerance: %w", err)
		}
		return compare.BaselineGoals(tolerance), nil
	}
	data, err := readNamed("--goals", x.goals)
	if err != nil {
		return nil, err
	}
	return goalScope(rec, x.goals, data).DecodeGoals(x.goals, data)
}

// baselineArgs is the command that shows this comparison again.
func (x *comparison) baselineArgs(impl, oldPath, newPath string) []string {
	args := []string{"compare", "--baseline", filepath.ToSlash(oldPath), filepath.ToSlash(newPath), "--impl", impl}
	for _, f := range [][2]string{{"--goals", x.goals}, {"--gate", x.gate}, {"--inconclusive", x.inconclusive}} {
		if f[1] != "" {
			args = append(args, f[0], f[1])
		}
	}
	if x.goals == "" && x.tolerance != "5%" {
		args = append(args, "--tolerance", x.tolerance)
	}
	if x.hostMismatch != "fail" {
		args = append(args, "--host-mismatch="+x.hostMismatch)
	}
	return args
}

// outputOf is where the report goes: of several, each has a directory below.
func (x *comparison) outputOf(impl string, of int) string {
	if x.output == "" || of == 1 {
		return x.output
	}
	return filepath.Join(x.output, impl)
}

// between separates what is printed of several implementations: tables by an
// empty line, JSON to be one list.
func (x *comparison) between(i, of int) {
	if of == 1 {
		return
	}
	text := "\n"
	switch {
	case x.asJSON && i == 0:
		text = "[\n"
	case x.asJSON && i == of:
		text = "]\n"
	case x.asJSON:
		text = ",\n"
	case i == 0 || i == of:
		text = ""
	}
	fmt.Fprint(x.out, text)
}

// worse is the exit code that says more against two comparisons.
func worse(a, b int) int {
	for _, code := range []int{exitDisproved, exitUnclear} {
		if a == code || b == code {
			return code
		}
	}
	return exitOK
}
