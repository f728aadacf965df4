// Package report turns a judged record into the texts people and programs
// read: the table on the terminal, PERFORMANCE.md and summary.json.
//
// Everything is rendered from one [View], built once, so that no two outputs
// can disagree about a number, its rounding or the order of rows. The package
// is pure: it writes to an io.Writer, reads no clock and no environment, and a
// given record gives the same bytes on every machine.
//
// Every string in a View is printable and on one line. Names, versions and
// error messages come from programs under test and from configuration files;
// they are made harmless in one place ([New]) rather than in each renderer,
// where one would be forgotten. Escaping that a format needs (Markdown, XML)
// is the renderer's.
//
// compare decides; this package only words it. charts draws.
package report
