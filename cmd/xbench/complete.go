package main

import (
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"xbench/compare"
	"xbench/configs"
	"xbench/examples/starters"
	"xbench/harness"
	"xbench/harness/config"
	"xbench/harness/record"
)

// Completion is asked for at every press of a key: it reads the configuration
// and the beginning of a record, launches nothing, and where either is broken
// it is silent. The commands say what is wrong.

// A completer lists what a flag or an argument may be: "value" or
// "value\tdescription". The directive says what the shell does besides.
type completer func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective)

const (
	noFiles = cobra.ShellCompDirectiveNoFileComp
	noSpace = cobra.ShellCompDirectiveNoSpace | noFiles
)

// complete teaches a tree of commands to complete. Flags of one name take the
// same everywhere, but for those listed with their command.
func complete(root *cobra.Command) {
	for _, c := range root.Commands() {
		if argument, ok := argumentCompleters[c.Name()]; ok {
			c.ValidArgsFunction = argument
		} else {
			c.ValidArgsFunction = cobra.NoFileCompletions
		}
		c.Flags().VisitAll(func(f *pflag.Flag) {
			of, ok := flagCompleters[c.Name()+" --"+f.Name]
			if !ok {
				of, ok = flagCompleters["--"+f.Name]
			}
			if !ok && f.Value.Type() != "bool" {
				of, ok = cobra.NoFileCompletions, true // a number, a time, a name of one's own
			}
			if ok {
				// It fails for flags that do not exist or have a completion.
				_ = c.RegisterFlagCompletionFunc(f.Name, of)
			}
		})
	}
}

// plainUsage takes the quotes from what flags are described by: they mark the
// value for --help, and a shell would show them.
func plainUsage(root *cobra.Command) {
	for _, c := range root.Commands() {
		c.Flags().VisitAll(func(f *pflag.Flag) { _, f.Usage = pflag.UnquoteUsage(f) })
	}
}

var (
	yamlFiles   = files("yaml", "yml")
	jsonFiles   = files("json")
	anyFiles    = cobra.ShellCompDirectiveDefault
	gateLevels  = fixed("minimum\twhat must hold", "target\tand what should", "stretch\tand what would be nice", "none\tmeasure, judge nothing")
	unclearDoes = fixed("fail\texit 3", "pass\texit 0")
)

var flagCompleters = map[string]completer{
	"--config":          yamlFiles,
	"--goals":           yamlFiles,
	"--params":          jsonFiles,
	"--export-json":     jsonFiles,
	"--export-markdown": files("md"),
	"--output":          directories,
	"--keep":            directories,
	"--command":         anyFile,
	"--suite":           fromConfig(suiteNames),
	"--filter":          fromConfig(benchmarkNames),
	"--impl":            fromConfig(implementationNames),
	"--sweep":           sweeps,
	"--gate":            gateLevels,
	"--inconclusive":    unclearDoes,
	"--resume":          records,
	"--baseline":        records,
	"--host-mismatch":   fixed("fail", "warn"),
	"--same-output":     fixed("exact", "json", "lines", "sorted-lines", "none"),
	"--only":            fixed("same", "known", "judge", "cheats", "limits"),
	"--by":              fromRecord(variedKnobs),
	"--explain":         fromRecord(explainable),
	"compare --impl":    fromRecord(measuredImplementations),
	"init --lang":       languageLists,
	"--prepare":         anyFile,
	"--setup":           anyFile,
	"--cleanup":         anyFile,
	"--startup":         anyFile,
}

var argumentCompleters = map[string]completer{
	"compare":    records,
	"check":      others(fromConfig(implementationNames)),
	"init":       directories,
	"import":     imports,
	"schema":     first(fixed("config\tof xbench.yaml", "summary\tof summary.json")),
	"completion": first(fixed(shells...)),
}

func anyFile(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, anyFiles
}

func directories(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

func files(extensions ...string) completer {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return extensions, cobra.ShellCompDirectiveFilterFileExt
	}
}

func fixed(values ...string) completer {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return values, noFiles | cobra.ShellCompDirectiveKeepOrder
	}
}

// first completes the first argument only.
func first(of completer) completer {
	return func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, noFiles
		}
		return of(c, args, typed)
	}
}

// others leaves out what is given already.
func others(of completer) completer {
	return func(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		values, directive := of(c, args, typed)
		return slices.DeleteFunc(values, func(v string) bool {
			name, _, _ := strings.Cut(v, "\t")
			return slices.Contains(args, name)
		}), directive
	}
}

// beginningWith keeps what goes on where the user stopped typing.
func beginningWith(typed string, values []string) []string {
	return slices.DeleteFunc(values, func(v string) bool { return !strings.HasPrefix(v, typed) })
}

// flagOr is a flag's value, or else what the environment sets.
func flagOr(c *cobra.Command, name string) string {
	if f := c.Flags().Lookup(name); f != nil && f.Value.String() != "" {
		return f.Value.String()
	}
	return os.Getenv(variableOf(name))
}

// fromConfig completes from the configuration that the command would read.
func fromConfig(list func(*config.Config, config.Selection) []string) completer {
	return func(c *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		cfg := configFor(c)
		if cfg == nil {
			return nil, noFiles
		}
		return beginningWith(typed, list(cfg, config.Selection{Suite: flagOr(c, "suite")})), noFiles | cobra.ShellCompDirectiveKeepOrder
	}
}

// configFor is nil where the configuration cannot be read.
func configFor(c *cobra.Command) *config.Config {
	if path := flagOr(c, "config"); path != "" {
		return loaded(config.LoadFile(path))
	}
	cwd, err := os.Getwd()
	if err != nil {
		return nil
	}
	if path, ok := config.Find(cwd); ok {
		return loaded(config.LoadFile(path))
	}
	return loaded(config.Load(demoName, configs.Demo))
}

func loaded(c *config.Config, err error) *config.Config {
	if err != nil {
		return nil
	}
	return c
}

func suiteNames(c *config.Config, _ config.Selection) []string {
	var out []string
	for _, s := range c.Suites {
		out = append(out, described(s.Name, s.Description))
	}
	return out
}

func implementationNames(c *config.Config, _ config.Selection) []string {
	var out []string
	for _, im := range c.Implementations {
		what := im.Kind()
		if im.Reference {
			what += ", the reference"
		}
		out = append(out, described(im.Name, what))
	}
	return out
}

func benchmarkNames(c *config.Config, sel config.Selection) []string {
	rows, err := c.Rows(sel)
	if err != nil {
		return nil
	}
	var out []string
	for _, r := range rows {
		out = append(out, described(r.Name, r.Description))
	}
	return out
}

// sweeps offers the knobs that names and params set; others only the workers
// know, which are not asked.
func sweeps(c *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
	knobs := fromConfig(func(cfg *config.Config, sel config.Selection) []string {
		rows, err := cfg.Rows(sel)
		if err != nil {
			return nil
		}
		seen := make(map[string]bool)
		for _, r := range rows {
			for _, p := range r.Params {
				seen[p.Name+"="] = true
			}
		}
		return slices.Sorted(maps.Keys(seen))
	})
	values, _ := knobs(c, args, typed)
	return values, noSpace
}

func described(value, description string) string {
	if description == "" {
		return value
	}
	return value + "\t" + description
}

// languageLists completes a list behind its last comma.
func languageLists(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	done, last := "", typed
	if i := strings.LastIndexByte(typed, ','); i >= 0 {
		done, last = typed[:i+1], typed[i+1:]
	}
	var out []string
	for _, l := range starters.Names() {
		if strings.HasPrefix(l, last) && !slices.Contains(strings.Split(done, ","), l) {
			out = append(out, done+l)
		}
	}
	return out, noSpace
}

// importFormats are what other tools write.
var importFormats = []string{
	"criterion:\ttarget/criterion, or one benchmark's directory", "pytest-benchmark:\tits JSON", "pyperf:\tits JSON",
	"hyperfine:\t--export-json", "gobench:\twhat go test -bench prints", "json:\tplain JSON with a field map",
}

// imports completes [NAME=]FORMAT:PATH. The path is ours to complete: to a shell
// it is the end of a word.
func imports(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	name, rest := "", typed
	if i := strings.IndexByte(typed, '='); i >= 0 {
		name, rest = typed[:i+1], typed[i+1:]
	}
	format, path, chosen := strings.Cut(rest, ":")
	if !chosen {
		var out []string
		for _, f := range beginningWith(rest, slices.Clone(importFormats)) {
			out = append(out, name+f)
		}
		// The format may be left out, and what is in the file tells it.
		return append(out, entries(name, rest)...), noSpace
	}
	return entries(name+format+":", path), noSpace
}

// entries are the files and directories whose path begins with what is typed.
func entries(before, path string) []string {
	dir, base := filepath.Split(path)
	found, err := os.ReadDir(filepath.Join(".", dir))
	if filepath.IsAbs(dir) {
		found, err = os.ReadDir(dir)
	}
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range found {
		if hidden := strings.HasPrefix(e.Name(), ".") && !strings.HasPrefix(base, "."); hidden || !strings.HasPrefix(e.Name(), base) {
			continue
		}
		entry := before + dir + e.Name()
		if e.IsDir() {
			entry += "/"
		}
		out = append(out, entry)
	}
	return out
}

// records offers the directories with a record: of the usual place, below what
// is typed, and here. Where there is none the shell offers files.
func records(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	patterns := []string{typed + "*", typed + "*/*"}
	if typed == "" {
		patterns = []string{defaultOutput + "/*", "*"}
	}
	var out []string
	for _, pattern := range patterns {
		found, err := filepath.Glob(filepath.FromSlash(pattern + "/" + harness.RecordFile))
		if err != nil {
			return nil, anyFiles
		}
		for _, f := range found {
			if dir := filepath.ToSlash(filepath.Dir(f)); !slices.Contains(out, dir) {
				out = append(out, dir)
			}
		}
	}
	slices.SortStableFunc(out, latestFirst)
	if len(out) == 0 {
		return nil, anyFiles
	}
	return out, noFiles | cobra.ShellCompDirectiveKeepOrder
}

// latestFirst puts what is asked for most in front, and newer runs before older
// ones: their names begin with the time.
func latestFirst(a, b string) int {
	if la, lb := filepath.Base(a) == "latest", filepath.Base(b) == "latest"; la != lb {
		if la {
			return -1
		}
		return 1
	}
	return strings.Compare(b, a)
}

// fromRecord completes from the plan of the record that is the first argument.
func fromRecord(list func(*record.Plan) []string) completer {
	return func(_ *cobra.Command, args []string, typed string) ([]string, cobra.ShellCompDirective) {
		if len(args) == 0 {
			return nil, noFiles
		}
		plan := planOf(args[0])
		if plan == nil {
			return nil, noFiles
		}
		return beginningWith(typed, list(plan)), noFiles | cobra.ShellCompDirectiveKeepOrder
	}
}

// planSize is more than any plan takes: it stands first in a record. What
// follows is cut off, which reads as the record of a run that was killed.
const planSize = 1 << 20

func planOf(path string) *record.Plan {
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		path = filepath.Join(path, harness.RecordFile)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	rec, err := record.Read(io.LimitReader(f, planSize))
	if err != nil {
		return nil
	}
	return &rec.Plan
}

func measuredImplementations(p *record.Plan) []string {
	var out []string
	for _, im := range p.Implementations {
		if im.Name != p.Reference {
			out = append(out, im.Name)
		}
	}
	return out
}

// variedKnobs are those that --by has something to say about.
func variedKnobs(p *record.Plan) []string {
	seen := make(map[string]bool)
	for _, r := range p.Rows {
		for _, param := range r.Params {
			if !seen[param.Name] && compare.Varies(p.Rows, param.Name) {
				seen[param.Name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

// explainable are the benchmarks, goals and means of a run.
func explainable(p *record.Plan) []string {
	out := []string{compare.MeanOfAll + "\tthe mean over every row"}
	for _, g := range p.Goals {
		out = append(out, "goal: "+g.Claim)
	}
	for _, r := range p.Rows {
		out = append(out, described(r.Name, r.Description))
	}
	return out
}
