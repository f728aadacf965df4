package build

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
)

// These tests tamper with what is counted: a counter that is worked out
// rather than counted would not notice.

// unchecked are targets of which one is never looked at.
type unchecked struct {
	*Memory
	key string
}

func (u unchecked) Exists(t *Task) (bool, error) {
	if t.key == u.key {
		return false, nil
	}
	return u.Memory.Exists(t)
}

// twice are targets that write every record twice.
type twice struct{ *Memory }

func (w twice) Write(t *Task, record []byte) error {
	return errors.Join(w.Memory.Write(t, record), w.Memory.Write(t, record))
}

// unkept are targets that lose one record.
type unkept struct {
	*Memory
	key string
}

func (u unkept) Write(t *Task, record []byte) error {
	if t.key == u.key {
		return nil
	}
	return u.Memory.Write(t, record)
}

func TestCountersAreCounted(t *testing.T) {
	d := mustCompile(t, star(3), testKinds(0))
	check := func(targets Targets, checks, written int64) {
		t.Helper()
		for _, executor := range Executors()[:4] {
			before := targets.Counts()
			report, err := buildOnce(t, Options{Executor: executor, Discover: Full}, Job{DAG: d, Targets: targets})
			if err != nil || report.ChecksParent != checks || report.TargetsWritten != written || report.TasksRun != 4 {
				t.Errorf("%T, %s: %+v, %v, want %d checks, %d written", targets, executor, report.Counters, err, checks, written)
			}
			// Digests read what is there and check nothing.
			after := targets.Counts()
			if _, err := d.OutputDigest(targets); err != nil || targets.Counts() != after || after.Checks-before.Checks != checks {
				t.Errorf("%T, %s: counts %+v, then %+v, %v", targets, executor, after, targets.Counts(), err)
			}
			clear(memoryOf(targets).records)
		}
	}
	check(NewMemory(4), 4, 4)
	check(unchecked{NewMemory(4), "leaf_1"}, 3, 4)
	check(twice{NewMemory(4)}, 4, 8)
	check(unkept{NewMemory(4), "root"}, 4, 3)
}

func memoryOf(targets Targets) *Memory {
	switch targets := targets.(type) {
	case unchecked:
		return targets.Memory
	case twice:
		return targets.Memory
	case unkept:
		return targets.Memory
	}
	return targets.(*Memory)
}

// Files count what is done to them, and only what has been done.
func TestFilesCount(t *testing.T) {
	files := NewFiles(t.TempDir())
	task := &Task{key: "k", kind: "light", id: strings.Repeat("0", idDigits)}
	check := func(want TargetCounts) {
		t.Helper()
		if got := files.Counts(); got != want {
			t.Errorf("counts %+v, want %+v", got, want)
		}
	}
	check(TargetCounts{})
	for range 2 {
		if _, err := files.Exists(task); err != nil {
			t.Error(err)
		}
		if err := files.Write(task, nil); err != nil {
			t.Error(err)
		}
	}
	check(TargetCounts{Checks: 2, Written: 2})
	if err := os.RemoveAll(files.root); err != nil {
		t.Error(err)
	}
	if err := files.Write(task, nil); err == nil {
		t.Error("wrote below a root that is gone")
	}
	check(TargetCounts{Checks: 2, Written: 2})
}

// A child counts its own existence tests and starts over when it has told.
func TestWorkerCounts(t *testing.T) {
	d := mustCompile(t, star(3), StandardKinds(0))
	if err := d.Identify(); err != nil {
		t.Fatal(err)
	}
	root, err := d.appendRun(nil, root)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	first, err := appendInit(nil, dir, 0)
	if err != nil {
		t.Fatal(err)
	}
	s := session{kinds: StandardKinds}
	check := func(line, want string) {
		t.Helper()
		reply, err := s.handle(context.Background(), []byte(line))
		if err != nil || want != "" && string(reply) != want+"\n" {
			t.Errorf("%s: %s, %v, want %s", line, reply, err, want)
		}
	}
	check(countLine, `{"checks":0}`)
	check(string(first), "")
	check(countLine, `{"checks":0}`)
	check(string(root), "")
	check(string(root), "")
	check(countLine, `{"checks":6}`)
	check(countLine, `{"checks":0}`)
	check(string(root), "")
	check(string(first), "") // of the next build
	check(countLine, `{"checks":0}`)
}

// scripted builds one light task with children that are shell scripts.
func scripted(t *testing.T, answer string) (Report, error) {
	t.Helper()
	if _, err := os.Stat("/bin/sh"); err != nil {
		t.Skip("needs /bin/sh")
	}
	d := mustCompile(t, []Definition{lightTask("root")}, testKinds(0))
	if err := d.Identify(); err != nil {
		t.Fatal(err)
	}
	script := `while read -r line; do case $line in *'"run"'*) echo '{"deps":[],"error":null,"id":"` + d.tasks[0].id +
		`","status":"done"}';; *'"count"'*) ` + answer + `;; esac; done`
	return buildOnce(t, Options{Executor: MultiProcess, Workers: 2, WorkerCommand: []string{"/bin/sh", "-c", script}},
		Job{DAG: d, Targets: NewFiles(t.TempDir())})
}

// What children say about themselves is what is reported, and the question is
// no message of the build.
func TestChildrenAreAsked(t *testing.T) {
	report, err := scripted(t, `echo '{"checks":7}'`)
	if err != nil || report.ChecksChild != 14 || report.IPCMessages != 2 || report.TargetsWritten != 1 {
		t.Errorf("%+v, %v", report.Counters, err)
	}
}

// A child that cannot answer is lost, and so is the build: its counters would
// be wrong.
func TestChildrenThatDoNotAnswer(t *testing.T) {
	check := func(answer, want string) {
		t.Helper()
		_, err := scripted(t, answer)
		var lost *WorkerError
		if !errors.As(err, &lost) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want something with %q", answer, err, want)
		}
	}
	check("exit 3", "asked what it did: ended while it worked")
	check("echo '{}'", `answer "{}\n" to count is not one`)
	check(`echo '{"checks":-1}'`, "to count is not one")
}

// NewNone's targets know keys, whichever DAG they were met in, and a task that
// belongs to none.
func TestNoneAcrossDAGs(t *testing.T) {
	first := mustCompile(t, []Definition{lightTask("root", "a", "b"), lightTask("a"), lightTask("b")}, testKinds(0))
	second := mustCompile(t, []Definition{lightTask("root", "x", "b"), lightTask("x"), lightTask("b")}, testKinds(0))
	loose := func(key string) *Task { return &Task{key: key} }
	task := func(d *DAG, key string) *Task {
		for i := range d.tasks {
			if d.tasks[i].key == key {
				return &d.tasks[i]
			}
		}
		return loose(key)
	}
	n := NewNone(0)
	checks := int64(0)
	check := func(complete ...string) {
		t.Helper()
		for _, key := range []string{"root", "a", "b", "x", "loose"} {
			for _, d := range []*DAG{first, second, {}} {
				got, err := n.Exists(task(d, key))
				checks++
				if want := slices.Contains(complete, key); got != want || err != nil {
					t.Errorf("%s: %v, %v, want %v", key, got, err, want)
				}
			}
		}
	}
	write := func(task *Task) {
		if err := n.Write(task, nil); err != nil {
			t.Error(err)
		}
	}
	write(loose("b")) // before it has met a DAG
	check("b")
	write(task(first, "a"))
	check("a", "b")
	write(task(second, "x"))
	write(task(second, "root"))
	write(loose("loose"))
	check("a", "b", "loose", "root", "x")
	if got := n.Counts(); got != (TargetCounts{Checks: checks}) {
		t.Errorf("counts %+v, want %d checks", got, checks)
	}
}

// A body reads what tasks it has waited for have left, and nothing else.
func TestRecord(t *testing.T) {
	kinds := testKinds(0)
	kinds["read"] = Func(func(_ context.Context, c *Call) error {
		for _, key := range []string{"dep", "asked", "other"} {
			_, err := c.Record(key)
			c.Value(key, err == nil)
		}
		err := c.AskAll()
		_, after := c.Record("asked")
		c.Value("after", after == nil)
		return err
	})
	defs := []Definition{asking(kindTask("read", "root", "dep"), []string{"asked"}), lightTask("dep", "other"), lightTask("asked"), lightTask("other")}
	d := mustCompile(t, defs, kinds)
	for _, executor := range Executors()[:4] {
		targets := NewMemory(4)
		if _, err := buildOnce(t, Options{Executor: executor}, Job{DAG: d, Targets: targets}); err != nil {
			t.Fatal(err)
		}
		record, err := targets.Read(d.Root())
		if want := `"result":{"after":true,"asked":false,"dep":true,"other":false}}`; err != nil || !strings.HasSuffix(string(record), want) {
			t.Errorf("%s: %s, %v, want %s", executor, record, err, want)
		}
	}
}
