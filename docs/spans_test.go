package docs

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Commands that stand in a sentence or a table are none that could be run: what
// they need is left out. Their subcommand, flags and files exist.
func TestCommandsInSentences(t *testing.T) {
	usage := usageOf(t)
	var count, flags int
	for _, doc := range everyDocument(t) {
		for _, span := range commandSpans(doc.text) {
			count++
			n, complaint := parses(usage, span)
			if flags += n; complaint != "" {
				t.Errorf("%s: `%s`: %s", doc.name, span, complaint)
			}
		}
	}
	if count < 40 || flags < 20 {
		t.Errorf("%d commands with %d flags were found", count, flags)
	}
	t.Logf("docs: %d commands in sentences parsed, with %d flags", count, flags)
}

// usageOf is the flags of every subcommand, as --help has them.
func usageOf(t *testing.T) map[string][]string {
	t.Helper()
	binary, err := built()
	if err != nil {
		t.Fatal(err)
	}
	help := func(args ...string) string {
		t.Helper()
		out, err := exec.Command(binary, append(args, "--help")...).Output()
		if err != nil {
			t.Fatalf("xbench %v --help: %v", args, err)
		}
		return string(out)
	}
	flag := regexp.MustCompile(`(?m)^ +(?:(-\w), )?(--[a-z-]+)`)
	out := map[string][]string{"": {"--help", "-h", "--version", "-v"}}
	_, list, _ := strings.Cut(help(), "Commands:\n")
	for _, m := range regexp.MustCompile(`(?m)^  ([a-z]+) `).FindAllStringSubmatch(list, -1) {
		name := m[1]
		out[name] = []string{"--help", "-h"}
		if name == "help" {
			continue
		}
		_, flags, _ := strings.Cut(help(name), "\nFlags:\n")
		for _, f := range flag.FindAllStringSubmatch(flags, -1) {
			out[name] = append(out[name], f[1], f[2])
		}
	}
	if len(out["run"]) < 10 || len(out["compare"]) < 8 {
		t.Fatalf("the help has flags %v", out)
	}
	return out
}

var spanCommand = regexp.MustCompile(`^(?:\./)?(?:xbench|scripts/\S+)(?: |$)`)

// commandSpans are the code spans of a document that begin with a command, in
// full or without the program.
func commandSpans(text string) []string {
	var out []string
	for _, span := range codeSpan.FindAllString(withoutBlocks(text), -1) {
		span = strings.Trim(span, "`")
		if regexp.MustCompile(`^(run|compare|check|import|init) -`).MatchString(span) {
			span = "xbench " + span
		}
		if spanCommand.MatchString(span) {
			out = append(out, strings.ReplaceAll(span, `\|`, "|"))
		}
	}
	return out
}

var quoted = regexp.MustCompile(`'[^']*'|"[^"]*"`)

// parses says what is wrong with a command, and how many flags it has.
func parses(usage map[string][]string, span string) (flags int, complaint string) {
	words := strings.Fields(quoted.ReplaceAllString(span, "TEXT"))
	if file, ok := strings.CutPrefix(words[0], "scripts/"); ok {
		if _, err := os.Stat(filepath.Join("..", "scripts", file)); err != nil {
			return 0, "there is no such script"
		}
		return 0, ""
	}
	if len(words) == 1 {
		return 0, ""
	}
	name := words[1]
	if strings.HasPrefix(name, "-") {
		name = ""
	}
	known, ok := usage[name]
	if !ok {
		return 0, "no such subcommand; there are " + strings.Join(slices.Sorted(maps.Keys(usage)), " ")
	}
	for _, word := range words[1:] {
		for part := range strings.SplitSeq(strings.Trim(word, "[]"), "|") { // --a|--b
			flag, _, _ := strings.Cut(part, "=")
			if !strings.HasPrefix(flag, "-") || flag == "-" || flag == "--" {
				continue
			}
			if flags++; !slices.Contains(known, flag) {
				return flags, "xbench " + name + " has no " + flag
			}
		}
	}
	return flags, ""
}

func TestParses(t *testing.T) {
	usage := map[string][]string{"": {"--help"}, "run": {"--rounds", "-o"}}
	check := func(span, want string) {
		t.Helper()
		if _, got := parses(usage, span); !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("%s: got %q, want %q", span, got, want)
		}
	}
	check("xbench run --rounds 5 -o DIR", "")
	check("xbench run [--rounds=N] 'a --b'", "")
	check("xbench run --round 5", "xbench run has no --round")
	check("xbench rum", "no such subcommand")
	check("scripts/none.sh", "there is no such script")
}

// Variables that the documents name are those of a flag, or read by something
// that says so.
func TestVariablesInDocuments(t *testing.T) {
	known := []string{"XBENCH_CPUPROFILE", "XBENCH_BROWSER", "XBENCH_AXE"}
	for _, flags := range usageOf(t) {
		for _, f := range flags {
			if name, ok := strings.CutPrefix(f, "--"); ok {
				known = append(known, "XBENCH_"+strings.ToUpper(strings.ReplaceAll(name, "-", "_")))
			}
		}
	}
	for _, doc := range everyDocument(t) {
		for _, name := range regexp.MustCompile(`\bXBENCH_[A-Z_]*[A-Z]\b`).FindAllString(doc.text, -1) {
			if !slices.Contains(known, name) {
				t.Errorf("%s: there is no %s", doc.name, name)
			}
		}
	}
}
