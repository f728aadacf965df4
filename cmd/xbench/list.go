package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"xbench/harness"
	"xbench/harness/config"
	"xbench/harness/record"
)

func (a *app) listCommand() *cobra.Command {
	var path, suite, filter string
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "benchmarks and implementations: what is available, what is not and why",
		Example: `  xbench list
  xbench list --suite full`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			p, err := loadProject(path)
			if err != nil {
				return err
			}
			if suite != "" {
				if _, err := p.Suite(suite); err != nil {
					return err
				}
			}
			lab, err := harness.NewLab(c.Context(), harness.LabOptions{Config: p.Config, Vars: p.vars})
			if err != nil {
				return err
			}
			rows, err := p.Rows(config.Selection{Suite: suite, Filter: filter})
			if err != nil {
				return err
			}
			if rows, err = lab.Bind(rows); err != nil {
				return err
			}
			if asJSON {
				return a.listJSON(lab, rows)
			}
			return a.listTable(lab, rows)
		},
	}
	f := c.Flags()
	f.StringVar(&path, "config", "", "configuration `file`")
	f.StringVar(&suite, "suite", "", "only the benchmarks of this `suite`")
	f.StringVar(&filter, "filter", "", "only benchmarks whose name matches this `regexp`")
	f.BoolVar(&asJSON, "json", false, "one JSON object per benchmark")
	return c
}

func (a *app) listJSON(lab *harness.Lab, rows []record.Row) error {
	enc := json.NewEncoder(a.out)
	enc.SetEscapeHTML(false)
	for _, r := range rows {
		available := make(map[string]string)
		for _, im := range lab.Implementations() {
			available[im.Name] = orElse(r.Unsupported[im.Name], "available")
		}
		err := enc.Encode(struct {
			Benchmark       string            `json:"benchmark"`
			Description     string            `json:"description"`
			Implementations map[string]string `json:"implementations"`
		}{r.Name, r.Description, available})
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *app) listTable(lab *harness.Lab, rows []record.Row) error {
	w := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	var head []string
	for _, im := range lab.Implementations() {
		head = append(head, im.Name)
	}
	fmt.Fprintf(w, "benchmark\t%s\t\n", strings.Join(head, "\t"))
	var reasons []string
	for _, r := range rows {
		cells := make([]string, len(head))
		for i, name := range head {
			cells[i] = "yes"
			if reason, ok := r.Unsupported[name]; ok {
				cells[i] = "no"
				reasons = append(reasons, fmt.Sprintf("%s: unsupported by %s: %s", r.Name, name, reason))
			}
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", r.Name, strings.Join(cells, "\t"), r.Description)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, s := range reasons {
		fmt.Fprintln(a.out, s)
	}
	return nil
}
