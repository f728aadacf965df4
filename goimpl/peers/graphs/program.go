// Package graphs compares state-graph engines: how long it takes to put a
// graph together and compile it, and to run one whose nodes do next to nothing.
//
// The graphs are the same on both sides, as are the texts that nodes make and
// the state that a run ends in. How the state travels is each engine's own:
// goimpl/graph declares its fields and applies the nodes' updates; in eino a
// node's result is the next node's input, so the state is passed along as one
// pointer and changed in place, the cheapest way there is.
package graphs

// A Final is the state at the end of a run, whoever made it.
type Final struct {
	Counter  int               `json:"counter"`
	Data     string            `json:"data"`
	Messages []string          `json:"messages"`
	Metadata map[string]string `json:"metadata"`
	Next     string            `json:"next"`
	Status   string            `json:"status"`
}

// A Program is one graph in the hands of one engine.
type Program interface {
	// Build puts the graph together and compiles it.
	Build() error
	// Input sets what Invoke starts from.
	Input(nonce uint64)
	// Invoke runs the graph as built last.
	Invoke() error
	// Final is the state that the last run ended in.
	Final() Final
	Close()
}

// A Side makes the graphs for one engine.
type Side struct {
	// Chain is n nodes one after the other; each counts and appends to a text.
	Chain func(n int) Program
	// Conditional is a node that decides which of two others is next.
	Conditional func() Program
	// Loop is a node that runs again until it has run so many times.
	Loop func(rounds int) Program
	// FanOut is so many nodes at once, between one that starts them and one
	// that collects. Workers is how many goroutines run them where the engine
	// lets one choose; 0 means the caller's.
	FanOut func(width, workers int) Program
}

// Sides are the engines by name. The one of goimpl is no peer.
func Sides() map[string]Side {
	return map[string]Side{"goimpl": engineSide(), "eino": einoSide(), "plain": plainSide()}
}
