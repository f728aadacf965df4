package config

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"xbench/docs/schema"
	"xbench/internal/schematest"
)

// Every field that can be configured is in the schema that editors use, with
// the type it is decoded to, and nothing else is. Goals are compare's.
func TestSchemaIsComplete(t *testing.T) {
	s := schematest.Parse(t, schema.Config)
	s.Complete(t, "config", reflect.TypeFor[file](), s.Doc, schematest.Layout{
		As: map[reflect.Type][]string{
			reflect.TypeFor[fileParams](): {"null", "object"},
		},
		Like:      map[reflect.Type]reflect.Type{reflect.TypeFor[fileSuite](): reflect.TypeFor[Suite]()},
		Elsewhere: []string{"config.goals"},
	})
}

// What the schema says is the default is.
func TestSchemaKnowsTheDefaults(t *testing.T) {
	s := schematest.Parse(t, schema.Config)
	suite, d := s.Def("suite")["properties"].(map[string]any), DefaultSuite()
	check := func(field string, want any) {
		t.Helper()
		got := fmt.Sprint(suite[field].(map[string]any)["default"])
		if length, err := time.ParseDuration(got); err == nil {
			got = length.String()
		}
		if got != fmt.Sprint(want) {
			t.Errorf("%s: the schema says %v, it is %v", field, got, want)
		}
	}
	check("sample", d.Sample)
	check("samples", d.Samples)
	check("warmup", d.Warmup)
	check("spacing", d.Spacing)
	check("budget", d.Budget)
	check("min_rounds", d.MinRounds)
}
