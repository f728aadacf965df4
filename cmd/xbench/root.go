package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"strings"

	"github.com/spf13/cobra"

	"xbench/cmd/xbench/internal/selftest"
	"xbench/harness/protocol"
)

// Exit codes, as diff has them.
const (
	exitOK          = 0   // proved, or nothing was claimed
	exitDisproved   = 1   // disproved, or the evidence is invalid
	exitUsage       = 2   // flags, arguments, configuration, or the tool broke
	exitUnclear     = 3   // not enough evidence either way
	exitInterrupted = 130 // by the user
)

// version is what the tool calls itself in records.
const version = "0.1.0"

// An exitError carries an exit code; its message, when there is one, has been
// shown already.
type exitError int

func (e exitError) Error() string { return fmt.Sprintf("exit %d", int(e)) }

// An app is one invocation: its streams and its context.
type app struct {
	args     []string // as typed
	in       io.Reader
	out, err io.Writer
}

// run carries out one command line and returns the exit code.
func run(args []string, in io.Reader, out, errw io.Writer) int {
	if len(args) > 0 && args[0] == goimplCommand {
		return goimplMain(args[1:], in, out, errw)
	}
	if len(args) > 0 && args[0] == selftest.Command {
		return selftest.Main(args[1:])
	}
	if onGitHub() {
		out, errw = &inert{w: out}, &inert{w: errw}
	}
	a := &app{args: joined(args), in: in, out: out, err: errw}
	ctx, stop := signal.NotifyContext(context.Background(), interrupts()...)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends the process at once
	root := a.root()
	root.SetArgs(a.args)
	if len(args) > 0 && strings.HasPrefix(args[0], cobra.ShellCompRequestCmd) {
		plainUsage(root)
	}
	err := root.ExecuteContext(ctx)
	var code exitError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &code):
		return int(code)
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		fmt.Fprintln(errw, "xbench: interrupted"+whatIsLost(err))
		return exitInterrupted
	}
	// A located error has three lines, and there may be several. What a worker
	// wrote is on one line by now.
	fmt.Fprintf(errw, "xbench: %s\n", protocol.EscapeLines(strings.TrimRight(err.Error(), "\n")))
	if hint := usageHint(root, args, err); hint != "" {
		fmt.Fprintln(errw, hint)
	}
	return exitUsage
}

// nothingSaved is an interrupt that came before the first round.
type nothingSaved struct{ error }

func (e nothingSaved) Unwrap() error { return e.error }

// whatIsLost says after an interrupt that there is nothing to look for.
func whatIsLost(err error) string {
	if errors.As(err, new(nothingSaved)) {
		return " before the first round: nothing was measured, nothing saved"
	}
	return ""
}

func (a *app) root() *cobra.Command {
	c := &cobra.Command{
		Use:   "xbench",
		Short: "settle speed claims between implementations of the same work",
		Long: `xbench runs the same work in several implementations, in turns, in fresh
processes; checks that they did the same work; judges the ratio's interval
against stated goals; and answers PASS, FAIL, INCONCLUSIVE or INVALID.

Exit codes: 0 proved (or no goals), 1 disproved or invalid, 2 usage,
configuration or the tool broke, 3 inconclusive, 130 interrupted.`,
		Version:       version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArguments,
		// Flags that were not typed may come from the environment.
		PersistentPreRunE: fromEnvironment,
		RunE:              func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.SetFlagErrorFunc(flagError)
	c.SetOut(a.out)
	c.SetErr(a.err)
	c.SetVersionTemplate("xbench {{.Version}}\n")
	c.AddCommand(a.initCommand(), a.runCommand(), a.compareCommand(), a.importCommand(), a.listCommand(), a.checkCommand(), a.doctorCommand(), a.selftestCommand(), a.schemaCommand(), a.completionCommand())
	c.CompletionOptions.DisableDefaultCmd = true
	c.InitDefaultHelpCmd()
	if help, _, err := c.Find([]string{"help"}); err == nil {
		help.Short = "what a command does, with its flags and examples"
	}
	complete(c)
	return c
}
