package report

import (
	"io"
	"path"
	"regexp"
	"slices"

	"xbench/charts"
)

// A File is one file of the report.
type File struct {
	Name string // relative to the results directory, with forward slashes
	// Figure is whether the file is a picture: every number of it stands in
	// the texts too, so that a report without it is still whole.
	Figure bool
	Render func(io.Writer) error
}

// Names of files that others are told about.
const (
	HTMLFile     = "report.html"
	MarkdownFile = "PERFORMANCE.md"
	SummaryFile  = "summary.json"

	junitFile     = "junit.xml"
	resultsFile   = "results.csv"
	processesFile = "processes.csv"
	timesFile     = "benchmark-time.json"
	speedupsFile  = "benchmark-speedup.json"

	// FiguresDir is where figures are.
	FiguresDir = "charts"
)

// Files is everything that the report consists of, in the order it is written:
// the figures before the texts that link them. Rendering reads the view only,
// and the same view gives the same bytes.
func (v *View) Files() []File {
	out := v.figureFiles()
	linked := *v
	if linked.Charts = ""; len(out) > 0 {
		linked.Charts = FiguresDir
	}
	out = append(out,
		File{Name: MarkdownFile, Render: linked.Markdown},
		File{Name: HTMLFile, Render: v.HTML},
		File{Name: SummaryFile, Render: v.Summary},
		File{Name: junitFile, Render: v.JUnit},
		File{Name: resultsFile, Render: v.ResultsCSV},
		File{Name: processesFile, Render: v.ProcessesCSV},
		File{Name: timesFile, Render: v.TrendTimes},
	)
	if v.Reference != "" {
		out = append(out, File{Name: speedupsFile, Render: v.TrendSpeedups})
	}
	return out
}

// figureFiles draws every figure for readers whose theme is known, for those
// whose is not, and for what cannot show an SVG.
func (v *View) figureFiles() []File {
	var out []File
	for _, f := range v.Figures() {
		for _, form := range []struct {
			suffix string
			opt    charts.Options
		}{
			{".svg", charts.Options{Theme: charts.ThemeAuto}},
			{"-light.svg", charts.Options{Theme: charts.ThemeLight}},
			{"-dark.svg", charts.Options{Theme: charts.ThemeDark}},
			{".png", charts.Options{Format: charts.PNG, Theme: charts.ThemeLight}},
		} {
			out = append(out, File{Name: path.Join(FiguresDir, f.Name+form.suffix), Figure: true,
				Render: func(w io.Writer) error { return f.Draw(w, form.opt) }})
		}
	}
	return out
}

// figureFile matches the name of every file that a figure may have.
var figureFile = regexp.MustCompile(`^(speedup|heat|executors(-[a-z0-9]+)*|(scaling|crossover)-[1-9][0-9]*)((-light|-dark)?\.svg|\.png)$`)

// Stale is whether a file, named as in Files, can only be of an older report
// than that of the given files: a report may have it, and this one does not.
func Stale(name string, files []File) bool {
	dir, base := path.Split(name)
	may := name == speedupsFile || dir == FiguresDir+"/" && figureFile.MatchString(base)
	return may && !slices.ContainsFunc(files, func(f File) bool { return f.Name == name })
}
