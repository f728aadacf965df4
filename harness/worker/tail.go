package worker

import (
	"io"
	"sync"

	"xbench/harness/protocol"
)

// tailBytes is how much of a child's standard error is kept.
const tailBytes = 64 << 10

// A tail keeps the end of what a child writes to standard error.
type tail struct {
	mu      sync.Mutex
	buf     []byte // at most 2*tailBytes
	lost    bool
	written int64 // bytes so far, lost ones included
}

// Write never fails and never blocks: a child that floods its standard error
// is read as fast as it writes.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := len(p)
	t.written += int64(n)
	if n > tailBytes {
		p, t.buf, t.lost = p[n-tailBytes:], t.buf[:0], true
	}
	if len(t.buf)+len(p) > 2*tailBytes {
		keep := copy(t.buf, t.buf[len(t.buf)-tailBytes:])
		t.buf, t.lost = t.buf[:keep], true
	}
	t.buf = append(t.buf, p...)
	return n, nil
}

// readFrom collects until r ends. An error is the end too: what has been read
// by then is all there is.
func (t *tail) readFrom(r io.Reader) { _, _ = io.Copy(struct{ io.Writer }{t}, struct{ io.Reader }{r}) }

// text is the tail, escaped. A cut is marked.
func (t *tail) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	b, lost := t.buf, t.lost
	if len(b) > tailBytes {
		b, lost = b[len(b)-tailBytes:], true
	}
	s := protocol.EscapeLines(string(b))
	if lost {
		s = "…" + s
	}
	return s
}
