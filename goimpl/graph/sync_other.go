//go:build !unix

package graph

// syncDir does nothing: a directory cannot be opened to be synchronised.
func syncDir(string) error { return nil }
