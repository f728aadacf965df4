package docs

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// byChance are the labels of lines that are there in some runs only. Their text
// goes on in deeper indented lines.
var byChance = []string{"fair?", "cold", "start", "warn", "limit", "rows", "also", "noise", "measuring", "look at these first:", "the other", "upper ends", "claim", "start", "worst:", "PASS", "FAIL", "INCONCLUSIVE", "answer"}

// varies are words that a measurement chooses.
var varies = regexp.MustCompile(`^(PASS|FAIL|INCONCLUSIVE|INVALID|MEASURED|ns|us|ms|s|x|B|KiB|MiB|GiB|\?|≈|faster|slower|unclear|modest|waits|meets|open|missed|cores|interval|95%|at|most|least|you|can|claim:|load|other|work|shares|the|intervals|will|be|wide|\(needed:|each|less|unclear:|≈|-|:)$`)

// fixedWords are the words of a line that are the same whatever is measured.
func fixedWords(line string) []string {
	for _, mark := range []string{"how much is open", "wide interval", "about equal", "shown only"} {
		line = strings.ReplaceAll(line, mark, "")
	}
	var out []string
	for _, w := range strings.Fields(line) {
		w = strings.Trim(w, ",;")
		if w != "" && !strings.ContainsAny(w, "0123456789") && !varies.MatchString(w) {
			out = append(out, w)
		}
	}
	return out
}

// strangeShape is the first line that is shown of a measurement and has no
// counterpart in another one; "" if all have. Their order depends on the data:
// rows that need attention come first.
func strangeShape(shown, printed []string) string {
	deep := -1 // the indent of a label that is there by chance
	for _, line := range shown {
		indent := len(line) - len(strings.TrimLeft(line, " "))
		text := strings.TrimSpace(line)
		if deep >= 0 && indent > deep {
			continue
		}
		deep = -1
		if slices.ContainsFunc(byChance, func(label string) bool { return strings.HasPrefix(text, label+" ") }) {
			deep = indent
			continue
		}
		want := fixedWords(line)
		if text == "..." || len(want) == 0 {
			continue
		}
		if !slices.ContainsFunc(printed, func(p string) bool { return hasWords(fixedWords(p), want) }) {
			return line
		}
	}
	return ""
}

// hasWords is whether words holds all of want in that order.
func hasWords(words, want []string) bool {
	for _, w := range words {
		if len(want) > 0 && w == want[0] {
			want = want[1:]
		}
	}
	return len(want) == 0
}

// What is measured may differ, what is said about it may not.
func TestShape(t *testing.T) {
	printed := strings.Split("host       2 cores, linux, load 3.1: other work shares the cores, intervals will be wide\n"+
		"same work  1 of 1: equal outputs\n"+
		"  launch to exit       old       new  speedup\n"+
		"  command         211.3 ms  251.6 ms   0.840x  ? unclear\n"+
		"  warn   a plan of 2 rounds shows little\n"+
		"INCONCLUSIVE, exit 3", "\n")
	check := func(shown, want string) {
		t.Helper()
		if got := strangeShape(strings.Split(shown, "\n"), printed); got != want {
			t.Errorf("%q: got %q, want %q", shown, got, want)
		}
	}
	check("host       8 cores, linux, load 0.1\n...\n  command         1.3 ms  2.6 ms   2.1x\n  warn   busy\n         very\nPASS, exit 0", "")
	check("host       8 cores, darwin", "host       8 cores, darwin")
	check("same work  1 of 1: equal outputs and counters", "same work  1 of 1: equal outputs and counters")
	check("  command 1 ms 2 ms\nhost       2 cores, linux", "")
	check("  start-up   1 ms", "  start-up   1 ms")
}
