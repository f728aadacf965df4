package compare

import (
	"reflect"
	"testing"

	"xbench/docs/schema"
	"xbench/internal/schematest"
)

// Every field of a goal is in the schema that editors use, with the type it is
// decoded to, and nothing else is.
func TestGoalSchemaIsComplete(t *testing.T) {
	s := schematest.Parse(t, schema.Config)
	s.Complete(t, "goal", reflect.TypeFor[goalEntry](), s.Def("goal"), schematest.Layout{
		As: map[reflect.Type][]string{
			reflect.TypeFor[oneOf]():    {"string"},
			reflect.TypeFor[atLeast]():  {"number", "string"},
			reflect.TypeFor[below]():    {"number", "string"},
			reflect.TypeFor[fraction](): {"number", "string"},
		},
	})
}
