package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A SyntaxError is damage inside a record.
type SyntaxError struct {
	Line int // from 1
	Msg  string
}

func (e *SyntaxError) Error() string { return fmt.Sprintf("record: line %d: %s", e.Line, e.Msg) }

// ErrNoPlan is the error of a file that holds no plan: not a record, or one
// whose run ended before it began.
var ErrNoPlan = errors.New("record: no plan (no Xbench-Plan line): not a record of xbench, or a run that ended before its first round")

// Read reads a record. The last entry may be torn, as a killed run leaves it:
// it is left out and counted in Dropped. Damage anywhere else is a
// *SyntaxError, and so is a second plan: two runs in one file are two
// records. Xbench lines of an unknown kind are skipped.
func Read(r io.Reader) (*Record, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read record: %w", err)
	}
	p := parser{rec: new(Record), data: data}
	if err := p.run(); err != nil {
		return nil, err
	}
	if !p.planned {
		return nil, ErrNoPlan
	}
	return p.rec, nil
}

// A parser goes through a record entry by entry.
type parser struct {
	rec     *Record
	data    []byte
	pos     int // of the next line
	line    int // number of the line read last
	planned bool
}

func (p *parser) run() error {
	for p.pos < len(p.data) {
		start, line := p.pos, p.line+1
		err := p.entry()
		var damage *SyntaxError
		switch {
		case err == nil:
			p.rec.Size = int64(p.pos)
		case errors.As(err, &damage):
			return err
		case p.rest():
			return &SyntaxError{line, err.Error()}
		default:
			// Cut short, and nothing follows: this is where the run was killed.
			p.rec.Size = int64(start)
			p.rec.Dropped++
			return nil
		}
	}
	return nil
}

// damagef is an error that no torn end explains.
func (p *parser) damagef(format string, args ...any) error {
	return &SyntaxError{p.line, fmt.Sprintf(format, args...)}
}

// errTorn says that the file ends inside an entry.
var errTorn = errors.New("the file ends inside this entry")

// rest reports whether anything but blank lines follows.
func (p *parser) rest() bool {
	return len(bytes.TrimSpace(p.data[p.pos:])) > 0
}

// next returns the next line without its newline. A last line without one is
// torn, whatever it holds: the writer ends every line.
func (p *parser) next() ([]byte, error) {
	p.line++
	rest := p.data[p.pos:]
	i := bytes.IndexByte(rest, '\n')
	if i < 0 {
		p.pos = len(p.data)
		return nil, errTorn
	}
	p.pos += i + 1
	return bytes.TrimSuffix(rest[:i], []byte("\r")), nil
}

// more returns an entry's value with the Xbench-More lines that continue it.
// Where the file ends inside the key of such a line, a value that is not whole
// is torn; after a whole one it is the next entry that is.
func (p *parser) more(value []byte) ([]byte, error) {
	prefix := []byte(keyMore + ": ")
	value = bytes.Clone(value)
	for bytes.HasPrefix(p.data[p.pos:], prefix) {
		line, err := p.next()
		if err != nil {
			return nil, err
		}
		value = append(value, line[len(prefix):]...)
	}
	if tail := p.data[p.pos:]; len(tail) > 0 && bytes.HasPrefix(prefix, tail) && !json.Valid(value) {
		p.pos = len(p.data)
		return nil, errTorn
	}
	return value, nil
}

// entry reads one entry: a line, or a process with its benchmark line.
func (p *parser) entry() error {
	line, err := p.next()
	if err != nil {
		return err
	}
	text := string(line)
	switch {
	case strings.TrimSpace(text) == "", strings.HasPrefix(text, "Unit "):
		return nil
	case strings.HasPrefix(text, keyPrefix):
		key, value, ok := strings.Cut(text, ": ")
		if !ok {
			return p.damagef("a line %s without a value", quote(key))
		}
		whole, err := p.more([]byte(value))
		if err != nil {
			return err
		}
		return p.xbench(key, whole)
	case strings.HasPrefix(text, benchmark):
		return p.damagef("a benchmark line without the process it belongs to")
	}
	return p.config(text)
}

func (p *parser) xbench(key string, value []byte) error {
	switch key {
	case keyPlan:
		return p.plan(value)
	case keyRound:
		return p.round(value)
	case keyProcess:
		return p.process(value)
	case keyNote:
		var n Note
		if err := decode(key, value, &n); err != nil {
			return err
		}
		p.rec.Notes = append(p.rec.Notes, n)
	case keyMore:
		return p.damagef("an Xbench-More line that continues nothing")
	}
	return nil // a kind that later versions may know
}

// decode reads an entry's JSON. Fields of later versions are skipped.
func decode(key string, value []byte, v any) error {
	if err := json.Unmarshal(value, v); err != nil {
		return fmt.Errorf("%s: %w", key, err)
	}
	return nil
}

func (p *parser) plan(value []byte) error {
	if p.planned {
		return p.damagef("a second plan: this file holds more than one run")
	}
	var plan Plan
	if err := decode(keyPlan, value, &plan); err != nil {
		return err
	}
	if plan.Version > Version {
		return p.damagef("the record has version %d, this xbench reads up to %d", plan.Version, Version)
	}
	if msg := badNames(&plan); msg != "" {
		return p.damagef("%s: %s", keyPlan, msg)
	}
	p.rec.Plan, p.planned = plan, true
	return nil
}

// badNames says which row or implementation has no name, or that of another:
// everything else in a record goes by them.
func badNames(plan *Plan) string {
	var rows, impls []string
	for _, r := range plan.Rows {
		rows = append(rows, r.Name)
	}
	for _, i := range plan.Implementations {
		impls = append(impls, i.Name)
	}
	if msg := badName("rows", rows); msg != "" {
		return msg
	}
	return badName("implementations", impls)
}

func badName(list string, names []string) string {
	first := make(map[string]int)
	for i, name := range names {
		switch j, taken := first[name]; {
		case strings.TrimSpace(name) == "":
			return fmt.Sprintf("%s[%d] has no name", list, i)
		case taken:
			return fmt.Sprintf("%s[%d] is called %s, as %s[%d]", list, i, quote(name), list, j)
		}
		first[name] = i
	}
	return ""
}

func (p *parser) round(value []byte) error {
	var r Round
	if err := decode(keyRound, value, &r); err != nil {
		return err
	}
	if r.Round < 1 {
		return p.damagef("%s: round %d; rounds count from 1", keyRound, r.Round)
	}
	p.rec.Rounds = append(p.rec.Rounds, r)
	return nil
}

func (p *parser) process(value []byte) error {
	var proc Process
	if err := decode(keyProcess, value, &proc); err != nil {
		return err
	}
	if proc.Failure == nil {
		if !proc.Sampled() {
			return p.damagef("%s: neither samples nor a failure", keyProcess)
		}
		line, err := p.next()
		if err != nil {
			return err
		}
		if err := checkBenchmark(line, &proc); err != nil {
			return p.damagef("%s", err)
		}
	}
	// Rounds that are missing from the middle would be a choice of rounds.
	if want := len(p.rec.Processes); proc.Seq != want {
		return p.damagef("%s: process %d where %d should be: entries are missing, or not in the order they were written", keyProcess, proc.Seq, want)
	}
	p.rec.Processes = append(p.rec.Processes, proc)
	return nil
}

func (p *parser) config(text string) error {
	key, value, _ := strings.Cut(text, ":")
	c := ConfigLine{key, strings.TrimSpace(value)}
	if err := checkConfig(c); err != nil {
		return p.damagef("not a line of a record: %s", quote(text))
	}
	for _, old := range p.rec.Config {
		if old.Key == c.Key && old.Value != c.Value {
			return p.damagef("%s changes from %q to %q; configuration is constant in a record", c.Key, old.Value, c.Value)
		}
	}
	p.rec.Config = append(p.rec.Config, c)
	return nil
}

// quote shows the beginning of a line, escaped.
func quote(s string) string {
	const most = 60
	if len(s) > most {
		return fmt.Sprintf("%q...", s[:most])
	}
	return fmt.Sprintf("%q", s)
}
