package charts

// A heatBin is a range of ratios that share a colour, from its bound up to
// that of the next.
type heatBin struct {
	from float64
	role
	text role // what stands out from it, in either theme
	word string
}

// heatBins mirror each other around 1x: swap the sides and the colours swap
// too. The ends are the colours that mean faster and slower in every figure.
//
// Note: no smooth scale. Nobody can read a ratio off a shade, and cells of one
// shade should mean the same.
var heatBins = []heatBin{
	{0, slower, background, "below 0.1x"},
	{1.0 / 10, slower4, ink, "0.1x to 0.2x"},
	{1.0 / 5, slower3, ink, "0.2x to 0.33x"},
	{1.0 / 3, slower2, ink, "0.33x to 0.5x"},
	{1.0 / 2, slower1, ink, "0.5x to 1x"},
	{1, faster1, ink, "1x to 2x"},
	{2, faster2, ink, "2x to 3x"},
	{3, faster3, ink, "3x to 5x"},
	{5, faster4, ink, "5x to 10x"},
	{10, fast, background, "10x or more"},
}

// binOf is the place of a ratio's bin.
func binOf(ratio float64) int {
	i := len(heatBins) - 1
	for i > 0 && ratio < heatBins[i].from {
		i--
	}
	return i
}

// heatLook is how a state looks that has no bin: what fills the cell, what
// tells it from others without colour, and its text.
type heatLook struct {
	fill, outline, hatch role
	crossed, dashed      bool
	text                 letter
	word                 string // in the legend
}

// noRole leaves a part out.
const noRole = role(-1)

func (s HeatState) look() heatLook {
	switch s {
	case HeatInvalid:
		return heatLook{fill: background, outline: axis, hatch: stripe, crossed: true, text: heatBold, word: "invalid"}
	case HeatUnclear:
		return heatLook{fill: level, outline: noRole, hatch: stripe, text: heatLetter, word: "unclear"}
	case HeatEqual:
		return heatLook{fill: level, outline: noRole, hatch: noRole, text: heatLetter, word: "≈ about equal"}
	}
	return heatLook{fill: background, outline: stripe, hatch: noRole, dashed: true, text: heatFaint, word: "not run"}
}
