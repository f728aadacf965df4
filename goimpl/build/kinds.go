package build

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Kind makes the body of one task from its parameters. It is called when a
// DAG is compiled, so that bodies find their parameters decoded and mistakes
// show before anything runs.
type Kind func(p Params) (Body, error)

// Kinds are the kinds of task there are, by name.
type Kinds map[string]Kind

// Func makes a kind of a body that finds what it needs by itself, in c.Params()
// for one. To find mistakes in parameters before anything runs, write a Kind.
func Func(body Body) Kind {
	return func(Params) (Body, error) { return body, nil }
}

// unknown is the error of a kind that there is not.
func (k Kinds) unknown(name string) error {
	known := strings.Join(slices.Sorted(maps.Keys(k)), ", ")
	return fmt.Errorf("unknown kind %q%s (known: %s)", name, didYouMean(similar(name, maps.Keys(k))), known)
}

// Params are the parameters of a task.
type Params map[string]any

// Count returns a parameter that must be an integer >= 0.
func (p Params) Count(name string) (int, error) {
	var n int64
	switch v := p[name].(type) {
	case int:
		n = int64(v)
	case int64:
		n = v
	case nil:
		return 0, fmt.Errorf("parameter %s is missing", name)
	default:
		return 0, fmt.Errorf("parameter %s is %s (%T), want an integer", name, quote(v), v)
	}
	if n < 0 {
		return 0, fmt.Errorf("parameter %s is %d, want at least 0", name, n)
	}
	return int(n), nil
}

// Text returns a parameter that must be text.
func (p Params) Text(name string) (string, error) {
	switch v := p[name].(type) {
	case string:
		return v, nil
	case nil:
		return "", fmt.Errorf("parameter %s is missing", name)
	default:
		return "", fmt.Errorf("parameter %s is %s (%T), want text", name, quote(v), v)
	}
}

// quote writes a parameter as it is, but text so that one sees that it is text.
func quote(v any) string {
	if text, ok := v.(string); ok {
		return strconv.Quote(text)
	}
	return fmt.Sprint(v)
}

// NonceText is what a nonce adds to a task's key and to other inputs: "" for
// 0, else "#" and the number.
func NonceText(nonce uint64) string {
	if nonce == 0 {
		return ""
	}
	return "#" + strconv.FormatUint(nonce, 10)
}

// StandardKinds are the kinds of the benchmark catalogue: io, cpu, light,
// file_write, file_rw, slow_check and fail. All ask for their rounds before
// anything else. The nonce changes what cpu hashes.
func StandardKinds(nonce uint64) Kinds {
	return Kinds{
		"io":         ioKind,
		"cpu":        cpuKind("benchmark" + NonceText(nonce)),
		"light":      lightKind,
		"file_write": fileWriteKind,
		"file_rw":    fileRWKind,
		slowCheck:    slowCheckKind,
		"fail":       failKind,
	}
}

// ioKind sleeps sleep_ms milliseconds.
func ioKind(p Params) (Body, error) {
	ms, err := p.Count("sleep_ms")
	if err != nil {
		return nil, err
	}
	d := time.Duration(ms) * time.Millisecond
	return func(ctx context.Context, c *Call) error {
		if err := c.AskAll(); err != nil {
			return err
		}
		if err := sleep(ctx, d); err != nil {
			return err
		}
		c.Int("slept_ms", int64(ms))
		return nil
	}, nil
}

// sleep waits for d, or less if ctx is done before.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// cpuKind replaces some bytes by their SHA-256, iterations times.
func cpuKind(start string) Kind {
	return func(p Params) (Body, error) {
		n, err := p.Count("iterations")
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context, c *Call) error {
			if err := c.AskAll(); err != nil {
				return err
			}
			data, err := hashChain(ctx, []byte(start), n)
			if err != nil {
				return err
			}
			c.Text("hash", hex.EncodeToString(data))
			return nil
		}, nil
	}
}

// hashChain looks at ctx about three times a millisecond.
func hashChain(ctx context.Context, data []byte, n int) ([]byte, error) {
	const between = 4096
	for i := range n {
		if i%between == between-1 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		sum := sha256.Sum256(data)
		data = append(data[:0], sum[:]...)
	}
	return data, nil
}

// lightKind adds up the integers below n.
func lightKind(p Params) (Body, error) {
	n, err := p.Count("n")
	if err != nil {
		return nil, err
	}
	return func(_ context.Context, c *Call) error {
		if err := c.AskAll(); err != nil {
			return err
		}
		sum := int64(0)
		for i := range n {
			sum += int64(i)
		}
		c.Int("sum", sum)
		return nil
	}, nil
}

// fileWriteKind writes size bytes of x to the data file.
func fileWriteKind(p Params) (Body, error) {
	size, err := p.Count("size")
	if err != nil {
		return nil, err
	}
	return func(_ context.Context, c *Call) error {
		if err := c.AskAll(); err != nil {
			return err
		}
		name, err := c.dataFile()
		if err != nil {
			return err
		}
		written, err := writeFile(name, bytes.Repeat([]byte{'x'}, size))
		if err != nil {
			return err
		}
		c.Int("bytes_written", int64(written))
		return nil
	}, nil
}

// fileRWKind writes size bytes of y to the data file and reads it back, cycles
// times.
func fileRWKind(p Params) (Body, error) {
	size, err := p.Count("size")
	if err != nil {
		return nil, err
	}
	cycles, err := p.Count("cycles")
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, c *Call) error {
		if err := c.AskAll(); err != nil {
			return err
		}
		name, err := c.dataFile()
		if err != nil {
			return err
		}
		text := bytes.Repeat([]byte{'y'}, size)
		read, written := 0, 0
		for range cycles {
			if err := ctx.Err(); err != nil {
				return err
			}
			n, err := writeFile(name, text)
			if err != nil {
				return err
			}
			written += n
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			read += len(data)
		}
		c.Int("bytes_read", int64(read))
		c.Int("bytes_written", int64(written))
		return nil
	}, nil
}

// slowCheck is the kind whose cost lies in its completeness checks: each first
// waits latency_ms milliseconds, as if the target were far away.
const slowCheck = "slow_check"

// slowCheckKind does nothing.
func slowCheckKind(p Params) (Body, error) {
	if _, err := checkWait(slowCheck, p); err != nil {
		return nil, err
	}
	return func(_ context.Context, c *Call) error {
		if err := c.AskAll(); err != nil {
			return err
		}
		c.Value("ok", true)
		return nil
	}, nil
}

// checkWait returns what a completeness check of a task of the kind waits for
// first. It belongs to the task rather than to targets, so that slow tasks and
// others can share them.
func checkWait(kind string, p Params) (time.Duration, error) {
	if kind != slowCheck {
		return 0, nil
	}
	ms, err := p.Count("latency_ms")
	return time.Duration(ms) * time.Millisecond, err
}

var errBoom = errors.New("boom")

// failKind fails.
func failKind(Params) (Body, error) {
	return func(_ context.Context, c *Call) error {
		if err := c.AskAll(); err != nil {
			return err
		}
		return errBoom
	}, nil
}
