package main

import "testing"

// Who asks for no colour gets none, who insists gets it in a file as well.
func TestColourIsAskedForOfTheStream(t *testing.T) {
	check := func(terminal, want bool, env map[string]string) {
		t.Helper()
		if got := wantsColor(terminal, func(name string) string { return env[name] }); got != want {
			t.Errorf("a terminal: %v, with %v: colour is %v, want %v", terminal, env, got, want)
		}
	}
	check(true, true, nil)
	check(false, false, nil)
	check(true, true, map[string]string{"TERM": "xterm", "NO_COLOR": "", "CLICOLOR": "1"})
	check(true, false, map[string]string{"NO_COLOR": "1"})
	check(true, false, map[string]string{"NO_COLOR": "0"}) // any value but none
	check(true, false, map[string]string{"CLICOLOR": "0"})
	check(true, false, map[string]string{"TERM": "dumb"})
	check(false, true, map[string]string{"CLICOLOR_FORCE": "1"})
	check(false, false, map[string]string{"CLICOLOR_FORCE": "0"})
	check(false, true, map[string]string{"CLICOLOR_FORCE": "1", "CLICOLOR": "0", "TERM": "dumb"})
	check(true, false, map[string]string{"NO_COLOR": "1", "CLICOLOR_FORCE": "1"})
}
