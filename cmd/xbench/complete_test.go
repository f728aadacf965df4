package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"xbench/harness/foreign"
)

// What is completed exists: a flag that was renamed would be completed as if it
// took anything.
func TestCompletersHaveTheirFlags(t *testing.T) {
	for key := range flagCompleters {
		command, flag, _ := strings.Cut(key, "--")
		found := false
		for _, c := range commands() {
			if command = strings.TrimSpace(command); command == "" || command == c.Name() {
				found = found || c.Flags().Lookup(flag) != nil
			}
		}
		if !found {
			t.Errorf("%q is no flag", key)
		}
	}
	for name := range argumentCompleters {
		if !slices.ContainsFunc(commands(), func(c *cobra.Command) bool { return c.Name() == name }) {
			t.Errorf("%q is no command", name)
		}
	}
}

// All formats that can be imported are offered, and no others.
func TestCompletionKnowsTheFormats(t *testing.T) {
	var offered []string
	for _, f := range importFormats {
		name, _, _ := strings.Cut(f, ":")
		offered = append(offered, name)
	}
	if want := foreign.Formats; !slices.Equal(offered, want) {
		t.Errorf("got %v, want %v", offered, want)
	}
}
