package worker

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"regexp"
	"testing"
	"time"

	"xbench/harness/record"
)

// sh runs a script, for tests of programs that know nothing of the protocol.
func sh(t *testing.T, script string) CommandSpec {
	t.Helper()
	path, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no shell to test with")
	}
	return CommandSpec{Name: "old", Args: []string{path, "-c", script}}
}

func TestCommand(t *testing.T) {
	spec := sh(t, `printf 'hello %s' "$WHO"; echo noise >&2; exec sleep 0.05`)
	spec.Env = []string{"WHO=world"}
	result, err := RunCommand(context.Background(), spec)
	if err != nil {
		t.Fatal(err)
	}
	if string(result.Stdout) != "hello world" || result.StdoutBytes != 11 {
		t.Errorf("got %q, %d bytes", result.Stdout, result.StdoutBytes)
	}
	if want := "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9"; result.StdoutSHA256 != want {
		t.Errorf("got %s, want %s", result.StdoutSHA256, want)
	}
	if result.Wall < 50*time.Millisecond {
		t.Errorf("took %v, but it sleeps longer", result.Wall)
	}
	if !result.Exit.OK || result.Exit.Status != "exit status 0" || result.Exit.Stderr != "noise\n" {
		t.Errorf("got %+v", result.Exit)
	}
	// Sleeping costs no processor time.
	if cpu := result.Exit.User + result.Exit.System; cpu > 40*time.Millisecond {
		t.Errorf("used %v of processor time", cpu)
	}
}

func TestCommandOutputIsBounded(t *testing.T) {
	spec := sh(t, `head -c 3000000 /dev/zero`)
	result, err := RunCommand(context.Background(), spec)
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Stdout) != 1<<20 || result.StdoutBytes != 3000000 {
		t.Errorf("kept %d of %d bytes", len(result.Stdout), result.StdoutBytes)
	}
	spec.Discard = true
	result, err = RunCommand(context.Background(), spec)
	if err != nil {
		t.Fatal(err)
	}
	if result.StdoutBytes != 0 || result.StdoutSHA256 != "" {
		t.Errorf("got %d bytes, digest %q of what was to be discarded", result.StdoutBytes, result.StdoutSHA256)
	}
}

func TestCommandFailures(t *testing.T) {
	check := func(ctx context.Context, spec CommandSpec, kind, want string) {
		t.Helper()
		result, err := RunCommand(ctx, spec)
		var f *Failure
		if !errors.As(err, &f) || f.Kind != kind {
			t.Fatalf("got %v, want kind %q", err, kind)
		}
		if f.Message != want {
			t.Errorf("got  %s\nwant %s", f.Message, want)
		}
		if result.Exit.OK {
			t.Error("the exit counts as orderly")
		}
	}
	ctx := context.Background()
	check(ctx, CommandSpec{Name: "old", Args: []string{"./no-such-program"}}, record.FailCrash,
		"command old: start: ./no-such-program: no such file or directory")

	hangs := sh(t, `echo waiting >&2; exec sleep 60`)
	hangs.Timeout = 300 * time.Millisecond
	check(ctx, hangs, record.FailTimeout, "command old: did not end in 300ms; stopped (signal: terminated); last stderr: waiting")

	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	check(cancelled, hangs, "", "command old: interrupted before the launch")

	_, err := RunCommand(ctx, sh(t, `echo oh no >&2; exit 3`))
	checkCommandMessage(t, err, `^command old: exit status 3(; peak memory [0-9.]+ MiB)?; last stderr: oh no$`)
	_, err = RunCommand(ctx, sh(t, `kill -SEGV $$`))
	checkCommandMessage(t, err, `^command old: signal: segmentation fault`)
}

func checkCommandMessage(t *testing.T, err error, pattern string) {
	t.Helper()
	if err == nil || !regexp.MustCompile(pattern).MatchString(err.Error()) {
		t.Errorf("got %v, want %s", err, pattern)
	}
}

// The command ends, but something it left in the background keeps its output
// open: it is killed, and nobody waits for it.
func TestCommandBackground(t *testing.T) {
	spec := sh(t, `sleep 60 & echo started`)
	began := time.Now()
	result, err := RunCommand(context.Background(), spec)
	if err != nil || string(result.Stdout) != "started\n" {
		t.Fatalf("got %q, %v", result.Stdout, err)
	}
	if time.Since(began) > 30*time.Second {
		t.Error("waited for the background process")
	}
}

func TestCommandBecomesInterrupted(t *testing.T) {
	spec := sh(t, `echo $$ > "$PIDFILE"; exec sleep 60`)
	file := t.TempDir() + "/pid"
	spec.Env = []string{"PIDFILE=" + file}
	ctx, cancel := context.WithCancel(context.Background())
	go cancelWhen(cancel, func() bool { _, err := os.Stat(file); return err == nil })
	_, err := RunCommand(ctx, spec)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	checkCommandMessage(t, err, `^command old: interrupted; stopped \(signal: terminated\)$`)
}
