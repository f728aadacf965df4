package harness

import (
	"embed"
	"io/fs"
)

//go:embed sdk/*.go
var sdkFiles embed.FS

// SDKFiles are the sources of package sdk, tests included: it imports nothing
// of xbench, so that a worker can have a copy.
func SDKFiles() fs.FS {
	files, err := fs.Sub(sdkFiles, "sdk")
	if err != nil {
		panic(err) // only of a path that is none
	}
	return files
}
