package compare

// Notes of a record that was made of two.
const (
	noteDoubt   = "doubt"   // qualifies what the two records show
	noteControl = "control" // what an implementation that did not change says
)
