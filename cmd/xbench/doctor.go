package main

import (
	"encoding/json"
	"os"

	"github.com/spf13/cobra"

	"xbench/harness/host"
)

func (a *app) doctorCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "doctor",
		Short: "is this host fit to measure on",
		Long: `doctor looks at this host for about two seconds: who else is on its cores, how
much equal pieces of work differ, what a second core is worth, what a clock
reading and a launch cost. It says what each means for a measurement, and how
many rounds a difference of 5 % would take here. It changes no setting.

It judges this moment. Exit codes: 0 fit or usable, 3 unfit.`,
		Example: `  xbench doctor
  xbench doctor --json`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			f, err := host.Probe(c.Context(), probeOptions())
			if err != nil {
				return err
			}
			return a.showDiagnosis(host.Diagnose(f), asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "one JSON object: verdict, findings and facts")
	return c
}

// probeOptions launch this program and Python with nothing to do.
func probeOptions() host.ProbeOptions {
	opt := host.ProbeOptions{TempDir: os.TempDir(), Python: []string{"python3", "-c", "pass"}}
	if self, err := os.Executable(); err == nil {
		opt.Launch = []string{self, "--version"}
	}
	return opt
}

func (a *app) showDiagnosis(d host.Diagnosis, asJSON bool) error {
	var err error
	if asJSON {
		enc := json.NewEncoder(a.out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		err = enc.Encode(d)
	} else {
		opt := terminalOptions(a.out, "")
		err = d.WriteText(a.out, host.TextOptions{Width: opt.Width, Color: opt.Color})
	}
	if err == nil && d.Verdict == host.Unfit {
		err = exitError(exitUnclear)
	}
	return err
}
