package graph_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"xbench/goimpl/graph"
)

// stores are the two, each empty.
func stores(t *testing.T) map[string]graph.Store {
	return map[string]graph.Store{
		"memory":        &graph.MemoryStore{},
		"file":          graph.NewFileStore(filepath.Join(t.TempDir(), "made", "by it"), graph.FileOptions{}),
		"file, durable": graph.NewFileStore(filepath.Join(t.TempDir(), "made", "by it"), graph.FileOptions{Fsync: true}),
	}
}

func TestStores(t *testing.T) {
	ctx := context.Background()
	for name, s := range stores(t) {
		t.Run(name, func(t *testing.T) {
			save := func(thread string, step int, data string) {
				t.Helper()
				if err := s.Save(ctx, graph.Checkpoint{Thread: thread, Step: step, Data: []byte(data)}); err != nil {
					t.Fatal(err)
				}
			}
			check := func(thread string, want ...int) {
				t.Helper()
				if got, err := s.List(ctx, thread); err != nil || !slices.Equal(got, want) {
					t.Errorf("%s: got %v, %v, want %v", thread, got, err, want)
				}
			}
			load := func(data []byte, err error) string {
				if errors.Is(err, graph.ErrNoCheckpoint) {
					return "none"
				}
				return fmt.Sprint(string(data), err)
			}
			check("t0")
			if got := load(s.Latest(ctx, "t0")); got != "none" {
				t.Errorf("latest of an unknown thread: %s", got)
			}
			save("t0", 2, `"two"`)
			save("t0", 9, `"nine"`)
			save("t0", 10, `"ten"`)
			save("t0", 123456789, `"far"`)
			save("other", 0, `0`)
			check("t0", 2, 9, 10, 123456789)
			check("other", 0)
			for step, want := range map[int]string{9: `"nine"<nil>`, 2: `"two"<nil>`, 3: "none"} {
				if got := load(s.Load(ctx, "t0", step)); got != want {
					t.Errorf("step %d: got %s, want %s", step, got, want)
				}
			}
			if got := load(s.Latest(ctx, "t0")); got != `"far"<nil>` {
				t.Errorf("latest: %s", got)
			}
			// What is saved again replaces what came after it too.
			save("t0", 9, `"again"`)
			check("t0", 2, 9)
			if got := load(s.Latest(ctx, "t0")); got != `"again"<nil>` {
				t.Errorf("latest: %s", got)
			}
			save("t0", 10, `"on"`)
			save("t0", 11, `"and on"`)
			check("t0", 2, 9, 10, 11)
			save("t0", 3, `"fork"`) // between two
			check("t0", 2, 3)
			save("t0", 0, `"new"`)
			check("t0", 0)
			check("other", 0)
			// No name of a thread means that of Options.
			save("", 1, `"default"`)
			check("t0", 0, 1)
			check("", 0, 1)
			if got, same := load(s.Load(ctx, "", 1)), load(s.Latest(ctx, "")); got != `"default"<nil>` || same != got {
				t.Errorf("thread \"\": %s and %s", got, same)
			}
			if _, err := s.Latest(ctx, "none"); err == nil || err.Error() != `graph: thread "none": no step: no such checkpoint` {
				t.Errorf("got %v", err)
			}
			if _, err := s.Load(ctx, "none", 0); err == nil || err.Error() != `graph: thread "none": step 0: no such checkpoint` {
				t.Errorf("got %v", err)
			}
			if _, err := s.Load(ctx, "t0", 3); err == nil || err.Error() != `graph: thread "t0": step 3: no such checkpoint` {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestFileStoreIgnores: what killed writers and other people leave behind is
// not listed, and what is not complete is passed over.
func TestFileStoreIgnores(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	s := graph.NewFileStore(dir, graph.FileOptions{})
	for step := range 3 {
		if err := s.Save(ctx, graph.Checkpoint{Thread: "t", Step: step, Data: []byte(`{"v":1}`)}); err != nil {
			t.Fatal(err)
		}
	}
	for name, data := range map[string]string{
		"00000009.json.77-1.tmp": `{"v":1}`, "notes.txt": "x", "0000004.json": `{"v":1}`, "-0000004.json": `{"v":1}`, "000000011.json": `{"v":1}`,
		"00000002.json": `{"v":`, // torn
		"00000005.json": "",
		"00000006.json": "\x00\x00\x00\x00\x00\x00\x00",
	} {
		if err := os.WriteFile(filepath.Join(dir, "t", name), []byte(data), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "t", "00000007.json"), 0o777); err != nil {
		t.Fatal(err)
	}
	if got, err := s.List(ctx, "t"); err != nil || !slices.Equal(got, []int{0, 1}) {
		t.Errorf("got %v, %v, want [0 1]", got, err)
	}
	if got, err := s.Latest(ctx, "t"); err != nil || string(got) != `{"v":1}` {
		t.Errorf("latest is %s, %v", got, err)
	}
	if _, err := s.Load(ctx, "t", 2); !errors.Is(err, graph.ErrNoCheckpoint) {
		t.Errorf("a torn file is loaded: %v", err)
	}
	// Saving a step anew makes it whole, and no writer's file is left.
	if err := s.Save(ctx, graph.Checkpoint{Thread: "t", Step: 5, Data: []byte(`5`)}); err != nil {
		t.Fatal(err)
	}
	if got, err := s.List(ctx, "t"); err != nil || !slices.Equal(got, []int{0, 1, 5}) {
		t.Errorf("got %v, %v, want [0 1 5]", got, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "t", "*.tmp")); len(left) != 1 {
		t.Errorf("temporary files: %q", left)
	}
}

func TestFileStoreRefuses(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	s := graph.NewFileStore(filepath.Join(dir, "store"), graph.FileOptions{})
	for _, thread := range []string{".", "..", "../x", "a/b", "/etc", `a\b`, "c:", "a\x00b"} {
		err := s.Save(ctx, graph.Checkpoint{Thread: thread, Data: []byte("1")})
		if err == nil || !strings.Contains(err.Error(), "cannot name a directory") {
			t.Errorf("%q is taken: %v", thread, err)
		}
		if _, err := s.List(ctx, thread); err == nil {
			t.Errorf("%q is listed", thread)
		}
		if _, err := s.Load(ctx, thread, 0); err == nil || errors.Is(err, graph.ErrNoCheckpoint) {
			t.Errorf("%q is loaded: %v", thread, err)
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Errorf("files were written: %v", entries)
	}
	for _, thread := range []string{"t0", "a b", "é", "..a", "user@host"} {
		if err := s.Save(ctx, graph.Checkpoint{Thread: thread, Data: []byte("1")}); err != nil {
			t.Errorf("%q is refused: %v", thread, err)
		}
	}
}

// TestFileStoreWithoutDir writes nowhere, not even to the root.
func TestFileStoreWithoutDir(t *testing.T) {
	ctx, s := context.Background(), graph.NewFileStore("", graph.FileOptions{})
	_, listed := s.List(ctx, "t")
	_, loaded := s.Load(ctx, "t", 0)
	_, latest := s.Latest(ctx, "t")
	for _, err := range []error{s.Save(ctx, graph.Checkpoint{Thread: "t", Data: []byte("1")}), listed, loaded, latest} {
		if err == nil || !strings.Contains(err.Error(), "without a directory") {
			t.Errorf("got %v", err)
		}
	}
}

// TestSecondRunOnAThread: Latest is of the run that wrote last, though the one
// before it got further.
func TestSecondRunOnAThread(t *testing.T) {
	d := newTrace()
	crash := false
	b := graph.New(d.schema)
	b.Node("n", func(_ context.Context, s graph.State, out *graph.Update) error {
		if crash && d.x.Get(s) == 12 {
			return errors.New("crash")
		}
		d.x.Set(out, d.x.Get(s)+1)
		return nil
	})
	b.Branch("n", func(s graph.State) string { return fmt.Sprint(d.x.Get(s)%10 < 5) }, map[string]string{"true": "n", "false": graph.End})
	b.Entry("n")
	p := compile(t, b)
	for name, s := range stores(t) {
		crash = false
		if _, err := invoke(t, 0, p, d.schema.Input().State(), graph.Options{Checkpoints: s}); err != nil {
			t.Fatal(err)
		}
		crash = true
		in := d.schema.Input()
		d.x.Set(in, 10)
		if _, err := invoke(t, 0, p, in.State(), graph.Options{Checkpoints: s}); err == nil {
			t.Fatal("the second run did not crash")
		}
		crash = false
		data, err := s.Latest(context.Background(), "t0")
		if err != nil {
			t.Fatal(err)
		}
		var r graph.Runner
		res, err := r.Resume(context.Background(), p, data, graph.Options{Checkpoints: s})
		if err != nil || d.x.Get(res.State) != 15 {
			t.Errorf("%s: x is %d, %v, want 15", name, d.x.Get(res.State), err)
		}
		if steps, err := s.List(context.Background(), ""); err != nil || !slices.Equal(steps, []int{0, 1, 2, 3, 4, 5}) {
			t.Errorf("%s: stored are %v, %v", name, steps, err)
		}
	}
}

// TestTwoFileStores: a store that goes on where another wrote drops what that
// left, once it has read the thread.
func TestTwoFileStores(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	save := func(s graph.Store, steps ...int) {
		t.Helper()
		for _, step := range steps {
			if err := s.Save(ctx, graph.Checkpoint{Thread: "t", Step: step, Data: []byte("1")}); err != nil {
				t.Fatal(err)
			}
		}
	}
	a := graph.NewFileStore(dir+"//./", graph.FileOptions{})
	b := graph.NewFileStore(dir, graph.FileOptions{Fsync: true})
	save(a, 0, 1, 2)
	save(b, 3, 4, 5, 6)
	if _, err := a.Load(ctx, "t", 2); err != nil {
		t.Fatal(err)
	}
	save(a, 3)
	if got, err := b.List(ctx, "t"); err != nil || !slices.Equal(got, []int{0, 1, 2, 3}) {
		t.Errorf("got %v, %v", got, err)
	}
}

// TestFileStoreListsTheDeep: what could be written is not taken for torn.
func TestFileStoreListsTheDeep(t *testing.T) {
	ctx, s := context.Background(), graph.NewFileStore(t.TempDir(), graph.FileOptions{})
	deep := strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000)
	for step, data := range []string{deep, `{"a":"]}\"\\"}`} {
		if err := s.Save(ctx, graph.Checkpoint{Thread: "t", Step: step, Data: []byte(data)}); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Latest(ctx, "t"); err != nil || string(got) != data {
			t.Errorf("step %d: got %d bytes, %v", step, len(got), err)
		}
	}
}

// TestFileStoreFails: an error names the file, and leaves none behind.
func TestFileStoreFails(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	s := graph.NewFileStore(dir, graph.FileOptions{})
	if err := os.MkdirAll(filepath.Join(dir, "t", "00000001.json", "in the way"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := s.Save(ctx, graph.Checkpoint{Thread: "t", Step: 1, Data: []byte("1")}); err == nil || !strings.Contains(err.Error(), "00000001.json") {
		t.Errorf("got %v", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "t", "*.tmp")); len(left) != 0 {
		t.Errorf("left behind: %q", left)
	}
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := s.Save(ctx, graph.Checkpoint{Thread: "file", Data: []byte("1")}); err == nil {
		t.Error("a file serves as a directory")
	}
}

// TestFilesEqualMemory: both stores are given the same bytes.
func TestFilesEqualMemory(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	d := newComplex()
	p := compile(t, d.fan(3))
	var memory graph.MemoryStore
	files := graph.NewFileStore(dir, graph.FileOptions{})
	for _, s := range []graph.Store{&memory, files} {
		if _, err := invoke(t, 2, p, d.input(), graph.Options{Checkpoints: s}); err != nil {
			t.Fatal(err)
		}
	}
	steps, err := files.List(ctx, "t0")
	if err != nil || !slices.Equal(steps, []int{0, 1, 2, 3}) {
		t.Fatalf("got %v, %v", steps, err)
	}
	for _, step := range steps {
		want, err := memory.Load(ctx, "t0", step)
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(dir, "t0", fmt.Sprintf("%08d.json", step)))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("step %d: %s, %v, want %s", step, got, err, want)
		}
	}
}

func BenchmarkFileCheckpoint(b *testing.B) {
	for _, fsync := range []bool{false, true} {
		b.Run(fmt.Sprint("fsync=", fsync), func(b *testing.B) {
			s := graph.NewFileStore(b.TempDir(), graph.FileOptions{Fsync: fsync})
			c := graph.Checkpoint{Thread: "t0", Data: bytes.Repeat([]byte("1"), 400)}
			b.ReportAllocs()
			for b.Loop() {
				c.Step = (c.Step + 1) % 8
				if err := s.Save(context.Background(), c); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
