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
		Goals     []string
	}{languages, goals(languages)})
	return b.Bytes(), err
}

// Lines are the implementation's in xbench.yaml, besides its name.
func (l Language) Lines() []string { return l.lines }
