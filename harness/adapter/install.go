package adapter

import (
	"path/filepath"
	"regexp"
	"strings"
)

var pythons = regexp.MustCompile(`^(python|pypy)[0-9.]*$`)

// InstallFor is a tool's install line for the interpreter that a command line
// starts: the pip of an activated environment is not always its. Where that
// cannot be told, and of tools that are no modules of Python, it is the line as
// it is.
func InstallFor(command []string, install string) string {
	if len(command) == 0 || !strings.HasPrefix(install, "pip ") {
		return install
	}
	dir, base := filepath.Split(command[0])
	exe := ""
	if rest, ok := strings.CutSuffix(base, ".exe"); ok {
		base, exe = rest, ".exe"
	}
	switch {
	case pythons.MatchString(base):
		return command[0] + " -m " + install
	case dir != "": // .venv/bin/pytest
		return dir + "python" + exe + " -m " + install
	}
	return install
}
