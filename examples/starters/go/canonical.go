package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// canonical is the JSON of a value in one text, whatever the language, so that
// equal results have equal digests. Keys are sorted by code point and nothing is
// between them; texts are UTF-8, of which only what JSON demands is escaped;
// integers are written in full and floats with the fewest digits that read back,
// as JavaScript does: 4, 0.1, 1e-7. Nothing here needs to change.
func canonical(value any) ([]byte, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, fmt.Errorf("the result: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var plain any
	if err := d.Decode(&plain); err != nil {
		return nil, fmt.Errorf("the result: %w", err)
	}
	return appendValue(nil, plain)
}

func appendValue(b []byte, value any) ([]byte, error) {
	switch v := value.(type) {
	case bool:
		return strconv.AppendBool(b, v), nil
	case string:
		return appendText(b, v), nil
	case json.Number:
		return appendNumber(b, v.String())
	case []any:
		return appendList(b, v)
	case map[string]any:
		return appendMembers(b, v)
	}
	return append(b, "null"...), nil
}

func appendList(b []byte, list []any) (_ []byte, err error) {
	b = append(b, '[')
	for i, item := range list {
		if i > 0 {
			b = append(b, ',')
		}
		if b, err = appendValue(b, item); err != nil {
			return nil, err
		}
	}
	return append(b, ']'), nil
}

func appendMembers(b []byte, members map[string]any) (_ []byte, err error) {
	keys := make([]string, 0, len(members))
	for key := range members {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	b = append(b, '{')
	for i, key := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendText(b, key), ':')
		if b, err = appendValue(b, members[key]); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

// appendText escapes less than encoding/json, which minds HTML and JavaScript.
func appendText(b []byte, text string) []byte {
	short := map[rune]byte{'"': '"', '\\': '\\', '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't'}
	b = append(b, '"')
	for _, r := range text {
		switch letter, ok := short[r]; {
		case ok:
			b = append(b, '\\', letter)
		case r < ' ':
			b = fmt.Appendf(b, `\u%04x`, r)
		default:
			b = append(b, string(r)...)
		}
	}
	return append(b, '"')
}

// appendNumber takes a number as encoding/json writes it.
func appendNumber(b []byte, text string) ([]byte, error) {
	if !bytes.ContainsAny([]byte(text), ".eE") && text != "-0" {
		return append(b, text...), nil
	}
	f, err := strconv.ParseFloat(text, 64)
	switch abs := math.Abs(f); {
	case err != nil:
		return nil, fmt.Errorf("the result: %w", err)
	case f == 0:
		return append(b, '0'), nil
	case abs >= 1e-6 && abs < 1e21:
		return strconv.AppendFloat(b, f, 'f', -1, 64), nil
	}
	number := strconv.AppendFloat(nil, f, 'e', -1, 64)
	if n := len(number); number[n-2] == '0' && (number[n-3] == '-' || number[n-3] == '+') { // e-07
		number = append(number[:n-2], number[n-1])
	}
	return append(b, number...), nil
}
