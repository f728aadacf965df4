package build

import (
	"errors"
	"fmt"
	"strings"
)

// ErrStopped is what Call.Ask returns when its body will not be resumed: a
// task it asked for failed, the build is stopping, or (in a child process)
// what it asked for is not there yet. The body must return at once; what it
// returns is ignored.
var ErrStopped = errors.New("build: the body is to return, its task will not be continued")

// errClosed is the error of a build by an executor that has been closed.
var errClosed = errors.New("build: the executor is closed")

// A CycleError reports definitions that need each other.
type CycleError struct {
	// Path is the cycle as keys, from the first key met twice back to itself.
	Path []string
}

func (e *CycleError) Error() string {
	return "build: tasks need each other: " + strings.Join(e.Path, " -> ")
}

// An UnknownTaskError reports a key that no definition has.
type UnknownTaskError struct {
	Key     string
	By      string // the task that names it; empty when it is a root or to be completed
	Similar string // a key that is defined and may have been meant, or empty
}

func (e *UnknownTaskError) Error() string {
	text := fmt.Sprintf("build: task %q is not defined", e.Key)
	if e.By != "" {
		text = fmt.Sprintf("build: task %q needs %q, which is not defined", e.By, e.Key)
	}
	return text + didYouMean(e.Similar)
}

// A TaskError reports a body that failed or panicked, or whose target could
// not be written.
type TaskError struct {
	Key string
	Err error
}

func (e *TaskError) Error() string { return fmt.Sprintf("build: task %q: %v", e.Key, e.Err) }
func (e *TaskError) Unwrap() error { return e.Err }

// A PanicError is the error of a body that panicked.
type PanicError struct {
	Value any
	Stack []byte // as debug.Stack gives it
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Unwrap returns the panic's value if that is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// A DeadlockError reports a build in which nothing was ready and nothing ran
// although the root was not complete. Compile refuses cycles, so this is a
// guard against mistakes in this package.
type DeadlockError struct {
	Stuck int // known tasks that could not go on
	// Path are the keys of some of them: the root, or the first that is stuck,
	// then each time what the one before waits for. The last waits for nothing
	// and was not started all the same, or is on the path already.
	Path []string
}

func (e *DeadlockError) Error() string {
	text := fmt.Sprintf("build: deadlock: %d tasks wait and nothing runs", e.Stuck)
	for i, key := range e.Path {
		switch {
		case i == 0:
			text += fmt.Sprintf(": %q", key)
		case i > longestPath && i < len(e.Path)-1:
			continue
		case i > longestPath:
			text += fmt.Sprintf(" ... (%d more) waits for %q", i-longestPath-1, key)
		default:
			text += fmt.Sprintf(" waits for %q", key)
		}
	}
	return text
}

// longestPath is how many keys after the first an error spells out.
const longestPath = 8

// A WorkerError reports a child process that died or broke the protocol. It
// ends the build in every fail mode: it says nothing about the task.
type WorkerError struct {
	Key string // the task the child was given; empty outside of one
	PID int    // 0 if it could not be started
	// Stderr is the last line that the child wrote to its standard error, all
	// of which goes to that of this process.
	Stderr string
	// Err says how it died (an *exec.ExitError has the exit code or signal) or
	// what it did wrong.
	Err error
}

func (e *WorkerError) Error() string {
	text := "build: "
	if e.Key != "" {
		text += fmt.Sprintf("task %q: ", e.Key)
	}
	text += "worker process"
	if e.PID != 0 {
		text += fmt.Sprintf(" %d", e.PID)
	}
	text += fmt.Sprintf(": %v", e.Err)
	if e.Stderr != "" {
		text += fmt.Sprintf("; last stderr: %s", e.Stderr)
	}
	return text
}

func (e *WorkerError) Unwrap() error { return e.Err }
