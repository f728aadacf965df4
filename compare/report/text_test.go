package report

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"xbench/harness/record"
)

func TestClean(t *testing.T) {
	check := func(in, want string) {
		t.Helper()
		if got := clean(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	check("build/light_static ≈ 2x", "build/light_static ≈ 2x")
	check("\x1b[2Jgone", `\x1b[2Jgone`)
	check("two\r\nlines\t", `two\r\nlines\t`)
	check("\u202eexe.gnp", `\u202eexe.gnp`)
	check("bad \xff utf", `bad \xff utf`)
	check("c1 \u009b31m", `c1 \u009b31m`)
}

// Whatever comes in, what goes out is one printable line, and cleaning twice
// changes nothing more.
func TestCleanIsPrintable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		out := clean(in)
		for _, r := range out {
			if !unicode.IsPrint(r) {
				t.Fatalf("%q holds %U", out, r)
			}
		}
		if !utf8.ValidString(out) || clean(out) != out {
			t.Fatalf("%q is not clean", out)
		}
	})
}

func TestShorten(t *testing.T) {
	check := func(in string, n int, want string) {
		t.Helper()
		if got := shorten(in, n); got != want {
			t.Errorf("%q to %d: got %q, want %q", in, n, got, want)
		}
	}
	check("short", 5, "short")
	check("abcdefghij", 7, "abc…hij")
	check("abcdefghij", 6, "ab…hij")
	check("日本語日本語", 4, "日…本語")
	check("abc", 2, "ab")
}

func TestLabels(t *testing.T) {
	check := func(r record.Row, label, scenario string) {
		t.Helper()
		if got := labelOf(r); got != label {
			t.Errorf("%s: label %q, want %q", r.Name, got, label)
		}
		if got := scenarioOf(r); got != scenario {
			t.Errorf("%s: scenario %q, want %q", r.Name, got, scenario)
		}
	}
	check(record.Row{Name: "build/io_bound_static/executor=threadpool/sleep_ms=5", ID: "build/io_bound_static", Category: "build/io_bound",
		Table: "build/io_bound_static", Variant: "threadpool"}, "static threadpool sleep_ms=5", "build/io_bound_static sleep_ms=5")
	check(record.Row{Name: "parse/small", ID: "parse/small", Category: "parse"}, "small", "")
	check(record.Row{Name: "parse", ID: "parse", Category: "parse"}, "parse", "")
	check(record.Row{Name: "a/b/n=4", ID: "a/b", Category: "other"}, "a/b n=4", "")
	check(record.Row{Name: "a/b", Category: "a"}, "b", "")
}

// Rendered Markdown shows what was put in, as text: nothing of it is markup.
func TestMarkdownEscapes(t *testing.T) {
	check := func(in, want string) {
		t.Helper()
		if got := md(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	check("light_static, 2 > 1", "light_static, 2 > 1")
	check("_emphasis_ *bold* `code`", `\_emphasis\_ \*bold\* \`+"`code"+`\`+"`")
	check("<script>&amp;", "&lt;script>&amp;amp;")
	check("[x](y) a|b ~~c~~", `\[x\](y) a\|b \~\~c\~\~`)
	check("# heading", `\# heading`)
	check("> quote", `\> quote`)
	check("-", "-")
	check("@team", "&#64;team")
	if got, want := mdCell("a|b"), "`a\\|b`"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := mdCode("a``b"), "``` a``b ```"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestShellQuote(t *testing.T) {
	check := func(in, want string) {
		t.Helper()
		if got := shellQuote(in); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
	check("build/[a-z]+", "'build/[a-z]+'")
	check("plain-1.0/x=y", "plain-1.0/x=y")
	check("it's", `'it'\''s'`)
	check("", "''")
	if strings.Contains(shellQuote("a\nb"), "\n") {
		t.Error("a line break survived quoting")
	}
}
