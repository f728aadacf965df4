package charts

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// A picture is an SVG taken apart the way a reader's browser would, by a
// parser that shares nothing with what wrote it.
type picture struct {
	width, height float64 // of the view box
	texts         []placed
	ids           []string
	classes       map[string]bool
	words         map[string]string // text of title and desc, by id
	faults        []string
}

// A placed text is where its letters lie, in units of the view box.
type placed struct {
	body       string
	x0, y0     float64
	x1, y1     float64
	wide       float64 // from x0 to where a wider font would end
	fontSize   float64
	anchor     string
	transforms bool
}

func (p *picture) fault(format string, args ...any) {
	if len(p.faults) < 20 {
		p.faults = append(p.faults, fmt.Sprintf(format, args...))
	}
}

// Elements and what they may say of themselves. Anything else is a fault: a
// script, a style attribute, a link.
var (
	anyLook  = []string{"class", "fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "font-size", "font-weight", "text-anchor", "pointer-events"}
	elements = map[string][]string{
		"svg":    {"xmlns", "width", "height", "viewBox", "role", "aria-labelledby", "font-family"},
		"title":  {"id"},
		"desc":   {"id"},
		"style":  {},
		"g":      {},
		"path":   {"d"},
		"text":   {"x", "y", "transform"},
		"rect":   {"x", "y", "width", "height", "rx"},
		"circle": {"cx", "cy", "r"},
		"line":   {"x1", "y1", "x2", "y2"},
	}
	colorPattern = regexp.MustCompile(`^(none|#[0-9a-f]{6})$`)
	classPattern = regexp.MustCompile(`^[fs]-[a-z0-9-]+( [fs]-[a-z0-9-]+)*$`)
)

// inherited are the attributes that children have from their parents.
var inherited = []string{"font-size", "font-weight", "text-anchor", "class", "fill"}

type node struct {
	name string
	attr map[string]string
	text strings.Builder
}

// inspect decodes an SVG and lists what is wrong with it.
func inspect(data []byte, opt Options) (*picture, error) {
	p := &picture{classes: make(map[string]bool), words: make(map[string]string)}
	dec := xml.NewDecoder(bytes.NewReader(data))
	var open []*node
	for {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("not well-formed: %w", err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			n := p.enter(t, open, opt)
			open = append(open, n)
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text.Write(t)
			}
		case xml.EndElement:
			p.leave(open[len(open)-1])
			open = open[:len(open)-1]
		default:
			p.fault("unexpected %T in the document", token)
		}
	}
	p.checkNames(opt)
	return p, nil
}

func (p *picture) enter(t xml.StartElement, open []*node, opt Options) *node {
	n := &node{name: t.Name.Local, attr: make(map[string]string)}
	if len(open) > 0 {
		for _, name := range inherited {
			if v, ok := open[len(open)-1].attr[name]; ok {
				n.attr[name] = v
			}
		}
	}
	allowed, known := elements[n.name]
	if !known || n.name == "svg" != (len(open) == 0) {
		p.fault("<%s> in depth %d", n.name, len(open))
	}
	if n.name == "style" && (opt.Embed || opt.Theme != ThemeAuto) {
		p.fault("a <style> where the page or nobody asks for one")
	}
	for _, a := range t.Attr {
		name := a.Name.Local
		if !slices.Contains(allowed, name) && !slices.Contains(anyLook, name) && (n.name != "svg" || name != "class") {
			p.fault("<%s %s=%q>", n.name, name, a.Value)
		}
		n.attr[name] = a.Value
		p.checkAttr(n.name, name, a.Value, opt)
	}
	p.checkShape(n)
	return n
}

func (p *picture) checkAttr(element, name, value string, opt Options) {
	switch name {
	case "x", "y", "cx", "cy", "x1", "x2", "y1", "y2", "r", "rx", "width", "height", "stroke-width", "font-size", "fill-opacity", "stroke-opacity":
		p.number(name, value)
	case "stroke-dasharray":
		for _, v := range strings.Fields(value) {
			p.number(name, v)
		}
	case "fill", "stroke":
		if !colorPattern.MatchString(value) {
			p.fault("%s=%q", name, value)
		}
		if opt.Embed && value != "none" {
			p.fault("%s=%q, which keeps the page's colour out", name, value)
		}
	case "class":
		if element == "svg" && value == "figure" {
			return
		}
		if !classPattern.MatchString(value) {
			p.fault("class %q", value)
		}
		for _, c := range strings.Fields(value) {
			p.classes[c] = true
		}
	case "pointer-events":
		if value != "all" && value != "none" {
			p.fault("%s=%q", name, value)
		}
	case "id":
		p.ids = append(p.ids, value)
	}
}

// number is finite, or a fault.
func (p *picture) number(what, value string) float64 {
	v, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		p.fault("%s is %q", what, value)
		return 0
	}
	return v
}

// checkShape is whether a shape lies in the picture.
func (p *picture) checkShape(n *node) {
	at := func(name string) float64 { return p.number(name, n.attr[name]) }
	switch n.name {
	case "svg":
		box := strings.Fields(n.attr["viewBox"])
		if len(box) != 4 || box[0] != "0" || box[1] != "0" {
			p.fault("viewBox %q", n.attr["viewBox"])
			return
		}
		p.width, p.height = p.number("viewBox", box[2]), p.number("viewBox", box[3])
		if n.attr["role"] != "img" || p.width < 1 || p.height < 1 {
			p.fault("role %q, %g by %g", n.attr["role"], p.width, p.height)
		}
	case "path":
		p.walk(n.attr["d"])
	case "rect":
		p.inside("rect", at("x"), at("y"))
		p.inside("rect", at("x")+at("width"), at("y")+at("height"))
	case "circle":
		p.inside("circle", at("cx")-at("r"), at("cy")-at("r"))
		p.inside("circle", at("cx")+at("r"), at("cy")+at("r"))
	case "line":
		p.inside("line", at("x1"), at("y1"))
		p.inside("line", at("x2"), at("y2"))
	}
}

// inside is a fault where a point is not: half a pixel for rounding.
func (p *picture) inside(what string, x, y float64) {
	const slack = 0.5 * scale
	if !(x >= -slack && x <= p.width+slack && y >= -slack && y <= p.height+slack) {
		p.fault("%s at %g, %g of %g, %g", what, x, y, p.width, p.height)
	}
}

var pathToken = regexp.MustCompile(`[a-zA-Z]|[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[^\s,]`)

// walk follows a path.
func (p *picture) walk(d string) {
	takes := map[byte]int{'M': 2, 'L': 2, 'H': 1, 'V': 1, 'Q': 4, 'A': 7, 'Z': 0}
	var x, y, x0, y0 float64
	tokens := pathToken.FindAllString(d, -1)
	if len(tokens) == 0 || tokens[0] != "M" {
		p.fault("path %.60q", d)
		return
	}
	var command byte
	for i := 0; i < len(tokens); {
		if c := tokens[i][0]; c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' {
			command = c
			i++
		}
		upper := command &^ 0x20
		n, ok := takes[upper]
		if !ok || i+n > len(tokens) {
			p.fault("path %.60q at token %d", d, i)
			return
		}
		var v []float64
		for _, s := range tokens[i : i+n] {
			v = append(v, p.number("path "+s, s))
		}
		i += n
		dx, dy := 0.0, 0.0
		if command != upper {
			dx, dy = x, y
		}
		switch upper {
		case 'M':
			x, y = v[0]+dx, v[1]+dy
			x0, y0 = x, y
			command -= 'M' - 'L' // what follows without a letter is a line
		case 'L':
			x, y = v[0]+dx, v[1]+dy
		case 'H':
			x = v[0] + dx
		case 'V':
			y = v[0] + dy
		case 'Q':
			p.inside("control point", v[0]+dx, v[1]+dy)
			x, y = v[2]+dx, v[3]+dy
		case 'A':
			// The ends of half a turn: its whole circle is around their middle.
			toX, toY := v[5]+dx, v[6]+dy
			p.inside("arc", (x+toX)/2-v[0], (y+toY)/2-v[1])
			p.inside("arc", (x+toX)/2+v[0], (y+toY)/2+v[1])
			x, y = toX, toY
		case 'Z':
			x, y = x0, y0
			if i < len(tokens) && !strings.ContainsAny(tokens[i][:1], "mMzZ") {
				p.fault("path %.60q goes on after its end", d)
				return
			}
		}
		p.inside("path", x, y)
	}
}

// leave takes a finished element.
func (p *picture) leave(n *node) {
	body := n.text.String()
	for _, r := range body {
		if r != '\n' && r != firstStrong && r != popIsolate && !unicode.IsPrint(r) {
			p.fault("<%s> holds %q", n.name, r)
			break
		}
	}
	switch n.name {
	case "title", "desc":
		if id := n.attr["id"]; id != "" {
			p.words[id] = body
		}
	case "text":
		p.texts = append(p.texts, p.place(n, body))
	}
}

// place measures a text with the pen that laid the picture out.
func (p *picture) place(n *node, body string) placed {
	size := p.number("font-size", n.attr["font-size"])
	pen, err := newPen(Options{})
	if err != nil {
		p.fault("%v", err)
		return placed{}
	}
	l := letter{size: size, bold: n.attr["font-weight"] == "bold"}
	t := placed{body: body, fontSize: size, anchor: n.attr["text-anchor"], wide: pen.measure(body, l)}
	x, y, w := p.number("x", n.attr["x"]), p.number("y", n.attr["y"]), t.wide/wider
	shift := map[string]float64{"middle": 0.5, "end": 1}[t.anchor]
	t.x0, t.x1 = x-shift*w, x+(1-shift)*w
	t.y0, t.y1 = y-0.72*size, y+0.2*size
	if size < 8*scale {
		p.fault("text %.40q is %g pixels large", body, size/scale)
	}
	if turn, ok := n.attr["transform"]; ok {
		t.transforms = true
		p.turned(turn, t)
		return t
	}
	p.inside(fmt.Sprintf("text %.40q", body), x-shift*t.wide, y-0.8*size)
	p.inside(fmt.Sprintf("text %.40q", body), x+(1-shift)*t.wide, y+0.25*size)
	return t
}

var rotatePattern = regexp.MustCompile(`^rotate\((\S+) (\S+) (\S+)\)$`)

// turned is where the corners of a rotated text come to lie.
func (p *picture) turned(transform string, t placed) {
	m := rotatePattern.FindStringSubmatch(transform)
	if m == nil {
		p.fault("transform %q", transform)
		return
	}
	angle := p.number("angle", m[1]) * math.Pi / 180
	cx, cy := p.number("x", m[2]), p.number("y", m[3])
	for _, corner := range [][2]float64{{t.x0, t.y0}, {t.x0 + t.wide, t.y0}, {t.x0, t.y1}, {t.x0 + t.wide, t.y1}} {
		dx, dy := corner[0]-cx, corner[1]-cy
		p.inside(fmt.Sprintf("text %.40q", t.body), cx+dx*math.Cos(angle)-dy*math.Sin(angle), cy+dx*math.Sin(angle)+dy*math.Cos(angle))
	}
}

// checkNames is whether the picture has a name, of ids that are its own.
func (p *picture) checkNames(opt Options) {
	slices.Sort(p.ids)
	if n := len(p.ids); n != len(slices.Compact(slices.Clone(p.ids))) {
		p.fault("ids %q", p.ids)
	}
	for _, id := range p.ids {
		if opt.Embed && !strings.HasPrefix(id, opt.ID+"-") {
			p.fault("id %q does not begin with %q", id, opt.ID)
		}
		if strings.TrimSpace(p.words[id]) == "" {
			p.fault("%q is empty", id)
		}
	}
	if len(p.words) != 2 {
		p.fault("%d names, want a title and a desc", len(p.words))
	}
	sheet := StyleSheet()
	for c := range p.classes {
		if !strings.Contains(sheet, "."+c+"{") {
			p.fault("class %q is not in the style sheet", c)
		}
	}
}

// collisions lists texts that lie on others.
func (p *picture) collisions() []string {
	var out []string
	for i, a := range p.texts {
		for _, b := range p.texts[:i] {
			w, h := min(a.x1, b.x1)-max(a.x0, b.x0), min(a.y1, b.y1)-max(a.y0, b.y0)
			if w > 1 && h > 1 && !a.transforms && !b.transforms && a.body != "" && b.body != "" && len(out) < 10 {
				out = append(out, fmt.Sprintf("%.40q lies on %.40q by %.0f by %.0f", a.body, b.body, w/scale, h/scale))
			}
		}
	}
	return out
}

// safeSVG fails where an SVG is not fit for a page of strangers' data.
func safeSVG(t testing.TB, what string, data []byte, opt Options) *picture {
	t.Helper()
	p, err := inspect(data, opt)
	if err != nil {
		t.Fatalf("%s: %v in\n%.4000s", what, err, data)
	}
	for _, fault := range p.faults {
		t.Errorf("%s: %s", what, fault)
	}
	if opt.Embed && bytes.Contains(data, []byte("<?xml")) {
		t.Errorf("%s: an XML head within a page", what)
	}
	return p
}

// The inspection sees what it is there to see.
func TestInspectionFindsFaults(t *testing.T) {
	const head = `<svg viewBox="0 0 100 60" role="img" aria-labelledby="t d"><title id="t">a</title><desc id="d">b</desc>`
	check := func(body, want string) {
		t.Helper()
		p, err := inspect([]byte(head+body+"</svg>"), Options{Theme: ThemeLight})
		switch {
		case err != nil:
			if want == "" || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %q", body, err, want)
			}
		case want == "" && len(p.faults) > 0 || want != "" && !strings.Contains(strings.Join(p.faults, "\n"), want):
			t.Errorf("%s: faults %q, want %q", body, p.faults, want)
		}
	}
	check(`<path class="f-ink" d="M1 2h3v4l-5-1zm2 2l1 1" fill="#000000"/>`, "")
	check(`<text x="5" y="50" font-size="20">ok</text>`, "")
	check(`<path d="M1 2a5 5 0 0 1 10 0" fill="none"/>`, "arc at 1, -3")
	check(`<path d="M90 2h20"/>`, "path at 110, 2")
	check(`<path d="M1 2hNaN"/>`, "path")
	check(`<path d="M1 2zl1 1"/>`, "goes on")
	check(`<text x="+Inf" y="1" font-size="20">a</text>`, `x is "+Inf"`)
	check(`<text x="5" y="50" font-size="20">much too long</text>`, `text "much too long" at`)
	check(`<g text-anchor="end"><text x="5" y="50" font-size="20">ab</text></g>`, `text "ab" at`)
	check(`<text x="5" y="5" font-size="20">ab</text>`, `text "ab" at`)
	check(`<text x="5" y="50" font-size="6">ab</text>`, "3 pixels")
	check(`<text x="5" y="50" font-size="20" transform="rotate(90 5 50)">ab</text>`, `text "ab" at`)
	check(`<path style="fill:red" d="M1 1"/>`, "style")
	check(`<a href="x">b</a>`, "<a> in depth 1")
	check(`<script>1</script>`, "<script>")
	check(`<g onclick="x"></g>`, "onclick")
	check(`<style>a{}</style>`, "a <style>")
	check(`<path class="f-nothing" d="M1 1"/>`, "not in the style sheet")
	check(`<path fill="url(#x)" d="M1 1"/>`, "url")
	check("<text x=\"5\" y=\"50\" font-size=\"20\">a\u202eb</text>", "holds")
	check(`<g>`, "not well-formed")
	check(`<desc id="d">c</desc>`, "ids")
	check(`<circle cx="2" cy="2" r="9"/>`, "circle at")

	p, err := inspect([]byte(head+`<text x="5" y="50" font-size="20">abc</text><text x="15" y="45" font-size="20">def</text><text x="70" y="45" font-size="20">g</text></svg>`), Options{Theme: ThemeLight})
	if err != nil || len(p.collisions()) != 1 {
		t.Errorf("collisions %q, %v, want one", p.collisions(), err)
	}
}
