package protocol

import (
	"fmt"
	"strings"
	"testing"
)

func TestInfoCheck(t *testing.T) {
	check := func(info Info, want string) {
		t.Helper()
		err := info.Check()
		if want == "" {
			if err != nil {
				t.Errorf("got %v", err)
			}
			return
		}
		if err == nil || err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
	offers := func(names ...string) Info {
		info := Info{Protocol: 1}
		for _, name := range names {
			info.Benchmarks = append(info.Benchmarks, Benchmark{Name: name, Params: Params{{"size", int64(1)}}})
		}
		return info
	}
	check(offers("demo/a", "parse/größe=1", "x.y-z_w"), "")
	check(Info{Protocol: 2}, "the worker speaks protocol 2, this xbench up to 1; update xbench")
	check(Info{}, "protocol must be 1, not 0")
	check(offers("a", "b", "a"), `benchmark "a" is listed twice`)
	check(offers("a", ""), `benchmark "" is empty`)
	check(offers("two words"), `benchmark "two words" holds white space or characters that do not show`)
	check(offers("a\x1b[2J"), `benchmark "a\x1b[2J" holds white space or characters that do not show`)
	check(offers("a\nXbench-Plan:"), `benchmark "a\nXbench-Plan:" holds white space or characters that do not show`)
	check(offers(strings.Repeat("n", 201)), `benchmark "`+strings.Repeat("n", 40)+`…" is longer than 200 bytes`)
	both := offers("a")
	both.Unsupported = []Unsupported{{"a", "why"}}
	check(both, `unsupported benchmark "a" is listed twice`)
	knob := offers("a")
	knob.Benchmarks[0].Params = Params{{"si/ze", nil}}
	check(knob, `benchmark a: parameter name "si/ze" may hold letters, digits, "_", "." and "-" only`)
}

func TestInfoClean(t *testing.T) {
	info := Info{
		Implementation: Implementation{Version: "1\x1b", Language: "go", Build: Build{Flags: []string{"\a"}}},
		Clock:          Clock{Name: "\b"},
		Benchmarks:     []Benchmark{{Name: "a", Description: "\r" + strings.Repeat("d", 300)}},
		Unsupported:    []Unsupported{{"b", "\x00"}},
	}
	got := info.Clean()
	texts := []string{got.Implementation.Version, got.Implementation.Build.Flags[0], got.Clock.Name, got.Benchmarks[0].Description, got.Unsupported[0].Reason}
	for i, prefix := range []string{`1\x1b`, `\a`, `\b`, `\rddd`, `\x00`} {
		if !strings.HasPrefix(texts[i], prefix) || len(texts[i]) > 250 {
			t.Errorf("got %q", texts[i])
		}
	}
	if info.Benchmarks[0].Description[0] != '\r' || info.Implementation.Build.Flags[0] != "\a" {
		t.Error("Clean changed what it was given")
	}
}

func TestSettingsAreCleanedAndBounded(t *testing.T) {
	settings := map[string]string{"gc\x1b": "off\n" + strings.Repeat("x", 300)}
	for i := range 100 {
		settings[fmt.Sprintf("s%03d", i)] = "v"
	}
	got := Info{Implementation: Implementation{Settings: settings}}.Clean().Implementation.Settings
	if len(got) != 32 {
		t.Errorf("%d settings are kept, want 32", len(got))
	}
	value := got[`gc\x1b`]
	if !strings.HasPrefix(value, `off\nxxx`) || len(value) > 250 {
		t.Errorf("got %q", value)
	}
	if got := (Info{}).Clean().Implementation.Settings; got != nil {
		t.Errorf("a worker without settings has %v", got)
	}
}

func TestCheckOutcome(t *testing.T) {
	text := func(s string) *string { return &s }
	check := func(digest *string, digests map[string]string, counters map[string]int64, ok bool) {
		t.Helper()
		if err := CheckOutcome(digest, digests, counters); (err == nil) != ok {
			t.Errorf("got %v", err)
		}
	}
	check(nil, nil, nil, true)
	check(text("ab12"), map[string]string{"state": "ab12"}, map[string]int64{"items": 1}, true)
	check(text(""), nil, nil, false)
	check(text("a b"), nil, nil, false)
	check(nil, map[string]string{"state": "\x1b"}, nil, false)
	check(nil, map[string]string{"\n": "a"}, nil, false)
	check(nil, nil, map[string]int64{"it\u202eems": 1}, false)
}
