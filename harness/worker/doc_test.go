package worker

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"xbench/harness/protocol"
)

const (
	docFile    = "../../docs/protocol.md"
	transcript = "../protocol/testdata/transcript.txt"
)

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

// The conversation of the doc is shown in pieces, with text in between. Put
// together they are the golden transcript, byte for byte.
func TestDocShowsTheTranscript(t *testing.T) {
	doc := readFile(t, docFile)
	var shown strings.Builder
	pieces := 0
	for _, block := range regexp.MustCompile("(?ms)^```\n(.*?)^```").FindAllStringSubmatch(doc, -1) {
		if strings.HasPrefix(block[1], "--> ") {
			pieces++
			shown.WriteString(block[1])
		}
	}
	if golden := readFile(t, transcript); shown.String() != golden {
		t.Errorf("docs/protocol.md does not show the golden transcript; it shows\n%s\nwant\n%s", shown.String(), golden)
	}
	if pieces < 5 {
		t.Errorf("%d pieces: nothing is explained", pieces)
	}
}

// codeBlock is the first block of the doc in a language.
func codeBlock(t *testing.T, language string) string {
	t.Helper()
	_, rest, ok := strings.Cut(readFile(t, docFile), "\n```"+language+"\n")
	block, _, closed := strings.Cut(rest, "\n```\n")
	if !ok || !closed {
		t.Fatalf("no block in %s", language)
	}
	return block + "\n"
}

// The workers that the doc shows work, and do the same work.
func TestWorkersOfTheDoc(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	digests := map[string]string{}
	check := func(language string, args ...string) {
		t.Helper()
		ctx := context.Background()
		w, err := Start(ctx, Spec{Name: language, Args: args, Dir: root, Timeouts: short})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Kill()
		info, err := w.Initialize(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if info.Implementation.Language != language {
			t.Errorf("says it is %s, want %s", info.Implementation.Language, language)
		}
		params := protocol.Params{{Name: "n", Value: int64(50)}}
		if err := w.Prepare(ctx, protocol.PrepareParams{Benchmark: "sort/strings", Params: params}); err != nil {
			t.Fatal(err)
		}
		v, err := w.Verify(ctx, protocol.VerifyParams{Nonce: "9"})
		if err != nil {
			t.Fatal(err)
		}
		shown, err := w.Verify(ctx, protocol.VerifyParams{Nonce: "9", WantResult: true})
		if err != nil {
			t.Fatal(err)
		}
		var items []string
		if err := json.Unmarshal(shown.Result, &items); err != nil || len(items) != 50 || !slices.IsSorted(items) {
			t.Errorf("%s: result %s, %v; want the 50 sorted strings", language, shown.Result, err)
		}
		res, _, err := w.Run(ctx, threeSamples, 0) // ends on nonce 9
		if err != nil {
			t.Fatal(err)
		}
		if *res.Digest != *v.Digest || res.Counters["items"] != 50 {
			t.Errorf("%s: verified %s, ran %s, %v", language, *v.Digest, *res.Digest, res.Counters)
		}
		if exit := w.Close(ctx); !exit.OK {
			t.Error(exit.Failure)
		}
		digests[language] = *v.Digest
	}

	dir := t.TempDir()
	source := filepath.Join(dir, "main.go")
	if err := os.WriteFile(source, []byte(codeBlock(t, "go")), 0o644); err != nil {
		t.Fatal(err)
	}
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("no go command to build the doc's worker with")
	}
	binary := filepath.Join(dir, "worker.exe")
	build := exec.Command(goTool, "build", "-o", binary, source)
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	check("go", binary)

	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3")
	}
	check("python", python, "-c", codeBlock(t, "python"))
	if digests["go"] != digests["python"] {
		t.Errorf("different work: %v", digests)
	}
}

// withoutSDK is the worker of the doc that needs nothing of ours.
func withoutSDK(t *testing.T) string {
	t.Helper()
	_, rest, ok := strings.Cut(readFile(t, docFile), "\n## Without an SDK\n")
	_, rest, open := strings.Cut(rest, "\n```python\n")
	block, _, closed := strings.Cut(rest, "\n```\n")
	if !ok || !open || !closed {
		t.Fatal("no worker without an SDK")
	}
	return block + "\n"
}

// The worker that the doc writes without an SDK holds the conversation above
// it: the same results, and the same codes of errors.
func TestWorkerWithoutSDK(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3")
	}
	source := withoutSDK(t)
	var requests strings.Builder
	var want []string
	for line := range strings.Lines(readFile(t, transcript)) {
		if request, ok := strings.CutPrefix(line, "--> "); ok {
			requests.WriteString(request)
		} else {
			want = append(want, strings.TrimPrefix(line, "<-- "))
		}
	}
	cmd := exec.Command(python, "-c", source)
	cmd.Stdin = strings.NewReader(requests.String())
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(got) != len(want) {
		t.Fatalf("%d answers, want %d:\n%s", len(got), len(want), out)
	}
	for i := range got {
		if g, w := essence(t, got[i]), essence(t, want[i]); g != w {
			t.Errorf("answer %d:\ngot  %s\nwant %s", i+1, g, w)
		}
	}
	protocolPart, _, _ := strings.Cut(source, "# Your code")
	lines := 0
	for line := range strings.Lines(protocolPart) {
		if strings.TrimSpace(line) != "" {
			lines++
		}
	}
	if lines > 100 {
		t.Errorf("the hundred lines are %d", lines)
	}
}

// essence is an answer without what differs between languages, machines and
// moments: of an error the code, of times how many there are.
func essence(t *testing.T, line string) string {
	t.Helper()
	var answer struct {
		ID     any            `json:"id"`
		Result map[string]any `json:"result"`
		Error  *struct {
			Code    int    `json:"code"`
			Message string `json:"message"`
		} `json:"error"`
	}
	if err := json.Unmarshal([]byte(line), &answer); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	for _, volatile := range []string{"implementation", "clock", "cpu_ns", "outside_ns"} {
		if _, ok := answer.Result[volatile]; ok {
			answer.Result[volatile] = "*"
		}
	}
	if samples, ok := answer.Result["samples_ns"].([]any); ok {
		answer.Result["samples_ns"] = len(samples)
	}
	if answer.Error != nil {
		if answer.Error.Message == "" {
			t.Errorf("%s: no message", line)
		}
		answer.Error.Message = ""
	}
	text, err := json.Marshal(answer)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// It is a worker for xbench as well: checked names, clocks that can be true, an
// orderly end; and it says what is no JSON.
func TestWorkerWithoutSDKIsAccepted(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3")
	}
	ctx := t.Context()
	w, err := Start(ctx, Spec{Name: "own", Args: []string{python, "-c", withoutSDK(t)}, Timeouts: short})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Kill()
	if _, err := w.Initialize(ctx); err != nil {
		t.Fatal(err)
	}
	if err := w.Prepare(ctx, protocol.PrepareParams{Benchmark: "demo/a"}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.Run(ctx, threeSamples, 0); err != nil {
		t.Error(err)
	}
	if exit := w.Close(ctx); !exit.OK {
		t.Error(exit.Failure)
	}
	cmd := exec.Command(python, "-c", withoutSDK(t))
	cmd.Stdin = strings.NewReader("no request\n\xff\n")
	if out, err := cmd.Output(); err != nil || strings.Count(string(out), `"code": -32700`) != 2 {
		t.Errorf("%v, %s", err, out)
	}
}
