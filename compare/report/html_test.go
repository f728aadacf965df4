package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"xbench/compare"
)

// page is a view's report.html.
func page(t testing.TB, v *View) string {
	t.Helper()
	var b bytes.Buffer
	if err := v.HTML(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// pages are the reports of all kinds of runs: those of the golden files, and
// some that have processes.
func pages(t *testing.T) map[string]*View {
	out := views()
	for name, rec := range map[string]int{"full": 8, "early": 2} {
		out[name] = analyzed(t, rec, draft())
	}
	return out
}

func analyzed(t testing.TB, rounds int, specs []spec) *View {
	t.Helper()
	rec := generated(rounds, specs)
	rec.Plan.RMax = max(rounds, rec.Plan.RMax)
	rec.Plan.Looks, rec.Plan.Shares = compare.PlanLooks(rec.Plan.RMax)
	res, err := compare.Analyze(rec, compare.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return New(rec, res)
}

func TestHTMLGolden(t *testing.T) {
	for _, name := range []string{"pass", "fail", "hostile"} {
		golden(t, name+".html", views()[name].HTML)
	}
}

var (
	scripts = regexp.MustCompile(`(?s)<script>(.*?)</script>`)
	styles  = regexp.MustCompile(`(?s)<style>(.*?)</style>`)
	tags    = regexp.MustCompile(`(?s)<[^>]*>`)
	blanks  = regexp.MustCompile(`\s+`)
)

// pageText is what a page says, without its markup.
func pageText(page string) string {
	page = styles.ReplaceAllString(scripts.ReplaceAllString(page, ""), "")
	return blanks.ReplaceAllString(html.UnescapeString(tags.ReplaceAllString(page, "\x00")), " ")
}

// An element of a page as a parser finds it.
type found struct {
	name string
	attr map[string]string
	text string // of cells, terms and headings

	inHead bool // of a table, where a heading is its column's
}

// endedBy are the elements that end where another begins or, by "/", ends.
var endedBy = map[string][]string{
	"dd": {"dt"}, "td": {"td", "th"}, "th": {"td", "th"}, "tr": {"td", "th", "tr"}, "tbody": {"td", "th", "tr", "thead", "tbody"},
	"/table": {"td", "th", "tr", "thead", "tbody"}, "/div": {"dd"},
}

// elements parses a page; elements that are not closed, or in another's
// place, are an error.
func elements(page string) ([]found, error) {
	d := xml.NewDecoder(strings.NewReader(scripts.ReplaceAllString(page, "<script></script>")))
	d.Strict, d.Entity = false, xml.HTMLEntity
	void, spoken := []string{"meta", "input", "wbr"}, []string{"td", "th", "dt", "dd", "h1", "h2", "h3"}
	var out []found
	var open []int
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			if len(open) > 0 {
				return nil, fmt.Errorf("<%s> is not closed", out[open[len(open)-1]].name)
			}
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		switch token := token.(type) {
		case xml.StartElement:
			for len(open) > 0 && slices.Contains(endedBy[token.Name.Local], out[open[len(open)-1]].name) {
				open = open[:len(open)-1]
			}
			e := found{name: token.Name.Local, attr: make(map[string]string)}
			e.inHead = slices.ContainsFunc(open, func(i int) bool { return out[i].name == "thead" })
			for _, a := range token.Attr {
				if _, twice := e.attr[a.Name.Local]; twice {
					return nil, fmt.Errorf("<%s> has two of %s", e.name, a.Name.Local)
				}
				e.attr[a.Name.Local] = a.Value
			}
			out = append(out, e)
			if !slices.Contains(void, e.name) {
				open = append(open, len(out)-1)
			}
		case xml.EndElement:
			for len(open) > 0 && slices.Contains(endedBy["/"+token.Name.Local], out[open[len(open)-1]].name) {
				open = open[:len(open)-1]
			}
			if len(open) == 0 || out[open[len(open)-1]].name != token.Name.Local {
				return nil, fmt.Errorf("</%s> closes nothing, in %v", token.Name.Local, open)
			}
			open = open[:len(open)-1]
		case xml.CharData:
			for _, i := range open {
				if slices.Contains(spoken, out[i].name) {
					out[i].text += string(token)
				}
			}
		}
	}
}

// A page holds together: elements are nested, ids are unique and links lead
// somewhere, there is one h1 and no level is skipped, tables say what they are,
// drawings have a name or are ornaments, and nothing carries a style, a handler
// or an address.
func TestHTMLHangsTogether(t *testing.T) {
	for name, v := range pages(t) {
		all, err := elements(page(t, v))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		ids := make(map[string]bool)
		count := make(map[string]int)
		for _, e := range all {
			if id, ok := e.attr["id"]; ok && ids[id] {
				t.Errorf("%s: two elements are #%s", name, id)
			}
			ids[e.attr["id"]] = true
			count[e.name]++
		}
		for _, one := range []string{"h1", "main", "header", "footer", "nav", "style", "script", "title"} {
			want := 1
			if one == "title" {
				want += count["svg"] // at most
			}
			if n := count[one]; n < 1 || n > want && one != "title" {
				t.Errorf("%s: %d of <%s>", name, n, one)
			}
		}
		level := 0
		for _, e := range all {
			for a, value := range e.attr {
				switch {
				case a == "style", strings.HasPrefix(a, "on"), a == "src", a == "srcdoc", a == "action":
					t.Errorf("%s: <%s> has %s=%q", name, e.name, a, value)
				case a == "href" && (!strings.HasPrefix(value, "#") || !ids[value[1:]]):
					t.Errorf("%s: a link to %q", name, value)
				case (a == "for" || a == "aria-labelledby") && slices.ContainsFunc(strings.Fields(value), func(id string) bool { return !ids[id] }):
					t.Errorf("%s: %s names %q", name, a, value)
				}
			}
			switch e.name {
			case "h1", "h2", "h3", "h4":
				if n := int(e.name[1] - '0'); n > level+1 {
					t.Errorf("%s: <%s>%s after level %d", name, e.name, e.text, level)
				} else {
					level = n
				}
			case "th":
				if e.attr["scope"] == "" && !e.inHead {
					t.Errorf("%s: a heading of nothing: %s", name, e.text)
				}
			case "svg":
				if e.attr["role"] != "img" && e.attr["aria-hidden"] != "true" {
					t.Errorf("%s: a drawing without a name: %v", name, e.attr)
				}
			case "div":
				if e.attr["class"] == "scroll" && (e.attr["tabindex"] != "0" || e.attr["aria-label"] == "") {
					t.Errorf("%s: keys cannot scroll %v", name, e.attr)
				}
			}
		}
		if count["caption"] != count["table"] {
			t.Errorf("%s: %d tables, %d captions", name, count["table"], count["caption"])
		}
	}
}

// The policy of a page allows its own style sheet and script and nothing else.
func TestHTMLPolicy(t *testing.T) {
	for name, v := range pages(t) {
		text := page(t, v)
		hash := func(in *regexp.Regexp) string {
			sum := sha256.Sum256([]byte(in.FindStringSubmatch(text)[1]))
			return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
		}
		want := "default-src 'none'; style-src " + hash(styles) + "; script-src " + hash(scripts) + "; base-uri 'none'; form-action 'none'"
		got := regexp.MustCompile(`http-equiv="Content-Security-Policy" content="([^"]*)"`).FindStringSubmatch(text)
		if got == nil || html.UnescapeString(got[1]) != want {
			t.Errorf("%s: the policy is %q, want %q", name, got, want)
		}
	}
}

// Every number of the Markdown file's tables of results is on the page, in the
// row's own lines.
func TestHTMLHasTheNumbersOfTheMarkdown(t *testing.T) {
	folded := regexp.MustCompile(`(?s)<details>.*?</details>`)
	for name, v := range pages(t) {
		_, results, _ := strings.Cut(markdownOf(t, v), "## Results\n")
		results, _, _ = strings.Cut(folded.ReplaceAllString(results, ""), "\n## ")
		var lines []string // of tables, without their headings
		for _, line := range strings.Split(results, "\n") {
			switch {
			case strings.HasPrefix(line, "| -"), strings.HasPrefix(line, "|-"):
				lines = lines[:len(lines)-1]
			case strings.HasPrefix(line, "| "):
				lines = append(lines, line)
			}
		}
		text := page(t, v)
		n := 0
		for _, r := range byHeading(v.Rows) {
			from, _, _ := strings.Cut(after(text, r.Name), `<tr class="more">`)
			row := pageText("<" + from)
			for range r.Cells {
				if n == len(lines) {
					t.Fatalf("%s: the Markdown has only %d lines of results", name, n)
				}
				for _, number := range figuresOf(lines[n], r) {
					if !strings.Contains(row, number) {
						t.Errorf("%s: %s: no %q of %s in %s", name, r.Name, number, lines[n], row)
					}
				}
				n++
			}
		}
	}
}

// byHeading are rows as the Markdown has them.
func byHeading(rows []Row) []Row {
	var order []string
	for _, r := range rows {
		if !slices.Contains(order, r.Heading) {
			order = append(order, r.Heading)
		}
	}
	out := slices.Clone(rows)
	slices.SortStableFunc(out, func(a, b Row) int { return slices.Index(order, a.Heading) - slices.Index(order, b.Heading) })
	return out
}

var figuresIn = regexp.MustCompile(`[<>]?[0-9][0-9.]*(x| [num]?s| [KMGT]iB)?( - [>]?([0-9.]+( [num]?s)?|∞))?`)

// figuresOf are the figures in the cells of a Markdown line, but for its first
// cell, which is a name, and what was expected, which stands in the details.
func figuresOf(line string, r Row) []string {
	var out []string
	for _, cell := range strings.Split(line, " | ")[1:] {
		cell = strings.Trim(html.UnescapeString(strings.ReplaceAll(cell, `\`, "")), " |*")
		if r.Expected > 0 && cell == shortRatio(r.Expected) {
			continue
		}
		out = append(out, figuresIn.FindAllString(cell, -1)...)
	}
	return out
}

// after is the text from the table's body of a row whose name html/template
// escapes in its own way.
func after(page, name string) string {
	for _, part := range strings.Split(page, `<tbody data-name="`)[1:] {
		if shown, rest, _ := strings.Cut(part, `"`); html.UnescapeString(shown) == name {
			return rest
		}
	}
	return ""
}

// The banner, the cards and the table count the same, and every candidate's
// result is a line.
func TestHTMLAgreesWithItself(t *testing.T) {
	for name, v := range pages(t) {
		all, err := elements(page(t, v))
		if err != nil {
			t.Fatal(err)
		}
		lines := 0
		cards, count := make(map[string]string), make(map[string]int)
		for i, e := range all {
			switch {
			case e.name == "td" && e.attr["class"] == "l v":
				lines++
				for _, s := range states {
					if strings.HasPrefix(strings.TrimSpace(e.text), s.word) {
						count[s.word]++
					}
				}
			case e.name == "dt":
				cards[e.text] = all[i+1].text
			}
		}
		for _, word := range []string{"invalid", "slower", "goal missed"} {
			got, want := strings.Join(strings.Fields(cards[word]), " "), fmt.Sprintf("%d of %s", count[word], plural(lines, "result"))
			if got != want && (got != "" || count[word] > 0) {
				t.Errorf("%s: the card %s says %q, the lines %q", name, word, got, want)
			}
		}
		text := pageText(page(t, v))
		if word := string(v.Verdict); !strings.Contains(text, word) {
			t.Errorf("%s: the verdict %s is not said", name, word)
		}
		for _, s := range slices.Concat(v.Reasons, v.Advice, v.Checks, []string{v.Method, v.Reproduce}) {
			if s = blanks.ReplaceAllString(s, " "); !strings.Contains(text, s) {
				t.Errorf("%s: no %q", name, s)
			}
		}
	}
}

// What needs attention is at the top of the table.
func TestHTMLWorstFirst(t *testing.T) {
	for name, v := range pages(t) {
		p, err := newHTMLPage(v)
		if err != nil {
			t.Fatal(err)
		}
		for i := 1; i < len(p.Rows); i++ {
			worse := min(p.Rows[i].Rank, 4) < min(p.Rows[i-1].Rank, 4) // beyond, rows are in the plan's order
			if worse && !v.Rows[i].swept {
				t.Errorf("%s: %s (%s) comes after %s (%s)", name, p.Rows[i].Name, p.Rows[i].State, p.Rows[i-1].Name, p.Rows[i-1].State)
			}
		}
	}
}

// Where nothing can be quoted, nothing is.
func TestHTMLClaims(t *testing.T) {
	check := func(v *View, want bool) {
		t.Helper()
		if got := strings.Contains(page(t, v), `<blockquote class="claim">`); got != want {
			t.Errorf("%s: quotes a claim: %v, want %v", v.Verdict, got, want)
		}
	}
	check(passView(), true)
	check(failView(), true)
	check(invalidView(), false)
	check(aloneView(), false)
}
