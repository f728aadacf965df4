package strictyaml

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// An Unmarshaler decodes itself from a node; it may look at anything and
// locate its errors with Node.Errorf.
type Unmarshaler interface {
	UnmarshalNode(*Node) error
}

// funcUnmarshaler is the shape that goccy/go-yaml and yaml.v2 know.
type funcUnmarshaler interface {
	UnmarshalYAML(func(any) error) error
}

// Decode stores the node in v, a non-nil pointer, as Document.Decode does.
func (n *Node) Decode(v any) error {
	rv := reflect.ValueOf(v)
	if rv.Kind() != reflect.Pointer || rv.IsNil() {
		return fmt.Errorf("decode %s: want a non-nil pointer, not %T", n.doc.name, v)
	}
	return n.decode("", rv.Elem())
}

// decode stores n in v; what names the field in messages, "" at the top.
func (n *Node) decode(what string, v reflect.Value) error {
	if done, err := n.decodeItself(what, v); done {
		return err
	}
	if v.Kind() == reflect.Interface && v.NumMethod() == 0 {
		if x := n.Any(); x != nil {
			v.Set(reflect.ValueOf(x))
		}
		return nil
	}
	// An empty value leaves the field at its default, but only where the
	// zero value is one: a list or map written out with nothing in it.
	if n.Kind == Null {
		switch v.Kind() {
		case reflect.Slice, reflect.Map, reflect.Pointer:
			v.SetZero()
			return nil
		}
		return n.want(what, wanted(v.Type()))
	}
	switch v.Kind() {
	case reflect.Pointer:
		p := reflect.New(v.Type().Elem())
		if err := n.decode(what, p.Elem()); err != nil {
			return err
		}
		v.Set(p)
		return nil
	case reflect.Struct:
		return n.decodeStruct(what, v)
	case reflect.Slice:
		return n.decodeSlice(what, v)
	case reflect.Map:
		return n.decodeMap(what, v)
	}
	return n.decodeScalar(what, v)
}

// decodeItself hands the node to a type with its own decoding.
func (n *Node) decodeItself(what string, v reflect.Value) (done bool, err error) {
	if !v.CanAddr() {
		return false, nil
	}
	switch u := v.Addr().Interface().(type) {
	case Unmarshaler:
		return true, n.located(what, u.UnmarshalNode(n))
	case funcUnmarshaler:
		return true, n.located(what, u.UnmarshalYAML(n.Decode))
	case encoding.TextUnmarshaler:
		if n.Kind == List || n.Kind == Map || n.Kind == Null {
			return true, n.want(what, "text")
		}
		return true, n.located(what, u.UnmarshalText([]byte(n.Source)))
	}
	return false, nil
}

// located gives an error the node's place unless it has one already.
func (n *Node) located(what string, err error) error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return err
	}
	if what != "" {
		return n.doc.at(n.pos, "%s: %w", what, err)
	}
	return n.doc.at(n.pos, "%w", err)
}

// want says what should stand at n. Text where a number or a word like true
// stands is nearly always a missing pair of quotes.
func (n *Node) want(what, kind string) error {
	hint := ""
	if kind == Text.String() && (n.Kind == Integer || n.Kind == Number || n.Kind == Bool) {
		hint = "; put it in quotes"
	}
	return n.wantHint(what, kind, hint)
}

// inBrackets is a list of words as YAML has it: what would mean something else
// is quoted.
func inBrackets(line string) string {
	words := strings.Fields(line)
	for i, w := range words {
		if strings.ContainsAny(w, "*&!|>%@`{}[],#'\":?") || isNumber(w) {
			words[i] = strconv.Quote(w)
		}
	}
	return "[" + strings.Join(words, ", ") + "]"
}

func isNumber(word string) bool {
	_, err := strconv.ParseFloat(word, 64)
	return err == nil
}

func (n *Node) wantHint(what, kind, hint string) error {
	if what != "" {
		what += ": "
	}
	return n.Errorf("%swant %s, found %s%s", what, kind, n.found(), hint)
}

func wanted(t reflect.Type) string {
	if t == durationType {
		return "a duration such as 5s or 200ms"
	}
	switch t.Kind() {
	case reflect.String:
		return Text.String()
	case reflect.Bool:
		return Bool.String()
	case reflect.Float64, reflect.Float32:
		return Number.String()
	case reflect.Slice:
		return List.String()
	case reflect.Map, reflect.Struct:
		return Map.String()
	}
	return Integer.String()
}

func (n *Node) decodeSlice(what string, v reflect.Value) error {
	if n.Kind == Text && v.Type().Elem().Kind() == reflect.String && n.Source != "" {
		// A command line as a shell has it, or one item that seemed to need no list.
		return n.wantHint(what, List.String(), "; in brackets: "+inBrackets(n.Source))
	}
	if n.Kind != List {
		return n.want(what, List.String())
	}
	out := reflect.MakeSlice(v.Type(), len(n.Items), len(n.Items))
	var wrong problems
	for i, item := range n.Items {
		wrong.add(item.decode(what, out.Index(i)))
	}
	v.Set(out)
	return wrong.err()
}

func (n *Node) decodeMap(what string, v reflect.Value) error {
	if n.Kind != Map {
		return n.want(what, Map.String())
	}
	out := reflect.MakeMapWithSize(v.Type(), len(n.Pairs))
	var wrong problems
	for _, p := range n.Pairs {
		x := reflect.New(v.Type().Elem()).Elem()
		wrong.add(p.Value.decode(p.Key, x))
		out.SetMapIndex(reflect.ValueOf(p.Key).Convert(v.Type().Key()), x)
	}
	v.Set(out)
	return wrong.err()
}

var durationType = reflect.TypeFor[time.Duration]()

func (n *Node) decodeScalar(what string, v reflect.Value) error {
	kind := wanted(v.Type())
	if v.Type() == durationType {
		d, err := time.ParseDuration(n.Source)
		if n.Kind == Integer && n.Int == 0 {
			d, err = 0, nil
		}
		if err != nil || n.Kind == List || n.Kind == Map {
			return n.want(what, kind)
		}
		v.SetInt(int64(d))
		return nil
	}
	switch v.Kind() {
	case reflect.String:
		if n.Kind != Text {
			return n.want(what, kind)
		}
		v.SetString(n.Source)
	case reflect.Bool:
		if n.Kind != Bool {
			return n.want(what, kind)
		}
		v.SetBool(n.Source == "true")
	case reflect.Float64, reflect.Float32:
		if n.Kind != Number && n.Kind != Integer {
			return n.want(what, kind)
		}
		v.SetFloat(n.Float)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if n.Kind != Integer || n.beyondInt64() || v.OverflowInt(n.Int) {
			return n.want(what, kind)
		}
		v.SetInt(n.Int)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if n.Kind != Integer || n.Int < 0 || v.OverflowUint(n.Uint) {
			return n.want(what, kind+" from 0")
		}
		v.SetUint(n.Uint)
	default:
		return fmt.Errorf("decode %s: field %s has a type that is not supported: %s", n.doc.name, what, v.Type())
	}
	return nil
}

func (n *Node) decodeStruct(what string, v reflect.Value) error {
	fields := make(map[string]reflect.Value)
	known := structFields(v, fields, nil)
	if n.Kind != Map {
		hint := ""
		if name, ok := fields["name"]; ok && name.Kind() == reflect.String && n.Kind == Text && !strings.ContainsAny(n.Source, "\n:") {
			hint = "; give it as " + byName(n.Source)
		}
		return n.wantHint(what, Map.String(), hint)
	}
	var wrong problems
	for _, p := range n.Pairs {
		if field, ok := fields[p.Key]; ok {
			wrong.add(p.Value.decode(p.Key, field))
		} else {
			wrong.add(n.doc.at(p.pos, "unknown field %q%s", p.Key, fieldHint(p.Key, known)))
		}
	}
	return wrong.err()
}

// byName is an item that was written as its name alone.
func byName(name string) string {
	words := inBrackets(strings.ReplaceAll(name, " ", "_"))
	return "{name: " + words[1:len(words)-1] + "}"
}

// fieldHint suggests the field that was meant, or lists what there is when
// that is short.
func fieldHint(got string, known []string) string {
	if s := DidYouMean(got, known); s != "" {
		return s
	}
	return fmt.Sprintf(" (known here: %s)", strings.Join(known, ", "))
}

// structFields collects the fields of v by name and returns the names in
// order of declaration.
func structFields(v reflect.Value, fields map[string]reflect.Value, names []string) []string {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case name == "-" || !f.IsExported() && !f.Anonymous:
		case strings.Contains(options, "inline") && f.Type.Kind() == reflect.Struct:
			names = structFields(v.Field(i), fields, names)
		default:
			if name == "" {
				name = strings.ToLower(f.Name)
			}
			fields[name] = v.Field(i)
			names = append(names, name)
		}
	}
	return names
}
