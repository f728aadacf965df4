package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/viper"

	"xbench/compare"
	"xbench/configs"
	"xbench/harness/config"
	"xbench/harness/record"
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
	p := &project{vars: map[string]string{"self": self}}
	if !found {
		if err := p.useDemo(cwd); err != nil {
			return nil, err
		}
		return p, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return p, p.decode(path, data)
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
	return p.decode(demoName, configs.Demo)
}

func (p *project) decode(name string, data []byte) error {
	var err error
	if p.Config, err = config.Load(name, data); err != nil {
		return err
	}
	if !p.demo {
		if p.Config.Dir, err = filepath.Abs(filepath.Dir(name)); err != nil {
			return err
		}
	}
	return p.decodeGoals(name, data)
}

// decodeGoals takes the goals of a file and checks that what they are about
// exists in this configuration.
func (p *project) decodeGoals(name string, data []byte) error {
	goals, err := compare.DecodeGoals(name, data)
	if err != nil {
		return err
	}
	known, groups := p.names()
	if err := compare.CheckGoals(goals, known, groups); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	p.goals = goals
	return nil
}

// names lists every row the configuration can make, and their groups.
func (p *project) names() (rows, groups []string) {
	seen := make(map[string]bool)
	add := func(r record.Row) {
		if !seen[r.Name] {
			seen[r.Name] = true
			rows = append(rows, r.Name)
		}
		if r.Group != "" && !seen["\x00"+r.Group] {
			seen["\x00"+r.Group] = true
			groups = append(groups, r.Group)
		}
	}
	selections := []config.Selection{{}}
	for _, s := range p.Suites {
		selections = append(selections, config.Selection{Suite: s.Name})
	}
	for _, sel := range selections {
		rs, err := p.Rows(sel)
		if err != nil {
			continue // an empty selection has no names
		}
		for _, r := range rs {
			add(r)
		}
	}
	return rows, groups
}

// suite finds the named suite, or the default: the first one, and where the
// configuration has none, a suite of all its benchmarks.
func (p *project) suite(name string) (config.Suite, error) {
	if name == "" {
		name = p.Settings.Suite
	}
	if name == "" && len(p.Suites) > 0 {
		name = p.Suites[0].Name
	}
	var known []string
	for _, s := range p.Suites {
		if s.Name == name {
			return s, nil
		}
		known = append(known, s.Name)
	}
	if name == "" {
		return config.Suite{}, nil
	}
	return config.Suite{}, unknownName("suite", name, known)
}

// settings merges flags, XBENCH_* variables and the file's scalars, in that
// order of precedence. Viper serves scalars only: it lower-cases map keys and
// accepts misspelt ones, so lists are decoded strictly elsewhere.
func settings(c *cobra.Command, file map[string]any) (*viper.Viper, error) {
	v := viper.New()
	v.SetEnvPrefix("XBENCH")
	v.SetEnvKeyReplacer(strings.NewReplacer("-", "_"))
	v.AutomaticEnv()
	if err := v.MergeConfigMap(file); err != nil {
		return nil, err
	}
	return v, v.BindPFlags(c.Flags())
}

var errNoImplementations = errors.New("no implementations to run")
