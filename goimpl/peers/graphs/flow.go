package graphs

import (
	"maps"
	"strconv"
)

// A flow is a state on its way through a graph whose nodes change it in place:
// only one of them at a time has it.
type flow = Final

// chainStart is the input of a chain.
func chainStart(nonce uint64) *flow { return &flow{Data: suffix(nonce)} }

// agentStart is the input of all other graphs.
func agentStart(nonce uint64) *flow {
	return &flow{
		Messages: []string{"Initial message"},
		Metadata: map[string]string{"user": "test_user", "session": "test_session" + suffix(nonce)},
		Status:   "initialized",
	}
}

func workerName(i int) string { return "worker" + strconv.Itoa(i) }

// A part is what one branch of a fan-out has to add to the state.
type part struct {
	base       *flow // the state that all branches were given
	name       string
	message    string
	key, value string
}

func workerPart(s *flow, i int) part {
	name := workerName(i)
	return part{s, name, "Worker " + strconv.Itoa(i) + " processing", name + "_result", "completed"}
}

// collect adds the parts to the state.
func collect(s *flow, parts []part) {
	s.Metadata = maps.Clone(s.Metadata)
	for _, p := range parts {
		s.Messages = append(s.Messages, p.message)
		s.Metadata[p.key] = p.value
	}
	s.Status, s.Counter = "collected", len(s.Metadata)
}
