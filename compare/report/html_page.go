package report

import (
	"fmt"
	"html/template"
	"strings"

	"xbench/compare"
)

// A htmlPage is what the template of report.html shows, in its order. Fields
// are plain text; what is empty is left out.
type htmlPage struct {
	v       *View
	ids     map[string]string // of rows, by name
	figures map[string]*htmlFigure
	order   []string // of figures
	drawn   int      // bytes of drawings of rows
	cells   int      // of tables of rounds that there is still room for

	Policy string
	Style  template.CSS
	Script template.JS

	Title, Heading, Subtitle, Run string
	Banner                        htmlBanner
	Cards                         []htmlCard
	Contents                      []htmlLink

	HasGoals               bool
	NoGoalText             string
	Goals, Decided, Looks  *htmlTable
	GoalTexts, OpenGoals   []string
	Warnings               []htmlWarning
	Limits                 string
	Speedup                *htmlFigure
	SpeedupText            string // beside the figure
	Means, Categories      *htmlTable
	NoMean                 string
	MeanTexts, Heaviest    []string
	CategoryTexts          []string
	Compared, Several      bool
	Ratios                 bool   // there is a speedup to show
	Claims                 bool   // one that may be quoted
	RowWord                string // what comes of a row
	Reference              string
	Columns                []htmlColumn
	States                 []htmlState
	Rows                   []htmlRow
	MarksText              string
	ResultTexts            []string
	VersusTitle            string
	VersusTexts            []string
	Versus                 []*htmlTable
	VariantsTitle          string
	VariantTexts           []string
	Variants               []htmlVariants
	Finals                 *htmlTable
	FinalsText             string
	Scalings, Crossings    []htmlSweep
	ScalingTexts           []string
	CrossingTexts          []string
	GrowthTerms            [][2]string
	Others                 []*htmlFigure
	FairnessTitle, RanText string
	FairnessTexts          []string
	Differences, Ran       *htmlTable
	SideTexts              []string
	Effort                 *htmlTable
	EffortText             string
	Advice, Checks         []string
	Profiles               []Profile
	Method                 string
	Environment            *htmlTable
	Where, Reproduce       string
	Raw                    template.HTML
	RawSize                string
}

// A htmlBanner is the verdict and what may be quoted of it.
type htmlBanner struct {
	Sign          htmlSign
	Meaning       string
	Claims        []string
	Reasons, More []string
	Said          []string
}

type htmlLink struct{ ID, Text string }

// A htmlColumn is one of the table of results; Key is what it sorts by.
type htmlColumn struct {
	Text, Key string
	Left      bool
}

// A htmlState is a choice of the select.
type htmlState struct {
	Value, Text string
	Count       int
}

func newHTMLPage(v *View) (*htmlPage, error) {
	p := &htmlPage{v: v, cells: mostCells, Heading: v.title(), Run: v.Run}
	p.ids = rowIDs(v.Rows)
	p.drawAll()
	p.Title = fmt.Sprintf("%s: %s", v.Verdict, p.Heading)
	p.Subtitle = p.subtitle()
	p.Banner, p.Cards = p.banner(), p.cards()
	p.goals()
	p.Warnings, p.Limits = p.warnings(), v.limits()
	p.means()
	p.results()
	p.versus()
	p.comparisons()
	p.fairness()
	p.Advice, p.Checks, p.Profiles = v.Advice, v.Checks, v.Profiles
	p.Method, p.Environment, p.Where, p.Reproduce = v.Method, p.environmentTable(), v.whereText(), v.Reproduce
	if err := p.raw(); err != nil {
		return nil, err
	}
	p.Contents = p.contents()
	return p, nil
}

// subtitle says what was run, when and where.
func (p *htmlPage) subtitle() string {
	parts := []string{plural(len(p.v.Rows), "benchmark")}
	if p.v.Suite != "" {
		parts[0] += " of suite " + p.v.Suite
	}
	if p.v.Filter != "" {
		parts[0] += " chosen by --filter " + p.v.Filter
	}
	if p.v.Started != "" {
		parts = append(parts, p.v.Started)
	}
	if a := p.v.Apart; a != nil {
		parts = append(parts, a.measured())
		if !a.Baseline {
			return strings.Join(parts, " · ")
		}
	}
	return strings.Join(append(parts, p.v.hostText()), " · ")
}

// banner is the first that is seen: the verdict, why, and what can be claimed.
func (p *htmlPage) banner() htmlBanner {
	const most = 4 // reasons before the rest is folded away
	v := p.v
	b := htmlBanner{Sign: verdictSign(v.Verdict, p.anySlower()), Meaning: fmt.Sprintf("exit %d: %s", v.Exit, v.verdictMeaning())}
	if v.Interrupted {
		b.Sign.Icon, b.Sign.Word = "pause", "INTERRUPTED"
		b.Meaning = fmt.Sprintf("exit %d, so far %s (exit %d when this record is judged): %s. Only the planned looks that were reached count.",
			exitInterrupted, v.Verdict, v.Exit, v.verdictMeaning())
	}
	for _, claim := range v.claims() {
		if v.Verdict == compare.NotEvaluated {
			b.Said = append(b.Said, sentence(notAsked, claim)+".")
		} else {
			b.Claims = append(b.Claims, sentence("", claim)+".")
		}
	}
	if s := v.controlText(); s != "" {
		b.Said = append(b.Said, s+".")
	}
	b.Reasons = v.Reasons
	if len(b.Reasons) > most+1 {
		b.Reasons, b.More = b.Reasons[:most], b.Reasons[most:]
	}
	if v.Unplanned {
		b.Said = append(b.Said, unplannedText)
	}
	return b
}

// anySlower is whether a row of a goal that counts is slower.
func (p *htmlPage) anySlower() bool {
	for _, g := range p.v.Goals {
		if g.Gated && g.Verdict == compare.Fail && p.slower(g) {
			return true
		}
	}
	return false
}

func (p *htmlPage) goals() {
	v := p.v
	if p.HasGoals = len(v.Goals) > 0; !p.HasGoals {
		return
	}
	if v.judgedByNone() {
		p.NoGoalText = capital(v.noGoalText()) + "."
		return
	}
	p.Goals, p.Decided, p.Looks = p.goalsTable(), p.decidedTable(), p.looksTable()
	if v.otherUpperEnds() {
		p.GoalTexts = append(p.GoalTexts, upperEnds+".")
	}
	p.GoalTexts = append(p.GoalTexts, v.describedTexts()...)
	p.OpenGoals = v.openTexts()
}

func (p *htmlPage) means() {
	v := p.v
	p.Speedup = p.figure("speedup")
	if p.Speedup != nil {
		p.SpeedupText = v.upperText()
	}
	if v.Reference == "" || len(v.Means) == 0 {
		return
	}
	p.Means, p.Categories = p.meansTable(), p.categoriesTable()
	switch {
	case p.Means != nil:
		p.MeanTexts, p.Heaviest = append(p.MeanTexts, meansText), p.heaviest()
	case len(v.Rows) > 1:
		p.NoMean = noMeanText
	}
	p.CategoryTexts = v.spreadTexts()
}

func (p *htmlPage) results() {
	v := p.v
	p.Compared, p.Several, p.Reference = v.Reference != "", len(v.Candidates) > 1, v.Reference
	p.Ratios, p.RowWord = v.hasSpeedup(), "verdict"
	p.Claims = p.Ratios && (v.Apart == nil || v.Apart.Accepted)
	if !p.Compared {
		p.RowWord = "result"
	}
	p.Columns = p.columns()
	p.Rows = p.rows()
	for i, s := range states {
		n := 0
		for _, r := range p.Rows {
			if r.Rank == i {
				n++
			}
		}
		if n > 0 {
			p.States = append(p.States, htmlState{s.name, s.word, n})
		}
	}
	p.MarksText = v.marksText()
	if p.Compared {
		p.MarksText += v.rowByRow()
	}
	if len(v.Shared) > 0 {
		p.ResultTexts = append(p.ResultTexts, "All rows have "+list(v.Shared, 9)+".")
	}
	for _, s := range []string{v.upperText(), p.axisText(), v.chosenEnd(), v.tailsText()} {
		if s != "" {
			p.ResultTexts = append(p.ResultTexts, s)
		}
	}
}

// mostHead is how long a name that heads a column is; the table of the sides has
// it in full.
const mostHead = 16

// columns are those of the table of results, in the order of its cells.
func (p *htmlPage) columns() []htmlColumn {
	out := []htmlColumn{{"benchmark", "name", true}}
	if p.Compared {
		out = append(out, htmlColumn{shorten(p.v.Reference, mostHead), "ref", false})
	}
	if p.Several {
		out = append(out, htmlColumn{"candidate", "", true}, htmlColumn{"time", "cand", false})
	} else {
		out = append(out, htmlColumn{shorten(list(p.v.Candidates, 1), mostHead), "cand", false})
	}
	switch {
	case p.Ratios:
		out = append(out, htmlColumn{"speedup", "speedup", false}, htmlColumn{"95% interval", "", false})
		if p.Claims {
			out = append(out, htmlColumn{"you can claim", "claim", false})
		}
	case !p.Compared:
		out = append(out, htmlColumn{"95% interval", "", false}, htmlColumn{"cores", "", false}, htmlColumn{"peak memory", "", false})
	}
	return append(out, htmlColumn{p.RowWord, "rank", true}, htmlColumn{p.startsHead(), "rounds", false})
}

// comparisons are about variants and sweeps, and the figures that no other
// section shows.
func (p *htmlPage) comparisons() {
	v := p.v
	ended := v.chosenEnd()
	if p.Variants = p.variants(); len(p.Variants) > 0 {
		if p.VariantsTitle = "Variants"; v.By != "" {
			p.VariantsTitle += " by " + v.By
		}
		if ended != "" {
			p.VariantTexts = append(p.VariantTexts, ended+" So no variant is called slower, and none tied.")
		}
		p.VariantTexts = append(p.VariantTexts, "Time of each scenario by variant. Bold is what came out first in its line. "+variantsText)
	}
	if len(v.Finals) > 0 {
		p.Finals, p.FinalsText = p.finalsTable(), finalsText
	}
	p.Scalings, p.Crossings = p.scalings(), p.crossings()
	p.ScalingTexts, p.CrossingTexts, p.GrowthTerms = []string{scalingText}, []string{crossingText}, growthTerms
	if ended != "" {
		p.ScalingTexts, p.CrossingTexts = append(p.ScalingTexts, ended), append(p.CrossingTexts, ended)
	}
	p.Others = p.otherFigures()
}

func (p *htmlPage) fairness() {
	v := p.v
	if p.Ran = p.sidesSummary(); p.Ran == nil {
		return
	}
	p.FairnessTitle, p.RanText, p.SideTexts = "How it ran", v.ranText(), p.sideTexts()
	if v.Reference == "" && len(v.Fairness) == 0 {
		return
	}
	p.FairnessTitle = "Are the sides comparable?"
	if p.Differences = p.differencesTable(); p.Differences == nil {
		p.FairnessTexts = append(p.FairnessTexts, v.alikeText())
	} else {
		p.FairnessTexts = append(p.FairnessTexts, weightText)
	}
	if s := v.evidenceText(); s != "" {
		p.FairnessTexts = append(p.FairnessTexts, s)
	}
	p.FairnessTexts = append(p.FairnessTexts, v.unmatchedTexts()...)
	p.Effort, p.EffortText = p.effortTable(), v.effortText()
}

// contents are the sections that there are.
func (p *htmlPage) contents() []htmlLink {
	var out []htmlLink
	add := func(there bool, id, text string) {
		if there {
			out = append(out, htmlLink{id, text})
		}
	}
	add(p.HasGoals, "goals", "Goals")
	add(true, "warnings", "Warnings")
	add(p.Speedup != nil || p.Means != nil || p.Categories != nil || p.NoMean != "", "speedup", "Speedup")
	add(true, "benchmarks", "Benchmarks")
	add(len(p.Versus) > 0, "versus", p.VersusTitle)
	add(len(p.Variants) > 0, "variants", p.VariantsTitle)
	add(len(p.Scalings) > 0, "scaling", "Scaling")
	add(len(p.Crossings) > 0, "crossover", "Crossover")
	add(len(p.Others) > 0, "heat", "At a glance")
	add(p.Ran != nil, "fairness", p.FairnessTitle)
	add(len(p.Advice) > 0, "recommendations", "Recommendations")
	add(len(p.Checks) > 0, "checks", "What to check")
	add(true, "method", "Method")
	add(true, "raw", "Raw data")
	return out
}

// rowIDs gives every row an id that a link can name: its name in what letters
// an id needs no escape for, and a number where two would be alike.
func rowIDs(rows []Row) map[string]string {
	const most = 100
	out := make(map[string]string)
	taken := make(map[string]bool)
	for _, r := range rows {
		base := "row-" + strings.Trim(strings.Map(func(c rune) rune {
			if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' {
				return c
			}
			return '-'
		}, r.Name), "-")
		base = base[:min(len(base), most)]
		id := base
		for n := 2; taken[id]; n++ {
			id = fmt.Sprintf("%s-%d", base, n)
		}
		taken[id], out[r.Name] = true, id
	}
	return out
}
