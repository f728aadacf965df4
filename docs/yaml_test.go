package docs

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"xbench/compare"
	"xbench/harness/config"
	"xbench/harness/record"
)

// Configurations and goals that are shown are read as they stand; everything
// else in YAML is at least that.
func TestConfigurationsAreRead(t *testing.T) {
	scope := compare.Scope{Candidates: []string{"go", "rust", "main", "new"}}
	for _, name := range []string{"parse/small", "parse/large", "serve/clients=64"} {
		scope.Rows = append(scope.Rows, record.Removed{Name: name}, record.Removed{Name: name + "/old=true", Group: "legacy"})
	}
	configs, goals := 0, 0
	for _, doc := range documents(t) {
		for _, b := range blocksOf(doc) {
			if b.language != "yaml" {
				continue
			}
			here := scope
			var err error
			switch {
			case regexp.MustCompile(`(?m)^implementations:`).MatchString(b.text):
				configs++
				var c *config.Config
				if c, err = config.Load(b.doc, []byte(b.text)); err == nil {
					here = scopeOf(c)
					_, err = here.DecodeGoals(b.doc, []byte(b.text))
				}
			case strings.HasPrefix(b.text, "goals:"):
				goals++
				_, err = here.DecodeGoals(b.doc, []byte(b.text))
			default:
				var any map[string]any
				err = yaml.Unmarshal([]byte(b.text), &any)
			}
			if err != nil {
				t.Errorf("%s:%d: %v", b.doc, b.line, err)
			}
		}
	}
	if configs < 3 || goals < 2 {
		t.Errorf("%d configurations and %d lists of goals were found", configs, goals)
	}
}

// scopeOf is what the goals of a configuration may speak of.
func scopeOf(c *config.Config) compare.Scope {
	var s compare.Scope
	for _, b := range c.Benchmarks {
		s.Rows = append(s.Rows, record.Removed{Name: b.Name, Group: b.Group})
	}
	for _, im := range c.Implementations {
		if im.Reference {
			s.Reference = im.Name
		} else {
			s.Candidates = append(s.Candidates, im.Name)
		}
	}
	return s
}

// The table of how many rounds a claim takes is taken from the simulations:
// what a line says stands in one line of theirs.
func TestRoundsOfGoalsAreSimulated(t *testing.T) {
	simulated := strings.Split(read(t, "error-rates.md", "docs/error-rates.md").text, "\n")
	_, table, _ := strings.Cut(read(t, "goals.md", "docs/goals.md").text, "| the truth |")
	table, _, _ = strings.Cut(table, "\n\n")
	precise := regexp.MustCompile(`\d+\.\d\d+`)
	lines := 0
	for line := range strings.Lines(table) {
		want := precise.FindAllString(strings.Join(strings.Split(line, "|")[max(0, strings.Count(line, "|")-2):], " "), -1)
		if len(want) == 0 {
			continue
		}
		lines++
		found := false
		for _, s := range simulated {
			all := true
			for _, number := range want {
				all = all && regexp.MustCompile(`\b`+regexp.QuoteMeta(number)+`\b`).MatchString(s)
			}
			found = found || all
		}
		if !found {
			t.Errorf("docs/goals.md: no line of docs/error-rates.md has %q, as %s", want, strings.TrimSpace(line))
		}
	}
	if lines < 8 {
		t.Errorf("only %d lines have numbers", lines)
	}
}

// The actions that documents use are pinned as those are that run: one action
// has one commit.
func TestActionsInDocuments(t *testing.T) {
	uses := regexp.MustCompile(`(?m)uses: ([\w-]+/[\w./-]+@\S+ # v\S+|\S+)$`)
	pins := map[string]bool{"OWNER/xbench@COMMIT # v0.1.0": true}
	for _, pattern := range []string{"../action.yml", "../.github/workflows/*.yml", "../examples/ci/*.yml"} {
		files, err := filepath.Glob(filepath.FromSlash(pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, file := range files {
			for _, m := range uses.FindAllStringSubmatch(read(t, file, file).text, -1) {
				pins[m[1]] = true
			}
		}
	}
	found := 0
	for _, doc := range documents(t) {
		for _, m := range uses.FindAllStringSubmatch(doc.text, -1) {
			if found++; !pins[m[1]] {
				t.Errorf("%s: %q is not what runs in this repository", doc.name, m[1])
			}
		}
	}
	if found < 5 {
		t.Errorf("%d uses of actions were found", found)
	}
}
