package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"xbench/compare/report"
	"xbench/harness"
	"xbench/harness/config"
	"xbench/harness/record"
	"xbench/internal/columns"
)

func (a *app) listCommand() *cobra.Command {
	var path, suite, filter string
	var asJSON, knobs bool
	c := &cobra.Command{
		Use:   "list",
		Short: "benchmarks and implementations: what is available, what is not and why",
		Long: `list shows the benchmarks of one suite: the one that --suite names, else the
configuration's own (the demo's: quick), else all. What can be swept are the
knobs: --knobs shows them with their defaults, and so does a --filter that picks
a single benchmark.`,
		Example: `  xbench list
  xbench list --suite full
  xbench list --filter fanout_3 --knobs`,
		Args: noArguments,
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
			return a.listTable(lab, rows, knobs || filter != "" && len(rows) == 1)
		},
	}
	f := c.Flags()
	f.StringVar(&path, "config", "", "configuration `file`")
	f.StringVar(&suite, "suite", "", "the benchmarks of this `suite` (default: the configuration's; the demo's: quick)")
	f.StringVar(&filter, "filter", "", "only benchmarks whose name matches this `regexp`")
	f.BoolVar(&knobs, "knobs", false, "show the knobs of each benchmark, with their defaults")
	f.BoolVar(&asJSON, "json", false, "one JSON object per benchmark, with its knobs")
	return c
}

// A knob is what --sweep can set, for readers of JSON.
type knob struct {
	Name    string `json:"name"`
	Default any    `json:"default"`         // null: every name must carry it
	Value   any    `json:"value,omitempty"` // what the row has set
}

// knobsOf lists the knobs of a row's benchmark: the benchmark's own defaults,
// and what the row sets.
func knobsOf(lab *harness.Lab, r record.Row) []knob {
	declared, offered := lab.Knobs(r.ID)
	if !offered {
		declared = r.Params // of commands: what the row fills their placeholders with
	}
	out := make([]knob, len(declared))
	for i, p := range declared {
		out[i] = knob{Name: p.Name, Default: p.Value}
		if v, ok := r.Params.Get(p.Name); ok && offered {
			out[i].Value = v
		}
	}
	return out
}

// knobLine is the knobs in a line: "nodes=3 payload=none file=?"; of one that
// the row sets "workers=0 (default 4)".
func knobLine(knobs []knob) string {
	if len(knobs) == 0 {
		return "none"
	}
	words := make([]string, len(knobs))
	for i, k := range knobs {
		words[i] = k.Name + "=" + knobText(k.Default)
		if k.Value != nil && knobText(k.Value) != knobText(k.Default) {
			words[i] = fmt.Sprintf("%s=%s (default %s)", k.Name, knobText(k.Value), knobText(k.Default))
		}
	}
	return strings.Join(words, " ")
}

func knobText(v any) string {
	switch v := v.(type) {
	case nil:
		return "?"
	case string, bool, int64, float64:
		return fmt.Sprint(v)
	}
	text, _ := json.Marshal(v)
	return string(text)
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
			Knobs           []knob            `json:"knobs"`
			Implementations map[string]string `json:"implementations"`
		}{r.Name, r.Description, knobsOf(lab, r), available})
		if err != nil {
			return err
		}
	}
	return nil
}

func (a *app) listTable(lab *harness.Lab, rows []record.Row, knobs bool) error {
	var table bytes.Buffer
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
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
	width := ttyWidth(a.out)
	for i, line := range strings.Split(strings.TrimSuffix(table.String(), "\n"), "\n") {
		fmt.Fprintln(a.out, clip(strings.TrimRight(line, " "), width))
		if knobs && i > 0 { // never cut: they are what was asked for
			fmt.Fprintf(a.out, "    knobs: %s\n", knobLine(knobsOf(lab, rows[i-1])))
		}
	}
	for _, im := range lab.Implementations() {
		if s := report.UnmatchedText(im); s != "" {
			reasons = append(reasons, s)
		}
	}
	for _, s := range reasons {
		fmt.Fprintln(a.out, s)
	}
	return nil
}

// ttyWidth is the width of a terminal, 0 for any other stream.
func ttyWidth(w io.Writer) int {
	if !isTerminal(w) {
		return 0
	}
	width, _, err := term.GetSize(int(w.(*os.File).Fd()))
	if err != nil {
		return 0
	}
	return width
}

// clip cuts a line at a width; 0 is no limit.
func clip(line string, width int) string {
	if width > 0 && columns.Width(line) > width {
		return columns.Head(line, width-1) + "…"
	}
	return line
}
