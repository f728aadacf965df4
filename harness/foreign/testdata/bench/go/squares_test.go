package squares

import (
	"fmt"
	"testing"
)

func sumSquares(n uint64) uint64 {
	var sum uint64
	for i := range n {
		sum = sum*31 + i*i
	}
	return sum
}

var sink uint64

func BenchmarkSumSquares(b *testing.B) {
	for _, n := range []uint64{100, 10_000} {
		b.Run(fmt.Sprint("n=", n), func(b *testing.B) {
			b.SetBytes(int64(n))
			for b.Loop() {
				sink = sumSquares(n)
			}
		})
	}
}
