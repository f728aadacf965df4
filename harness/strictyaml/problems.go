package strictyaml

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// mostShown is how many problems of one file are shown: a misspelt field in
// every row of a long list is one mistake to a person.
const mostShown = 10

// problems are everything that decoding found wrong, in the order of the file,
// so that one edit can mend it.
type problems []error

// add keeps an error, of several joined ones each. A list that an alias or a
// merge key repeats is wrong once.
func (p *problems) add(err error) {
	if err == nil {
		return
	}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range many.Unwrap() {
			p.add(e)
		}
		return
	}
	same := func(e error) bool { return e.Error() == err.Error() }
	if !slices.ContainsFunc(*p, same) {
		*p = append(*p, err)
	}
}

// Join is what two readers of one file found wrong with it: of what both stumble
// over the words of the first. Either may be nil.
func Join(first, second error) error {
	var all problems
	all.add(first)
	seen := make(map[position]bool)
	for _, e := range all {
		if at, ok := placeOf(e); ok {
			seen[at] = true
		}
	}
	var more problems
	more.add(second)
	for _, e := range more {
		if at, ok := placeOf(e); !ok || !seen[at] {
			all.add(e)
		}
	}
	return all.err()
}

func placeOf(err error) (position, bool) {
	var e *Error
	if !errors.As(err, &e) {
		return position{}, false
	}
	return position{e.Line, e.Column}, true
}

// err is nil when nothing is wrong, and the error itself when one thing is.
func (p problems) err() error {
	switch len(p) {
	case 0:
		return nil
	case 1:
		return p[0]
	}
	return p
}

// Error returns the problems below each other, and of many how many more
// there are.
func (p problems) Error() string {
	var lines []string
	for _, e := range p[:min(len(p), mostShown)] {
		lines = append(lines, e.Error())
	}
	if n := len(p) - mostShown; n > 0 {
		lines = append(lines, fmt.Sprintf("and %d more like these", n))
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find the first place.
func (p problems) Unwrap() []error { return p }
