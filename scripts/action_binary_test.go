package scripts_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// releases puts a release of the action's repository where the job looks for
// it. Its binary says what it is.
func (j *job) release(t *testing.T, version string) (archive, sums string) {
	t.Helper()
	s := j.script
	s.run(t, "bash", "-c", ". "+j.functions(t)+"; platform")
	dir := filepath.Join(strings.TrimPrefix(j.get("GITHUB_SERVER_URL"), "file://"), "the-owner", "xbench", "releases", "download", "v"+version)
	archive = filepath.Join(dir, "xbench_"+version+"_"+s.stdout+".tar.gz")
	data := tarred(t, "xbench", "#!/bin/sh\necho xbench "+version+" as released\n")
	write(t, archive, string(data))
	sums = filepath.Join(dir, "SHA256SUMS")
	write(t, sums, fmt.Sprintf("%064d  other.tar.gz\n%x  %s\n", 0, sha256.Sum256(data), filepath.Base(archive)))
	return archive, sums
}

// functions is action.sh without its end, which carries out a step.
func (j *job) functions(t *testing.T) string {
	t.Helper()
	text, _, ok := strings.Cut(read(t, path(t, "scripts/action.sh")), "\ncase ${1-} in")
	if !ok {
		t.Fatal("action.sh does not end in its dispatch")
	}
	file := filepath.Join(j.get("RUNNER_TEMP"), "functions.sh")
	write(t, file, text)
	return file
}

func tarred(t *testing.T, name, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o755, Size: int64(len(text))}); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(w, text)
	w.Close()
	z.Close()
	return b.Bytes()
}

func TestActionDownloads(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("no curl")
	}
	j := newJob(t)
	bin := filepath.Join(j.get("RUNNER_TEMP"), "xbench-bin")
	check := func(version string, wantCode int, wantReady, wantText string) {
		t.Helper()
		os.RemoveAll(bin)
		j.step(t, "choose", "INPUT_VERSION="+version, "ACTION_REPOSITORY=the-owner/xbench", "ACTION_REF=v9")
		if j.code != wantCode || j.outputs["ready"] != wantReady || !strings.Contains(j.stdout, wantText) {
			t.Errorf("version %q: exit %d, ready %q, want %d, %q and %q in\n%s\n%s", version, j.code, j.outputs["ready"], wantCode, wantReady, wantText, j.stdout, j.stderr)
		}
		if got := exists(filepath.Join(bin, "xbench")); got != (wantReady == "true") {
			t.Errorf("version %q: binary there: %v", version, got)
		}
	}
	archive, sums := j.release(t, "1.2.3")
	check("1.2.3", 0, "true", "as the release says")
	if out, err := exec.Command(filepath.Join(bin, "xbench")).Output(); err != nil || string(out) != "xbench 1.2.3 as released\n" {
		t.Errorf("the binary says %q, %v", out, err)
	}
	check("v1.2.3", 0, "true", "as the release says")

	// No such release: said, and built instead.
	check("4.5.6", 0, "false", "::warning title=xbench::there is no release 4.5.6 for ")
	if !strings.Contains(j.stdout, "building the action's own checkout (v9) instead") || j.outputs["key"] == "" {
		t.Errorf("outputs %v\n%s", j.outputs, j.stdout)
	}

	// A version is a version, not a path.
	check("latest", 2, "", `input version: "latest": must be a release`)
	check("../../evil/1.2.3", 2, "", "must be a release")
	check("1.2.3\nready=true", 2, "", "must be a release")

	// What differs from its sum is never used, nor replaced by something else.
	write(t, archive, string(tarred(t, "xbench", "#!/bin/sh\necho evil\n")))
	check("1.2.3", 2, "", "the release says")
	write(t, sums, fmt.Sprintf("%064d  other.tar.gz\n", 0))
	check("1.2.3", 2, "", "does not list xbench_1.2.3_")
}

// The archives of dist.sh are the ones that the action asks for. The go that
// dist.sh finds is one that copies: what a release is compiled with differs
// from what tests are, and would take a minute.
func TestActionUsesWhatDistMakes(t *testing.T) {
	t.Parallel()
	j := newJob(t)
	archive, sums := j.release(t, "0.0.0")
	dir, tools := t.TempDir(), t.TempDir()
	write(t, filepath.Join(tools, "go"), `#!/bin/sh
case "$*" in "build -trimpath -o "*" ./cmd/xbench") cp "`+testBinary+`" "$4" ;; *) exit 9 ;; esac
`)
	s := script{dir: dir, env: []string{"PATH=" + tools + ":" + os.Getenv("PATH")}}
	platform := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(archive), "xbench_0.0.0_"), ".tar.gz")
	s.run(t, "bash", path(t, "scripts/dist.sh"), "out", strings.Replace(platform, "_", "/", 1))
	if s.code != 0 {
		t.Fatalf("dist.sh: exit %d\n%s", s.code, s.stderr)
	}
	made, version := filepath.Base(strings.TrimSpace(s.stdout)), ""
	if _, err := fmt.Sscanf(strings.ReplaceAll(made, "_", " "), "xbench %s", &version); err != nil {
		t.Fatalf("dist.sh made %q", made)
	}
	to := strings.ReplaceAll(filepath.Dir(sums), "0.0.0", version)
	for _, name := range []string{made, "SHA256SUMS"} {
		write(t, filepath.Join(to, name), read(t, filepath.Join(dir, "out", name)))
	}
	os.RemoveAll(filepath.Join(j.get("RUNNER_TEMP"), "xbench-bin"))
	j.step(t, "choose", "INPUT_VERSION="+version, "ACTION_REPOSITORY=the-owner/xbench")
	if j.code != 0 || j.outputs["ready"] != "true" {
		t.Fatalf("exit %d, outputs %v\n%s\n%s", j.code, j.outputs, j.stdout, j.stderr)
	}
	out, err := exec.Command(filepath.Join(j.get("RUNNER_TEMP"), "xbench-bin", "xbench"), "--version").Output()
	if err != nil || strings.TrimSpace(string(out)) != "xbench "+version {
		t.Errorf("the binary says %q, %v; want xbench %s", out, err, version)
	}
}

// newAction makes a checkout of an action that is quickly built.
func newAction(t *testing.T) (dir string, choose func() string) {
	t.Helper()
	dir = t.TempDir()
	write(t, filepath.Join(dir, "scripts", "action.sh"), read(t, path(t, "scripts/action.sh")))
	write(t, filepath.Join(dir, "go.mod"), "module xbench\n\ngo 1.26.0\n")
	write(t, filepath.Join(dir, "cmd", "xbench", "main.go"), "package main\n\nfunc main() { println(\"as built\") }\n")
	j := newJob(t)
	return dir, func() string {
		t.Helper()
		s := j.script
		if err := os.WriteFile(j.get("GITHUB_OUTPUT"), nil, 0o644); err != nil {
			t.Fatal(err)
		}
		s.run(t, "bash", filepath.Join(dir, "scripts", "action.sh"), "choose")
		j.collect(t)
		if key := j.outputs["key"]; s.code != 0 || !strings.HasPrefix(key, "xbench-") || len(key) < 40 {
			t.Fatalf("exit %d, key %q\n%s", s.code, key, s.stderr)
		}
		return j.outputs["key"]
	}
}

// The cache must never hand out a binary of other sources, and should hand out
// the one of these.
func TestActionCacheKeyIsTheContent(t *testing.T) {
	t.Parallel()
	dir, key := newAction(t)
	first := key()
	if again := key(); again != first {
		t.Errorf("the key changed by itself: %s, %s", first, again)
	}
	check := func(same bool, what string) {
		t.Helper()
		if got := key(); (got == first) != same {
			t.Errorf("%s: key %s, was %s", what, got, first)
		}
	}
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(filepath.Join(dir, "go.mod"), old, old); err != nil {
		t.Fatal(err)
	}
	check(true, "another time of a file")
	write(t, filepath.Join(dir, "xbench-results", "latest", "record.txt"), "x")
	write(t, filepath.Join(dir, "xbench"), "x")
	write(t, filepath.Join(dir, "README.md"), "x")
	check(true, "results, a binary and a document")
	write(t, filepath.Join(dir, "a name", "with $(touch pwned) spaces.go"), "package x")
	check(false, "a new file")
	first = key()
	write(t, filepath.Join(dir, "cmd", "xbench", "main.go"), "package main\n\nfunc main() {}\n")
	check(false, "another line")
}

// What a job sets up for its own Go code must not reach the action's build.
func TestActionBuilds(t *testing.T) {
	t.Parallel()
	dir, _ := newAction(t)
	j := newJob(t)
	os.RemoveAll(filepath.Join(j.get("RUNNER_TEMP"), "xbench-bin"))
	j.env = append(j.env, "GOFLAGS=-toolexec=/nowhere/tool", "GOOS=plan9", "GOARCH=386", "GOWORK="+filepath.Join(j.dir, "go.work"))
	write(t, filepath.Join(j.dir, "go.work"), "go 1.26\n\nuse ./nowhere\n")
	s := j.script
	s.run(t, "bash", filepath.Join(dir, "scripts", "action.sh"), "build")
	if s.code != 0 {
		t.Fatalf("exit %d\n%s", s.code, s.stderr)
	}
	out, err := exec.Command(filepath.Join(j.get("RUNNER_TEMP"), "xbench-bin", "xbench")).CombinedOutput()
	if err != nil || string(out) != "as built\n" {
		t.Errorf("the binary says %q, %v", out, err)
	}
}

// setup-go is needed only where no Go is, or one too old to fetch another.
func TestActionLooksForGo(t *testing.T) {
	t.Parallel()
	j := newJob(t)
	tools := t.TempDir()
	for _, name := range []string{"bash", "dirname", "find", "sort", "sha256sum", "shasum", "cut", "tr", "perl", "env"} {
		if file, err := exec.LookPath(name); err == nil {
			if err := os.Symlink(file, filepath.Join(tools, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	check := func(version, want string) {
		t.Helper()
		os.Remove(filepath.Join(tools, "go"))
		if version != "" {
			write(t, filepath.Join(tools, "go"), "#!/bin/sh\necho "+version+"\n")
		}
		j.step(t, "choose", "PATH="+tools)
		if j.code != 0 || j.outputs["go"] != want {
			t.Errorf("go %q: exit %d, output go %q, want %q\n%s", version, j.code, j.outputs["go"], want, j.stderr)
		}
	}
	check("", "false")
	check("go1.20.14", "false")
	check("go1.21.0", "true")
	check("go1.26rc1", "true")
	check("go1.26.8", "true")
	check("go2.0", "true")
	check("devel go1.27-abcdef", "true")
}
