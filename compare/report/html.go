package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"strings"
	"sync"

	"xbench/charts"
)

//go:embed html
var htmlFiles embed.FS

// parsed are the page's templates, its style sheet and its script.
var parsed = sync.OnceValues(func() (*htmlParts, error) {
	t, err := template.ParseFS(htmlFiles, "html/*.html")
	if err != nil {
		return nil, err
	}
	style, err := htmlFiles.ReadFile("html/page.css")
	if err != nil {
		return nil, err
	}
	script, err := htmlFiles.ReadFile("html/page.js")
	if err != nil {
		return nil, err
	}
	return &htmlParts{t, "\n" + charts.StyleSheet() + string(style), "\n" + string(script)}, nil
})

type htmlParts struct {
	*template.Template
	style, script string
}

// HTML writes report.html: one file that needs nothing but itself, to be read
// in a browser, on paper, or by ear, with or without its script. Nothing from a
// program under test or a configuration can become markup: texts are escaped by
// the template, figures escape their own, and a Content-Security-Policy allows
// the page's own style sheet and script, by their hashes, and nothing else.
func (v *View) HTML(w io.Writer) error {
	parts, err := parsed()
	if err != nil {
		return fmt.Errorf("%s: %w", HTMLFile, err)
	}
	page, err := newHTMLPage(v)
	if err != nil {
		return fmt.Errorf("%s: %w", HTMLFile, err)
	}
	page.Style, page.Script = template.CSS(parts.style), template.JS(parts.script)
	page.Policy = policy(parts.style, parts.script)
	var b bytes.Buffer
	if err := parts.ExecuteTemplate(&b, "page.html", page); err != nil {
		return fmt.Errorf("%s: %w", HTMLFile, err)
	}
	_, err = w.Write(b.Bytes())
	return err
}

// policy allows one style sheet and one script.
func policy(style, script string) string {
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	return strings.Join([]string{"default-src 'none'", "style-src " + hash(style), "script-src " + hash(script), "base-uri 'none'", "form-action 'none'"}, "; ")
}

// A htmlFigure is a drawing and what it shows in words.
type htmlFigure struct {
	Title, Alt string
	SVG        template.HTML // charts escapes its texts
}

// draw makes a figure part of the page. One that cannot be drawn says so in its
// place: the page holds its numbers all the same. id is what is
// unique in it; the figure's own subtitle stands where there is none here.
func draw(f Figure, id, subtitle string) htmlFigure {
	var b strings.Builder
	if err := f.Draw(&b, charts.Options{Format: charts.SVG, Embed: true, ID: id, Subtitle: subtitle}); err != nil {
		b.Reset()
		b.WriteString("<p>" + template.HTMLEscapeString(clean("not drawn: "+err.Error())) + "</p>")
	}
	return htmlFigure{Title: f.Title, Alt: f.Alt, SVG: template.HTML(b.String())}
}

// drawAll draws the report's figures, by name.
func (p *htmlPage) drawAll() {
	p.figures = make(map[string]*htmlFigure)
	for _, f := range p.v.Figures() {
		drawn := draw(f, "fig-"+f.Name, "")
		p.figures[f.Name] = &drawn
		p.order = append(p.order, f.Name)
	}
}

// figure takes a figure to its place; nil where the data supports none. What
// no section took is for the one that shows the rest.
func (p *htmlPage) figure(name string) *htmlFigure {
	f := p.figures[name]
	delete(p.figures, name)
	return f
}

func (p *htmlPage) otherFigures() []*htmlFigure {
	var out []*htmlFigure
	for _, name := range p.order {
		if f := p.figure(name); f != nil {
			out = append(out, f)
		}
	}
	return out
}

// Drawings and tables of rounds go to the rows that come first, which need
// them most, until the page is as large as a mail takes: below 3 MB with 200
// benchmarks, where the rest is a third of it.
const (
	mostDrawn = 1_100_000 // bytes
	mostCells = 20_000    // of tables of rounds
)

// distribution is the drawing of a row's samples. left is whether there would
// be one if the page were smaller.
func (p *htmlPage) distribution(row int) (f *htmlFigure, left bool) {
	drawing, ok := p.v.Distribution(row)
	if !ok || p.drawn >= mostDrawn {
		return nil, ok
	}
	drawn := draw(drawing, fmt.Sprintf("d%d", row+1), "every sample: a row of dots is a process, the first on top, with its median")
	if p.drawn += len(drawn.SVG); p.drawn > mostDrawn {
		return nil, true
	}
	drawn.Title, drawn.Alt = "every sample", "" // the row and the drawing say the rest
	return &drawn, false
}
