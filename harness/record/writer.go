package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// A Writer writes a record. Each call is one Write to the underlying writer,
// so that whoever flushes after every call loses at most the entry that was
// being written.
type Writer struct {
	w       io.Writer
	planned bool
}

// NewWriter returns a writer of a new record, or, on a file opened for
// appending, of the rest of one.
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Config writes configuration lines: what is constant for the whole record.
func (w *Writer) Config(lines ...ConfigLine) error {
	var b bytes.Buffer
	for _, c := range lines {
		if err := checkConfig(c); err != nil {
			return fmt.Errorf("write record: %w", err)
		}
		fmt.Fprintf(&b, "%s: %s\n", c.Key, c.Value)
	}
	return w.flush(&b)
}

// Plan writes the plan. A record has one.
func (w *Writer) Plan(p Plan) error {
	if w.planned {
		return errors.New("write record: the plan is written already and is binding")
	}
	var b bytes.Buffer
	if err := writeEntry(&b, keyPlan, p); err != nil {
		return err
	}
	b.WriteByte('\n')
	w.planned = true
	return w.flush(&b)
}

// Round writes what the machine was like as a round began.
func (w *Writer) Round(r Round) error {
	if r.Round < 1 {
		return fmt.Errorf("write record: round %d; rounds count from 1", r.Round)
	}
	var b bytes.Buffer
	if err := writeEntry(&b, keyRound, r); err != nil {
		return err
	}
	return w.flush(&b)
}

// Process writes what one process found, and, unless it failed, its line for
// Go's benchmark tools.
func (w *Writer) Process(p Process) error {
	if err := checkName("benchmark", p.Row); err != nil {
		return fmt.Errorf("write record: %w", err)
	}
	if err := checkName("implementation", p.Impl); err != nil {
		return fmt.Errorf("write record: %w", err)
	}
	if p.Failure == nil && !p.Sampled() {
		return fmt.Errorf("write record: %s, %s: a process without samples and without a failure", p.Row, p.Impl)
	}
	var b bytes.Buffer
	if err := writeEntry(&b, keyProcess, p); err != nil {
		return err
	}
	if p.Failure == nil {
		if err := writeBenchmark(&b, &p); err != nil {
			return fmt.Errorf("write record: %w", err)
		}
	}
	return w.flush(&b)
}

// Note writes something about the run as a whole.
func (w *Writer) Note(n Note) error {
	var b bytes.Buffer
	if err := writeEntry(&b, keyNote, n); err != nil {
		return err
	}
	return w.flush(&b)
}

func (w *Writer) flush(b *bytes.Buffer) error {
	if b.Len() == 0 {
		return nil
	}
	if _, err := w.w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write record: %w", err)
	}
	return nil
}

// writeEntry writes "key: {json}", going on in Xbench-More lines where it is
// long.
func writeEntry(b *bytes.Buffer, key string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("write record: %s: %w", key, err)
	}
	for {
		part := data
		if len(part) > maxLine {
			end := maxLine
			for !utf8.RuneStart(data[end]) {
				end--
			}
			part = data[:end]
		}
		fmt.Fprintf(b, "%s: %s\n", key, part)
		if data = data[len(part):]; len(data) == 0 {
			return nil
		}
		key = keyMore
	}
}
