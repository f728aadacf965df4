package harness

import (
	"fmt"
	"slices"
	"strconv"

	"xbench/harness/config"
	"xbench/harness/protocol"
	"xbench/harness/record"
	"xbench/harness/strictyaml"
)

// Bind matches rows with what the implementations offer: names are made
// canonical by the declared order of knobs, values get the declared types, and
// a row that an implementation lacks carries the reason. A row that nobody
// offers is an error: it is a misspelling, not a gap.
func (l *Lab) Bind(rows []record.Row) ([]record.Row, error) {
	out := make([]record.Row, 0, len(rows))
	seen := make(map[string]bool)
	for _, r := range rows {
		bound, err := l.bind(r)
		if err != nil {
			return nil, err
		}
		if seen[bound.Name] {
			continue // two spellings of one row
		}
		seen[bound.Name] = true
		out = append(out, bound)
	}
	return out, nil
}

func (l *Lab) bind(r record.Row) (record.Row, error) {
	r.Unsupported = nil
	r.Nonce = true
	if r.ID == config.Noop && !slices.ContainsFunc(l.subjects, func(s *subject) bool { return s.Kind != kindCommand }) {
		r.Startup, r.ShownOnly = true, true
	}
	offered := false
	var declared *protocol.Benchmark
	for _, s := range l.subjects {
		if !s.isWorker() {
			r.Nonce = false
		}
		if s.Kind == kindCommand {
			offered = true
			continue
		}
		var b *protocol.Benchmark
		var reason string
		if s.isAdapter() {
			reason = s.called(&r)
		} else {
			b, reason = s.offers(r)
		}
		if reason != "" {
			if r.Unsupported == nil {
				r.Unsupported = make(map[string]string)
			}
			r.Unsupported[s.Name] = reason
			continue
		}
		offered = true
		if s.isAdapter() {
			continue
		}
		r.Nonce = r.Nonce && s.info.Nonce
		if declared == nil || s.cfg.Reference {
			declared = b
		}
	}
	if !offered {
		for _, s := range l.subjects { // quote the first reason: they are alike
			return r, fmt.Errorf("benchmark %s: no implementation offers it; %s: %s", r.Name, s.Name, r.Unsupported[s.Name])
		}
	}
	if declared == nil {
		return r, nil
	}
	params, err := typed(r.Params, declared.Params)
	if err != nil {
		return r, fmt.Errorf("benchmark %s: %w", r.Name, err)
	}
	r.Params = params
	return l.config.Bind(r, declared.Params)
}

// offers finds the row among the worker's benchmarks, or says why it is not.
func (s *subject) offers(r record.Row) (*protocol.Benchmark, string) {
	for _, u := range s.info.Unsupported {
		if u.Name == r.ID || u.Name == r.Name {
			return nil, u.Reason
		}
	}
	var names []string
	for i := range s.info.Benchmarks {
		b := &s.info.Benchmarks[i]
		if b.Name == r.ID {
			for _, p := range r.Params {
				if _, ok := b.Params.Get(p.Name); !ok {
					var known []string
					for _, d := range b.Params {
						known = append(known, d.Name)
					}
					return nil, fmt.Sprintf("its %s has no parameter %q%s", r.ID, p.Name, config.KnobHint(p.Name, known))
				}
			}
			return b, ""
		}
		names = append(names, b.Name)
	}
	reason := fmt.Sprintf("it does not list %q", r.ID)
	if near := strictyaml.Suggest(r.ID, names); near != "" {
		reason += fmt.Sprintf(" (nearest: %q)", near)
	}
	return nil, reason
}

// Knobs lists the knobs of a benchmark with their defaults, in the order in
// which names have them, the reference's first. It reports false where no
// worker offers the benchmark: whole programs declare nothing.
func (l *Lab) Knobs(id string) (protocol.Params, bool) {
	var knobs protocol.Params
	offered := false
	for _, referenceFirst := range []bool{true, false} {
		for _, s := range l.subjects {
			if s.cfg.Reference != referenceFirst {
				continue
			}
			for _, b := range s.info.Benchmarks {
				if b.Name != id {
					continue
				}
				offered = true
				for _, p := range b.Params {
					if _, seen := knobs.Get(p.Name); !seen {
						knobs = append(knobs, p)
					}
				}
			}
		}
	}
	return knobs, offered
}

// typed gives the values of params the types of the declared defaults: a name
// such as version=3 is read as a number, but the knob may be a text. A null
// asks for the default.
func typed(params, declared protocol.Params) (protocol.Params, error) {
	out := make(protocol.Params, 0, len(params))
	for _, p := range params {
		def, ok := declared.Get(p.Name)
		if ok && p.Value == nil && def != nil {
			continue
		}
		if ok {
			v, err := convert(p.Value, def)
			if err != nil {
				return nil, fmt.Errorf("parameter %s: %w", p.Name, err)
			}
			p.Value = v
		}
		out = append(out, p)
	}
	return out, nil
}

func convert(v, def any) (any, error) {
	switch def.(type) {
	case string:
		switch v := v.(type) {
		case string:
			return v, nil
		case int64:
			return strconv.FormatInt(v, 10), nil
		case bool:
			return strconv.FormatBool(v), nil
		}
	case float64:
		if n, ok := v.(int64); ok {
			return float64(n), nil
		}
	case int64:
		if _, ok := v.(int64); !ok {
			return nil, fmt.Errorf("%v is not a whole number", v)
		}
	case bool:
		if _, ok := v.(bool); !ok {
			return nil, fmt.Errorf("%v is neither true nor false", v)
		}
	}
	return v, nil
}
