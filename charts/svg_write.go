package charts

import (
	"cmp"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// An element of an SVG: a shape, a text, or a group of them.
type element struct {
	name  string
	look  look
	own   string // attributes that no other shares, each after a space
	text  string // escaped
	title string // for a pointer
	kids  []*element
}

// A look is the presentation attributes of an element, all of which its
// children inherit; "" is the default. The class counts as one: a rule for
// the parent's class colours children that have none.
type look [properties]string

// A property is a presentation attribute.
type property int

const (
	lookClass property = iota
	lookFill
	lookFillOpacity
	lookStroke
	lookStrokeOpacity
	lookStrokeWidth
	lookDash
	lookCap
	lookFontSize
	lookWeight
	lookAnchor
	lookPointer
	properties
)

var propertyNames = [properties]string{"class", "fill", "fill-opacity", "stroke", "stroke-opacity", "stroke-width", "stroke-dasharray", "stroke-linecap",
	"font-size", "font-weight", "text-anchor", "pointer-events"}

func (l look) String() string {
	var b strings.Builder
	for i, v := range l {
		if v != "" {
			b.WriteString(" " + propertyNames[i] + `="` + v + `"`)
		}
	}
	return b.String()
}

// Save writes the document.
func (c *svgCanvas) Save(w io.Writer) error {
	common := c.root.hoist()
	var b strings.Builder
	width, height := strconv.Itoa(c.width), strconv.Itoa(c.height)
	id := ""
	b.WriteString("<svg")
	if c.head.embed {
		id = c.head.id + "-"
		b.WriteString(` class="figure"`)
	} else {
		b.WriteString(` xmlns="http://www.w3.org/2000/svg" font-family="` + fontFamily + `"`)
	}
	b.WriteString(` width="` + decimal(float64(c.width)/scale) + `" height="` + decimal(float64(c.height)/scale) + `" viewBox="0 0 ` + width + " " + height +
		`" role="img" aria-labelledby="` + id + "t " + id + `d"` + common.String() + ">\n")
	b.WriteString(`<title id="` + id + `t">` + escape(c.head.title) + "</title>\n" + `<desc id="` + id + `d">` + escape(c.head.desc) + "</desc>\n")
	if c.head.follows && !c.head.embed {
		b.WriteString("<style>\n" + recolored(c.used) + "</style>\n")
	}
	writeAll(&b, c.root.kids)
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// hoist takes from all elements what most of them share and no class or colour
// overrides: it is written once, for the root.
func (e *element) hoist() look {
	var common look
	for _, p := range []property{lookStrokeWidth, lookFontSize, lookWeight, lookAnchor} {
		count := make(map[string]int)
		e.each(func(e *element) { count[e.look[p]]++ })
		delete(count, "")
		if len(count) == 0 {
			continue
		}
		// The most frequent, then the least: equal input gives equal bytes.
		common[p] = slices.MinFunc(slices.Collect(maps.Keys(count)), func(a, b string) int {
			return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b))
		})
		e.each(func(e *element) {
			if e.look[p] == common[p] {
				e.look[p] = ""
			}
		})
	}
	for _, p := range []struct {
		property
		initial string
	}{{lookStrokeWidth, "1"}, {lookWeight, "normal"}, {lookAnchor, "start"}} {
		if common[p.property] == p.initial {
			common[p.property] = ""
		}
	}
	return common
}

// each visits the elements that are no groups.
func (e *element) each(visit func(*element)) {
	for _, k := range e.kids {
		if k.name == "g" {
			k.each(visit)
			continue
		}
		visit(k)
	}
}

// writeAll writes siblings; those in a row that look the same share a group.
func writeAll(b *strings.Builder, siblings []*element) {
	for i := 0; i < len(siblings); {
		j, look := i+1, siblings[i].alone()
		for look != noLook && j < len(siblings) && siblings[j].alone() == look {
			j++
		}
		s := look.String()
		if (j-i-1)*len(s) <= len("<g>\n</g>\n") { // also if they are groups
			siblings[i].write(b, look)
			i++
			continue
		}
		b.WriteString("<g" + s + ">\n")
		for _, k := range siblings[i:j] {
			k.write(b, noLook)
		}
		b.WriteString("</g>\n")
		i = j
	}
}

var noLook look

// alone is the look of an element, or of the only one in a group.
func (e *element) alone() look {
	if e.name == "g" && len(e.kids) == 1 {
		return e.kids[0].alone()
	}
	return e.look
}

// write writes an element. A group of one is that one with the group's title.
func (e *element) write(b *strings.Builder, l look) {
	title := e.title
	for e.name == "g" && len(e.kids) == 1 {
		e = e.kids[0]
		title = cmp.Or(e.title, title) // the innermost is what a pointer shows
	}
	if e.name == "g" && len(e.kids) == 0 {
		return
	}
	b.WriteString("<" + e.name + l.String() + e.own)
	if title == "" && e.text == "" && len(e.kids) == 0 {
		b.WriteString("/>\n")
		return
	}
	b.WriteString(">")
	if title != "" {
		b.WriteString("<title>" + escape(title) + "</title>")
	}
	b.WriteString(e.text)
	if e.name == "g" {
		b.WriteString("\n")
		writeAll(b, e.kids)
	}
	b.WriteString("</" + e.name + ">\n")
}
