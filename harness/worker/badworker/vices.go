package badworker

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"

	"xbench/harness/protocol"
)

// misbehaveInRun is what goes wrong inside the timed function.
func (w *work) misbehaveInRun() error {
	if w.prepared != "demo/b" {
		return nil
	}
	switch w.mode {
	case "chatty":
		fmt.Println("a stray print")
		echo := exec.Command("echo", "a stray print of a child")
		echo.Stdout = os.Stdout
		return echo.Run()
	case "crash-in-run":
		fmt.Fprintln(os.Stderr, "about to crash")
		os.Exit(3)
	case "killed-in-run":
		self, err := os.FindProcess(os.Getpid())
		if err != nil {
			return err
		}
		if err := self.Kill(); err != nil {
			return err
		}
		hang()
	case "panic-in-run":
		panic("index out of luck")
	case "error-in-run":
		return errors.New("the disk is on fire")
	case "error-on-stderr":
		fmt.Fprintln(os.Stderr, "disk: no space left")
		return errors.New("exit status 1")
	case "error-twice":
		fmt.Fprintln(os.Stderr, "FATAL: the disk is on fire")
		return errors.New("FATAL: the disk is on fire")
	case "escapes":
		return errors.New("\x1b[2J\x1b]0;owned\x07 red\x1b[31m \u202edesrever\r\nnext")
	case "html":
		return errors.New("<script>alert(1)</script> & <b>bold</b>")
	case "hang-in-run", "ignore-term":
		fmt.Fprintln(os.Stderr, "MemoryError")
		hang()
	case "stderr-flood":
		line := strings.Repeat("lorem ipsum ", 100) + "\n"
		for range 8 << 20 / len(line) {
			fmt.Fprint(os.Stderr, line)
		}
		fmt.Fprintln(os.Stderr, "the last line")
		os.Exit(3)
	case "fork-helper", "runaway-helper":
		if err := startHelper(w.mode == "runaway-helper"); err != nil {
			return err
		}
		os.Exit(3)
	case "keep-helper":
		return startHelper(false)
	}
	return nil
}

// startHelper starts this program again as a helper that holds on to all of
// our pipes, and says on standard error which process it is.
func startHelper(runaway bool) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	helper := exec.Command(self, os.Args[1:]...)
	helper.Env = append(os.Environ(), helperEnv+"=1")
	helper.Stdin, helper.Stdout, helper.Stderr = os.Stdin, os.Stdout, os.Stderr
	if runaway {
		leaveGroup(helper)
	}
	if err := helper.Start(); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "helper %d\n", helper.Process.Pid)
	return nil
}

// A wire spoils answers on their way out.
type wire struct{ demo *demo }

// wireFor returns the writer for modes whose vice is in what they write, or in
// what they do with their streams, and nil for those that leave that to the
// SDK.
func wireFor(d *demo) *wire {
	modes := []string{
		"ignore-term", "higher-protocol", "bad-name", "fork-helper", "runaway-helper", "keep-helper",
		"stray-print", "wrong-id", "two-answers", "half-line", "huge-line", "invalid-utf8", "not-a-response",
		"close-stdout", "extra-sample", "missing-sample", "zero-time", "negative-time", "absurd-time",
		"overflow-time", "nan-time", "fraction-time", "slow-clock", "fast-clock", "stopped-clock", "exit-nonzero", "no-exit", "last-word",
	}
	if !slices.Contains(modes, d.mode) {
		return nil
	}
	return &wire{d}
}

// Write gets one whole answer, because the SDK writes it at once.
func (w *wire) Write(line []byte) (int, error) {
	out := line
	switch {
	case w.demo.mode == "higher-protocol":
		out = bytes.Replace(line, []byte(`"protocol":1`), []byte(`"protocol":2`), 1)
	case w.demo.mode == "bad-name":
		out = bytes.Replace(line, []byte(`"demo/b"`), []byte(`"demo/\u001b[2Jb"`), 1)
	case w.demo.prepared == "demo/b" && bytes.Contains(line, []byte(`"samples_ns"`)):
		out = w.spoil(line)
	}
	if _, err := os.Stdout.Write(out); err != nil {
		return 0, err
	}
	return len(line), nil
}

// spoil is what goes wrong with the answer to run.
func (w *wire) spoil(line []byte) []byte {
	switch w.demo.mode {
	case "stray-print":
		return append([]byte("warning: stray print\n"), line...)
	case "wrong-id":
		return bytes.Replace(line, []byte(`"id":`), []byte(`"id":100`), 1)
	case "two-answers":
		return append(slices.Clone(line), line...)
	case "half-line":
		os.Stdout.Write(line[:len(line)/2])
		os.Exit(0)
	case "huge-line":
		chunk := bytes.Repeat([]byte("x"), 1<<20)
		for {
			if _, err := os.Stdout.Write(chunk); err != nil {
				os.Exit(1)
			}
		}
	case "invalid-utf8":
		return bytes.Replace(line, []byte(`"digest":"`), []byte("\"digest\":\"\xff\xfe"), 1)
	case "not-a-response":
		return []byte(`{"progress":0.5}` + "\n")
	case "close-stdout":
		os.Stdout.Close()
		hang()
	case "nan-time", "fraction-time":
		return respell(line, w.demo.mode)
	}
	return resample(line, w.demo.mode)
}

// respell changes how the first sample is written.
func respell(line []byte, mode string) []byte {
	head, rest, _ := bytes.Cut(line, []byte(`"samples_ns":[`))
	end := bytes.IndexAny(rest, ",]")
	first := string(rest[:end]) + ".5"
	if mode == "nan-time" {
		first = "NaN"
	}
	return slices.Concat(head, []byte(`"samples_ns":[`+first), rest[end:])
}

// resample changes the samples.
func resample(line []byte, mode string) []byte {
	var answer struct {
		JSONRPC string             `json:"jsonrpc"`
		ID      int64              `json:"id"`
		Result  protocol.RunResult `json:"result"`
	}
	if err := json.Unmarshal(line, &answer); err != nil {
		panic(err)
	}
	s := answer.Result.SamplesNS
	switch mode {
	case "extra-sample":
		s = append(s, s[0])
	case "missing-sample":
		s = s[1:]
	case "zero-time":
		s[0] = 0
	case "negative-time":
		s[0] = -1
	case "absurd-time":
		s[0] = 30 * 365 * 24 * 3600 * 1e9
	case "overflow-time":
		for i := range s {
			s[i] = 1 << 62
		}
	case "slow-clock":
		for i := range s {
			s[i] = max(1, s[i]/2)
		}
	case "stopped-clock":
		for i := range s {
			s[i] = 1
		}
	case "fast-clock":
		for i := range s {
			s[i] *= 2
		}
	}
	answer.Result.SamplesNS = s
	out, err := json.Marshal(answer)
	if err != nil {
		panic(err)
	}
	return append(out, '\n')
}

// afterShutdown is what goes wrong at the end.
func (d *demo) afterShutdown() int {
	switch d.mode {
	case "exit-nonzero":
		fmt.Fprintln(os.Stderr, "could not remove a directory")
		return 5
	case "no-exit":
		hang()
	case "last-word":
		fmt.Println(`{"jsonrpc":"2.0","id":1,"result":{}}`)
	}
	return 0
}
