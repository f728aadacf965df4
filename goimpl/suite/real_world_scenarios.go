package suite

import (
	"context"
	"strconv"

	"xbench/goimpl/graph"
	"xbench/harness/sdk"
)

func realWorldBenchmarks() []sdk.Benchmark {
	return []sdk.Benchmark{
		benchmark("real_world_scenarios/customer_service_router", "classify a request, ask a specialist, resolve or escalate",
			executing(knob("latency_ms", 0), knob("payload", 0), knob("counter0", 0)), runs(customerService)),
		benchmark("real_world_scenarios/batch_processing_pipeline", "processors side by side, one of which reports an error",
			executing(knob("workers", 4), knob("width", 5), knob("items", 2), knob("latency_ms", 0), knob("payload", 0)), runs(batchProcessing)),
		benchmark("real_world_scenarios/financial_analysis_workflow", "three analyses side by side, a verdict, a report",
			executing(knob("workers", 4), knob("latency_ms", 0), knob("payload", 0)), runs(financialAnalysis)),
	}
}

// A specialist handles the requests of one intent.
type specialist struct{ intent, node, message, name string }

// customerService routes by intent, then by what the specialist decides. Every
// node waits if a latency is asked for, here and in the scenarios below.
func customerService(p sdk.Params) workload {
	d, slow := declareComplex(), latency(p)
	staff := [...]specialist{ // by intent, which goes by the counter
		{"billing", "billing_specialist", "Billing specialist handling request", "billing"},
		{"tech", "tech_specialist", "Tech specialist handling request", "tech"},
		{"sales", "sales_specialist", "Sales specialist handling request", "sales"},
		{"other", "general_agent", "General agent handling request", "general"},
	}
	classify := slow.of(func(_ context.Context, s graph.State, out *graph.Update) error {
		c := d.counter.Get(s) + 1
		intent := staff[floorMod(c, len(staff))].intent
		d.counter.Set(out, c)
		d.messages.Add(out, "Classifying customer intent")
		d.metadata.Put(out, "intent", intent)
		d.next.Set(out, intent)
		return nil
	})
	var handle [len(staff)]graph.NodeFunc
	for i, who := range staff {
		escalates := who.intent == "billing" || who.intent == "tech"
		handle[i] = slow.of(func(_ context.Context, s graph.State, out *graph.Update) error {
			d.messages.Add(out, who.message)
			d.metadata.Put(out, "specialist", who.name)
			d.next.Set(out, pick(escalates && d.counter.Get(s)%5 == 0, "escalate", "resolve"))
			return nil
		})
	}
	escalate := slow.of(func(_ context.Context, _ graph.State, out *graph.Update) error {
		d.messages.Add(out, "Escalating to supervisor")
		d.metadata.Put(out, "escalated", "true")
		d.status.Set(out, "escalated")
		return nil
	})
	resolve := slow.of(d.report("Request resolved", "resolved"))
	return d.work(p, 3, func() *graph.Builder {
		b := graph.New(declareComplex().schema)
		b.Node("classify_intent", classify)
		b.Node("escalate", escalate)
		b.Node("resolve", resolve)
		byIntent := make(map[string]string, len(staff))
		for i, who := range staff {
			byIntent[who.intent] = who.node
			b.Node(who.node, handle[i])
			b.Branch(who.node, d.next.Get, map[string]string{"escalate": "escalate", "resolve": "resolve"})
		}
		b.Branch("classify_intent", d.next.Get, byIntent)
		b.Edge("escalate", graph.End)
		b.Edge("resolve", graph.End)
		b.Entry("classify_intent")
		return b
	})
}

// report is a node that says something and sets the status.
func (d complexState) report(message, status string) graph.NodeFunc {
	return func(_ context.Context, _ graph.State, out *graph.Update) error {
		d.messages.Add(out, message)
		d.status.Set(out, status)
		return nil
	}
}

// batchProcessing has the last of its processors fail: that one goes to the
// handler, the others to the aggregation, which therefore runs twice.
func batchProcessing(p sdk.Params) workload {
	d, slow := declareBatch(), latency(p)
	width, items := p.Int("width"), p.Int("items")
	receive := slow.of(func(_ context.Context, _ graph.State, out *graph.Update) error {
		d.counter.Set(out, 10)
		d.messages.Add(out, "Received batch of 10 items")
		d.status.Set(out, "processing")
		return nil
	})
	names := chainNames("processor", 1, width)
	processors := fanWorkers(p, 1, func(out *graph.Update, i int) {
		d.messages.Add(out, "Processor "+strconv.Itoa(i)+" handling items")
		for j := range items {
			d.metadata.Put(out, "processor"+strconv.Itoa(i)+"_item"+strconv.Itoa(j), "processed")
		}
		d.next.Set(out, pick(i == width, "error", "success"))
	})
	handle := slow.of(func(_ context.Context, _ graph.State, out *graph.Update) error {
		d.messages.Add(out, "Handling processing error")
		d.metadata.Put(out, "error_handled", "true")
		return nil
	})
	aggregate := slow.of(func(_ context.Context, s graph.State, out *graph.Update) error {
		d.messages.Add(out, "Aggregating results")
		d.status.Set(out, "completed")
		d.counter.Set(out, d.metadata.Get(s).Len())
		return nil
	})
	return d.work(p, 4, func() *graph.Builder {
		b := graph.New(declareBatch().schema)
		b.Node("receive_batch", receive)
		b.Node("handle_error", handle)
		b.Node("aggregate_results", aggregate)
		for i, name := range names {
			b.Node(name, processors[i])
			b.Edge("receive_batch", name)
			b.Branch(name, d.next.Get, map[string]string{"error": "handle_error", "success": "aggregate_results"})
		}
		b.Edge("handle_error", "aggregate_results")
		b.Edge("aggregate_results", graph.End)
		b.Entry("receive_batch")
		return b
	})
}

func financialAnalysis(p sdk.Params) workload {
	d, slow := declareComplex(), latency(p)
	gather := slow.of(func(_ context.Context, _ graph.State, out *graph.Update) error {
		d.messages.Add(out, "Gathering financial data")
		d.metadata.Put(out, "data_source", "market_api")
		d.counter.Set(out, 100)
		return nil
	})
	analysts := [...]string{"fundamental", "technical", "sentiment"}
	var analyse [len(analysts)]graph.NodeFunc
	for i, name := range analysts {
		analyse[i] = slow.of(func(_ context.Context, _ graph.State, out *graph.Update) error {
			d.messages.Add(out, name+" analysis complete")
			d.metadata.Put(out, name+"_score", "0.75")
			return nil
		})
	}
	assess := slow.of(func(_ context.Context, s graph.State, out *graph.Update) error {
		d.messages.Add(out, "Assessing overall risk")
		d.metadata.Put(out, "risk_level", "medium")
		d.next.Set(out, pick(d.counter.Get(s)%3 == 0, "high_risk_report", "standard_report"))
		return nil
	})
	highRisk := slow.of(d.report("Generating detailed risk report", "high_risk_reported"))
	standard := slow.of(d.report("Generating standard report", "reported"))
	return d.work(p, 4, func() *graph.Builder {
		b := graph.New(declareComplex().schema)
		b.Node("gather_data", gather)
		b.Node("assess_risk", assess)
		b.Node("high_risk_report", highRisk)
		b.Node("standard_report", standard)
		for i, name := range analysts {
			b.Node(name, analyse[i])
			b.Edge("gather_data", name)
			b.Edge(name, "assess_risk")
		}
		b.Branch("assess_risk", d.next.Get,
			map[string]string{"high_risk_report": "high_risk_report", "standard_report": "standard_report"})
		b.Edge("high_risk_report", graph.End)
		b.Edge("standard_report", graph.End)
		b.Entry("gather_data")
		return b
	})
}
