package charts

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files instead of comparing with them")

// golden compares got with testdata/name.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(got, want) {
		return
	}
	kept := filepath.Join(t.ArtifactDir(), name)
	if err := os.WriteFile(kept, got, 0o644); err != nil {
		t.Error(err)
	}
	t.Errorf("%s differs (-want +got; got is in %s with -artifacts; accept with -update):\n%s", name, kept, cmp.Diff(string(want), string(got)))
}
