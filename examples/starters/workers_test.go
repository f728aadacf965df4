package starters

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// A toolchain builds and starts the worker of one language.
type toolchain struct {
	need  []string   // must succeed, or the language is left out
	build [][]string // in the worker's directory
	start []string
	// Where the work is made to go wrong, for sizes of its own: 13 prints to
	// standard output, by itself and through a child process; 14 fails.
	file, at, wrong string
	says            string // of what failed
}

var toolchains = map[string]toolchain{
	"go": {
		need: []string{"go", "version"}, build: [][]string{{"go", "build", "-o", "bin/", "."}, {"go", "vet", "./..."}}, start: []string{"bin/worker"},
		file: "orders.go", at: "\trandom := splitMix(nonce)\n",
		wrong: "\tif records == 13 {\n\t\tfmt.Println(\"stray\")\n\t\tc := exec.Command(\"echo\", \"stray\")\n\t\tc.Stdout = os.Stdout\n\t\tc.Run()\n\t}\n\tif records == 14 {\n\t\tpanic(\"no such luck\")\n\t}\n",
		says:  `panic: no such luck`,
	},
	"node": {
		need: []string{"node", "--version"}, start: []string{"node", "--expose-gc", "worker.js"},
		file: "orders.js", at: "  const random = new SplitMix(nonce)\n",
		wrong: "  if (records === 13) {\n    console.log('stray')\n    execFileSync('echo', ['stray'], { stdio: 'inherit' })\n  }\n  if (records === 14) throw new RangeError('no such luck')\n",
		says:  `RangeError: no such luck`,
	},
	"python": {
		need: []string{"python3", "-c", "import sys; sys.exit(sys.version_info < (3, 10))"}, start: []string{"python3", "worker.py"},
		file: "orders.py", at: "    random = SplitMix(nonce)\n",
		wrong: "    if records == 13:\n        print(\"stray\")\n        __import__(\"os\").system(\"echo stray\")\n    if records == 14:\n        raise ValueError(\"no such luck\")\n",
		says:  `ValueError: no such luck`,
	},
	"rust": {
		need: []string{"cargo", "fetch", "--locked"}, build: [][]string{{"cargo", "build", "--release", "--offline", "--locked", "--target-dir", "{target}"}, {"cp", "{target}/release/worker", "built"}}, start: []string{"./built"},
		file: "src/orders.rs", at: "    let mut random = SplitMix::new(nonce);\n",
		wrong: "    if records == 13 {\n        println!(\"stray\");\n        std::process::Command::new(\"echo\").arg(\"stray\").status().unwrap();\n    }\n    assert!(records != 14, \"no such luck\");\n",
		says:  `panicked at src/orders.rs:`,
	},
}

// imports are what the code that goes wrong needs besides.
var imports = map[string][2]string{
	"go":   {"import (\n", "import (\n\t\"encoding/json\"\n\t\"math\"\n\t\"os\"\n\t\"os/exec\"\n"},
	"node": {"import { SplitMix }", "import { execFileSync } from 'node:child_process'\nimport { SplitMix }"},
}

// worker writes and builds the starter of one language and returns its command.
func worker(t *testing.T, language string) func() *exec.Cmd {
	t.Helper()
	tool, dir := toolchains[language], t.TempDir()
	for name, data := range filesOf(t, language) {
		if name == language+"/"+tool.file {
			data = []byte(strings.Replace(string(data), tool.at, tool.wrong+tool.at, 1))
			data = []byte(strings.Replace(string(data), imports[language][0], imports[language][1], 1))
			data = []byte(strings.Replace(string(data), odd[language].at, odd[language].at+odd[language].result, 1))
			if !bytes.Contains(data, []byte(tool.wrong)) || !bytes.Contains(data, []byte(odd[language].result)) {
				t.Fatalf("%s: no place for the code that goes wrong", name)
			}
		}
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	dir = filepath.Join(dir, language)
	target := sharedTarget(t)
	command := func(args []string) *exec.Cmd {
		args = slices.Clone(args)
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "{target}", target)
		}
		if strings.Contains(args[0], "/") {
			args[0] = filepath.Join(dir, args[0])
		}
		cmd := exec.Command(args[0], args[1:]...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "GOWORK=off")
		return cmd
	}
	if out, err := command(tool.need).CombinedOutput(); err != nil {
		t.Skipf("%s: %v: %v\n%s", language, tool.need, err, out)
	}
	for _, args := range tool.build {
		if out, err := command(args).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v: %v\n%s", language, args, err, out)
		}
	}
	return func() *exec.Cmd { return command(tool.start) }
}

// sharedTarget is where cargo keeps what it has built from one test to the next:
// the dependencies take a quarter of a minute.
func sharedTarget(t *testing.T) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		return filepath.Join(t.TempDir(), "target")
	}
	return filepath.Join(cache, "xbench", "starters-target")
}

type answer struct {
	ID     *int64          `json:"id"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}

// converse gives a worker its requests and the end of its input; it must answer
// each on a line of its own and end by itself, with status 0.
func converse(t *testing.T, cmd *exec.Cmd, requests ...string) []answer {
	t.Helper()
	var out, errs bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(strings.Join(requests, "\n")+"\n"), &out, &errs
	timer := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	defer timer.Stop()
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s%s", err, out.String(), errs.String())
	}
	var answers []answer
	for line := range strings.Lines(out.String()) {
		var a answer
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatalf("%v: %q", err, line)
		}
		answers = append(answers, a)
	}
	if len(answers) != len(requests) {
		t.Fatalf("%d answers to %d requests\n%s%s", len(answers), len(requests), out.String(), errs.String())
	}
	return answers
}

func request(id int, method, params string) string {
	return fmt.Sprintf(`{"jsonrpc":"2.0","id":%d,"method":%q,"params":%s}`, id, method, params)
}

// A finding is what verify and run must agree on, between languages and with
// each other.
type finding struct {
	Digest   string           `json:"digest"`
	Counters map[string]int64 `json:"counters"`
	Result   any              `json:"result"`
}

// Whatever the language, equal nonces and sizes give equal results; what goes
// wrong is said with its code, and the worker takes further requests.
func TestWorkers(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("standard output is not kept for the protocol there")
	}
	found := make(map[string][]finding)
	for _, language := range Names() {
		t.Run(language, func(t *testing.T) {
			start := worker(t, language)
			found[language] = findings(t, start)
			refusals(t, start, toolchains[language].says)
			oneText(t, start)
			refusesOthers(t, start, language)
			keepsStandardOutput(t, start)
			endsOnLongLines(t, start)
		})
	}
	for language, got := range found {
		if want := found["go"]; !reflect.DeepEqual(got, want) {
			t.Errorf("%s differs from go:\n%+v\n%+v", language, got, want)
		}
	}
}

func findings(t *testing.T, start func() *exec.Cmd) []finding {
	t.Helper()
	requests := []string{request(1, "initialize", `{"protocol":1}`)}
	for _, prepare := range []string{
		`{"benchmark":"orders/sum"}`, `{"benchmark":"orders/sum","params":{"records":1}}`, `{"benchmark":"orders/sum","params":{"records":777}}`,
		`{"benchmark":"words/top","params":{}}`, `{"benchmark":"words/top","params":{"words":1}}`, `{"benchmark":"words/top","params":{"words":30}}`,
	} {
		requests = append(requests, request(len(requests), "prepare", prepare))
		for _, nonce := range []string{"0", "1", "9007199254740993", "18446744073709551615"} {
			requests = append(requests, request(len(requests), "verify", `{"nonce":"`+nonce+`","want_result":true}`))
		}
		// The nonce after the last one is 0.
		requests = append(requests, request(len(requests), "run", `{"iterations":3,"samples":2,"nonce":"18446744073709551615"}`))
	}
	var out []finding
	var zero finding
	for i, a := range converse(t, start(), requests...) {
		if a.Error != nil {
			t.Fatalf("%s: %+v", requests[i], a.Error)
		}
		var f finding
		if err := json.Unmarshal(a.Result, &f); err != nil {
			t.Fatal(err)
		}
		switch {
		case strings.Contains(requests[i], `"nonce":"0"`):
			zero = f
		case strings.Contains(requests[i], `"run"`):
			checkRun(t, a.Result)
			if f.Digest != zero.Digest || !reflect.DeepEqual(f.Counters, zero.Counters) {
				t.Errorf("%s: run found %+v, verify %+v", requests[i], f, zero)
			}
		}
		if len(f.Counters) > 0 {
			out = append(out, f)
		}
	}
	if len(out) != 6*5 || out[0].Digest == out[1].Digest || out[0].Result == nil {
		t.Errorf("%d findings, the first %+v", len(out), out[0])
	}
	return out
}

func checkRun(t *testing.T, result json.RawMessage) {
	t.Helper()
	var run struct {
		Samples []int64 `json:"samples_ns"`
		CPU     int64   `json:"cpu_ns"`
		Outside int64   `json:"outside_ns"`
	}
	if err := json.Unmarshal(result, &run); err != nil {
		t.Fatal(err)
	}
	if len(run.Samples) != 2 || min(run.Samples[0], run.Samples[1]) <= 0 || run.CPU < 0 || run.Outside <= 0 {
		t.Errorf("got %+v, want 2 samples", run)
	}
}

func refusals(t *testing.T, start func() *exec.Cmd, luck string) {
	t.Helper()
	var requests, says []string
	var codes []int
	refuse := func(code int, text, line string) {
		requests, codes, says = append(requests, line), append(codes, code), append(says, text)
	}
	accept := func(method, params string) { refuse(0, "", request(len(requests), method, params)) }
	refused := func(code int, text, method, params string) {
		refuse(code, text, request(len(requests), method, params))
	}
	refused(-32602, "protocol 2", "initialize", `{"protocol":2}`)
	refused(-32600, "no benchmark is prepared", "run", `{"iterations":1,"samples":1,"nonce":"0"}`)
	refused(-32600, "no benchmark is prepared", "verify", `{"nonce":"0"}`)
	refused(-32601, `no method "verfy"`, "verfy", `{}`)
	refused(1, `no benchmark "orders/some"`, "prepare", `{"benchmark":"orders/some","params":{}}`)
	refused(-32602, `unknown parameter "record"`, "prepare", `{"benchmark":"orders/sum","params":{"record":5}}`)
	for _, value := range []string{`"5"`, `1.5`, `true`, `[1]`} {
		refused(-32602, `parameter "records" must be an integer`, "prepare", `{"benchmark":"orders/sum","params":{"records":`+value+`}}`)
	}
	for _, value := range []string{`0`, `-1`, `1000001`} {
		refused(-32602, "records "+value+": want 1 to 1000000", "prepare", `{"benchmark":"orders/sum","params":{"records":`+value+`}}`)
	}
	// What was refused is not prepared.
	refused(-32600, "no benchmark is prepared", "verify", `{"nonce":"0"}`)
	accept("prepare", `{"benchmark":"orders/sum","params":{"records":2}}`)
	for _, nonce := range []string{`"-1"`, `"18446744073709551616"`, `"1e3"`, `""`, `7`, `null`} {
		refused(-32602, "", "verify", `{"nonce":`+nonce+`}`)
	}
	for _, params := range []string{`"iterations":0,"samples":1`, `"iterations":1,"samples":0`, `"iterations":-1,"samples":1`, `"iterations":1,"samples":500001`, `"iterations":"1","samples":1`, `"samples":1`} {
		refused(-32602, "", "run", `{`+params+`,"nonce":"0"}`)
	}
	refuse(-32700, "", `{"jsonrpc":"2.0","id":1,`)
	refuse(-32700, "", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xff\"}")
	refuse(-32600, "", `{"id":1,"method":"verify","params":{"nonce":"0"}}`)
	refuse(-32600, "", `{"jsonrpc":"2.0","method":"verify","params":{"nonce":"0"}}`)
	accept("verify", `{"nonce":"0"}`)
	accept("prepare", `{"benchmark":"orders/sum","params":{"records":14}}`)
	refused(2, luck, "verify", `{"nonce":"0"}`)
	accept("prepare", `{"benchmark":"orders/sum","params":{"records":1}}`)
	accept("run", `{"iterations":200000,"samples":1,"nonce":"0"}`)
	accept("shutdown", `{}`)
	for i, a := range converse(t, start(), requests...) {
		switch {
		case codes[i] == 0 && a.Error != nil:
			t.Errorf("%s: %+v", requests[i], *a.Error)
		case codes[i] != 0 && (a.Error == nil || a.Error.Code != codes[i] || !strings.Contains(a.Error.Message, says[i])):
			t.Errorf("%s: got %+v, want error %d, %q", requests[i], a.Error, codes[i], says[i])
		case codes[i] == -32700 && a.ID != nil:
			t.Errorf("%s: answered under id %d", requests[i], *a.ID)
		}
	}
}

// keepsStandardOutput: what the work and its children print does not end up
// among the answers, of which converse would complain.
func keepsStandardOutput(t *testing.T, start func() *exec.Cmd) {
	t.Helper()
	cmd := start()
	answers := converse(t, cmd, request(1, "prepare", `{"benchmark":"orders/sum","params":{"records":13}}`), request(2, "verify", `{"nonce":"0"}`))
	if got := strings.Count(cmd.Stderr.(*bytes.Buffer).String(), "stray\n"); answers[1].Error != nil || got != 2 {
		t.Errorf("%+v, %d prints on standard error, want both", answers[1].Error, got)
	}
}

// endsOnLongLines: a request without end is not read for ever.
func endsOnLongLines(t *testing.T, start func() *exec.Cmd) {
	t.Helper()
	cmd := start()
	var out bytes.Buffer
	cmd.Stdin, cmd.Stdout = bytes.NewReader(bytes.Repeat([]byte(" "), 17<<20)), &out
	var exit *exec.ExitError
	if err := cmd.Run(); !errors.As(err, &exit) || out.Len() > 0 {
		t.Errorf("got %v and %q, want an exit status", err, out.String())
	}
}
