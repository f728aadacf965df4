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
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	return encoder.Encode(b, indexed(b.raw))
}

// indexed reduces a raster to 256 colours, a third of the file's size. A chart
// has a dozen colours and their blends at edges: the most frequent ones are
// kept as they are, the others become the nearest of those.
func indexed(in *image.RGBA) image.Image {
	count := make(map[color.RGBA]int)
	bounds := in.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			count[in.RGBAAt(x, y)]++
		}
	}
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
	out := image.NewPaletted(bounds, kept)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			out.SetColorIndex(x, y, index[in.RGBAAt(x, y)])
		}
	}
	return out
}

func key(c color.RGBA) uint32 {
	return uint32(c.R)<<24 | uint32(c.G)<<16 | uint32(c.B)<<8 | uint32(c.A)
}
