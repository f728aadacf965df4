package config

import (
	"xbench/harness/protocol"
	"xbench/harness/strictyaml"
)

// file is the layout of xbench.yaml.
type file struct {
	Settings        `yaml:",inline"`
	Implementations []Implementation `yaml:"implementations"`
	Benchmarks      []fileBenchmark  `yaml:"benchmarks"`
	Suites          []fileSuite      `yaml:"suites"`
	SameOutput      SameOutput       `yaml:"same_output"`
	Counters        []CounterRule    `yaml:"counters"`
	Goals           any              `yaml:"goals"`   // compare's
	Anchors         any              `yaml:"anchors"` // a place for YAML anchors, nothing else
}

func (f *file) config() *Config {
	c := &Config{
		Implementations: f.Implementations,
		SameOutput:      f.SameOutput,
		Counters:        f.Counters,
		Settings:        f.Settings,
	}
	for _, b := range f.Benchmarks {
		id, params := ParseName(b.Name)
		b.Benchmark.Params = append(params, b.Params...)
		if b.Category == "" {
			b.Category = firstSegment(id)
		}
		c.Benchmarks = append(c.Benchmarks, b.Benchmark)
	}
	for _, s := range f.Suites {
		c.Suites = append(c.Suites, Suite(s))
	}
	if c.SameOutput.As == "" {
		c.SameOutput.As = "exact"
	}
	return c
}

type fileBenchmark struct {
	Benchmark `yaml:",inline"`
	Params    fileParams `yaml:"params"`
}

// fileParams keeps the order in which params are written.
type fileParams protocol.Params

func (p *fileParams) UnmarshalNode(n *strictyaml.Node) error {
	if n.Kind == strictyaml.Null {
		return nil
	}
	var m map[string]any // for the message when it is something else
	if err := n.Decode(&m); err != nil {
		return err
	}
	for _, pair := range n.Pairs {
		v := pair.Value.Any()
		if _, ok := v.(uint64); ok {
			return pair.Value.Errorf("%s: %d does not fit in a signed 64-bit integer", pair.Key, v)
		}
		*p = append(*p, protocol.Param{Name: pair.Key, Value: v})
	}
	return nil
}

// fileSuite starts from the defaults instead of from zero.
type fileSuite Suite

func (s *fileSuite) UnmarshalNode(n *strictyaml.Node) error {
	type plain Suite
	p := plain(DefaultSuite())
	if err := n.Decode(&p); err != nil {
		return err
	}
	*s = fileSuite(p)
	return nil
}
