//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package harness

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lockFile takes the file for this process alone. Programs that xbench starts
// do not inherit it. Some network file systems know no locks: there, nobody
// is kept out.
func lockFile(f *os.File) error {
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); errors.Is(err, unix.EWOULDBLOCK) {
		return ErrInUse
	}
	return nil
}
