package main

import (
	"os"
	"regexp"

	"github.com/rogpeppe/go-internal/testscript"
)

// otherHost copies a record as if it had been made on another machine.
func otherHost(ts *testscript.TestScript, neg bool, args []string) {
	id := regexp.MustCompile(`("cpu":")[^"]*(".*"id":")[^"]*"`)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(id.ReplaceAllString(ts.ReadFile(args[0]), `${1}Zuse Z3${2}beefcafe"`)), 0o644))
}

// otherWork copies a record as if a benchmark had been given another parameter.
func otherWork(ts *testscript.TestScript, neg bool, args []string) {
	row := regexp.MustCompile(`("name":"steady/clear","id":"steady/clear".*?"params":)\{\}`)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(row.ReplaceAllString(ts.ReadFile(args[0]), `${1}{"size":10}`)), 0o644))
}
