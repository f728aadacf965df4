package foreign

import (
	"errors"
	"io"
	"io/fs"
)

var errNotYet = errors.New("not written yet")

// Criterion reads a target/criterion directory, or that of one benchmark.
func Criterion(fsys fs.FS) (*Result, error) { return nil, errNotYet }

// PytestBenchmark reads the file of pytest --benchmark-json.
func PytestBenchmark(name string, r io.Reader) (*Result, error) { return nil, errNotYet }

// Pyperf reads a pyperf suite, .json or .json.gz.
func Pyperf(name string, r io.Reader) (*Result, error) { return nil, errNotYet }

// Hyperfine reads the file of hyperfine --export-json.
func Hyperfine(name string, r io.Reader) (*Result, error) { return nil, errNotYet }

// GoBench reads the output of go test -bench, plain or -json.
func GoBench(name string, r io.Reader) (*Result, error) { return nil, errNotYet }

// JSON reads plain JSON as fields say it.
func JSON(name string, r io.Reader, fields Fields) (*Result, error) { return nil, errNotYet }

// Fields says where plain JSON keeps what; empty fields are guessed.
type Fields struct {
	List           string // path of the list in the document: results.rows; "" = found
	Benchmark      string
	Implementation string
	Time           string // a number, or a list of numbers (samples)
	Unit           string // s, ms, us, ns; "" = from the field's name
}
