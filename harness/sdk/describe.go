package sdk

import (
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

type implementationInfo struct {
	Version  string    `json:"version"`
	Language string    `json:"language"`
	Runtime  string    `json:"runtime"`
	Build    buildInfo `json:"build"`
	Settings settings  `json:"settings"`
}

type buildInfo struct {
	Mode  string   `json:"mode"` // release, debug, unknown
	Flags []string `json:"flags"`
}

func describe(version string) implementationInfo {
	return implementationInfo{Version: version, Language: "go", Runtime: runtime.Version(), Build: describeBuild(), Settings: describeSettings()}
}

// describeBuild says how the running binary was built, as the linker recorded
// it, and which settings of the runtime are not at their defaults: a figure
// taken under the race detector or with the collector off should say so.
func describeBuild() buildInfo {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return buildInfo{Mode: "unknown", Flags: []string{}}
	}
	build := buildInfo{Mode: "release", Flags: []string{}}
	for _, s := range info.Settings {
		if s.Key == "-compiler" || strings.HasPrefix(s.Key, "vcs") || s.Value == "" {
			continue
		}
		build.Flags = append(build.Flags, s.Key+"="+s.Value)
		if slowsDown(s.Key, s.Value) {
			build.Mode = "debug"
		}
	}
	for _, name := range []string{"GOGC", "GOMEMLIMIT", "GOMAXPROCS", "GODEBUG"} {
		if value := os.Getenv(name); value != "" {
			build.Flags = append(build.Flags, name+"="+value)
		}
	}
	return build
}

// slowsDown tells the build settings that make code slower than what people
// ship: instrumentation, and optimisations or inlining switched off.
func slowsDown(key, value string) bool {
	switch key {
	case "-race", "-msan", "-asan", "-cover":
		return value == "true"
	case "-gcflags":
		for _, flag := range strings.FieldsFunc(value, func(r rune) bool { return r == ' ' || r == '=' }) {
			if flag == "-N" || flag == "-l" {
				return true
			}
		}
	}
	return false
}

type clockInfo struct {
	Name         string `json:"name"`
	ResolutionNS int64  `json:"resolution_ns"`
	CallNS       int64  `json:"call_ns"`
}

// measureClock finds the smallest step that the clock shows and what reading
// it costs.
func measureClock() clockInfo {
	const calls = 1000
	clock := clockInfo{Name: "time.Now, monotonic"}
	begin := time.Now()
	last := begin
	for range calls {
		now := time.Now()
		if step := now.Sub(last).Nanoseconds(); step > 0 && (clock.ResolutionNS == 0 || step < clock.ResolutionNS) {
			clock.ResolutionNS = step
		}
		last = now
	}
	clock.CallNS = last.Sub(begin).Nanoseconds() / calls
	return clock
}
