// Package configs holds the configurations that come with xbench, as data:
// decoding the goals in them is compare's business, the rest is harness's.
package configs

import _ "embed"

// Demo is the bundled demo, run where no xbench.yaml is found.
//
//go:embed demo.yaml
var Demo []byte
