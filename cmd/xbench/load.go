package main

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/viper"

	"xbench/compare"
	"xbench/configs"
	"xbench/harness/config"
	"xbench/harness/record"
	"xbench/harness/strictyaml"
	"xbench/pyref"
)

// demoName is what error messages call the bundled configuration.
const demoName = "demo.yaml"

// A project is a configuration with its goals, and the values its commands may
// refer to.
type project struct {
	*config.Config
	goals []record.Goal
	demo  bool
	vars  map[string]string
}

// loadProject reads the configuration named by --config, else the xbench.yaml
// found upwards from the working directory, else the bundled demo.
func loadProject(path string) (*project, error) {
	cwd, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	found := path != ""
	if !found {
		path, found = config.Find(cwd)
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p := &project{vars: map[string]string{"self": self, "python": interpreter()}}
	if !found {
		if err := misnamed(cwd); err != nil {
			return nil, err
		}
		if err := p.useDemo(cwd); err != nil {
			return nil, err
		}
		return p, nil
	}
	if p.Config, err = config.LoadFile(path); err != nil {
		return nil, withGoals(path, notThere("--config "+path, path, err))
	}
	return p, p.decodeGoals(path, p.Config.Data)
}

// withGoals adds to what is wrong with a configuration what is wrong with its
// goals, which are decoded apart: one edit should mend both.
func withGoals(path string, wrong error) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return wrong
	}
	_, goals := compare.DecodeGoals(path, data)
	return strictyaml.Join(wrong, goals)
}

// interpreter is the program behind python3. Version managers put a shell
// script of that name into the path, which costs a tenth of a second per
// launch; nothing that is judged, but most of a short process.
func interpreter() string {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, "python3", "-c", "import sys; print(sys.executable)").Output()
	if path := strings.TrimSpace(string(out)); err == nil && path != "" {
		return path
	}
	return "python3" // missing or broken: what it needs is checked, and said, elsewhere
}

// useDemo loads the bundled configuration and unpacks its Python side.
func (p *project) useDemo(cwd string) error {
	p.demo = true
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir() // no home directory: a service account or a container
	}
	if p.vars["pyref"], err = pyref.Dir(cwd, cache); err != nil {
		return err
	}
	if p.Config, err = config.Load(demoName, configs.Demo); err != nil {
		return err
	}
	return p.decodeGoals(demoName, configs.Demo)
}

// decodeGoals takes the goals of a file and checks that what they are about
// exists in this configuration.
func (p *project) decodeGoals(name string, data []byte) error {
	goals, err := p.scope().DecodeGoals(name, data)
	if err != nil {
		return err
	}
	p.goals = goals
	return nil
}

// scope is what goals may speak of: every row that the configuration can make,
// and every implementation.
func (p *project) scope() compare.Scope {
	var s compare.Scope
	for _, im := range p.Implementations {
		if im.Reference {
			s.Reference = im.Name
		} else {
			s.Candidates = append(s.Candidates, im.Name)
		}
	}
	seen := make(map[string]bool)
	selections := []config.Selection{{}}
	for _, suite := range p.Suites {
		selections = append(selections, config.Selection{Suite: suite.Name})
	}
	for _, sel := range selections {
		rows, err := p.Rows(sel)
		if err != nil {
			continue // an empty selection has no names
		}
		for _, r := range rows {
			if !seen[r.Name] {
				seen[r.Name] = true
				s.Rows = append(s.Rows, record.Removed{Name: r.Name, Group: r.Group})
			}
		}
	}
	return s
}

// settings merges flags, XBENCH_* variables and the file's scalars, in that
// order of precedence. Viper serves scalars only: it lower-cases map keys and
// accepts misspelt ones, so lists are decoded strictly elsewhere.
func settings(c *cobra.Command, file config.Settings) (*viper.Viper, error) {
	v := viper.New()
	if err := v.MergeConfigMap(scalars(file)); err != nil {
		return nil, err
	}
	return v, v.BindPFlags(c.Flags())
}

// scalars are the settings that the file does set.
func scalars(s config.Settings) map[string]any {
	m := make(map[string]any)
	set := func(key string, value any, given bool) {
		if given {
			m[key] = value
		}
	}
	set("suite", s.Suite, s.Suite != "")
	set("budget", s.Budget, s.Budget != 0)
	set("seed", s.Seed, s.Seed != 0)
	set("gate", s.Gate, s.Gate != "")
	set("rounds", s.Rounds, s.Rounds != 0)
	set("output", s.Output, s.Output != "")
	set("inconclusive", s.Inconclusive, s.Inconclusive != "")
	return m
}
