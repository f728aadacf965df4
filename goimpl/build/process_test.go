package build

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// shellWorker builds one light task with children that are shell scripts,
// which find the id of the task in $ID.
func shellWorker(t *testing.T, script string) (Report, error) {
	t.Helper()
	if _, err := os.Stat("/bin/sh"); err != nil {
		t.Skip("needs /bin/sh")
	}
	d := mustCompile(t, []Definition{lightTask("root")}, testKinds(0))
	if err := d.Identify(); err != nil {
		t.Fatal(err)
	}
	command := []string{"/bin/sh", "-c", "ID=" + d.tasks[0].id + "\n" + script}
	return buildOnce(t, Options{Executor: MultiProcess, Workers: 1, WorkerCommand: command}, Job{DAG: d, Targets: NewFiles(t.TempDir())})
}

// A child that is killed in the middle of a task ends the build at once, and
// the error says which task, which process and how it died.
func TestChildIsKilled(t *testing.T) {
	noLeaks(t)
	defs := []Definition{lightTask("root", "a", "b"), kindTask("until_done", "a"), kindTask("until_done", "b")}
	d := mustCompile(t, defs, testKinds(0))
	ex, err := New(Options{Executor: MultiProcess, Workers: 2, WorkerCommand: workerCommand()})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	trace := new(Trace)
	victim := ex.(*multiprocess).processes[0]
	go func() {
		for len(trace.Events()) < 2 {
			time.Sleep(time.Millisecond)
		}
		victim.kill()
		// The other one runs a body that ends when its input does.
		time.Sleep(20 * time.Millisecond)
		_ = ex.(*multiprocess).processes[1].in.Close()
	}()
	_, err = ex.Build(ctx, Job{DAG: d, Targets: NewFiles(t.TempDir()), Trace: trace})
	var lost *WorkerError
	var exit *exec.ExitError
	if !errors.As(err, &lost) || lost.PID != victim.pid() || lost.Key != "a" && lost.Key != "b" || !errors.As(err, &exit) || exit.ExitCode() != -1 {
		t.Errorf("got %v, want the loss of process %d", err, victim.pid())
	}
	if err != nil && !strings.HasSuffix(err.Error(), "ended while it worked: signal: killed") {
		t.Errorf("got %v, want how it died", err)
	}
	if err := ex.Close(); err != nil {
		t.Error(err)
	}
}

// The last thing that a child said before it died is part of the error.
func TestLastWordsOfAChild(t *testing.T) {
	check := func(script, want string) {
		t.Helper()
		_, err := shellWorker(t, script)
		var lost *WorkerError
		if !errors.As(err, &lost) || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s: got %v, want ...%s", script, err, want)
		}
	}
	const once = "read -r a; read -r b; "
	check(once+"echo first >&2; echo 'no more memory' >&2; echo >&2; exit 4", "exit status 4; last stderr: no more memory")
	check(once+"printf 'half a line' >&2; kill -9 $$", "signal: killed; last stderr: half a line")
	check(once+"exit 0", "ended while it worked: exit status 0")
	// What it started lives on and holds all its pipes: no reason to wait.
	check(once+"sleep 60 & echo bye >&2; exit 5", "exit status 5; last stderr: bye")
}

// A child that does not heed the end of its input is killed, and so is one that
// does not say what it did.
func TestChildrenThatHang(t *testing.T) {
	defer func(was time.Duration) { patience = was }(patience)
	patience = 50 * time.Millisecond
	const done = `echo '{"deps":[],"error":null,"id":"'$ID'","status":"done"}'; `
	const hang = `while :; do sleep 0.05; done`
	_, err := shellWorker(t, "read -r a; read -r b; "+done+hang)
	if err == nil || !strings.Contains(err.Error(), "asked what it did") || !strings.Contains(err.Error(), "signal: killed") {
		t.Errorf("got %v, want a child that was killed", err)
	}

	d := mustCompile(t, []Definition{lightTask("root")}, testKinds(0))
	if err := d.Identify(); err != nil {
		t.Fatal(err)
	}
	noLeaks(t)
	script := "ID=" + d.tasks[0].id + "; read -r a; read -r b; " + done + `read -r c; echo '{"checks":0}'; ` + hang
	ex, err := New(Options{Executor: MultiProcess, Workers: 1, WorkerCommand: []string{"/bin/sh", "-c", script}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ex.Build(context.Background(), Job{DAG: d, Targets: NewFiles(t.TempDir())}); err != nil {
		t.Error(err)
	}
	if err := ex.Close(); err == nil || !strings.Contains(err.Error(), "signal: killed") {
		t.Errorf("got %v, want a child that was killed", err)
	}
}

func TestTail(t *testing.T) {
	check := func(want string, writes ...string) {
		t.Helper()
		var through bytes.Buffer
		said := tail{to: &through}
		for _, text := range writes {
			_, _ = io.WriteString(&said, text)
		}
		if got := said.last(); got != want || through.String() != strings.Join(writes, "") {
			t.Errorf("%q: got %q, want %q; passed on %q", writes, got, want, through.String())
		}
	}
	check("")
	check("b", "a\nb\n")
	check("b", "a\nb")
	check("ab", "x\na", "b", "\n\n \n")
	check(strings.Repeat("z", maxTail), strings.Repeat("z", 3*maxTail)+"\n")
}
