//go:build !unix

package build

import "os"

func gone(pid int) bool {
	p, err := os.FindProcess(pid)
	if err != nil {
		return true
	}
	_, err = p.Wait()
	return err == nil
}
