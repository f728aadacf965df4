package worker

import (
	"errors"
	"strings"
	"syscall"

	"xbench/harness/protocol"
	"xbench/harness/record"
)

// remedy is what to do about the last words of a program, "" where they say it
// themselves.
func remedy(last string) string {
	if strings.HasPrefix(last, "ModuleNotFoundError: ") {
		// As often as not it is installed, for another interpreter.
		return "install it, or name the interpreter that has it, e.g. [.venv/bin/python, worker.py]"
	}
	return ""
}

// noWorker is said of a program that does not begin as a worker does.
func (f *Failure) noWorker() string {
	silent := f.Exit != nil && f.Exit.Status == "exit status 0"
	if f.Method == protocol.MethodInitialize && (f.Kind == record.FailProtocol || silent) {
		return "; a program that speaks no protocol goes under command:, not worker:"
	}
	return ""
}

// startRemedy explains the system's words for why a program did not start.
func startRemedy(err error) string {
	if errors.Is(err, syscall.ENOEXEC) {
		return ": neither a program for this machine nor a script with a #! line"
	}
	return ""
}
