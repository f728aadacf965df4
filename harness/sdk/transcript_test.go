package sdk_test

import (
	"bytes"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"xbench/harness/sdk"
	"xbench/harness/worker/badworker"
)

var update = flag.Bool("update", false, "rewrite the golden transcript from what the SDK says")

const transcriptFile = "../protocol/testdata/transcript.txt"

// volatile are the parts of an answer that differ between languages, machines
// and moments. Everything else is the same for every SDK, to the byte.
var volatile = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`"language":"[^"]*","runtime":"[^"]*","build":\{[^}]*\},"settings":\{[^}]*\}`), `"language":*`},
	{regexp.MustCompile(`"clock":\{"name":"[^"]+","resolution_ns":\d+,"call_ns":\d+\}`), `"clock":*`},
	{regexp.MustCompile(`"(cpu_ns|outside_ns)":\d+`), `"$1":*`},
}

var (
	samples = regexp.MustCompile(`"samples_ns":\[[\d,]*\]`)
	number  = regexp.MustCompile(`\d+`)
)

func normalise(line string) string {
	for _, v := range volatile {
		line = v.pattern.ReplaceAllString(line, v.with)
	}
	return samples.ReplaceAllStringFunc(line, func(s string) string { return number.ReplaceAllString(s, "*") })
}

// The transcript is what every SDK has to say; the Python SDK's tests read the
// same file.
func TestTranscript(t *testing.T) {
	golden, err := os.ReadFile(transcriptFile)
	if err != nil {
		t.Fatal(err)
	}
	var requests bytes.Buffer
	for line := range strings.Lines(string(golden)) {
		if request, ok := strings.CutPrefix(line, "--> "); ok {
			requests.WriteString(request)
		}
	}
	var answers bytes.Buffer
	if err := sdk.Serve(badworker.Implementation(), &requests, &answers); err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for line := range strings.Lines(string(golden)) {
		if strings.HasPrefix(line, "<-- ") {
			answer, err := answers.ReadString('\n')
			if err != nil {
				t.Fatalf("no answer for %s", line)
			}
			line = "<-- " + answer
		}
		got.WriteString(line)
	}
	if rest := answers.String(); rest != "" {
		t.Errorf("answers nobody expects: %s", rest)
	}
	if *update {
		if err := os.WriteFile(transcriptFile, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want := strings.Split(string(golden), "\n")
	for i, line := range strings.Split(got.String(), "\n") {
		if normalise(line) != normalise(want[i]) {
			t.Errorf("line %d:\ngot  %s\nwant %s", i+1, normalise(line), normalise(want[i]))
		}
	}
}
