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
