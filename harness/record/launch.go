package record

// A Launch is what a command was launched with besides its arguments, as the
// configuration has it. None of it was timed.
type Launch struct {
	Setup         []string `json:"setup,omitempty"`          // once, before the first launch
	Prepare       []string `json:"prepare,omitempty"`        // before every launch
	Conclude      []string `json:"conclude,omitempty"`       // after every launch
	Cleanup       []string `json:"cleanup,omitempty"`        // once, at the end
	Startup       []string `json:"startup,omitempty"`        // what was launched to measure its start-up
	Input         string   `json:"input,omitempty"`          // file that was the standard input
	IgnoreFailure bool     `json:"ignore_failure,omitempty"` // exit statuses other than 0 were results
	Warmups       int      `json:"warmups,omitempty"`        // launches before the first round, discarded
}

// CounterExit is the counter that holds the exit status of a command where
// others than 0 are accepted: it must be the same on all sides.
const CounterExit = "exit_status"
