package main

import (
	"io"

	"xbench/goimpl/suite"
)

// goimplCommand is the hidden first argument with which xbench starts itself
// as the Go implementation, so that both sides of the demo are fresh child
// processes under the same rules.
const goimplCommand = "__goimpl"

func goimplMain(args []string, in io.Reader, out, errw io.Writer) int {
	return suite.Main(args, in, out, errw)
}
