package harness

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"xbench/harness/strictyaml"
)

// Why programs do not start, in the words of whoever has to mend it: what the
// system says of it ("no such file", "exec format error", exit status 127)
// names something else than what is wrong.

// wayOut is what to do about a program that is not there, unless its
// configuration says so itself.
func (s *subject) wayOut(name, otherwise string) string {
	switch fields := strings.Fields(name); {
	case len(fields) > 1 && s.configured:
		return fmt.Sprintf("each argument stands by itself: [%s]", strings.Join(fields, ", "))
	case s.configured && strings.ContainsRune(name, filepath.Separator) && len(s.cfg.Build) == 0 && s.near(name) == "":
		return otherwise + ", or what makes it under build:"
	}
	return otherwise
}

// near is a file beside a program that is not there, with nearly its name.
func (s *subject) near(name string) string {
	// A name of two letters is near every other.
	if !strings.ContainsRune(name, filepath.Separator) || len(filepath.Base(name)) <= 2 {
		return ""
	}
	return strictyaml.DidYouMean(filepath.Base(name), namesIn(filepath.Dir(absolute(s.spec.Dir, name))))
}

// unfit says of a program that is there why it cannot run.
func (s *subject) unfit(name, path string) error {
	if !strings.ContainsRune(name, filepath.Separator) {
		return nil // found along PATH: not the user's own
	}
	f, err := os.Open(path)
	if err != nil {
		return nil // may be executable all the same
	}
	defer f.Close()
	head, err := bufio.NewReader(io.LimitReader(f, 256)).ReadBytes('\n')
	if err != nil && err != io.EOF {
		return nil
	}
	if bytes.HasPrefix(head, []byte("#!")) && bytes.HasSuffix(head, []byte("\r\n")) {
		return &SetupError{Impl: s.Name, Msg: fmt.Sprintf("program %q has Windows line endings: its first line names an interpreter that ends in a carriage return%s", name, s.place), Hint: "convert it, e.g. with dos2unix"}
	}
	if interpreter := interpreterOf(name); interpreter != "" && !bytes.HasPrefix(head, []byte("#!")) {
		return &SetupError{Impl: s.Name, Msg: fmt.Sprintf("program %q is a script without a #! line%s", name, s.place), Hint: fmt.Sprintf("name its interpreter: [%s, %s]", interpreter, name)}
	}
	return nil
}

// notExecutable is a file that lacks the permission.
func (s *subject) notExecutable(name string) error {
	hint := "chmod +x, or name its interpreter"
	if interpreter := interpreterOf(name); interpreter != "" {
		hint = fmt.Sprintf("chmod +x %s, or name its interpreter: [%s, %s]", name, interpreter, name)
	}
	return &SetupError{Impl: s.Name, Msg: fmt.Sprintf("program %q cannot be executed%s", name, s.place), Hint: hint}
}

// interpreterOf is what runs a file of that name.
func interpreterOf(name string) string {
	return map[string]string{".py": "python3", ".js": "node", ".mjs": "node", ".rb": "ruby", ".pl": "perl", ".sh": "sh", ".php": "php", ".lua": "lua"}[strings.ToLower(filepath.Ext(name))]
}

// canBuild says in one line when what builds is not there.
func (s *subject) canBuild(args []string) error {
	if _, err := s.lookPath(args[0]); err == nil {
		return nil
	}
	return &SetupError{Impl: s.Name, Msg: fmt.Sprintf("build %s: program %q not found", strings.Join(args, " "), args[0]), Hint: "install it, or remove build: where nothing is left to build"}
}
