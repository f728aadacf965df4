package worker

import "testing"

// A message says where the worker's code failed, in the words of its language.
func TestLastFrame(t *testing.T) {
	check := func(trace, want string) {
		t.Helper()
		if got := lastFrame(trace); got != want {
			t.Errorf("got %q, want %q in\n%s", got, want, trace)
		}
	}
	check(`Traceback (most recent call last):
  File "/home/a/sdk.py", line 350, in protect
    return f()
  File "/home/a/my work/common.py", line 8, in f
    return rows[3]
           ~~~~^^^
IndexError: list index out of range
`, "common.py:8")
	check(`  File "C:\a\common.py", line 9, in f`, "common.py:9")
	check("goroutine 1 [running]:\nruntime/debug.Stack()\n\t/go/src/runtime/debug/stack.go:26 +0x5e\nx.protect.func1()\n\t/a/serve.go:244 +0x1\n"+
		"panic({0x1?, 0x2?})\n\t/go/src/runtime/panic.go:783 +0x132\nmain.run(...)\n\t/a/b c/sort.go:31\nmain.main()\n\t/a/main.go:3 +0x1\n", "sort.go:31")
	check("", "")
	check("at Sort.run (sort.js:3:1)", "")
}

// The last words of a program are its last line, but for Rust's panics, whose
// last line is advice.
func TestLastWords(t *testing.T) {
	check := func(stderr, want string) {
		t.Helper()
		if got := lastWords(stderr); got != want {
			t.Errorf("got %q, want %q of\n%s", got, want, stderr)
		}
	}
	const advice = "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n"
	check("", "")
	check("one\ntwo \n\n", "two")
	check("loading\n\nthread 'main' panicked at src/main.rs:3:5:\nno such luck\n"+advice, "panicked at src/main.rs:3:5: no such luck")
	check("thread 'main' (4711) panicked at src/main.rs:3:5:\nassertion `left == right` failed\n  left: 1\n right: 2\n"+advice,
		"panicked at src/main.rs:3:5: assertion `left == right` failed left: 1 right: 2")
	check("thread '<unnamed>' panicked at 'old words', src/main.rs:3:5\n"+advice, "panicked at 'old words', src/main.rs:3:5")
	check("thread 'a' panicked at a.rs:1:1:\nfirst\n"+advice+"thread 'b' panicked at b.rs:2:2:\nsecond\nstack backtrace:\n   0: x\n             at /x.rs:1:1\n"+
		"note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.\n", "panicked at b.rs:2:2: second")
	check("thread 'a' panicked at a.rs:1:1:\nfirst\n"+advice+"goes on\n", "goes on")
}
