package graph

import "math"

// A value is one slot of a state: a number, a text or a reference, depending on
// the field's type. An any per slot would be smaller, but allocates for each
// text and each number above 255 that a node writes.
type value struct {
	num uint64 // integers, booleans, the bits of floats
	str string
	ref any // everything else
}

// load reads a T out of its slot. The switch is on a type known when the
// function is instantiated; nothing escapes.
func load[T any](v *value) (x T) {
	switch p := any(&x).(type) {
	case *int:
		*p = int(v.num)
	case *string:
		*p = v.str
	case *bool:
		*p = v.num != 0
	case *int64:
		*p = int64(v.num)
	case *float64:
		*p = math.Float64frombits(v.num)
	default:
		if v.ref != nil {
			x = v.ref.(T)
		}
	}
	return x
}

// store puts a T into its slot.
func store[T any](v *value, x T) {
	switch p := any(&x).(type) {
	case *int:
		v.num = uint64(*p)
	case *string:
		v.str = *p
	case *bool:
		v.num = 0
		if *p {
			v.num = 1
		}
	case *int64:
		v.num = uint64(*p)
	case *float64:
		v.num = math.Float64bits(*p)
	default:
		v.ref = x
	}
}
