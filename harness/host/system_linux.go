package host

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// systemFacts is empty: on Linux everything stands in files.
func systemFacts() facts { return facts{} }

// fileSystem names the file system that holds dir, "" when it cannot be
// asked. Its speed is part of every benchmark that writes files.
func fileSystem(dir string) string {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return ""
	}
	magic := int64(st.Type) & 0xffffffff
	if name, ok := fileSystems[magic]; ok {
		return name
	}
	return fmt.Sprintf("type 0x%x", magic)
}

// fileSystems names the magic numbers that one meets; see statfs(2).
var fileSystems = map[int64]string{
	unix.EXT4_SUPER_MAGIC:      "ext4",
	unix.XFS_SUPER_MAGIC:       "xfs",
	unix.BTRFS_SUPER_MAGIC:     "btrfs",
	unix.TMPFS_MAGIC:           "tmpfs",
	unix.OVERLAYFS_SUPER_MAGIC: "overlayfs",
	unix.NFS_SUPER_MAGIC:       "nfs",
	unix.F2FS_SUPER_MAGIC:      "f2fs",
	unix.FUSE_SUPER_MAGIC:      "fuse",
	unix.V9FS_MAGIC:            "9p",
	unix.RAMFS_MAGIC:           "ramfs",
	0x2fc12fc1:                 "zfs",
	unix.SMB2_SUPER_MAGIC:      "smb2",
}
