package cj

import (
	"bytes"
	"math"
	"reflect"
)

// Equal reports whether two values have the same canonical form, without
// writing it where their types allow: 4 equals 4.0, and a []string equals a
// []any of the same texts. A value without a canonical form equals nothing
// but, perhaps, itself.
func Equal(a, b any) bool {
	switch a := a.(type) {
	case nil:
		if b == nil {
			return true
		}
	case bool:
		if b, ok := b.(bool); ok {
			return a == b
		}
	case string:
		if b, ok := b.(string); ok {
			return a == b
		}
	case int:
		return equalInt(int64(a), b)
	case int64:
		return equalInt(a, b)
	case float64:
		if b, ok := b.(float64); ok {
			return a == b
		}
	case []any:
		if b, ok := b.([]any); ok {
			return equalList(a, b, Equal)
		}
	case map[string]any:
		if b, ok := b.(map[string]any); ok {
			return equalMap(a, b, Equal)
		}
	default:
		return equalRare(a, b)
	}
	return equalText(a, b)
}

func equalRare(a, b any) bool {
	switch a := a.(type) {
	case []string:
		if b, ok := b.([]string); ok {
			return equalList(a, b, same)
		}
	case map[string]string:
		if b, ok := b.(map[string]string); ok {
			return equalMap(a, b, same)
		}
	case []byte:
		if b, ok := b.([]byte); ok {
			return bytes.Equal(a, b)
		}
	case [][]byte:
		if b, ok := b.([][]byte); ok {
			return equalList(a, b, bytes.Equal)
		}
	case []int:
		if b, ok := b.([]int); ok {
			return equalList(a, b, same)
		}
	case []int64:
		if b, ok := b.([]int64); ok {
			return equalList(a, b, same)
		}
	case []float64:
		if b, ok := b.([]float64); ok {
			return equalList(a, b, same)
		}
	}
	return equalText(a, b)
}

func same[T comparable](a, b T) bool { return a == b }

func equalInt(a int64, b any) bool {
	switch b := b.(type) {
	case int:
		return a == int64(b)
	case int64:
		return a == b
	case float64:
		if math.Abs(b) < 1<<53 {
			return float64(a) == b && a < 1<<53 && a > -1<<53
		}
	case string, bool, nil:
		return false
	}
	return equalText(a, b)
}

func equalList[T any](a, b []T, eq func(a, b T) bool) bool {
	if len(a) != len(b) {
		return false
	}
	if len(a) == 0 || &a[0] == &b[0] {
		return true
	}
	for i := range a {
		if !eq(a[i], b[i]) {
			return false
		}
	}
	return true
}

func equalMap[T any](a, b map[string]T, eq func(a, b T) bool) bool {
	if len(a) != len(b) {
		return false
	}
	if reflect.ValueOf(a).UnsafePointer() == reflect.ValueOf(b).UnsafePointer() {
		return true
	}
	for k, x := range a {
		y, ok := b[k]
		if !ok || !eq(x, y) {
			return false
		}
	}
	return true
}

// equalText compares what is written, unless the two are one value.
func equalText(a, b any) bool {
	if v := reflect.ValueOf(a); v.IsValid() && v.Type() == reflect.TypeOf(b) && v.Comparable() && a == b {
		return true
	}
	var roomA, roomB [512]byte
	x, err := Append(roomA[:0], a)
	if err != nil {
		return false
	}
	y, err := Append(roomB[:0], b)
	return err == nil && bytes.Equal(x, y)
}
