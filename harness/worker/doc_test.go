package worker

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"xbench/harness/protocol"
)

const docFile = "../../docs/protocol.md"

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

func TestDocShowsTheTranscript(t *testing.T) {
	transcript := readFile(t, "../protocol/testdata/transcript.txt")
	if !strings.Contains(readFile(t, docFile), "```\n"+transcript+"```\n") {
		t.Error("docs/protocol.md does not contain the golden transcript; paste it in")
	}
}

// codeBlock is the one block of the doc in a language.
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
