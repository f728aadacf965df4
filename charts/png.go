package charts

import (
	"cmp"
	"image"
	"image/color"
	"image/png"
	"maps"
	"slices"

	chart "github.com/wcharczuk/go-chart/v2"
)

// pixels collects a raster from go-chart.
type pixels struct{ raw *image.RGBA }

var _ chart.RGBACollector = (*pixels)(nil)

// SetRGBA takes the raster.
func (p *pixels) SetRGBA(i *image.RGBA) { p.raw = i }

// encode turns a raster, if there is one, into a PNG.
func (b *buffer) encode() error {
	if b.raw == nil {
		return nil
	}
	return png.Encode(b, indexed(b.raw))
}

// indexed reduces a raster to 256 colours, a third of the file's size. A chart
// has a dozen colours and their blends at edges: the most frequent ones are
// kept as they are, the others become the nearest of those.
func indexed(in *image.RGBA) image.Image {
	count := make(map[color.RGBA]int)
	each(in, func(_ int, c color.RGBA, n int) { count[c] += n })
	colors := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		// Frequency, then value: equal input gives equal bytes.
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(key(a), key(b)))
	})
	var kept color.Palette
	for _, c := range colors[:min(256, len(colors))] {
		kept = append(kept, c)
	}
	index := make(map[color.RGBA]uint8, len(colors))
	for _, c := range colors {
		index[c] = uint8(kept.Index(c))
	}
	out := image.NewPaletted(in.Bounds(), kept)
	each(in, func(at int, c color.RGBA, n int) {
		k := index[c]
		for i := range n {
			out.Pix[at+i] = k
		}
	})
	return out
}

// each visits runs of equal pixels: a chart is mostly background, and a map
// look-up per pixel took most of the time of a long chart. The raster is
// go-chart's, which has no gaps between its lines.
func each(in *image.RGBA, visit func(at int, c color.RGBA, n int)) {
	pix := in.Pix
	for i := 0; i+3 < len(pix); {
		c := color.RGBA{pix[i], pix[i+1], pix[i+2], pix[i+3]}
		j := i + 4
		for j+3 < len(pix) && pix[j] == c.R && pix[j+1] == c.G && pix[j+2] == c.B && pix[j+3] == c.A {
			j += 4
		}
		visit(i/4, c, (j-i)/4)
		i = j
	}
}

func key(c color.RGBA) uint32 {
	return uint32(c.R)<<24 | uint32(c.G)<<16 | uint32(c.B)<<8 | uint32(c.A)
}
