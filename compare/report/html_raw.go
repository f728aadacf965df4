package report

import (
	"bytes"
	"encoding/json"
	"html/template"
	"strings"
)

// mostRaw is how much raw data a page holds: beyond it, it would be most of it.
const mostRaw = 800_000

// raw puts summary.json on the page, the same values in fewer bytes: without
// indentation, and with no escape but for what would be markup.
func (p *htmlPage) raw() error {
	var b bytes.Buffer
	if err := p.v.Summary(&b); err != nil {
		return err
	}
	p.RawSize = FormatBytes(float64(b.Len()))
	lines, err := inLines(b.Bytes())
	if err != nil {
		return err
	}
	if text := rawEscapes.Replace(lines); len(text) <= mostRaw {
		p.Raw = template.HTML(text)
	}
	return nil
}

// rawEscapes is what text between tags needs: no tag can begin, and no
// character reference.
var rawEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;")

// inLines drops the blanks of a JSON document but for a line per field of the
// outermost object and per element of those: a benchmark is a line.
func inLines(document []byte) (string, error) {
	var b bytes.Buffer
	if err := json.Compact(&b, document); err != nil {
		return "", err
	}
	const deepest = 2
	var out strings.Builder
	depth, quoted, escaped := 0, false, false
	for _, c := range b.Bytes() {
		out.WriteByte(c)
		switch {
		case escaped:
			escaped = false
		case quoted:
			quoted, escaped = c != '"', c == '\\'
		case c == '"':
			quoted = true
		case c == '{', c == '[':
			depth++
		case c == '}', c == ']':
			depth--
		case c == ',' && depth <= deepest:
			out.WriteByte('\n')
		}
	}
	return out.String(), nil
}
