package columns

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestWidth(t *testing.T) {
	check := func(s string, want int) {
		t.Helper()
		if got := Width(s); got != want {
			t.Errorf("%q takes %d columns, want %d", s, got, want)
		}
	}
	check("", 0)
	check("light_static ≈ 2.00x ✗ ∞ …", 26)
	check("日本語", 6)
	check("ｆｕｌｌ", 8)
	check("ﾊﾝｶｸ", 4)
	check("한국어", 6)
	check("\u1112\u1161\u11ab", 2)      // the same syllable in parts
	check("cafe\u0301", 4)              // e and an accent
	check("\u0301", 0)                  // an accent on nothing
	check("שָׁלוֹם", 4)                 // points
	check("🚀", 2)                       // a rocket
	check("👍🏽", 2)                      // a thumb and a skin colour
	check("🏽", 2)                       // the colour alone
	check("👩\u200d💻", 2)                // a woman at a computer
	check("👨\u200d👩\u200d👧\u200d👦!", 3) // a family
	check("🇩🇪🇯🇵", 4)                    // two flags
	check("❤", 1)                       // as text
	check("❤\ufe0f", 2)                 // as an emoji
	check("1\ufe0f\u20e3", 2)           // a key
	check("\x1b\x07", 0)                // nothing is drawn
	check("a\xffb", 3)                  // broken text shows a sign
	check("a\u200db", 1)                // joined, whatever that may look like
	check(strings.Repeat("日", 50), 100) // a long name
}

func TestCut(t *testing.T) {
	check := func(s string, n int, head, tail string) {
		t.Helper()
		if got := Head(s, n); got != head {
			t.Errorf("the first %d columns of %q are %q, want %q", n, s, got, head)
		}
		if got := Tail(s, n); got != tail {
			t.Errorf("the last %d columns of %q are %q, want %q", n, s, got, tail)
		}
	}
	check("abcdef", 2, "ab", "ef")
	check("abc", 9, "abc", "abc")
	check("abc", 0, "", "")
	check("abc", -1, "", "")
	check("日本語", 3, "日", "語") // half a character is none
	check("e\u0301e\u0301", 1, "e\u0301", "e\u0301")
	check("🇩🇪🇯🇵", 3, "🇩🇪", "🇯🇵")
	check("x👩\u200d💻", 2, "x", "👩\u200d💻")
}

// Whatever the text, its parts take the columns of the whole, and no cut takes
// more than was asked for or leaves broken characters.
func TestCutsFit(t *testing.T) {
	letters := rapid.SampledFrom([]rune("ab ≈日한é🚀👍🏽🇩🇪❤\ufe0f\u200d\u0301"))
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOfN(letters, 0, 12).Draw(t, "s"))
		n := rapid.IntRange(0, 20).Draw(t, "n")
		head, tail := Head(s, n), Tail(s, n)
		if Width(head) > n || Width(tail) > n {
			t.Fatalf("%q to %d: %q and %q take %d and %d", s, n, head, tail, Width(head), Width(tail))
		}
		if !strings.HasPrefix(s, head) || !strings.HasSuffix(s, tail) || !utf8.ValidString(head+tail) {
			t.Fatalf("%q to %d: %q and %q are no ends of it", s, n, head, tail)
		}
		if Width(head)+Width(s[len(head):]) != Width(s) {
			t.Fatalf("%q is cut within a picture after %q", s, head)
		}
	})
}
