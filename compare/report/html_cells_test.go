package report

import (
	"html"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"xbench/harness/record"
)

// A cellTable is a table of a page by the texts of its cells.
type cellTable struct {
	heads []string
	rows  [][]string
}

var (
	cellStart = regexp.MustCompile(`<t[hd](?: [^>]*)?>`)
	rowStart  = regexp.MustCompile(`<tr(?: [^>]*)?>`)
)

// tablesCalled are the tables with a caption, in the order of the page.
func tablesCalled(page, caption string) []cellTable {
	var out []cellTable
	whole := regexp.MustCompile(`(?s)<table[^>]*>\s*<caption[^>]*>` + regexp.QuoteMeta(caption) + `</caption>(.*?)</table>`)
	for _, m := range whole.FindAllStringSubmatch(page, -1) {
		var t cellTable
		for _, row := range rowStart.Split(m[1], -1)[1:] {
			var cells []string
			for _, c := range cellStart.Split(row, -1)[1:] {
				cells = append(cells, strings.TrimSpace(html.UnescapeString(tags.ReplaceAllString(c, ""))))
			}
			if t.heads == nil {
				t.heads = cells
			} else {
				t.rows = append(t.rows, cells)
			}
		}
		out = append(out, t)
	}
	return out
}

// cell is what stands below a heading in the row at i. A unit that the heading
// has for all of them is put back after each figure of the cell.
func (c cellTable) cell(t *testing.T, i int, head string) string {
	t.Helper()
	for n, h := range c.heads {
		name, unit, hoisted := strings.Cut(h, ", ")
		if name != head || n >= len(c.rows[i]) {
			continue
		}
		text := c.rows[i][n]
		if !hoisted || text == none {
			return text
		}
		return strings.Join(strings.Split(text, " - "), " "+unit+" - ") + " " + unit
	}
	t.Fatalf("no column %q in %q", head, c.heads)
	return ""
}

// Every figure of what a row opens stands under its side: it is what the record
// comes to, added up by the test, and the ratios are the table's.
func TestHTMLSidesAgreeWithTheRecord(t *testing.T) {
	rec, v := lopsided(t)
	tables := tablesCalled(page(t, v), "What each side took")
	if len(tables) != len(v.Rows) {
		t.Fatalf("%d tables for %d rows", len(tables), len(v.Rows))
	}
	for i, r := range v.Rows {
		table, c := tables[i], r.Cells[0]
		at := make(map[string]int)
		for n, row := range table.rows {
			at[row[0]] = n
		}
		check := func(name string, want func(side string, x sideSum) string) {
			t.Helper()
			n, ok := at[name]
			if !ok {
				t.Errorf("%s: no %q in %v", r.Name, name, at)
				return
			}
			for _, side := range []string{"python", "go"} {
				if got, want := table.cell(t, n, side), want(side, summed(rec, r.Name, side)); got != want {
					t.Errorf("%s: %s of %s is %q, want %q", r.Name, name, side, got, want)
				}
			}
		}
		ratio := func(name, want string) {
			t.Helper()
			if got := table.cell(t, at[name], "ratio"); got != want {
				t.Errorf("%s: the ratio of %s is %q, want %q", r.Name, name, got, want)
			}
		}
		time := func(of func(sideSum) float64) func(string, sideSum) string {
			return func(_ string, x sideSum) string { return FormatDuration(of(x)) }
		}
		pick := func(ref, cand string) func(string, sideSum) string {
			return func(side string, _ sideSum) string { return map[string]string{"python": ref, "go": cand}[side] }
		}
		check("typical time", pick(FormatDuration(c.RefNS), FormatDuration(c.CandNS)))
		check("its 95% interval", pick(durationBounds(c.RefLoNS, c.RefHiNS), durationBounds(c.CandLoNS, c.CandHiNS)))
		check("mean of all samples", time(sideSum.mean))
		check("fastest sample", time(sideSum.min))
		check("p99 of samples", time(sideSum.p99))
		check("slowest sample", time(sideSum.max))
		check("processes x samples x iterations", func(_ string, x sideSum) string {
			return strconv.Itoa(lopsidedRounds) + " x 10 x " + strconv.FormatInt(x.k, 10)
		})
		check("CPU time", func(_ string, x sideSum) string { return FormatDuration(x.median(cpuOf)) })
		check("peak memory", func(_ string, x sideSum) string { return FormatBytes(x.median(rssOf)) })
		check("cores used", pick(formatCores(c.RefCores), formatCores(c.CandCores)))
		check("launch to ready", func(_ string, x sideSum) string { return FormatDuration(x.median(startOf)) })
		check("first result after launch", time(sideSum.cold))
		check("outside the samples", pick(FormatPercent(c.RefFacts.Outside), FormatPercent(c.CandFacts.Outside)))
		check("its clock against ours", pick("0.991", "0.975"))

		ref, cand := summed(rec, r.Name, "python"), summed(rec, r.Name, "go")
		ratio("typical time", FormatRatio(c.Speedup.Ratio))
		ratio("its 95% interval", FormatBounds(c.Speedup.Lo, c.Speedup.Hi))
		ratio("mean of all samples", FormatRatio(ref.mean()/cand.mean()))
		ratio("first result after launch", FormatInterval(c.Cold.Speedup))
		if !nearly(c.Cold.Speedup.Ratio, ref.cold()/cand.cold()) {
			t.Errorf("%s: the first result's speedup is %v, want %v", r.Name, c.Cold.Speedup.Ratio, ref.cold()/cand.cold())
		}
	}
}

// A line of the rounds is the two processes of that round, and who went first.
func TestHTMLRoundsAgreeWithTheRecord(t *testing.T) {
	rec, v := lopsided(t)
	tables := tablesCalled(page(t, v), "Round by round")
	if len(tables) != len(v.Rows) {
		t.Fatalf("%d tables for %d rows", len(tables), len(v.Rows))
	}
	for i, r := range v.Rows {
		table := tables[i]
		if len(table.rows) != lopsidedRounds {
			t.Fatalf("%s: %d rounds", r.Name, len(table.rows))
		}
		for n := range table.rows {
			check := func(head, want string) {
				t.Helper()
				if got := table.cell(t, n, head); got != want {
					t.Errorf("%s: round %d: %s is %q, want %q", r.Name, n+1, head, got, want)
				}
			}
			check("round", strconv.Itoa(n+1))
			medians := make(map[string]float64)
			first := ""
			for _, side := range []string{"python", "go"} {
				p := summed(rec, r.Name, side).processes[n]
				own := summed(&record.Record{Processes: []record.Process{p}}, r.Name, side)
				medians[side] = p.NSPerOp()
				if p.Position == 0 {
					first = side
				}
				check(side, FormatDuration(medians[side]))
				check(side+" samples", durationBounds(own.min(), own.max()))
				check(side+" CPU", FormatDuration(cpuOf(p)))
				check(side+" memory", FormatBytes(rssOf(p)))
			}
			check("ratio", FormatRatio(medians["python"]/medians["go"]))
			check("first", first)
			check("load", strconv.FormatFloat(0.25*float64(n+1), 'f', 2, 64))
			notes := none
			if n+1 == 5 {
				notes = "python: the clock went back"
			}
			check("notes", notes)
		}
	}
}
