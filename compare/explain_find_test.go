package compare

import (
	"strings"
	"testing"
)

// A row can be named by what the tables print of it.
func TestOnlyWith(t *testing.T) {
	names := []string{
		"build/light_static/executor=threadpool/targets=memory",
		"build/light_static/executor=asyncio/targets=memory",
		"build/light_static/executor=asyncio_queue/targets=memory",
		"build/light_dynamic/executor=threadpool/targets=memory",
		"parallel/fan",
		"parallel/fan/workers=0",
	}
	check := func(text, want, wantErr string) {
		t.Helper()
		got, err := onlyWith(text, "benchmarks", names)
		if got != want || (err == nil) != (wantErr == "") || err != nil && !strings.Contains(err.Error(), wantErr) {
			t.Errorf("%q: %q, %v; want %q, %q", text, got, err, want, wantErr)
		}
	}
	check("static threadpool memory", names[0], "")
	check("memory threadpool dynamic", names[3], "")
	check("static asyncio", names[1], "") // a word of its own in one, a part in the other
	check("asyncio_q", names[2], "")
	check("parallel workers=0", names[5], "")
	check("fan", names[4], "") // the last part of one, and within another
	check("workers=0", names[5], "")
	check("targets=memory", "", "part of 4 benchmarks")
	check("static memory", "", "part of 3 benchmarks")
	check("static nothing", "", "")
	check("", "", "")
}
