// Package charts draws plain data as SVG or PNG.
//
// It knows nothing of records, goals or verdicts: whoever has those maps them
// to a chart's data, with numbers already worded, so that a figure and the
// table beside it cannot round differently. Every chart is drawn into memory
// first and written whole or not at all. Any data is safe to draw: names are
// escaped and shortened, and numbers that are not finite are refused before
// the first stroke.
//
// Charts are painted on go-chart's Renderer and Series interfaces: its PNG
// canvas, and an SVG canvas of our own. Its ready-made charts and axes are not
// used: its logarithmic range is not logarithmic, its bars start at the
// smallest bar, have no whiskers and lie on no side, and its SVG does not
// escape text.
//
// A figure is a file of its own or part of a page, see Options.Embed: then it
// brings no style, since the page's StyleSheet colours both alike, and is
// small, since a page holds hundreds: what looks the same is described once.
//
// One colour means one thing in every figure, hues are Okabe and Ito's
// (https://jfly.uni-koeln.de/color/), darkened until they stand out 3:1 from
// the background, and no colour stands alone: a word is beside it.
package charts
