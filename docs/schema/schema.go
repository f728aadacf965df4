// Package schema holds the JSON Schemas of the files that people and programs
// meet, as data: xbench.yaml for editors, summary.json for programs. Tests hold
// them against the code that reads and writes those files.
package schema

import _ "embed"

// Config describes xbench.yaml. What it refuses xbench refuses; what it lets
// through may still be wrong, for a schema cannot know whether a pattern
// matches a benchmark.
//
//go:embed xbench.schema.json
var Config []byte

// Summary describes summary.json.
//
//go:embed summary.schema.json
var Summary []byte
