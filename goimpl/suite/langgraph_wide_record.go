package suite

import (
	"context"
	"slices"

	"xbench/goimpl/graph"
)

// wideRecord is the wide state with the types declared that can be: a message
// is a nested value of the model in any case.
type wideRecord struct {
	schema *graph.Schema

	messages, triggerEvents, categorizations, responses graph.ListField[any]

	primaryIssueMedium            graph.Field[string]
	issue, autoresponse           graph.Field[any]
	relevantRules, memoryDocs     graph.Field[any] // a list or null
	botID                         graph.Field[any] // a text or null
	userInfo, crmInfo             graph.Field[any]
	emailThreadID                 graph.Field[any]
	slackParticipants, nAssignees graph.MapField[any]
}

func declareWideRecord() *wideRecord {
	s := graph.NewSchema()
	return &wideRecord{
		schema:             s,
		messages:           graph.Append[any](s, "messages"),
		triggerEvents:      graph.Append[any](s, "trigger_events"),
		categorizations:    graph.Append[any](s, "categorizations"),
		responses:          graph.Append[any](s, "responses"),
		primaryIssueMedium: graph.NonEmpty(s, "primary_issue_medium", "email"),
		issue:              mustDynamic(s, "issue", "nonempty", nil),
		autoresponse:       graph.Overwrite[any](s, "autoresponse", nil),
		relevantRules:      graph.Last[any](s, "relevant_rules", nil),
		memoryDocs:         graph.Last[any](s, "memory_docs", nil),
		botID:              graph.Last[any](s, "bot_id", nil),
		userInfo:           mustDynamic(s, "user_info", "nonnull", nil),
		crmInfo:            mustDynamic(s, "crm_info", "nonnull", nil),
		emailThreadID:      mustDynamic(s, "email_thread_id", "nonnull", nil),
		slackParticipants:  graph.Merge[any](s, "slack_participants", nil),
		nAssignees:         graph.Merge[any](s, "notified_assignees", nil),
	}
}

func (d *wideRecord) declared() *graph.Schema { return d.schema }

func (d *wideRecord) input(message map[string]any) graph.State {
	in := d.schema.Input()
	d.messages.Add(in, message)
	return in.State()
}

func (d *wideRecord) count(s graph.State) int { return d.messages.Len(s) }

func (d *wideRecord) nodes(enough int) map[string]graph.NodeFunc {
	wrap := func(body func(s graph.State, out *graph.Update)) graph.NodeFunc {
		return func(_ context.Context, s graph.State, out *graph.Update) error {
			body(s, out)
			return nil
		}
	}
	return map[string]graph.NodeFunc{
		"one": wrap(func(s graph.State, out *graph.Update) {
			d.triggerEvents.Add(out, d.messages.Get(s)...)
			d.primaryIssueMedium.Set(out, letters(enough, 0))
		}),
		"two": wrap(func(s graph.State, out *graph.Update) {
			single := lastOf(d.triggerEvents.Get(s))
			d.autoresponse.Set(out, single)
			d.issue.Set(out, single)
		}),
		"three": wrap(func(s graph.State, out *graph.Update) {
			d.relevantRules.Set(out, []any{d.autoresponse.Get(s)})
		}),
		"four": wrap(func(s graph.State, out *graph.Update) {
			list := d.triggerEvents.Get(s)
			d.categorizations.Add(out, list...)
			d.responses.Add(out, list...)
			d.memoryDocs.Set(out, slices.Clone(list)) // the view is not ours to keep
		}),
		"five": wrap(func(s graph.State, out *graph.Update) {
			single := lastOf(d.categorizations.Get(s))
			d.userInfo.Set(out, single)
			d.crmInfo.Set(out, single)
			d.emailThreadID.Set(out, letters(enough, 1))
			d.botID.Set(out, letters(enough, 2))
			for key, v := range single.(map[string]any) {
				d.slackParticipants.Put(out, key, v)
				d.nAssignees.Put(out, key, v)
			}
		}),
		"six": wrap(func(s graph.State, out *graph.Update) {
			d.messages.Add(out, d.responses.Get(s)...)
		}),
	}
}

func lastOf(list []any) any { return list[len(list)-1] }
