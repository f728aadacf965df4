//go:build unix

package main

import (
	"os"
	"syscall"
)

func interrupts() []os.Signal { return []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} }
