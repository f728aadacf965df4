package main

import (
	"io"
	"os"
	"sync"
)

// onGitHub is whether GitHub's runner reads what is printed.
func onGitHub() bool { return os.Getenv("GITHUB_ACTIONS") == "true" }

// An inert writer lets through nothing that GitHub's runner would take for a
// command. The runner looks for them in both streams: for "::" at the start of
// a line, blanks apart, and for "##[" anywhere. Names of benchmarks and what
// programs write to stderr are printed in both, so that whoever chose them
// could end, hide or rename what the step says, or fake an annotation.
//
// Stopping the commands and resuming them for our own would depend on the order
// in which the runner reads two streams. Instead the last character of such a
// sequence becomes its escape, as anything unprintable is shown: "##\u005b".
// In JSON that is the same text.
type inert struct {
	w  io.Writer
	mu sync.Mutex // the interrupted and the interrupting print

	inLine bool    // a printable character stands in this line
	last   [2]byte // what was written before
}

var escapes = map[byte]string{':': `\u003a`, '[': `\u005b`}

// Write keeps its place from call to call: a sequence may come in pieces.
func (i *inert) Write(p []byte) (int, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	out := make([]byte, 0, len(p))
	for _, c := range p {
		colons := c == ':' && i.last[1] == ':' && !i.inLine
		if colons || c == '[' && i.last == [2]byte{'#', '#'} {
			out = append(out, escapes[c]...)
		} else {
			out = append(out, c)
		}
		switch {
		case c == '\n' || c == '\r': // the runner ends a line at either
			i.inLine = false
		case i.last[1] == ':' || c != ':' && '!' <= c && c <= '~':
			i.inLine = true // all else may be a blank, or part of one
		}
		i.last = [2]byte{i.last[1], c}
	}
	if _, err := i.w.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// commands gives the stream itself to who writes commands on purpose, at the
// start of a line.
func (i *inert) commands(write func(io.Writer) error) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if c := i.last[1]; c != 0 && c != '\n' {
		if _, err := io.WriteString(i.w, "\n"); err != nil {
			return err
		}
	}
	i.inLine, i.last = false, [2]byte{}
	return write(i.w)
}
