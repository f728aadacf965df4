package starters

// A Language is one that there is a starter in. Its name is that of the
// implementation and of the directory as well.
type Language struct {
	Name string
	// Title is how it is written in a sentence.
	Title string
	// Tool is the program that builds or runs it, Version the first that will
	// do and Get where to get it.
	Tool, Version, Get string
	// Place is the file that has a place for one's own code.
	Place string

	aliases []string
	lines   []string // of the implementation in xbench.yaml, besides its name
	ahead   bool     // compiled ahead of time
	warmup  string   // of a process, where the default is too short; "" = it is not
}

var languages = []Language{
	{
		Name: "go", Title: "Go", Tool: "go", Version: "1.22", Get: "https://go.dev/dl", Place: "go/main.go",
		aliases: []string{"golang"},
		lines: []string{
			"build: [go, build, -o, bin/, .]",
			"worker: [bin/worker]",
			`env: {GOWORK: "off"} # it is a module of its own, wherever it lies`,
			`needs: {run: [go, version], version: ">= 1.22", hint: "get Go 1.22 or newer: https://go.dev/dl"}`,
		},
		ahead: true,
	},
	{
		Name: "node", Title: "Node", Tool: "node", Version: "18", Get: "https://nodejs.org/en/download", Place: "node/worker.js",
		aliases: []string{"javascript", "js", "nodejs", "node.js", "typescript", "ts"},
		lines: []string{
			"worker: [node, --expose-gc, worker.js]",
			`needs: {run: [node, --version], version: ">= 18", hint: "get Node 18 or newer: https://nodejs.org/en/download"}`,
		},
		warmup: "200ms",
	},
	{
		Name: "python", Title: "Python", Tool: "python3", Version: "3.10", Get: "https://www.python.org/downloads", Place: "python/worker.py",
		aliases: []string{"py", "python3", "cpython"},
		lines: []string{
			`worker: ["{python}", worker.py] # {python}: the interpreter behind python3`,
			`needs: {run: ["{python}", --version], version: ">= 3.10", hint: "get Python 3.10 or newer: https://www.python.org/downloads"}`,
		},
	},
	{
		Name: "rust", Title: "Rust", Tool: "cargo", Version: "1.63", Get: "https://rustup.rs", Place: "rust/src/main.rs",
		aliases: []string{"rs", "cargo"},
		lines: []string{
			"build: [cargo, build, --release, --target-dir, target]",
			"worker: [target/release/worker]",
			`needs: {run: [cargo, --version], version: ">= 1.63", hint: "get Rust 1.63 or newer: https://rustup.rs"}`,
		},
		ahead: true,
	},
}
