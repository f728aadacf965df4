package scripts_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A bare machine has the programs of any system and nothing else; its cache is
// its own.
func bareMachine(t *testing.T, user string) *script {
	t.Helper()
	s := &script{dir: t.TempDir()}
	tools := filepath.Join(s.dir, "bin")
	write(t, filepath.Join(tools, "id"), "#!/bin/sh\necho "+user+"\n")
	for _, name := range []string{"bash", "sh", "dirname", "mkdir", "mktemp", "mv", "rm", "chmod", "cut", "env", "sha256sum", "shasum", "perl"} {
		if file, err := exec.LookPath(name); err == nil {
			if err := os.Symlink(file, filepath.Join(tools, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	s.env = []string{"PATH=" + tools, "XDG_CACHE_HOME=" + filepath.Join(s.dir, "a cache")}
	return s
}

func (s *script) needs(t *testing.T, args ...string) {
	t.Helper()
	s.run(t, append([]string{"bash", path(t, "scripts/needs.sh")}, args...)...)
}

// Whoever cannot install hears of everything that is missing, at once.
func TestNeedsAreSaidTogether(t *testing.T) {
	t.Parallel()
	s := bareMachine(t, "1000")
	check := func() {
		t.Helper()
		s.needs(t, "curl", "jq", "shellcheck", "go", "rust", "node", "hyperfine")
		want := "needs: missing: curl, jq, shellcheck, Go >= 1.26 (https://go.dev/dl), Rust >= 1.70 (https://rustup.rs), Node >= 18 (https://nodejs.org), hyperfine\n" +
			"needs: as root, on Debian or Ubuntu: apt-get install --no-install-recommends curl jq shellcheck rustc cargo nodejs hyperfine\n"
		if s.code != 2 || !strings.HasSuffix(s.stderr, want) || s.stdout != "" {
			t.Errorf("exit %d, stdout %q, stderr %q, want %q", s.code, s.stdout, s.stderr, want)
		}
	}
	check() // no apt-get
	write(t, filepath.Join(s.dir, "bin", "apt-get"), "#!/bin/sh\necho must not be called >&2\nexit 9\n")
	check() // neither root nor sudo
	write(t, filepath.Join(s.dir, "bin", "sudo"), "#!/bin/sh\necho sudo: a password is required >&2\nexit 1\n")
	check() // a sudo that refuses
}

// Everything that is missing is installed in one go, by root or through sudo.
func TestNeedsAreInstalled(t *testing.T) {
	t.Parallel()
	check := func(user, want string) {
		t.Helper()
		s := bareMachine(t, user)
		bin := filepath.Join(s.dir, "bin")
		write(t, filepath.Join(bin, "sudo"), "#!/bin/sh\necho sudo >>'"+s.dir+"/calls'\nexec \"$@\"\n")
		write(t, filepath.Join(bin, "apt-get"), `#!/bin/sh
for word; do case $word in curl | jq | shellcheck) echo '#!/bin/sh' >"`+bin+`/$word" && chmod +x "`+bin+`/$word" && echo "$word" >>'`+s.dir+`/calls' ;; esac; done
`)
		s.needs(t, "jq", "shellcheck")
		if got := strings.Join(strings.Fields(read(t, s.dir+"/calls")), " "); s.code != 0 || got != want {
			t.Errorf("user %s: exit %d, calls %q, want %q\n%s", user, s.code, got, want, s.stderr)
		}
		before := read(t, s.dir+"/calls")
		s.needs(t, "jq", "shellcheck")
		if s.code != 0 || read(t, s.dir+"/calls") != before {
			t.Errorf("user %s: what is there is installed again: exit %d\n%s", user, s.code, s.stderr)
		}
	}
	check("0", "jq shellcheck")
	check("1000", "sudo sudo jq shellcheck")
}

// Debian's Rust is too old for today's crates: what its browsers are built with
// is installed instead, where there is one. An old one counts as missing.
func TestNeedsInstallANewRust(t *testing.T) {
	t.Parallel()
	check := func(name, aptCache, want string) {
		t.Helper()
		s := bareMachine(t, "0")
		bin := filepath.Join(s.dir, "bin")
		write(t, filepath.Join(bin, "rustc"), "#!/bin/sh\n")
		write(t, filepath.Join(bin, "cargo"), "#!/bin/sh\necho 'cargo 1.65.0'\n")
		write(t, filepath.Join(bin, "apt-cache"), "#!/bin/sh\n"+aptCache+"\n")
		write(t, filepath.Join(bin, "apt-get"), `#!/bin/sh
for word; do case $word in rustc* | cargo*) printf '#!/bin/sh\necho cargo 1.96.0\n' >"`+bin+`/cargo"; echo "$word" >>'`+s.dir+`/calls' ;; esac; done
`)
		s.needs(t, "rust")
		if got := strings.Join(strings.Fields(read(t, s.dir+"/calls")), " "); s.code != 0 || got != want {
			t.Errorf("%s: exit %d, installed %q, want %q\n%s", name, s.code, got, want, s.stderr)
		}
	}
	check("bookworm", "exit 0", "rustc-web cargo-web")
	check("ubuntu", "exit 100", "rustc cargo")
}

// The browser that is named is the one, whatever its path looks like.
func TestNeedsTakeTheNamedBrowser(t *testing.T) {
	t.Parallel()
	s := bareMachine(t, "1000")
	check := func(browser string, wantCode int, want string) {
		t.Helper()
		one := *s
		one.env = append(one.env[:len(one.env):len(one.env)], "XBENCH_BROWSER="+browser)
		one.needs(t, "browser")
		if one.code != wantCode || !strings.Contains(one.stderr, want) {
			t.Errorf("XBENCH_BROWSER=%s: exit %d, want %d and %q in\n%s", browser, one.code, wantCode, want, one.stderr)
		}
	}
	file := filepath.Join(s.dir, "Program Files", "chrome")
	write(t, file, "#!/bin/sh\n")
	check(file, 0, "all there")
	check(file+"x", 2, "XBENCH_BROWSER="+file+"x is not one")
	write(t, filepath.Join(s.dir, "bin", "chromium"), "#!/bin/sh\n")
	check("", 0, "all there")
	check("none", 2, "XBENCH_BROWSER=none is not one")
}

// What has another sum than the one that is written down is never used: not
// from the cache, and not fetched anew.
func TestNeedsCheckAxe(t *testing.T) {
	t.Parallel()
	s := bareMachine(t, "0")
	tools := filepath.Join(s.dir, "a cache", "xbench", "tools")
	write(t, filepath.Join(tools, "axe.min.js"), "evil()")
	// Says yes to all, and unpacks what somebody has put there.
	write(t, filepath.Join(tools, "venv", "bin", "python3"), `#!/bin/sh
printf '%s\n' "$*" >>'`+s.dir+`/calls'
case $* in *zipfile*) for to; do :; done; mkdir -p "$to/axe_playwright_python" && echo 'evil()' >"$to/axe_playwright_python/axe.min.js" ;; esac
`)
	s.needs(t, "axe")
	if s.code != 2 || s.stdout != "" || !strings.Contains(s.stderr, "no axe-core: pip did not fetch axe-playwright-python==0.1.8 with the SHA-256 it must have") {
		t.Errorf("exit %d\n%s%s", s.code, s.stdout, s.stderr)
	}
	if got := read(t, s.dir+"/calls"); !strings.Contains(got, "pip download -q --no-deps --require-hashes") {
		t.Errorf("python was called with\n%s", got)
	}
	s.env = append(s.env, "XBENCH_AXE="+filepath.Join(s.dir, "nosuch.js"))
	s.needs(t, "axe")
	if s.code != 2 || !strings.Contains(s.stderr, "nosuch.js is no file") {
		t.Errorf("exit %d\n%s", s.code, s.stderr)
	}
}

// docs.sh fails for what was left out, and for a test that was not run, in
// either of its two tests.
func TestDocsCountWhatTheyLeaveOut(t *testing.T) {
	t.Parallel()
	s := script{dir: t.TempDir()}
	for name, text := range map[string]string{
		"scripts/docs.sh":  read(t, path(t, "scripts/docs.sh")),
		"scripts/needs.sh": "#!/bin/sh\necho /nowhere\n",
		"bin/go": `#!/bin/sh
echo "required $XBENCH_DOCS_REQUIRED"
case $* in *./docs) echo "$DOCS_SAYS"; exit "$DOCS_CODE" ;; esac
echo "$SAYS"
exit "$CODE"
`,
	} {
		write(t, filepath.Join(s.dir, name), text)
	}
	check := func(says, code, docsSays, docsCode string, wantCode int) {
		t.Helper()
		s.env = []string{"PATH=" + s.dir + "/bin:" + os.Getenv("PATH"), "SAYS=" + says, "CODE=" + code, "DOCS_SAYS=" + docsSays, "DOCS_CODE=" + docsCode}
		s.run(t, "bash", "scripts/docs.sh")
		last := says
		if strings.Contains(says, " 0 skipped") && !strings.Contains(says, ": 0 ") && code == "0" {
			last = docsSays
		}
		if s.code != wantCode || !strings.Contains(s.stdout, last) || wantCode != 0 && !strings.Contains(s.stdout, "required 1\n") {
			t.Errorf("%q, exit %s; %q, exit %s: exit %d, want %d\n%s%s", says, code, docsSays, docsCode, s.code, wantCode, s.stdout, s.stderr)
		}
	}
	const first, second = "docs: 6 commands run, 0 skipped", "docs: 40 commands run, 0 left to scripts/docs.sh, 15 run elsewhere, 0 skipped"
	check(first, "0", second, "0", 0)
	check("docs: 5 commands run, 1 skipped", "0", second, "0", 1)
	check("docs: 0 commands run, 0 skipped", "0", second, "0", 1)
	check("testing: warning: no tests to run", "0", second, "0", 1)
	check(first, "1", second, "0", 1)
	check(first, "0", "docs: 39 commands run, 1 left to scripts/docs.sh, 15 run elsewhere, 0 skipped", "0", 1)
	check(first, "0", "docs: 39 commands run, 0 left to scripts/docs.sh, 15 run elsewhere, 1 skipped", "0", 1)
	check(first, "0", "testing: warning: no tests to run", "0", 1)
	check(first, "0", second, "1", 1)
}
