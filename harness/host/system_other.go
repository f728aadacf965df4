//go:build !linux && !darwin

package host

import "os"

// systemFacts knows what the environment tells, as on Windows.
func systemFacts() facts { return facts{cpu: os.Getenv("PROCESSOR_IDENTIFIER")} }

// fileSystem is not known here.
func fileSystem(string) string { return "" }
