package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/rogpeppe/go-internal/testscript"
	"pgregory.net/rapid"

	"xbench/harness"
)

// runnerCommands are the names in a log that GitHub's runner would act on, read
// as it reads them: lines end at CR or LF; with blanks of any script trimmed, a
// line that starts with "::" holds a command up to the next "::"; if none, one
// stands between the first "##[" and the "]" after it. The runner knows a dozen
// names; here any is one.
func runnerCommands(log string) []string {
	var out []string
	for _, line := range strings.FieldsFunc(log, func(r rune) bool { return r == '\r' || r == '\n' }) {
		if s, ok := strings.CutPrefix(strings.TrimLeftFunc(line, unicode.IsSpace), "::"); ok {
			if info, _, ok := strings.Cut(s, "::"); ok {
				name, _, _ := strings.Cut(info, " ")
				out = append(out, name)
				continue
			}
		}
		if _, s, ok := strings.Cut(line, "##["); ok {
			if info, _, ok := strings.Cut(s, "]"); ok {
				name, _, _ := strings.Cut(info, " ")
				out = append(out, name)
			}
		}
	}
	return out
}

// inPieces is what comes of a text that is written in pieces.
func inPieces(t failing, pieces ...string) string {
	var b bytes.Buffer
	w := &inert{w: &b}
	for _, s := range pieces {
		if n, err := io.WriteString(w, s); n != len(s) || err != nil {
			t.Errorf("%q: wrote %d of %d: %v", s, n, len(s), err)
		}
	}
	return b.String()
}

type failing interface{ Errorf(string, ...any) }

func TestInertTexts(t *testing.T) {
	check := func(in, want string) {
		t.Helper()
		if got := inPieces(t, in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
		if got := inPieces(t, strings.Split(in, "")...); got != want {
			t.Errorf("%q by the character: got %q, want %q", in, got, want)
		}
	}
	same := func(s string) { t.Helper(); check(s, s) }
	same("go  std::vector::push  1.2x\n")
	same("a: b\n: :\n:\n:\n# [ ## [x]\n")
	check("::stop-commands::x1\n", `:\u003astop-commands::x1`+"\n")
	check("a\n  \t::error::b", "a\n  \t:\\u003aerror::b")
	check("a\r::error::b", "a\r:\\u003aerror::b")
	check("\u00a0\u3000::error::b", "\u00a0\u3000:\\u003aerror::b")
	check("stderr: ##[add-mask]PASS", `stderr: ##\u005badd-mask]PASS`)
	check("####[[group]##[x]", `####\u005b[group]##\u005bx]`)
	check(":::a::", `:\u003a:a::`)

	// A file of JSON holds what it held.
	for _, name := range []string{"##[add-mask]PASS", `\##[x]"::y::`, "::x::"} {
		data, err := json.MarshalIndent([]string{name}, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		var back []string
		if err := json.Unmarshal([]byte(inPieces(t, string(data))), &back); err != nil || back[0] != name {
			t.Errorf("%q came back as %q (%v)", name, back, err)
		}
	}
}

// Whatever is printed, in whatever pieces, there is no command in it.
func TestInertHoldsNoCommand(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom([]string{":", "::", "#", "##", "##[", "[", "]", " ", "\t", "\r", "\n", "\u00a0", "\u2028", "\ufeff", "\x85", "é", "error", "x", "\x1b[31m"})
		pieces := rapid.SliceOf(rapid.Custom(func(t *rapid.T) string {
			return strings.Join(rapid.SliceOfN(word, 0, 6).Draw(t, "words"), "")
		})).Draw(t, "pieces")
		got := inPieces(t, pieces...)
		if found := runnerCommands(got); len(found) > 0 {
			t.Errorf("%q: the runner reads %q", got, found)
		}
		if back := strings.NewReplacer(`\u003a`, ":", `\u005b`, "[").Replace(got); back != strings.Join(pieces, "") {
			t.Errorf("%q became %q", pieces, got)
		}
	})
}

// Commands that are meant have lines of their own, and are all there is.
func TestInertPassesCommandsOn(t *testing.T) {
	var b bytes.Buffer
	w := &inert{w: &b}
	write := func(w io.Writer) error { _, err := io.WriteString(w, "::notice::x\n"); return err }
	for _, before := range []string{"", "a\n", "half a line"} {
		io.WriteString(w, before)
		if err := w.commands(write); err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, "::error::y\n")
	}
	if got, want := runnerCommands(b.String()), []string{"notice", "notice", "notice"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q in\n%s", got, want, b.String())
	}
	if n, err := (&inert{w: &memFile{full: true}}).Write([]byte("x")); n != 0 || err == nil {
		t.Errorf("a full disk: wrote %d, %v", n, err)
	}
	if err := w.commands(func(io.Writer) error { return errors.New("no") }); err == nil {
		t.Error("an error is lost")
	}
}

// The words of progress go through it too, to whatever stream.
func TestProgressHoldsNoCommand(t *testing.T) {
	const name = "::stop-commands::x1 ##[add-mask]PASS"
	for _, live := range []bool{false, true} {
		var b bytes.Buffer
		p := newProgress(&inert{w: &b}, false)
		p.live = live
		for stage := range harness.StageRound + 1 {
			p.last = p.last.Add(-2 * heartbeat) // so that a log has it too
			p.event(harness.Event{Stage: stage, Row: name, Total: 2, Round: 1, RMax: 3})
		}
		p.said(name, "%s", name)
		p.said("", "%s", name)
		p.line("%s", name)
		if !strings.Contains(b.String(), "stop-commands") {
			t.Errorf("live %v: the name is not shown:\n%s", live, b.String())
		}
		if found := runnerCommands(b.String()); len(found) > 0 {
			t.Errorf("live %v: the runner reads %q in\n%s", live, found, b.String())
		}
	}
}

// onlyCommands fails if the runner would read other commands in a file than the
// given ones.
func onlyCommands(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range runnerCommands(ts.ReadFile(args[0])) {
		if !slices.Contains(args[1:], name) {
			ts.Fatalf("the runner reads the command %q in %s:\n%s", name, args[0], ts.ReadFile(args[0]))
		}
	}
}
