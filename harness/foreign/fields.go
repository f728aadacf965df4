package foreign

import (
	"slices"
	"strings"
	"unicode"
)

// Fields says where plain JSON keeps what. What is empty is told from the
// names of the fields, if those leave one answer only.
type Fields struct {
	// List is the path of the list, or of the object whose members are the
	// rows: "results.rows". "*" stands for each member on the way: "results.*"
	// is for {"results": {"parse": {"go": {...}, "python": {...}}}}.
	List string
	// Benchmark and Implementation are fields of a row: paths, "stats.name", or
	// "@1", "@2" for the keys of objects on the way. Several are joined with a
	// slash: "scenario+size".
	Benchmark, Implementation string
	// Time is a number or a list of numbers, which are samples then. "@value"
	// is the row itself.
	Time string
	// Unit is s, ms, us or ns. Empty: from the field's name, mean_ms; else from
	// a field "unit"; else seconds, with a warning.
	Unit string
}

// Names that fields of homemade files have, in the words of their last part.
var (
	benchmarkFields      = []string{"benchmark", "benchmark_name", "scenario", "name", "test", "test_name", "case", "bench", "workload", "operation"}
	implementationFields = []string{"implementation", "impl", "language", "lang", "library", "framework", "engine", "backend", "runtime", "config", "variant", "side", "program"}
	sampleFields         = []string{"samples", "times", "durations", "timings", "measurements", "raw", "data", "values", "runs"}
	meanFields           = []string{"mean", "avg", "average", "mean_time", "avg_time", "average_time", "time_mean", "time_avg", "mean_duration", "avg_duration"}
	timeFields           = []string{"", "time", "duration", "elapsed", "elapsed_time", "wall", "wall_time", "walltime", "latency", "run_time", "execution_time", "time_per_iteration"}
	medianFields         = []string{"median", "p50", "median_time", "time_median"}
)

// Units of time, in nanoseconds, by how fields and people write them.
var units = map[string]float64{
	"ns": 1, "nanos": 1, "nanosecond": 1, "nanoseconds": 1,
	"us": 1e3, "µs": 1e3, "μs": 1e3, "micros": 1e3, "microsecond": 1e3, "microseconds": 1e3,
	"ms": 1e6, "msec": 1e6, "millis": 1e6, "millisecond": 1e6, "milliseconds": 1e6,
	"s": 1e9, "sec": 1e9, "secs": 1e9, "second": 1e9, "seconds": 1e9,
}

// Kinds of numbers, the best first: with samples there is no need of a mean.
const (
	rankSamples = iota
	rankMean
	rankTime
	rankMedian
	ranks // how many there are; none of them
)

// A timeField is a field that may hold the time.
type timeField struct {
	path string
	rank int
	unit float64 // nanoseconds; 0 = its name does not say
}

// words splits a field's name: meanMs, mean_ms, mean-ms and "mean (ms)" have
// the same two.
func words(name string) []string {
	var out []string
	var word strings.Builder
	flush := func() {
		if word.Len() > 0 {
			out = append(out, strings.ToLower(word.String()))
		}
		word.Reset()
	}
	lower := false
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			flush()
			lower = false
			continue
		}
		if unicode.IsUpper(r) && lower {
			flush()
		}
		lower = !unicode.IsUpper(r)
		word.WriteRune(r)
	}
	flush()
	return out
}

// asTime says what kind of time a field's path is about, from its last part;
// the unit may stand in an earlier one, as in latency_ms.mean.
func asTime(path string, list bool) timeField {
	f := timeField{path: path, rank: ranks}
	parts := strings.Split(path, ".")
	for i := len(parts) - 1; i >= 0; i-- {
		w := words(parts[i])
		if i == len(parts)-1 {
			base := w
			if n := len(w); n > 0 && units[w[n-1]] > 0 {
				base = w[:n-1]
			}
			f.rank = rankOf(strings.Join(base, "_"), list)
		}
		if n := len(w); n > 0 && f.unit == 0 {
			f.unit = units[w[n-1]]
		}
	}
	if f.rank == rankTime && f.unit == 0 && len(words(parts[len(parts)-1])) == 0 {
		f.rank = ranks
	}
	return f
}

func rankOf(base string, list bool) int {
	switch {
	case list && (slices.Contains(sampleFields, base) || slices.Contains(timeFields, base)):
		return rankSamples
	case list:
		return ranks
	case slices.Contains(meanFields, base):
		return rankMean
	case slices.Contains(timeFields, base):
		return rankTime
	case slices.Contains(medianFields, base):
		return rankMedian
	}
	return ranks
}

// named reports whether the last part of a path is one of the names.
func named(path string, names []string) bool {
	last := path[strings.LastIndexByte(path, '.')+1:]
	return slices.Contains(names, strings.Join(words(last), "_"))
}
