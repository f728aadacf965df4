package charts

import (
	"math"
	"strconv"
)

// pathData is the d attribute of a path in few characters: an absolute start,
// then distances. A report holds hundreds of figures.
type pathData struct {
	b      []byte
	x, y   int // where the pen is
	x0, y0 int // where the subpath began, for close
}

func (p *pathData) String() string { return string(p.b) }

func (p *pathData) move(x, y int) {
	if len(p.b) == 0 {
		p.command('M', x, y)
	} else {
		p.command('m', x-p.x, y-p.y)
	}
	p.x, p.y, p.x0, p.y0 = x, y, x, y
}

func (p *pathData) line(x, y int) {
	switch {
	case len(p.b) == 0: // go-chart's canvases start a path anywhere
		p.move(x, y)
		return
	case y == p.y:
		p.command('h', x-p.x)
	case x == p.x:
		p.command('v', y-p.y)
	default:
		p.command('l', x-p.x, y-p.y)
	}
	p.x, p.y = x, y
}

func (p *pathData) curve(cx, cy, x, y int) {
	p.command('q', cx-p.x, cy-p.y, x-p.x, y-p.y)
	p.x, p.y = x, y
}

// arc is a line to the arc's start and the arc: in two halves, because SVG
// cannot express a whole turn as one. Its points are rounded to units, as all
// others.
func (p *pathData) arc(cx, cy, rx, ry, start, delta float64) {
	at := func(angle float64) (x, y int) {
		return int(math.Round(cx + rx*math.Cos(angle))), int(math.Round(cy + ry*math.Sin(angle)))
	}
	if x, y := at(start); len(p.b) == 0 || x != p.x || y != p.y {
		p.line(x, y)
	}
	sweep := "1 "
	if delta < 0 {
		sweep = "0 "
	}
	for _, end := range []float64{start + delta/2, start + delta} {
		x, y := at(end)
		p.b = append(p.b, "a"+decimal(rx)+" "+decimal(ry)+" 0 0 "+sweep+strconv.Itoa(x-p.x)+" "+strconv.Itoa(y-p.y)...)
		p.x, p.y = x, y
	}
}

func (p *pathData) close() {
	if len(p.b) == 0 {
		return
	}
	p.b = append(p.b, 'z')
	p.x, p.y = p.x0, p.y0
}

// command writes a letter and its numbers; a minus parts them as well as a
// space does.
func (p *pathData) command(letter byte, numbers ...int) {
	p.b = append(p.b, letter)
	for i, n := range numbers {
		if i > 0 && n >= 0 {
			p.b = append(p.b, ' ')
		}
		p.b = strconv.AppendInt(p.b, int64(n), 10)
	}
}
