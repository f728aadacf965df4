package harness

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"xbench/harness/config"
	"xbench/harness/protocol"
	"xbench/harness/record"
	"xbench/harness/worker"
)

// A command is an implementation that knows nothing of the protocol: one
// launch is one sample, timed from outside, and its output is its result.

// launch runs the command once for a row, between what prepares it and what
// concludes it.
func (s *subject) launch(ctx context.Context, row *record.Row) (worker.CommandResult, error) {
	return s.launchAfter(ctx, row, func(context.Context) {})
}

// launchAfter lets something happen right before the launch.
func (s *subject) launchAfter(ctx context.Context, row *record.Row, last func(context.Context)) (worker.CommandResult, error) {
	args, err := config.Expand(s.commandOf(row), s.rowVars(row))
	var input []string
	if err == nil {
		input, err = config.Expand([]string{s.cfg.Input}, s.rowVars(row))
	}
	if err != nil {
		return worker.CommandResult{}, &ownFailure{record.FailCrash, fmt.Sprintf("command %s: %v", s.Name, err)}
	}
	res, err := s.around(ctx, row, func() (worker.CommandResult, error) {
		last(ctx)
		return worker.RunCommand(ctx, worker.CommandSpec{
			Name: s.Name, Args: args, Dir: s.spec.Dir, Env: s.spec.Env, Stdin: s.fromDir(input[0]),
			Timeout: s.commandTimeout(), MaxStdout: maxOutput,
		})
	})
	if !row.Startup && s.accepts(err) { // what starts a program and fails has not started it
		return res, nil
	}
	return res, err
}

// commandOf is the command that is launched for a row.
func (s *subject) commandOf(row *record.Row) []string {
	if s.isAdapter() {
		return s.cfg.Output
	}
	if row.Startup && len(s.cfg.Startup) > 0 {
		return s.cfg.Startup
	}
	return s.cfg.Command
}

// maxOutput is how much of a command's output is kept to be compared by
// anything but its hash.
const maxOutput = 16 << 20

// commandTimeout bounds one launch. Nobody knows beforehand how long a whole
// program takes, so the default is generous.
func (s *subject) commandTimeout() time.Duration {
	if s.spec.Timeouts.Run > 0 {
		return s.spec.Timeouts.Run
	}
	return 10 * time.Minute
}

// measureCommand is one launch as a process of a round.
func (s *subject) measureCommand(ctx context.Context, row *record.Row, j job) (record.Process, error) {
	p := newProcess(row, s, j, time.Now())
	p.K = 1
	p.Discarded = s.takeWarm(row)
	res, err := s.launchAfter(ctx, row, prime)
	if ctx.Err() != nil {
		return p, ctx.Err()
	}
	p.Exit = res.Exit.Status
	p.Usage = usage(res.Exit)
	p.Phases.TotalNS = int64(res.Wall)
	if err == nil {
		p.SamplesNS = []float64{float64(res.Wall)}
		p.CPUNS = int64(res.Exit.User + res.Exit.System)
		p.Counters = s.status(row, res)
		p.Digest, err = s.agreed(row, res)
	}
	if p.Failure = explain(err); p.Failure != nil {
		p.Stderr = res.Exit.Stderr
	}
	return p, nil
}

// calibrateCommand is one launch: it brings program and input into the page
// cache and tells how long a round takes.
func (s *subject) calibrateCommand(ctx context.Context, row *record.Row) (calibrated, *record.Failure, error) {
	res, err := s.launch(ctx, row)
	if ctx.Err() != nil {
		return calibrated{}, nil, ctx.Err()
	}
	return calibrated{k: 1, perIter: res.Wall}, explain(err), nil
}

// outputs remembers what a command printed when it was checked, per row.
type outputs struct {
	mu   sync.Mutex
	seen map[string]checkedOutput
}

// A checkedOutput is an output that took part in the same-work check, and the
// digest that stands for every output equal to it.
type checkedOutput struct {
	raw    []byte
	sha    string
	digest string
	exit   string
	same   config.SameOutput
}

// agreed checks a timed output against the one that was checked, and returns
// the digest of the check: two outputs that are equal only under same_output
// count as one.
func (s *subject) agreed(row *record.Row, res worker.CommandResult) (string, error) {
	s.checked.mu.Lock()
	was, ok := s.checked.seen[row.Name]
	s.checked.mu.Unlock()
	if row.Startup {
		return "", nil
	}
	if ok && was.exit != res.Exit.Status {
		return "", &ownFailure{record.FailDigest, fmt.Sprintf("command %s: %s: %s, but %s when it was checked", s.Name, row.Name, res.Exit.Status, was.exit)}
	}
	if was.same.As == "none" {
		return "", nil
	}
	if !ok || res.StdoutSHA256 == was.sha {
		return orElse(was.digest, res.StdoutSHA256), nil
	}
	if isExact(was.same) || res.StdoutBytes > int64(len(res.Stdout)) {
		where := firstDifference(was.raw, res.Stdout, config.SameOutput{})
		return "", &ownFailure{record.FailDigest, fmt.Sprintf("command %s: %s: its output is not the one it was checked with: sha256 %s, was %s; %s",
			s.Name, row.Name, short(res.StdoutSHA256), short(was.sha), where)}
	}
	if where := firstDifference(was.raw, res.Stdout, was.same); where != "" {
		return "", &ownFailure{record.FailDigest, fmt.Sprintf("command %s: %s: its output is not the one it was checked with: %s", s.Name, row.Name, where)}
	}
	return was.digest, nil
}

// status is the exit status as a counter, where others than 0 are accepted.
func (s *subject) status(row *record.Row, res worker.CommandResult) map[string]int64 {
	if !s.anyStatus || row.Startup {
		return nil
	}
	return map[string]int64{record.CounterExit: exitStatus(res.Exit.Status)}
}

// An ExitStatus is how a command ended when it was checked.
type ExitStatus struct {
	Row, Impl string
	Status    int64
}

// ExitStatuses are those other than 0 that Check took for results.
func (l *Lab) ExitStatuses(rows []record.Row) []ExitStatus {
	var out []ExitStatus
	for i := range rows {
		for _, s := range l.subjects {
			s.checked.mu.Lock()
			status := exitStatus(s.checked.seen[rows[i].Name].exit)
			s.checked.mu.Unlock()
			if status != 0 {
				out = append(out, ExitStatus{rows[i].Name, s.Name, status})
			}
		}
	}
	return out
}

// printed is what a command printed when it was checked.
func (s *subject) printed(row *record.Row) []byte {
	s.checked.mu.Lock()
	defer s.checked.mu.Unlock()
	return s.checked.seen[row.Name].raw
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// commandAnswers answers a check by running the command.
type commandAnswers struct {
	s    *subject
	row  *record.Row
	same config.SameOutput
}

func (a *commandAnswers) answer(ctx context.Context, _ uint64, wantResult bool) (protocol.Verification, error) {
	res, err := a.s.launch(ctx, a.row)
	if err != nil {
		return protocol.Verification{}, err
	}
	if a.row.Startup {
		return protocol.Verification{}, nil // what starts a program has no result
	}
	if res.StdoutBytes > int64(len(res.Stdout)) && !isExact(a.same) && a.same.As != "none" {
		return protocol.Verification{}, &ownFailure{record.FailDigest, fmt.Sprintf("command %s: %s: printed %d bytes; more than %d can only be compared exactly, not as %s",
			a.s.Name, a.row.Name, res.StdoutBytes, maxOutput, a.same.As)}
	}
	digest := canonicalDigest(res, a.same)
	a.s.checked.mu.Lock()
	if a.s.checked.seen == nil {
		a.s.checked.seen = make(map[string]checkedOutput)
	}
	a.s.checked.seen[a.row.Name] = checkedOutput{raw: res.Stdout, sha: res.StdoutSHA256, digest: digest, exit: res.Exit.Status, same: a.same}
	a.s.checked.mu.Unlock()
	v := protocol.Verification{Digest: &digest, Counters: a.s.status(a.row, res)}
	if a.same.As == "none" {
		v.Digest = nil
		return v, nil
	}
	if wantResult {
		v.Result = res.Stdout
	}
	return v, nil
}

func (a *commandAnswers) close() {}

// canonicalDigest digests an output after the canonicaliser. With a float
// tolerance there is no canonical form: equal sides may have unequal digests,
// and the comparison of results decides.
func canonicalDigest(res worker.CommandResult, same config.SameOutput) string {
	switch same.As {
	case "lines", "sorted-lines":
		ls := lines(res.Stdout)
		if same.As == "sorted-lines" {
			slices.Sort(ls)
		}
		return digest([]byte(strings.Join(ls, "\n")))
	case "json":
		return digest(bytes.TrimSpace(res.Stdout))
	}
	return res.StdoutSHA256
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
