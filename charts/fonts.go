package charts

import (
	"fmt"

	"github.com/golang/freetype/truetype"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/math/fixed"
)

// fonts are the Go fonts: they are drawn into a PNG, and they measure the text
// of an SVG, which the reader's own fonts will draw.
type fonts struct{ regular, bold *truetype.Font }

func loadFonts() (fonts, error) {
	regular, err := truetype.Parse(goregular.TTF)
	if err != nil {
		return fonts{}, fmt.Errorf("parse regular font: %w", err)
	}
	bold, err := truetype.Parse(gobold.TTF)
	if err != nil {
		return fonts{}, fmt.Errorf("parse bold font: %w", err)
	}
	return fonts{regular, bold}, nil
}

// width measures text in pixels at a size in pixels.
func width(f *truetype.Font, s string, size float64) float64 {
	scale := fixed.Int26_6(size * 64)
	var sum fixed.Int26_6
	for _, r := range s {
		if isolates(r) {
			continue
		}
		advance := f.HMetric(scale, f.Index(r)).AdvanceWidth
		if r >= 0x1100 {
			// Glyphs that the Go fonts lack are mostly wide ones.
			advance = max(advance, scale)
		}
		sum += advance
	}
	return float64(sum) / 64
}
