package graphs

import (
	"slices"
	"strconv"
	"strings"
	"sync"
)

func plainSide() Side {
	return Side{
		Chain: plainChain, Conditional: plainConditional, Loop: plainLoop,
		FanOut: func(width, workers int) Program { return plainFanOut(width, workers > 0) },
	}
}

// plainProgram is what one writes by hand for the one graph one has: functions
// by name, and a loop that calls them. There is nothing to compile or check.
type plainProgram struct {
	nodes   map[string]func(s *flow) (next string)
	entry   string
	start   func(nonce uint64) *flow
	in, out *flow
}

// plainEnd is the name after the last node.
const plainEnd = ""

func (p *plainProgram) Build() error { return nil }

func (p *plainProgram) Input(nonce uint64) { p.in = p.start(nonce) }

// Invoke changes a copy of the input in place, as in eino.
func (p *plainProgram) Invoke() error {
	s := *p.in
	s.Messages = slices.Clip(s.Messages)
	for at := p.entry; at != plainEnd; {
		at = p.nodes[at](&s)
	}
	p.out = &s
	return nil
}

func (p *plainProgram) Final() Final { return *p.out }

func (p *plainProgram) Close() {}

func plainChain(n int) Program {
	nodes := make(map[string]func(*flow) string, n)
	for i := range n {
		next := "node" + strconv.Itoa(i+1)
		if i == n-1 {
			next = plainEnd
		}
		nodes["node"+strconv.Itoa(i)] = func(s *flow) string {
			s.Counter++
			s.Data += "node" + strconv.Itoa(i) + " "
			return next
		}
	}
	return &plainProgram{nodes: nodes, entry: "node0", start: chainStart}
}

func plainConditional() Program {
	say := func(text string) func(*flow) string {
		return func(s *flow) string {
			s.Messages = append(s.Messages, text)
			return plainEnd
		}
	}
	return &plainProgram{entry: "decide", start: agentStart, nodes: map[string]func(*flow) string{
		"decide": func(s *flow) string {
			s.Counter++
			s.Next = parity(s.Counter)
			return s.Next
		},
		"even": say("Even path"),
		"odd":  say("Odd path"),
	}}
}

func plainLoop(rounds int) Program {
	return &plainProgram{entry: "processor", start: agentStart, nodes: map[string]func(*flow) string{
		"processor": func(s *flow) string {
			s.Counter++
			s.Messages = append(s.Messages, "Iteration "+strconv.Itoa(s.Counter))
			s.Next = again(s.Counter, rounds)
			if s.Next == "continue" {
				return "processor"
			}
			return plainEnd
		},
	}}
}

// plainFanOut starts a goroutine for each worker, if asked to, and merges what
// they return in the order of their names.
func plainFanOut(width int, parallel bool) Program {
	order := make([]int, width) // workers by name: 1, 10, 11, 2 …
	for i := range order {
		order[i] = i + 1
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(workerName(a), workerName(b)) })
	fan := func(s *flow) string {
		s.Counter, s.Status = 0, "distributing"
		parts := make([]part, width)
		var all sync.WaitGroup
		for k, i := range order {
			if parallel {
				all.Go(func() { parts[k] = workerPart(s, i) })
			} else {
				parts[k] = workerPart(s, i)
			}
		}
		all.Wait()
		collect(s, parts)
		return plainEnd
	}
	return &plainProgram{entry: "dispatch", start: agentStart, nodes: map[string]func(*flow) string{"dispatch": fan}}
}
