package harness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"xbench/harness/config"
	"xbench/harness/record"
	"xbench/harness/strictyaml"
	"xbench/harness/worker"
)

// A SetupError means that an implementation cannot be launched at all on this
// machine: a configuration matter, not a measurement.
type SetupError struct {
	Impl string
	Msg  string
	Hint string // what to do about it
}

func (e *SetupError) Error() string {
	if e.Hint == "" {
		return fmt.Sprintf("implementation %s: %s", e.Impl, e.Msg)
	}
	return fmt.Sprintf("implementation %s: %s; %s", e.Impl, e.Msg, e.Hint)
}

// resolve fills in placeholders, checks what the implementation needs and runs
// its build command, of which it tells an observer.
func resolve(ctx context.Context, cfg *config.Config, c config.Implementation, vars map[string]string, observe func(Event)) (*subject, error) {
	s := &subject{cfg: c, vars: vars, configured: len(cfg.Data) > 0, place: placeOf(cfg, c), Implementation: record.Implementation{Name: c.Name, Kind: kindWorker, Command: c.Worker}}
	if len(c.Command) > 0 {
		s.Kind, s.Command = kindCommand, c.Command
	}
	if c.Adapter != "" {
		s.adapt(c)
	}
	dir, err := config.Expand([]string{c.Dir}, vars)
	if err != nil {
		return nil, &SetupError{Impl: c.Name, Msg: "dir: " + err.Error()}
	}
	s.Dir = c.Dir
	s.spec = worker.Spec{Name: c.Name, Dir: absolute(cfg.Dir, dir[0]), Env: environment(c.Env), Timeouts: worker.Timeouts(c.Timeouts)}
	s.configFile = filepath.Join(cfg.Dir, filepath.Base(cfg.Path))
	s.Env = slices.Sorted(slices.Values(s.spec.Env))
	if st, err := os.Stat(s.spec.Dir); err != nil || !st.IsDir() {
		return nil, &SetupError{Impl: c.Name, Msg: fmt.Sprintf("dir %q is not a directory", s.spec.Dir)}
	}
	if c.Needs != nil {
		if err := s.meetNeeds(ctx, c.Needs); err != nil {
			return nil, err
		}
	}
	if len(c.Build) > 0 {
		if err := s.build(ctx, c.Build, observe); err != nil {
			return nil, err
		}
	}
	if s.isWorker() {
		if s.spec.Args, err = config.Expand(c.Worker, vars); err != nil {
			return nil, &SetupError{Impl: c.Name, Msg: "worker: " + err.Error()}
		}
		if err := s.findProgram(s.spec.Args[0]); err != nil {
			return nil, err
		}
		return s, s.takeFingerprints()
	}
	if err := errors.Join(s.findHooks(), s.findInput()); err != nil {
		return nil, err
	}
	if len(c.Setup) == 0 { // which may be what makes it
		if err := s.findCommand(); err != nil {
			return nil, err
		}
	}
	return s, s.takeFingerprints()
}

// findCommand looks for the program of a command. One that is named by a
// benchmark's knob is found out at its launch.
func (s *subject) findCommand() error {
	program, err := config.Expand(s.Command[:1], s.vars)
	if err != nil {
		return nil
	}
	return s.findProgram(program[0])
}

func absolute(base, dir string) string {
	if dir == "" {
		return orDot(base)
	}
	if filepath.IsAbs(dir) {
		return dir
	}
	return filepath.Join(orDot(base), dir)
}

func orDot(dir string) string {
	if dir == "" {
		return "."
	}
	return dir
}

func environment(env map[string]string) []string {
	var out []string
	for k, v := range env {
		out = append(out, k+"="+v)
	}
	return out
}

// findProgram says in one line when a program does not exist, before anything
// is measured.
func (s *subject) findProgram(name string) error {
	hint := s.wayOut(name, "put its path in the configuration")
	if !s.configured {
		hint = "check the spelling, or give its path"
	}
	if s.isAdapter() && slices.Contains([]string{"cargo", "go"}, name) {
		hint = s.bench.Install()
	}
	if s.cfg.Needs != nil && s.cfg.Needs.Hint != "" {
		hint = s.cfg.Needs.Hint
	}
	path, err := s.lookPath(name)
	switch {
	case err == nil:
		return s.unfit(name, path)
	case errors.Is(err, fs.ErrPermission):
		return s.notExecutable(name)
	}
	return s.notFound(name, hint)
}

// notFound points at the program's place in the configuration, and at a file
// beside it that has nearly its name.
func (s *subject) notFound(name, hint string) error {
	return &SetupError{Impl: s.Name, Msg: fmt.Sprintf("program %q not found%s%s", name, s.near(name), s.place), Hint: hint}
}

// placeOf says where in a file an implementation's program stands.
func placeOf(cfg *config.Config, c config.Implementation) string {
	i := slices.IndexFunc(cfg.Implementations, func(im config.Implementation) bool { return im.Name == c.Name })
	doc, err := strictyaml.Parse(filepath.Base(cfg.Path), cfg.Data)
	if cfg.Path == "" || err != nil || i < 0 {
		return ""
	}
	var at *strictyaml.Error
	if !errors.As(doc.Errorf(fmt.Sprintf("implementations[%d].%s", i, c.Kind()), ""), &at) {
		return ""
	}
	return fmt.Sprintf(" (%s, line %d)", at.File, at.Line)
}

func namesIn(dir string) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

// meetNeeds runs the declared version command and compares what it prints.
func (s *subject) meetNeeds(ctx context.Context, n *config.Needs) error {
	args, err := config.Expand(n.Run, s.vars)
	if err != nil {
		return &SetupError{Impl: s.Name, Msg: "needs: " + err.Error()}
	}
	if err := s.findProgram(args[0]); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir = s.spec.Dir
	out, err := cmd.CombinedOutput()
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	if err != nil {
		return &SetupError{Impl: s.Name, Msg: fmt.Sprintf("%s: %v: %s", strings.Join(args, " "), err, firstLine(out)), Hint: n.Hint}
	}
	found, ok := n.Satisfied(string(out))
	switch {
	case ok:
		return nil
	case found == "":
		return &SetupError{Impl: s.Name, Msg: fmt.Sprintf("%s printed no version: %q", strings.Join(args, " "), firstLine(out)), Hint: n.Hint}
	}
	return &SetupError{Impl: s.Name, Msg: fmt.Sprintf("needs %s %s, found %s", args[0], n.Version, found), Hint: n.Hint}
}

func firstLine(b []byte) string {
	line, _, _ := bytes.Cut(bytes.TrimSpace(b), []byte("\n"))
	return string(line)
}

// build runs the implementation's build command; its output is shown only when
// it fails.
func (s *subject) build(ctx context.Context, args []string, observe func(Event)) error {
	args, err := config.Expand(args, s.vars)
	if err != nil {
		return &SetupError{Impl: s.Name, Msg: "build: " + err.Error()}
	}
	if err := s.canBuild(args); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Dir, cmd.Env = s.spec.Dir, append(os.Environ(), s.spec.Env...)
	observe(Event{Stage: StageBuild, Impl: s.Name, Command: args, Total: 1})
	began := time.Now()
	out, err := cmd.CombinedOutput()
	if errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	observe(Event{Stage: StageBuild, Impl: s.Name, Command: args, Done: 1, Total: 1, Elapsed: time.Since(began)})
	if err != nil {
		return &SetupError{Impl: s.Name, Msg: fmt.Sprintf("build %s: %v\n%s", strings.Join(args, " "), err, lastLines(out, 20))}
	}
	return nil
}

func lastLines(b []byte, n int) string {
	lines := strings.Split(strings.TrimRight(string(b), "\n"), "\n")
	if len(lines) > n {
		lines = lines[len(lines)-n:]
	}
	return strings.Join(lines, "\n")
}
