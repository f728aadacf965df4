package build

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"

	"xbench/goimpl/cj"
)

// idDigits is how much of the SHA-256 of a task's identity is its id.
const idDigits = 32

// Identify computes the id of every task, once. Only targets and child
// processes need ids, so Compile leaves them alone; the first build that needs
// them calls Identify, unless that has been done before.
func (d *DAG) Identify() error {
	d.ids.Do(func() {
		d.byID = make(map[string]int32, len(d.tasks))
		var text []byte
		for _, i := range d.order {
			t := &d.tasks[i]
			if text, d.idErr = d.appendIdentity(text[:0], t); d.idErr != nil {
				d.idErr = fmt.Errorf("build: task %q: %w", t.key, d.idErr)
				return
			}
			sum := sha256.Sum256(text)
			t.id = hex.EncodeToString(sum[:idDigits/2])
			d.byID[t.id] = i
		}
	})
	return d.idErr
}

// appendIdentity writes what a task's id is the digest of. Its needs are in it
// by id, so that an id covers everything that could change a result.
func (d *DAG) appendIdentity(b []byte, t *Task) ([]byte, error) {
	b = append(b, `{"deps":`...)
	b = d.appendIDs(b, t.deps)
	b = append(b, `,"dynamic":[`...)
	for i, round := range t.rounds {
		if i > 0 {
			b = append(b, ',')
		}
		b = d.appendIDs(b, round)
	}
	b = append(b, `],"key":`...)
	b, err := cj.AppendString(b, t.key)
	if err != nil {
		return nil, err
	}
	b = append(b, `,"kind":`...)
	if b, err = cj.AppendString(b, t.kind); err != nil {
		return nil, err
	}
	b = append(b, `,"params":`...)
	if b, err = cj.Append(b, t.params); err != nil {
		return nil, err
	}
	return append(b, `,"v":1}`...), nil
}

func (d *DAG) appendIDs(b []byte, tasks []int32) []byte {
	b = append(b, '[')
	for i, dep := range tasks {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = append(b, d.tasks[dep].id...)
		b = append(b, '"')
	}
	return append(b, ']')
}

// OutputDigest is the SHA-256, in hexadecimal, over the targets of all
// complete tasks in the order of their keys, each followed by a newline.
func (d *DAG) OutputDigest(targets Targets) (string, error) {
	h := sha256.New()
	err := d.EachOutput(targets, func(_ string, record []byte) error {
		h.Write(record)
		h.Write([]byte{'\n'})
		return nil
	})
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// EachOutput calls f with the record of every complete task, in the order of
// the tasks' keys, until f returns an error.
func (d *DAG) EachOutput(targets Targets, f func(key string, record []byte) error) error {
	if err := d.Identify(); err != nil {
		return err
	}
	for _, i := range d.byKey() {
		t := &d.tasks[i]
		record, err := targets.Read(t)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fmt.Errorf("build: task %q: %w", t.key, err)
		}
		if err := f(t.key, record); err != nil {
			return err
		}
	}
	return nil
}
