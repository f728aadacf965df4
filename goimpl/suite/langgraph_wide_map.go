package suite

import (
	"context"
	"slices"

	"xbench/goimpl/graph"
)

// wideMap is the wide state with all values of the model and nothing known of
// them before the run.
type wideMap struct {
	schema *graph.Schema
	fields map[string]graph.Field[any]
}

// A wideField is a field with its reducer and default, and what a node writes
// to it: a list, a single message, or a text of a salt.
type wideField struct {
	name, reducer string
	def           func() any
	writes        byte // l, s or t
	salt          int
}

var wideFields = []wideField{
	{"messages", "append", newList, 'l', 0},
	{"trigger_events", "append", newList, 'l', 0},
	{"categorizations", "append", newList, 'l', 0},
	{"responses", "append", newList, 'l', 0},
	{"primary_issue_medium", "nonempty", func() any { return "email" }, 't', 0},
	{"issue", "nonempty", newNull, 's', 0},
	{"autoresponse", "overwrite", newNull, 's', 0},
	{"relevant_rules", "last", newNull, 'l', 0},
	{"memory_docs", "last", newNull, 'l', 0},
	{"bot_id", "last", newNull, 't', 2},
	{"user_info", "nonnull", newNull, 's', 0},
	{"crm_info", "nonnull", newNull, 's', 0},
	{"email_thread_id", "nonnull", newNull, 't', 1},
	{"slack_participants", "merge", newMap, 's', 0},
	{"notified_assignees", "merge", newMap, 's', 0},
}

func newNull() any { return nil }
func newList() any { return []any{} }
func newMap() any  { return map[string]any{} }

func declareWideMap() *wideMap {
	d := &wideMap{graph.NewSchema(), make(map[string]graph.Field[any], len(wideFields))}
	for _, f := range wideFields {
		d.fields[f.name] = mustDynamic(d.schema, f.name, f.reducer, f.def())
	}
	return d
}

// mustDynamic declares a field whose reducer is known to exist.
func mustDynamic(s *graph.Schema, name, reducer string, def any) graph.Field[any] {
	f, err := graph.Dynamic(s, name, reducer, def)
	if err != nil {
		panic(err)
	}
	return f
}

func (d *wideMap) declared() *graph.Schema { return d.schema }

func (d *wideMap) input(message map[string]any) graph.State {
	in := d.schema.Input()
	d.fields["messages"].Set(in, []any{message})
	return in.State()
}

func (d *wideMap) count(s graph.State) int { return len(d.fields["messages"].Get(s).([]any)) }

func (d *wideMap) nodes(enough int) map[string]graph.NodeFunc {
	return map[string]graph.NodeFunc{
		"one":   d.node(enough, "messages", "trigger_events", "primary_issue_medium"),
		"two":   d.node(enough, "trigger_events", "autoresponse", "issue"),
		"three": d.node(enough, "autoresponse", "relevant_rules"),
		"four":  d.node(enough, "trigger_events", "categorizations", "responses", "memory_docs"),
		"five": d.node(enough, "categorizations", "user_info", "crm_info", "email_thread_id",
			"slack_participants", "bot_id", "notified_assignees"),
		"six": d.node(enough, "responses", "messages"),
	}
}

// node reads one field and writes others: lists get it as a list, maps its
// last message, texts n letters.
func (d *wideMap) node(n int, from string, to ...string) graph.NodeFunc {
	var fields []wideField
	for _, f := range wideFields {
		if slices.Contains(to, f.name) {
			fields = append(fields, f)
		}
	}
	return func(_ context.Context, s graph.State, out *graph.Update) error {
		v := d.fields[from].Get(s)
		single, list := v, []any{v}
		if l, ok := v.([]any); ok {
			single, list = l[len(l)-1], l
		}
		for _, f := range fields {
			switch f.writes {
			case 'l':
				d.fields[f.name].Set(out, slices.Clone(list)) // the view is not ours to keep
			case 't':
				d.fields[f.name].Set(out, letters(n, f.salt))
			default:
				d.fields[f.name].Set(out, single)
			}
		}
		return nil
	}
}
