package starters

import (
	"bytes"
	_ "embed"
	"text/template"
)

//go:embed xbench.yaml.tmpl
var layout string

// configuration makes the xbench.yaml of a comparison.
func configuration(languages []Language) ([]byte, error) {
	t, err := template.New("xbench.yaml").Parse(layout)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, struct {
		Languages []Language
		Warmup    string
		Goals     []string
	}{languages, warmup(languages), goals(languages)})
	return b.Bytes(), err
}

// warmup is the longest that one of the languages needs, "" for the default.
func warmup(languages []Language) string {
	for _, l := range languages {
		if l.warmup != "" {
			return l.warmup
		}
	}
	return ""
}

// Lines are the implementation's in xbench.yaml, besides its name.
func (l Language) Lines() []string { return l.lines }
