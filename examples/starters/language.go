package starters

// A Language is one that there is a starter in. Its name is that of the
// implementation and of the directory as well.
type Language struct {
	Name string
	// Tool is the program that builds or runs it, Version the first that will
	// do and Get where to get it.
	Tool, Version, Get string
	// Place is the file that has a place for one's own code.
	Place string

	aliases []string
	lines   []string // of the implementation in xbench.yaml, besides its name
	quick   bool     // compiled ahead or just in time: an order of magnitude faster than interpreted
}

var languages = []Language{
	{
		Name: "go", Tool: "go", Version: "1.22", Get: "https://go.dev/dl", Place: "go/main.go",
		aliases: []string{"golang"},
		lines: []string{
			"build: [go, build, -o, bin/, .]",
			"worker: [bin/worker]",
			`env: {GOWORK: "off"} # it is a module of its own, wherever it lies`,
			`needs: {run: [go, version], version: ">= 1.22", hint: "get Go 1.22 or newer: https://go.dev/dl"}`,
		},
		quick: true,
	},
	{
		Name: "python", Tool: "python3", Version: "3.10", Get: "https://www.python.org/downloads", Place: "python/worker.py",
		aliases: []string{"py", "python3", "cpython"},
		lines: []string{
			`worker: ["{python}", worker.py] # {python}: the interpreter behind python3`,
			`needs: {run: ["{python}", --version], version: ">= 3.10", hint: "get Python 3.10 or newer: https://www.python.org/downloads"}`,
		},
	},
}
