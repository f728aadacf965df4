// Package strictyaml decodes configuration files and refuses what it does not
// understand: an unknown field, a number where text is meant, a key given
// twice. Every error says where it is, quotes the line and, when a name is
// nearly right, suggests the one that was probably meant.
//
// It is a leaf. goccy/go-yaml does the parsing; the decoding is ours, because
// goccy's decoder, strict or not, stores 1.5 in an integer field as 1, turns
// an unquoted 3.10 into the text "3.1" and reports an unknown field without
// the fields that exist. Names belong in lists of structs (`- name: x`); maps
// are for free-form keys such as environment variables, whose case is kept.
package strictyaml

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"
)

// Decode parses the single YAML document in data and stores it in v, a
// non-nil pointer. Struct fields are matched by their `yaml:"name"` tag, or by
// their lower-cased name; embedded structs tagged `yaml:",inline"` share their
// parent's level. Besides plain kinds it knows time.Duration ("200ms"),
// encoding.TextUnmarshaler, and types with UnmarshalYAML(func(any) error)
// error or UnmarshalNode(*Node) error; their errors are located as well. A
// field of type any takes whatever is there. name is used in errors, which
// are of type *Error, or hold several of them: all that is wrong is reported
// at once.
func Decode(name string, data []byte, v any) error {
	doc, err := Parse(name, data)
	if err != nil {
		return err
	}
	return doc.Decode(v)
}

// A Document is a parsed file that errors can point into.
type Document struct {
	name  string
	lines []string
	root  *Node
}

// Parse reads one YAML document. An empty file and a second document are
// errors: both are accidents in a configuration.
func Parse(name string, data []byte) (*Document, error) {
	doc := &Document{name: name, lines: strings.Split(string(data), "\n")}
	if !utf8.Valid(data) {
		return nil, doc.at(doc.invalidUTF8(), "the file is not valid UTF-8")
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return nil, doc.syntaxError(err)
	}
	root, err := doc.build(file)
	if err != nil {
		return nil, err
	}
	doc.root = root
	return doc, nil
}

// Decode stores the document in v; see the package's Decode.
func (d *Document) Decode(v any) error {
	return d.root.Decode(v)
}

// Kind is what the whole document is.
func (d *Document) Kind() Kind { return d.root.Kind }

// Errorf returns an error located at path, for example "benchmarks[3].name".
// If nothing is there, the nearest enclosing value is pointed at.
func (d *Document) Errorf(path, format string, args ...any) error {
	return d.at(d.root.find(path).pos, format, args...)
}

// An Error is a located complaint about a file.
type Error struct {
	File   string
	Line   int    // from 1; 0 when the place is not known
	Column int    // from 1, in characters
	Msg    string // lower case, without the place
	Source string // the line in question, "" when there is none
	Err    error  // what a type's own decoding found wrong, nil otherwise
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Error returns "file:line:column: message" and, below, the source line with
// a caret under the column.
func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Msg)
	}
	head := fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Msg)
	if e.Source == "" {
		return head
	}
	gutter := fmt.Sprintf("%5d | ", e.Line)
	return head + "\n" + gutter + e.Source + "\n" +
		strings.Repeat(" ", len(gutter)-2) + "| " + indentLike(e.Source, e.Column-1) + "^"
}

// indentLike returns blanks as wide as the first n characters of s; tabs stay
// tabs so that the caret lines up whatever their width.
func indentLike(s string, n int) string {
	var b strings.Builder
	for _, r := range s {
		if n == 0 {
			break
		}
		n--
		if r == '\t' {
			b.WriteByte('\t')
		} else {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

type position struct{ line, column int }

func (d *Document) at(p position, format string, args ...any) *Error {
	err := fmt.Errorf(format, args...)
	e := &Error{File: d.name, Line: p.line, Column: p.column, Msg: err.Error(), Err: errors.Unwrap(err)}
	if p.line >= 1 && p.line <= len(d.lines) {
		e.Source = strings.TrimSuffix(d.lines[p.line-1], "\r")
	}
	return e
}

// syntaxError turns an error of the parser into one of ours.
func (d *Document) syntaxError(err error) error {
	var located yaml.Error
	if !errors.As(err, &located) || located.GetToken() == nil {
		return d.at(position{}, "%s", err)
	}
	p := position{located.GetToken().Position.Line, located.GetToken().Position.Column}
	// A tab in the indentation is the commonest slip and the parser's words
	// for it depend on what happens to follow.
	if p.line >= 1 && p.line <= len(d.lines) {
		line := d.lines[p.line-1]
		blank := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		if i := strings.IndexByte(blank, '\t'); i >= 0 {
			return d.at(position{p.line, i + 1}, "a tab indents this line; YAML wants spaces")
		}
	}
	if at, ok := d.bareStar(p.line); ok {
		return d.at(at, "a value that begins with * refers to an anchor; for the pattern put it in quotes: \"*\"")
	}
	if at, ok := d.bareBound(p.line); ok {
		return d.at(at, "a value that begins with > opens a block of text; for a bound put it in quotes: \">= 8\"")
	}
	return d.at(p, "%s", located.GetMessage())
}

// loneStar is an alias without a name: a pattern whose quotes were forgotten.
var loneStar = regexp.MustCompile(`(?:^|[:,\[-])\s*(\*)\s*(?:[,\]}#]|$)`)

// bareStar finds such a pattern where the parser stumbled, which is at the star
// or at what follows it.
func (d *Document) bareStar(line int) (position, bool) {
	for n := line; n >= max(1, line-1) && n <= len(d.lines); n-- {
		if found := loneStar.FindStringSubmatchIndex(d.lines[n-1]); found != nil {
			return position{n, utf8.RuneCountInString(d.lines[n-1][:found[2]]) + 1}, true
		}
	}
	return position{}, false
}

// openBound is a bound whose quotes were forgotten.
var openBound = regexp.MustCompile(`^[^#"']*:\s*(>=?\s*[0-9])`)

// bareBound finds such a bound where the parser stumbled.
func (d *Document) bareBound(line int) (position, bool) {
	for n := min(line, len(d.lines)); n >= max(1, line-1); n-- {
		if found := openBound.FindStringSubmatchIndex(d.lines[n-1]); found != nil {
			return position{n, utf8.RuneCountInString(d.lines[n-1][:found[2]]) + 1}, true
		}
	}
	return position{}, false
}

func (d *Document) invalidUTF8() position {
	for i, line := range d.lines {
		if utf8.ValidString(line) {
			continue
		}
		column := 1
		for {
			r, size := utf8.DecodeRuneInString(line)
			if r == utf8.RuneError && size == 1 {
				return position{i + 1, column}
			}
			line, column = line[size:], column+1
		}
	}
	return position{}
}
