package suite

import (
	"encoding/binary"
	"math"

	"xbench/goimpl/cj"
)

// Packed binary: little-endian, no names, fields in declared order. Lengths
// and counts are 64 bits; maps are sorted by key, so that equal values have
// equal bytes.

func packUint32(dst []byte, n int) []byte {
	return binary.LittleEndian.AppendUint32(dst, uint32(n))
}

func packUint64(dst []byte, n int) []byte {
	return binary.LittleEndian.AppendUint64(dst, uint64(n))
}

func packFloat(dst []byte, f float64) []byte {
	return binary.LittleEndian.AppendUint64(dst, math.Float64bits(f))
}

func packText(dst []byte, s string) []byte { return append(packUint64(dst, len(s)), s...) }

func packBlock(dst, b []byte) []byte { return append(packUint64(dst, len(b)), b...) }

func packTexts(dst []byte, list []string) []byte {
	dst = packUint64(dst, len(list))
	for _, s := range list {
		dst = packText(dst, s)
	}
	return dst
}

func packTextMap(dst []byte, m map[string]string) []byte {
	dst = packUint64(dst, len(m))
	for k, v := range cj.Sorted(m) {
		dst = packText(packText(dst, k), v)
	}
	return dst
}

func textSize(s string) int { return 8 + len(s) }

func textsSize(list []string) int {
	size := 8
	for _, s := range list {
		size += textSize(s)
	}
	return size
}

func textMapSize(m map[string]string) int {
	size := 8
	for k, s := range m {
		size += textSize(k) + textSize(s)
	}
	return size
}
