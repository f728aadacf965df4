package main

import (
	"errors"
	"fmt"
	"slices"

	"xbench/compare"
	"xbench/configs"
	"xbench/harness/config"
	"xbench/harness/record"
)

// whichRun says after --by with a knob that a record has nothing to say about
// which run would. Suites are known of the demo only: another configuration is
// not at hand when its record is.
func whichRun(rec *record.Record, err error) error {
	var none *compare.ByError
	if !errors.As(err, &none) || !rec.Plan.Demo {
		return err
	}
	demo, loadErr := config.Load(demoName, configs.Demo)
	if loadErr != nil {
		return err
	}
	if suite := suiteVarying(demo, none.By); suite != "" {
		return fmt.Errorf("%w; rows that do are in another suite: xbench run --suite %s", err, suite)
	}
	return err
}

// suiteVarying is the first suite with rows that differ in a knob alone, in
// the order of the configuration: short ones come first.
func suiteVarying(c *config.Config, by string) string {
	i := slices.IndexFunc(c.Suites, func(s config.Suite) bool {
		rows, err := c.Rows(config.Selection{Suite: s.Name})
		return err == nil && compare.Varies(rows, by)
	})
	if i < 0 {
		return ""
	}
	return c.Suites[i].Name
}
