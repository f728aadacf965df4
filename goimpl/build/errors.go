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
	Key string
	By  string // the task that names it; empty when it is the root
}

func (e *UnknownTaskError) Error() string {
	if e.By == "" {
		return fmt.Sprintf("build: root %q is not defined", e.Key)
	}
	return fmt.Sprintf("build: task %q needs %q, which is not defined", e.By, e.Key)
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

// A DeadlockError reports a build in which nothing was ready and nothing ran
// although the root was not complete. Compile refuses cycles, so this is a
// guard against mistakes in this package.
type DeadlockError struct {
	Stuck int // known tasks that could not go on
}

func (e *DeadlockError) Error() string {
	return fmt.Sprintf("build: deadlock: %d tasks wait and nothing runs", e.Stuck)
}

// A WorkerError reports a child process that died or broke the protocol. It
// ends the build in every fail mode: it says nothing about the task.
type WorkerError struct {
	Key string // the task the child was given; empty outside of one
	PID int    // 0 if it could not be started
	Err error
}

func (e *WorkerError) Error() string {
	if e.Key == "" {
		return fmt.Sprintf("build: worker process %d: %v", e.PID, e.Err)
	}
	return fmt.Sprintf("build: task %q: worker process %d: %v", e.Key, e.PID, e.Err)
}

func (e *WorkerError) Unwrap() error { return e.Err }
