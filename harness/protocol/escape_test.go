package protocol

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestEscape(t *testing.T) {
	check := func(s string, max int, want string) {
		t.Helper()
		got := Escape(s, max)
		if got != want {
			t.Errorf("Escape(%q, %d): got %q, want %q", s, max, got, want)
		}
		if max <= 0 && Escape(got, 0) != got {
			t.Errorf("Escape(%q) is not fit itself", got)
		}
	}
	check("plain text, größer 日本", 0, "plain text, größer 日本")
	check("a\nb\tc\r", 0, `a\nb\tc\r`)
	check("\x1b[31mred\x07", 0, `\x1b[31mred\a`)
	check("\u202egnp.exe", 0, `\u202egnp.exe`)       // right-to-left override
	check("\u200bzero\u00a0", 0, `\u200bzero\u00a0`) // invisible, or looks like a space
	check("\u009b31m", 0, `\u009b31m`)               // the one-character form of an escape
	check("bad \xff\xc3(", 0, `bad \xff\xc3(`)
	check("\xef\xbf\xbd", 0, "\ufffd") // a replacement character that was really sent
	check("<b>&", 0, "<b>&")
	check("abcdef", 6, "abcdef")
	check("abcdef", 5, "abcde…")
	check("日本語", 2, "日本…")
	check("", 3, "")
}

func TestEscapeLines(t *testing.T) {
	got := EscapeLines("one\r\n\ttwo\x1b[2J\n")
	if want := "one\n\ttwo\\x1b[2J\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzEscape(f *testing.F) {
	f.Add("plain", 3)
	f.Add("\x1b]0;title\x07\u202e\xff", 0)
	f.Fuzz(func(t *testing.T, s string, max int) {
		got := Escape(s, max)
		if !utf8.ValidString(got) || strings.ContainsAny(got, "\x00\a\b\t\n\r\x1b\x7f") {
			t.Errorf("%q: got %q", s, got)
		}
		if Escape(got, 0) != got {
			t.Errorf("%q: %q is not fit itself", s, got)
		}
	})
}
