package graph

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A Kind says what went wrong, in a word that programs can compare.
type Kind string

// Faults of a graph, found by Compile and checked in this order.
const (
	DuplicateField Kind = "duplicate_field"
	DuplicateNode  Kind = "duplicate_node"
	NoEntry        Kind = "no_entry"
	UnknownNode    Kind = "unknown_node" // also a Send to a node the branch does not list
	EmptyRoutes    Kind = "empty_routes" // also a nil router and a join without sources
	Unreachable    Kind = "unreachable"
)

// Faults of a run. Where one superstep has several, the first NodeFailed in
// task order wins, then the first UnknownField, then the first
// ReadOnlyViolation; then, in task order and by name of field, ConcurrentWrite
// and ReducerShape; then NoRoute.
const (
	NodeFailed        Kind = "node_failed"
	UnknownField      Kind = "unknown_field"
	ReadOnlyViolation Kind = "read_only_violation"
	ConcurrentWrite   Kind = "concurrent_write"
	ReducerShape      Kind = "reducer_shape"
	NoRoute           Kind = "no_route"
	RecursionLimit    Kind = "recursion_limit"
	Cancelled         Kind = "cancelled"
	NotStored         Kind = "not_stored"     // a checkpoint could not be encoded or saved
	BadCheckpoint     Kind = "bad_checkpoint" // Resume was given what is none, or what the plan's names of fields and nodes do not fit; edges are not compared
	BadInput          Kind = "bad_input"      // the state to run is of another schema, or Put was given what does not fit it
	BadOptions        Kind = "bad_options"
)

// An Error is a fault of a graph or of a run.
type Error struct {
	Kind   Kind
	Node   string // the node concerned: of a branch its source, of a conflict the second writer
	Field  string // the field concerned
	Step   int    // the superstep, from 1; 0 before the first and for faults of the graph
	Detail string // what exactly; may be empty
	Err    error  // the cause, such as the node's own error; may be nil
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("graph: ")
	if e.Node != "" {
		b.WriteString("node " + strconv.Quote(e.Node) + ": ")
	}
	if e.Step > 0 {
		b.WriteString("step " + strconv.Itoa(e.Step) + ": ")
	}
	if e.Field != "" {
		b.WriteString("field " + strconv.Quote(e.Field) + ": ")
	}
	b.WriteString(strings.ReplaceAll(string(e.Kind), "_", " "))
	if e.Detail != "" {
		b.WriteString(": " + e.Detail)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// reason is what is left of a fault of Put once the field is named.
func (e *Error) reason() error {
	if e.Kind == UnknownField {
		return errNoField
	}
	return e.Err
}

var errNoField = errors.New("the schema declares no such field")

// A PanicError is a panic of a node or router, turned into an error.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Unwrap returns the panic's value if that is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}
