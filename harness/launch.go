package harness

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"xbench/harness/config"
	"xbench/harness/record"
	"xbench/harness/worker"
)

// What goes with the launches of commands and is not timed: setup and cleanup
// once, prepare and conclude around every launch, and launches that only warm
// the machine up.

// A hook is one of a command's own commands.
type hook struct {
	name string // as in the configuration
	args []string
}

func (h hook) String() string { return h.name + " " + strings.Join(h.args, " ") }

// rowVars are the values of placeholders in a command of a row.
func (s *subject) rowVars(row *record.Row) map[string]string {
	vars := map[string]string{"benchmark": row.ID, "nonce": "0"}
	if name, ok := row.Names[s.Name]; ok { // what an adapter's tool calls it
		vars["name"] = name
	}
	for k, v := range s.vars {
		vars[k] = v
	}
	for _, p := range row.Params {
		vars[p.Name] = fmt.Sprint(p.Value)
	}
	return vars
}

// hook is one of the subject's hooks for a row; without arguments there is none.
func (s *subject) hook(name string, args []string, row *record.Row) (hook, error) {
	args, err := config.Expand(args, s.rowVars(row))
	return hook{name, args}, err
}

// runHook runs one to its end. Its failure names the command and says how it
// ended.
func (s *subject) runHook(ctx context.Context, h hook) error {
	if len(h.args) == 0 {
		return nil
	}
	timeout := hookTimeout
	if s.spec.Timeouts.Prepare > 0 {
		timeout = s.spec.Timeouts.Prepare
	}
	_, err := worker.RunCommand(ctx, worker.CommandSpec{
		Name: s.Name, Who: fmt.Sprintf("%s (%s)", h, s.Name), Args: h.args, Dir: s.spec.Dir, Env: s.spec.Env, Timeout: timeout, Discard: true,
	})
	return err
}

// hookTimeout bounds a hook: compiling is one of the things they do.
const hookTimeout = 10 * time.Minute

// prime launches a program that does nothing, right before every launch that is
// timed. Between rounds the machine did other work or none, and the first
// process after that costs a tenth of a millisecond more than one that follows
// another, which a program of a millisecond shows.
func prime(ctx context.Context) {
	if path := nothing(); path != "" {
		_, _ = worker.RunCommand(ctx, worker.CommandSpec{Name: "true", Args: []string{path}, Discard: true, Timeout: time.Second})
	}
}

// nothing is the path of a program that does nothing, "" where there is none.
var nothing = sync.OnceValue(func() string {
	path, err := exec.LookPath("true")
	if err != nil {
		return ""
	}
	return path
})

// around launches a command between its prepare and its conclude. What the
// command has done is judged first; a conclude that fails makes the launch no
// data either.
func (s *subject) around(ctx context.Context, row *record.Row, launch func() (worker.CommandResult, error)) (worker.CommandResult, error) {
	prepare, err := s.hook("prepare", s.cfg.Prepare, row)
	if err == nil {
		err = s.runHook(ctx, prepare)
	}
	if err != nil {
		return worker.CommandResult{}, err
	}
	res, err := launch()
	conclude, expandErr := s.hook("conclude", s.cfg.Conclude, row)
	if expandErr == nil && ctx.Err() == nil {
		expandErr = s.runHook(ctx, conclude)
	}
	if err == nil {
		err = expandErr
	}
	return res, err
}

// SetUp runs the setup commands of these rows, each command line once. It must
// be called before anything is launched, and CleanUp when all is over.
func (l *Lab) SetUp(ctx context.Context, rows []record.Row) error {
	l.settingUp = rows
	if _, err := l.once(ctx, rows, "setup", func(s *subject) []string { return s.cfg.Setup }); err != nil {
		return err
	}
	for _, s := range l.subjects {
		if len(s.cfg.Setup) > 0 { // which may have made the program
			if err := errors.Join(s.findCommand(), s.takeFingerprints()); err != nil {
				return err
			}
		}
	}
	return nil
}

// CleanUp undoes what SetUp did, also when the context has ended. It goes on
// after a failure and returns all of them.
func (l *Lab) CleanUp(ctx context.Context) error {
	rows := l.settingUp
	l.settingUp = nil
	failed, _ := l.once(context.WithoutCancel(ctx), rows, "cleanup", func(s *subject) []string { return s.cfg.Cleanup })
	return errors.Join(failed...)
}

// once runs a hook of every side and row, but no command line twice: what all
// sides share is set up for all of them. Setup ends at its first failure.
func (l *Lab) once(ctx context.Context, rows []record.Row, name string, of func(*subject) []string) (failed []error, err error) {
	done := make(map[string]bool)
	for i := range rows {
		for _, s := range l.subjects {
			args := of(s)
			if len(args) == 0 || rows[i].Unsupported[s.Name] != "" {
				continue
			}
			h, err := s.hook(name, args, &rows[i])
			if err == nil {
				key := fmt.Sprintf("%q in %q with %q", h.args, s.spec.Dir, s.spec.Env)
				if done[key] {
					continue
				}
				done[key] = true
				err = s.runHook(ctx, h)
			}
			if err == nil {
				continue
			}
			if failed = append(failed, err); name == "setup" {
				return failed, err
			}
		}
	}
	return failed, nil
}

// WarmUp launches every command of these rows as often as LabOptions.Warmups
// says. What the launches took is kept with the side's first process.
func (l *Lab) WarmUp(ctx context.Context, rows []record.Row) error {
	for i := range rows {
		for range l.warmups {
			for _, s := range l.subjects {
				if s.isWorker() || rows[i].Unsupported[s.Name] != "" {
					continue
				}
				res, err := s.launch(ctx, &rows[i])
				if ctx.Err() != nil {
					return ctx.Err()
				}
				if err == nil {
					s.warmed(&rows[i], res.Wall)
				} // else the rounds will fail too, and say so
			}
		}
	}
	return nil
}

func (s *subject) warmed(row *record.Row, took time.Duration) {
	if s.warm == nil {
		s.warm = make(map[string][]int64)
	}
	s.warm[row.Name] = append(s.warm[row.Name], int64(took))
}

// takeWarm are the warm-up launches that no process has had yet.
func (s *subject) takeWarm(row *record.Row) []record.Discard {
	samples := s.warm[row.Name]
	delete(s.warm, row.Name)
	if len(samples) == 0 {
		return nil
	}
	return []record.Discard{{Why: "warm-up launches", K: 1, SamplesNS: samples}}
}

// hooks are the subject's hooks as configured.
func (s *subject) hooks() []hook {
	l := s.cfg.Launch
	return slices.DeleteFunc([]hook{{"setup", l.Setup}, {"prepare", l.Prepare}, {"conclude", l.Conclude}, {"cleanup", l.Cleanup}, {"startup", l.Startup}},
		func(h hook) bool { return len(h.args) == 0 })
}

// findHooks says before anything is run which hook has no program. One that is
// given by its path may be the work of setup.
func (s *subject) findHooks() error {
	for _, h := range s.hooks() {
		args, err := config.Expand(h.args[:1], s.vars)
		if err != nil || strings.ContainsRune(args[0], filepath.Separator) && h.name != "setup" && len(s.cfg.Setup) > 0 {
			continue // named by a knob, or made by setup: found out at its launch
		}
		if _, err := s.lookPath(args[0]); err != nil {
			return &SetupError{Impl: s.Name, Msg: fmt.Sprintf("%s: program %q not found", h.name, args[0]), Hint: "check the spelling, or give its path; no shell is run"}
		}
	}
	return nil
}

// findInput says before anything is run that the standard input is not there.
func (s *subject) findInput() error {
	in, err := config.Expand([]string{s.cfg.Input}, s.vars)
	if s.cfg.Input == "" || err != nil || len(s.cfg.Setup) > 0 {
		return nil
	}
	if st, err := os.Stat(s.fromDir(in[0])); err != nil || st.IsDir() {
		return &SetupError{Impl: s.Name, Msg: fmt.Sprintf("input %q is no file that can be read", in[0])}
	}
	return nil
}

// accepts reports whether a launch that failed is a result all the same: it
// ended by itself, with a status that says something.
func (s *subject) accepts(err error) bool {
	var f *worker.Failure
	return s.cfg.IgnoreFailure && errors.As(err, &f) && f.Kind == record.FailCrash && f.Exit != nil && strings.HasPrefix(f.Exit.Status, "exit status ")
}

// anyStatus is whether exit statuses are compared: one side accepts others
// than 0.
func anyStatus(chosen []config.Implementation) bool {
	return slices.ContainsFunc(chosen, func(c config.Implementation) bool { return c.IgnoreFailure })
}

// exitStatus is a process's status, of one that ended by itself.
func exitStatus(status string) int64 {
	var n int64
	_, _ = fmt.Sscanf(status, "exit status %d", &n)
	return n
}
