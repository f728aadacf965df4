package sdk

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
)

// settings say how the program runs, by name. What is in force counts, not
// what was asked for: a program may change both of the collector's settings
// and the number of threads while it runs.
type settings map[string]string

func describeSettings() settings {
	s := settings{
		"gc":      collector(),
		"threads": fmt.Sprintf("GOMAXPROCS=%d", runtime.GOMAXPROCS(0)),
		"checks":  "none",
	}
	if value := os.Getenv("GODEBUG"); value != "" {
		s["debug"] = "GODEBUG=" + value
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		s["checks"] = "unknown"
		return s
	}
	var slow []string
	var revision, modified string
	for _, b := range info.Settings {
		switch {
		case slowsDown(b.Key, b.Value):
			slow = append(slow, b.Key+"="+b.Value)
		case b.Key == "CGO_ENABLED":
			s["cgo"] = map[string]string{"1": "on", "0": "off"}[b.Value]
		case b.Key == "vcs.revision":
			revision = b.Value[:min(len(b.Value), 12)]
		case b.Key == "vcs.modified" && b.Value == "true":
			modified = ", modified"
		}
	}
	if len(slow) > 0 {
		s["checks"] = strings.Join(slow, " ")
	}
	if revision != "" {
		s["vcs"] = revision + modified
	}
	return s
}

// collector words the two settings of the garbage collector.
func collector() string {
	samples := []metrics.Sample{{Name: "/gc/gogc:percent"}, {Name: "/gc/gomemlimit:bytes"}}
	metrics.Read(samples)
	for _, s := range samples {
		if s.Value.Kind() != metrics.KindUint64 {
			return "unknown"
		}
	}
	text := "GOGC=off"
	if percent := samples[0].Value.Uint64(); percent != math.MaxUint64 {
		text = fmt.Sprintf("GOGC=%d", percent)
	}
	if limit := samples[1].Value.Uint64(); limit != math.MaxInt64 {
		text += fmt.Sprintf(" GOMEMLIMIT=%d", limit)
	}
	return text
}
