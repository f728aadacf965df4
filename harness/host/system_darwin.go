package host

import (
	"bytes"

	"golang.org/x/sys/unix"
)

// systemFacts asks the kernel's variables.
func systemFacts() facts {
	var f facts
	f.kernel, _ = unix.Sysctl("kern.osrelease")
	f.cpu, _ = unix.Sysctl("machdep.cpu.brand_string")
	if n, err := unix.SysctlUint64("hw.memsize"); err == nil {
		f.memBytes = int64(n)
	}
	return f
}

// fileSystem names the file system that holds dir.
func fileSystem(dir string) string {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return ""
	}
	name := make([]byte, 0, len(st.Fstypename))
	for _, c := range st.Fstypename {
		name = append(name, byte(c))
	}
	name, _, _ = bytes.Cut(name, []byte{0})
	return string(name)
}
