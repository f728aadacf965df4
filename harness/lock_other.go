//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package harness

import "os"

// lockFile keeps nobody out: this system has no lock that ends with its owner.
func lockFile(*os.File) error { return nil }
