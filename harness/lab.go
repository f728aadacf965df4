// Package harness measures: it launches implementations in fresh processes,
// checks that they do the same work, fixes the plan, runs the rounds and writes
// the record.
//
// It decides nothing about the numbers. What is still undecided it asks a
// function it is given (see [Options.Decide]); compare provides it, and both
// see only record types. Nothing here knows what the implementations or their
// benchmarks are called.
package harness

import (
	"context"
	"fmt"
	"time"

	"xbench/harness/config"
	"xbench/harness/protocol"
	"xbench/harness/record"
	"xbench/harness/strictyaml"
	"xbench/harness/worker"
)

// A Lab holds the implementations of one configuration, resolved and asked
// what they can do.
type Lab struct {
	subjects  []*subject
	config    *config.Config
	observe   func(Event)
	warmups   int          // launches of each command before the rounds
	settingUp []record.Row // what CleanUp is about
}

// LabOptions says what a Lab is made of.
type LabOptions struct {
	Config *config.Config
	// Only, when not empty, names the implementations to use.
	Only []string
	// Vars are the values of placeholders such as {self} in commands.
	Vars map[string]string
	// Warmups is how often WarmUp launches each command.
	Warmups int
	// Observe is told what happens. It must return quickly: it runs between
	// processes, never during a sample. Nil means nobody listens.
	Observe func(Event)
}

// NewLab resolves the implementations: checks what they need, runs their build
// steps, launches each worker once and asks what it offers.
func NewLab(ctx context.Context, opt LabOptions) (*Lab, error) {
	lab := &Lab{config: opt.Config, observe: opt.Observe, warmups: opt.Warmups}
	if lab.observe == nil {
		lab.observe = func(Event) {}
	}
	chosen, err := choose(opt.Config.Implementations, opt.Only)
	if err != nil {
		return nil, err
	}
	for _, c := range chosen {
		s, err := resolve(ctx, opt.Config, c, opt.Vars, lab.observe)
		if err != nil {
			return nil, err
		}
		switch {
		case s.isWorker():
			err = s.survey(ctx)
		case s.isAdapter():
			err = s.surveyTool(ctx, opt.Config)
		}
		if err != nil {
			return nil, err
		}
		s.anyStatus = anyStatus(chosen)
		if s.Launch = c.Launch.Record(); opt.Warmups > 0 && s.Kind == kindCommand {
			if s.Launch == nil {
				s.Launch = new(record.Launch)
			}
			s.Launch.Warmups = opt.Warmups
		}
		lab.subjects = append(lab.subjects, s)
	}
	return lab, nil
}

// choose returns the implementations named in only, in configuration order.
func choose(all []config.Implementation, only []string) ([]config.Implementation, error) {
	if len(only) == 0 {
		return all, nil
	}
	var known []string
	for _, c := range all {
		known = append(known, c.Name)
	}
	want := make(map[string]bool)
	for _, name := range only {
		want[name] = true
	}
	var out []config.Implementation
	for _, c := range all {
		if want[c.Name] {
			out = append(out, c)
			delete(want, c.Name)
		}
	}
	for _, name := range only {
		if want[name] {
			return nil, strictyaml.Unknown("implementation", name, known)
		}
	}
	return out, nil
}

// Implementations describes the lab's implementations for the plan.
func (l *Lab) Implementations() []record.Implementation {
	out := make([]record.Implementation, len(l.subjects))
	for i, s := range l.subjects {
		out[i] = s.Implementation
	}
	return out
}

// Reference is the name of the implementation that the others are compared
// with, or "" when the lab has only one or the reference was left out.
func (l *Lab) Reference() string {
	if len(l.subjects) < 2 {
		return ""
	}
	for _, s := range l.subjects {
		if s.cfg.Reference {
			return s.Name
		}
	}
	return ""
}

// CommandLine is what is launched for an implementation. Placeholders that each
// benchmark fills in stay as they are.
func (l *Lab) CommandLine(impl string) []string {
	for _, s := range l.subjects {
		if s.Name == impl {
			return config.ExpandKnown(s.Command, s.vars)
		}
	}
	return nil
}

// Launches reports whether some implementation is a whole program, one launch
// of which is one sample.
func (l *Lab) Launches() bool { return l.hasCommand() }

// A subject is one implementation, ready to be launched.
type subject struct {
	record.Implementation
	cfg  config.Implementation
	spec worker.Spec
	info protocol.Info // workers only
	vars map[string]string

	configured bool   // by a file, not on the command line
	place      string // in that file, for messages: " (xbench.yaml, line 4)"
	configFile string // its path

	checked outputs   // commands, and adapters with an output
	bench   benchTool // adapters only

	warm      map[string][]int64 // by row: warm-up launches of a command that no process has had yet, ns
	anyStatus bool               // exit statuses are compared
}

func (s *subject) isWorker() bool { return s.Kind == kindWorker }

// Implementation kinds.
const (
	kindWorker  = record.KindWorker
	kindCommand = record.KindCommand
)

// survey launches the worker once and asks what it is and what it offers.
func (s *subject) survey(ctx context.Context) error {
	w, err := worker.Start(ctx, s.spec)
	if err != nil {
		return err
	}
	defer w.Close(ctx)
	info, err := w.Initialize(ctx)
	if err != nil {
		return err
	}
	if info.Protocol > protocol.Version {
		return fmt.Errorf("worker %s: speaks protocol %d, this xbench speaks %d; update xbench", s.Name, info.Protocol, protocol.Version)
	}
	s.info = info
	s.Version = info.Implementation.Version
	s.Language = info.Implementation.Language
	s.Runtime = info.Implementation.Runtime
	s.Mode = info.Implementation.Build.Mode
	s.Flags = info.Implementation.Build.Flags
	s.Settings = info.Implementation.Settings
	s.Clock = info.Clock.Name
	s.Nonce = info.Nonce
	return nil
}

// minSample is the shortest sample this implementation's clock can time well:
// a thousand times the step of the clock plus the cost of reading it.
func (s *subject) minSample() time.Duration {
	return 1000 * time.Duration(s.info.Clock.ResolutionNS+s.info.Clock.CallNS)
}
