package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"xbench/harness"
	"xbench/harness/config"
	"xbench/harness/foreign"
	"xbench/harness/strictyaml"
)

// A source is one argument of import.
type source struct {
	name, format, path string // name and format may be ""
	fields             foreign.Fields
}

var (
	namedSource = regexp.MustCompile(`^([a-z][a-z0-9._-]*)=(.+)$`)
	formatWord  = regexp.MustCompile(`^([A-Za-z][A-Za-z-]+):(.*)$`) // two letters at least: C:\results.json is a path
)

// otherNames are what people call the formats besides.
var otherNames = map[string]string{"pytest": foreign.FormatPytestBenchmark, "gotest": foreign.FormatGoBench, "go": foreign.FormatGoBench, "cargo": foreign.FormatCriterion}

// source reads [NAME=][FORMAT:]PATH. A path that holds = or : is given as
// ./PATH where it would read as one of the others.
func (x *importing) source(arg string) (source, error) {
	s := source{path: arg}
	if m := namedSource.FindStringSubmatch(arg); m != nil {
		s.name, s.path = m[1], m[2]
		if err := config.CheckImplementationName(s.name); err != nil {
			return s, err
		}
	}
	if m := formatWord.FindStringSubmatch(s.path); m != nil {
		format := orElse(otherNames[strings.ToLower(m[1])], strings.ToLower(m[1]))
		known := slices.Contains(foreign.Formats, format)
		if _, err := os.Stat(s.path); err != nil && !known {
			return s, fmt.Errorf("%s: %w", arg, unknownName("format", m[1], foreign.Formats))
		}
		if known {
			s.format, s.path = format, m[2]
		}
	}
	if s.path == "" {
		return s, fmt.Errorf("%s: want [NAME=][FORMAT:]PATH, and there is no path", arg)
	}
	var err error
	s.fields, err = x.fieldsOf(s.name)
	return s, err
}

// fieldsOf are what --fields says, of all files and of the named one.
func (x *importing) fieldsOf(name string) (foreign.Fields, error) {
	var f foreign.Fields
	to := map[string]*string{"list": &f.List, "benchmark": &f.Benchmark, "implementation": &f.Implementation, "time": &f.Time, "unit": &f.Unit}
	for _, text := range x.fields {
		of, rest, found := strings.Cut(text, ":")
		if !found || strings.Contains(of, "=") {
			of, rest = "", text
		}
		if of != "" && of != name {
			continue
		}
		for _, part := range strings.Split(rest, ",") {
			key, value, ok := strings.Cut(part, "=")
			if !ok || value == "" {
				return f, fmt.Errorf("--fields %q: %q: want KEY=FIELD, e.g. benchmark=name,time=mean_ms", text, part)
			}
			if to[key] == nil {
				return f, fmt.Errorf("--fields %q: %w", text, unknownName("key", key, []string{"list", "benchmark", "implementation", "time", "unit"}))
			}
			*to[key] = value
		}
	}
	return f, nil
}

// read reads all files and makes a side of each, or of each implementation in
// one.
func (x *importing) read(args []string) error {
	x.guessed = make(map[string]bool)
	taken := make(map[string]bool)
	var names []string
	for _, arg := range args {
		s, err := x.source(arg)
		if err != nil {
			return err
		}
		names = append(names, s.name)
		res, sha, err := harness.ReadForeign(s.format, s.path, s.fields, x.in)
		if err != nil {
			return err
		}
		path := filepath.ToSlash(s.path)
		x.guessed[path] = s.format == ""
		sides, err := sidesOf(s, res)
		if err != nil {
			return err
		}
		for _, side := range sides {
			if taken[side.Name] {
				return fmt.Errorf("%s: there is a side %s already; say which name each has: NAME=%s", path, side.Name, path)
			}
			taken[side.Name] = true
			side.Path, side.SHA256, side.Result = path, sha, res
			x.sides = append(x.sides, side)
		}
	}
	return x.checkFields(names)
}

// checkFields refuses --fields of a file that is not there.
func (x *importing) checkFields(names []string) error {
	for _, text := range x.fields {
		of, _, found := strings.Cut(text, ":")
		if found && !strings.Contains(of, "=") && !slices.Contains(names, of) {
			return fmt.Errorf("--fields %q: no file is given as %s=PATH", text, of)
		}
	}
	return nil
}

// sidesOf names the sides of a file: as told, as the file does, or after it.
func sidesOf(s source, res *foreign.Result) ([]harness.ImportSide, error) {
	impls := res.Impls()
	switch {
	case len(impls) == 0 && s.name == "":
		name, err := stem(s.path)
		return []harness.ImportSide{{Name: name}}, err
	case len(impls) == 0:
		return []harness.ImportSide{{Name: s.name}}, nil
	case len(impls) == 1 && s.name != "":
		return []harness.ImportSide{{Name: s.name, Impl: impls[0]}}, nil
	case s.name != "":
		return nil, fmt.Errorf("%s: holds several implementations (%s), which name themselves: leave %s= out%s",
			filepath.ToSlash(s.path), shownNames(impls), s.name, onlyBenchmarks(s, res))
	}
	var sides []harness.ImportSide
	for i, name := range implNames(res.Format, impls) {
		sides = append(sides, harness.ImportSide{Name: name, Impl: impls[i]})
	}
	return sides, nil
}

// onlyBenchmarks is what to do where what looks like implementations is part
// of the benchmarks' names.
func onlyBenchmarks(s source, res *foreign.Result) string {
	if res.Format != foreign.FormatJSON {
		return ""
	}
	return fmt.Sprintf(", or make them part of the benchmarks' names: --fields '%s:benchmark=FIELD+FIELD'", s.name)
}

func shownNames(names []string) string {
	const most = 4
	var out []string
	for i, n := range names {
		if i == most {
			out = append(out, fmt.Sprintf("%d more", len(names)-most))
			break
		}
		out = append(out, foreign.Shown(n))
	}
	return strings.Join(out, ", ")
}

// implNames makes names of implementations of what a file calls them: of
// command lines as xbench run --command does.
func implNames(format string, impls []string) []string {
	made := make([]string, len(impls))
	lines := make([][]string, len(impls))
	for i, impl := range impls {
		lines[i] = []string{impl}
		if format != foreign.FormatHyperfine {
			made[i] = asImplName(impl)
			continue
		}
		if words := strings.Fields(impl); len(words) > 0 {
			lines[i] = words
		}
	}
	if format == foreign.FormatHyperfine {
		made = commandNames(lines)
	}
	taken := make(map[string]bool)
	for i := range made {
		made[i] = unlike(made[i], taken)
		taken[made[i]] = true
	}
	return made
}

// asImplName makes a legal name of any text.
func asImplName(s string) string {
	name := strings.TrimLeft(toName(s, "_"), "0123456789._-")
	if config.CheckImplementationName(name) != nil {
		return "impl"
	}
	return name
}

// stem names a side after its file.
func stem(path string) (string, error) {
	base := filepath.Base(filepath.Clean(path))
	for {
		ext := filepath.Ext(base)
		if ext != ".json" && ext != ".gz" && ext != ".txt" && ext != ".csv" {
			break
		}
		base = strings.TrimSuffix(base, ext)
	}
	name := strings.TrimLeft(toName(base, "_"), "0123456789._-")
	if config.CheckImplementationName(name) != nil {
		return "", fmt.Errorf("%s: say what the side is called: NAME=%s", filepath.ToSlash(path), filepath.ToSlash(path))
	}
	return name, nil
}

func unknownName(what, got string, known []string) error { return strictyaml.Unknown(what, got, known) }
