package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"xbench/docs/schema"
	"xbench/harness/strictyaml"
)

// schemas are what xbench schema can print.
var schemas = map[string][]byte{"config": schema.Config, "summary": schema.Summary}

func (a *app) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema [config|summary]",
		Short: "print the JSON Schema of xbench.yaml, or of summary.json",
		Long: `schema prints a JSON Schema (draft 2020-12): config, of xbench.yaml, for editors
that complete and explain its fields and underline mistakes; summary, of the
summary.json that a run leaves, for programs.

An editor finds it through the first line of xbench.yaml:
  # yaml-language-server: $schema=xbench.schema.json`,
		Example: `  xbench schema > xbench.schema.json
  xbench schema summary`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			name := "config"
			if len(args) > 0 {
				name = args[0]
			}
			data, ok := schemas[name]
			if !ok {
				return strictyaml.Unknown("schema", name, slices.Sorted(maps.Keys(schemas)))
			}
			_, err := a.out.Write(data)
			return err
		},
	}
}

// completionCommand is cobra's, as one command in our words.
func (a *app) completionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "print the script that completes xbench in bash, zsh, fish or powershell",
		Long: `completion prints a script for your shell that completes commands, flags, and
what they take: suites, benchmarks and implementations of the xbench.yaml here or
above, records, the knobs and benchmarks of a record. Nothing is launched for it.

  bash        source <(xbench completion bash), in ~/.bashrc; needs bash-completion
  zsh         source <(xbench completion zsh), in ~/.zshrc after compinit
  fish        xbench completion fish > ~/.config/fish/completions/xbench.fish
  powershell  xbench completion powershell | Out-String | Invoke-Expression`,
		Example: `  xbench completion bash
  xbench completion fish`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("completion needs a shell: bash, zsh, fish or powershell")
			}
			switch args[0] {
			case "bash":
				return c.Root().GenBashCompletionV2(a.out, true)
			case "zsh":
				return c.Root().GenZshCompletion(a.out)
			case "fish":
				return c.Root().GenFishCompletion(a.out, true)
			case "powershell":
				return c.Root().GenPowerShellCompletionWithDesc(a.out)
			}
			return strictyaml.Unknown("shell", args[0], shells)
		},
	}
}

var shells = []string{"bash", "zsh", "fish", "powershell"}
