package main

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"xbench/harness/host"
)

// The exit code is that of the verdict, in either form.
func TestDoctorExits(t *testing.T) {
	check := func(d host.Diagnosis, asJSON bool, wantCode int, want string) {
		t.Helper()
		var out bytes.Buffer
		a := &app{out: &out}
		var code exitError
		if err := a.showDiagnosis(d, asJSON); err != nil && !errors.As(err, &code) {
			t.Fatal(err)
		}
		if int(code) != wantCode || !strings.Contains(out.String(), want) {
			t.Errorf("exit %d, want %d; no %q in\n%s", code, wantCode, want, out.String())
		}
	}
	busy := 2.0
	unfit := host.Diagnose(host.Facts{Usable: 2, PythonNS: 1, Others: &busy})
	usable := host.Diagnose(host.Facts{Usable: 1, PythonNS: 1})
	fit := host.Diagnose(host.Facts{Usable: 2, PythonNS: 1})
	check(fit, false, exitOK, "\nFIT: ")
	check(usable, false, exitOK, "\nUSABLE: measure here, but mind cores\n")
	check(unfit, false, exitUnclear, "\nUNFIT: ")
	check(fit, true, exitOK, `"verdict": "fit",`)
	check(unfit, true, exitUnclear, `"verdict": "unfit",`)
}
