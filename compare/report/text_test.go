package report

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"xbench/compare"
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
	check("日本語日本語", 7, "日…語") // by columns, and no half characters
	check("日本語日本語", 12, "日本語日本語")
	check("abc", 2, "ab")
}

func TestLabels(t *testing.T) {
	check := func(r record.Row, label, short, scenario string) {
		t.Helper()
		n := nameRows([]record.Row{r})
		if n.long[0] != label || n.short[0] != short {
			t.Errorf("%s: labels %q and %q, want %q and %q", r.Name, n.long[0], n.short[0], label, short)
		}
		if got := compare.ScenarioOf(r); got != scenario {
			t.Errorf("%s: scenario %q, want %q", r.Name, got, scenario)
		}
	}
	check(record.Row{Name: "build/io_bound_static/executor=threadpool/sleep_ms=5", ID: "build/io_bound_static", Category: "build/io_bound",
		Table: "build/io_bound_static", Variant: "threadpool"}, "static threadpool sleep_ms=5", "static threadpool 5", "build/io_bound_static sleep_ms=5")
	// The table's name may speak of knobs, and a variant of several.
	check(record.Row{Name: "build/heavy_cpu_static/executor=multiprocess/iterations=100/start_method=fork", ID: "build/heavy_cpu_static", Category: "build/heavy_cpu",
		Table: "build/heavy_cpu_static/iterations=100", Variant: "multiprocess fork"},
		"static multiprocess iterations=100 fork", "static multiprocess 100 fork", "build/heavy_cpu_static/iterations=100")
	check(record.Row{Name: "parse/small", ID: "parse/small", Category: "parse"}, "small", "small", "")
	check(record.Row{Name: "parse", ID: "parse", Category: "parse"}, "parse", "parse", "")
	check(record.Row{Name: "a/b/n=4", ID: "a/b", Category: "other"}, "a/b n=4", "a/b 4", "")
	check(record.Row{Name: "a/b", Category: "a"}, "b", "b", "")
}

// Labels leave out what all rows share, and never what sets two rows apart.
func TestLabelsAreDistinct(t *testing.T) {
	check := func(what string, names []string, long, short, shared string) {
		t.Helper()
		var rows []record.Row
		for _, name := range names {
			id, _, _ := strings.Cut(name, "/")
			rows = append(rows, record.Row{Name: name, ID: id, Category: "c"})
		}
		n := nameRows(rows)
		if got := strings.Join(n.long, "; "); got != long {
			t.Errorf("%s: got %s, want %s", what, got, long)
		}
		if got := strings.Join(n.short, "; "); got != short {
			t.Errorf("%s: short: got %s, want %s", what, got, short)
		}
		if got := strings.Join(n.shared, "; "); got != shared {
			t.Errorf("%s: shared: got %q, want %q", what, got, shared)
		}
	}
	check("a shared knob", []string{"x/size=5/mode=a", "x/size=5/mode=b"}, "x a; x b", "x a; x b", "size=5")
	check("one row keeps its knobs", []string{"x/size=5"}, "x size=5", "x 5", "")
	check("two knobs of one value", []string{"x/from=a", "x/to=a"}, "x from=a; x to=a", "x from=a; x to=a", "")
	check("two numbers of one value", []string{"x/n=1", "x/m=1", "x/n=2"}, "x n=1; x m=1; x n=2", "x n=1; x m=1; x 2", "")
	check("a row with one knob", []string{"x/n=1", "x/n=2"}, "x n=1; x n=2", "x 1; x 2", "")
	check("the default beside a value", []string{"x", "x/n=0"}, "x; x n=0", "x; x 0", "")
}

// A category's heading is not said again by its rows.
func TestLabelsDoNotRepeatTheCategory(t *testing.T) {
	n := nameRows([]record.Row{{Name: "primes/n=1/m=2", ID: "primes", Category: "primes"},
		{Name: "primes/n=3/m=4", ID: "primes", Category: "primes"}, {Name: "primes", ID: "primes", Category: "primes"}})
	if got, want := strings.Join(n.long, "; "), "n=1 m=2; n=3 m=4; primes"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	n = nameRows([]record.Row{{Name: "primes/n=200000", ID: "primes", Category: "primes"}})
	if n.long[0] != "n=200000" || n.short[0] != "n=200000" {
		t.Errorf("got %q and %q, want n=200000", n.long[0], n.short[0])
	}
}

// Cells that are cut to one text are told apart all the same.
func TestCutCellsStayApart(t *testing.T) {
	g := &grid{columns: []column{{min: 8}, {}}}
	for _, name := range []string{"family_first_member", "family_second_member", "family_third_member", "family_first_member"} {
		g.add(text{s: name}, text{s: "1.00x"})
	}
	var b strings.Builder
	g.write(&b, 17, false)
	want := "fami…ember  1.00x\nfam…ber #2  1.00x\nfam…ber #3  1.00x\nfami…ember  1.00x\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

func TestCommandsAreShownAsAReaderKnowsThem(t *testing.T) {
	check := func(want string, args ...string) {
		t.Helper()
		if got := quoteAll(shownCommand(args)); got != want {
			t.Errorf("%q: got %s, want %s", args, got, want)
		}
	}
	check("xbench __goimpl", "{self}", "__goimpl")
	check("python3 -m pyref", "{python}", "-m", "pyref")
	check("awk {print}", "awk", "{{print}")
	check("'{a b}' '{$x}'", "{a b}", "{$x}")
}

// The command typed is the one to type again, with the seed it was given.
func TestReproduce(t *testing.T) {
	check := func(want string, p record.Plan) {
		t.Helper()
		if got := reproduce(&p); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	check("xbench run --sweep 'n=1,2 3' --impl go --seed 7", record.Plan{Seed: 7, Args: []string{"run", "--sweep", "n=1,2 3", "--impl", "go"}})
	check("xbench run --seed 7 --goals g.yaml", record.Plan{Seed: 7, Args: []string{"run", "--seed", "7", "--goals", "g.yaml"}})
	check("xbench run --seed=7", record.Plan{Seed: 7, Args: []string{"run", "--seed=7"}})
	check("xbench run --suite s --rounds 5 --seed 7", record.Plan{Seed: 7, Suite: "s", RMax: 5})
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
	check("http://a.invalid www.b.invalid 1.5: x", "http&#58;//a.invalid www&#46;b.invalid 1.5: x")
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
