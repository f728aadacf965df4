package worker

import (
	"regexp"
	"strings"
	"time"

	"xbench/harness/protocol"
)

// rustPanic is what Rust prints of a panic: where it was, what it said, and at
// the end how to see more, which is of no use to anyone here.
var rustPanic = regexp.MustCompile(`(?s)thread '[^'\n]*'[^\n']* (panicked at .*?)\n(?:stack backtrace:.*|note: run with [^\n]*)$`)

// lastWords is the last that a program said on standard error, in one line.
func lastWords(stderr string) string {
	stderr = strings.TrimSpace(stderr)
	if i := strings.LastIndex(stderr, "thread '"); i >= 0 {
		if said := rustPanic.FindStringSubmatch(stderr[i:]); said != nil {
			return strings.Join(strings.Fields(said[1]), " ")
		}
	}
	return strings.TrimSpace(stderr[strings.LastIndex(stderr, "\n")+1:])
}

// lastWords are those of the process, as far as the failure does not say them
// already. An error answer carries its own explanation; only of a benchmark that
// failed is it known that it may be elsewhere, in what was printed since it was
// asked.
func (f *Failure) lastWords() string {
	switch f.Code {
	case 0:
		return lastWords(f.Stderr)
	case protocol.CodeFailed:
		plain := func(s string) string { return strings.Join(strings.Fields(strings.ReplaceAll(s, `\n`, " ")), " ") }
		if said := lastWords(f.recent); !strings.Contains(plain(f.Answer), plain(said)) {
			return said
		}
	}
	return ""
}

// A child has written to standard error before it answers, and what it wrote is
// read soon after.
const (
	tailSettles = 5 * time.Millisecond
	tailComes   = 100 * time.Millisecond
)

// mark is a place in what is written, for since.
func (t *tail) mark() int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.written
}

// since is what was written after a mark, escaped, as far as it is kept. It
// waits a moment for what is under way.
func (t *tail) since(mark int64) string {
	last := mark
	for end := time.Now().Add(tailComes); time.Now().Before(end); {
		time.Sleep(tailSettles)
		now := t.mark()
		if now > mark && now == last {
			break
		}
		last = now
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	n := min(t.written-mark, int64(len(t.buf)))
	return protocol.EscapeLines(string(t.buf[int64(len(t.buf))-n:]))
}
