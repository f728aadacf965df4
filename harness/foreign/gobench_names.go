package foreign

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
)

var numberSuffix = regexp.MustCompile(`-[0-9]+$`)

// A goPackage is what the names of a package's results are.
type goPackage struct {
	names []string // as printed, sorted, each once
	procs string   // the number of processors behind all of them, such as "-8"; "" = none, or not told
}

func (g *goFile) packages() map[string]*goPackage {
	out := make(map[string]*goPackage)
	at := func(pkg string) *goPackage {
		if out[pkg] == nil {
			out[pkg] = new(goPackage)
		}
		return out[pkg]
	}
	for _, l := range g.lines {
		p := at(l.pkg)
		p.names = append(p.names, l.name)
	}
	for _, f := range g.failed {
		at(f.pkg)
	}
	for _, p := range out {
		slices.Sort(p.names)
		p.names = slices.Compact(p.names)
		p.procs = procs(p.names)
	}
	return out
}

// procs is the number of processors behind the names of a package's results,
// "" where Go appended none, as of one processor, or where the names do not
// tell: BenchmarkParse/size-10 may be one of ten processors or of size 10. They
// do where all have the same, and one is that of a function, which holds no
// dash, or they are several.
func procs(names []string) string {
	if len(names) == 0 || len(names) == 1 && strings.Contains(names[0], "/") {
		return ""
	}
	suffix := numberSuffix.FindString(names[0])
	for _, name := range names {
		if numberSuffix.FindString(name) != suffix {
			return ""
		}
	}
	return suffix
}

// A goFailure is a line that says that a benchmark failed.
type goFailure struct {
	pkg, name string // name with or without the number of processors
	line      int    // of the file
}

var (
	goFailed  = regexp.MustCompile(`^\s*--- FAIL: (Benchmark\S*)`)
	goPkgFail = regexp.MustCompile(`^FAIL[ \t]+(\S+)`)
)

// failures finds the benchmarks that failed, which may have no result at all,
// and warns of packages that failed and do not say in which.
func (g *goFile) failures(text []byte) {
	pkg, before := "", 0
	for i, line := range bytes.Split(text, []byte("\n")) {
		line = bytes.TrimSuffix(line, []byte("\r"))
		if name, ok := bytes.CutPrefix(line, []byte("pkg: ")); ok {
			pkg = string(bytes.TrimSpace(name))
		}
		if m := goFailed.FindSubmatch(line); m != nil {
			g.failed = append(g.failed, goFailure{pkg, string(m[1]), g.lineOf(i + 1)})
		}
		if m := goPkgFail.FindSubmatch(line); m != nil {
			if len(g.failed) == before {
				g.res.warnf("line %d: the package %s failed, and no benchmark says that it was the one", g.lineOf(i+1), Shown(string(m[1])))
			}
			before = len(g.failed)
		}
	}
}

// hit are the names that a failure is about: those with results, else its own.
// Of a benchmark with sub-benchmarks it is those of which one failed, or all
// where none says so.
func (g *goFile) hit(f goFailure, p *goPackage) []string {
	bare := strings.TrimSuffix(f.name, p.procs)
	for _, other := range g.failed {
		if other.pkg == f.pkg && strings.HasPrefix(other.name, bare+"/") {
			return nil
		}
	}
	var out []string
	for _, name := range p.names {
		base := strings.TrimSuffix(name, p.procs)
		if name == f.name || base == bare || numberSuffix.ReplaceAllString(name, "") == f.name || strings.HasPrefix(base, bare+"/") {
			out = append(out, name)
		}
	}
	if out == nil {
		out = []string{f.name}
	}
	return out
}
