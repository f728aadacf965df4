// Command spin keeps one core busy for a time and exits: a program whose length
// is known, for comparing what measures programs.
package main

import (
	"fmt"
	"os"
	"time"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "spin: want a time, e.g. spin 20ms")
		os.Exit(2)
	}
	length, err := time.ParseDuration(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "spin:", err)
		os.Exit(2)
	}
	for began := time.Now(); time.Since(began) < length; {
	}
}
