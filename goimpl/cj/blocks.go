package cj

import (
	"encoding/binary"
	"slices"
	"strconv"
)

// A piece is a byte's number and a comma, and how long that is.
type pieces struct {
	text [256]uint32 // little-endian
	size [256]uint8
}

var bytePieces = newPieces()

func newPieces() (p pieces) {
	for i := range p.text {
		var text [4]byte
		s := strconv.Itoa(i) + ","
		copy(text[:], s)
		p.text[i], p.size[i] = binary.LittleEndian.Uint32(text[:]), uint8(len(s))
	}
	return p
}

// AppendBytes appends b as a list of integers. Each is written as four bytes
// whatever its length, and the next one over what is too many.
func AppendBytes(dst, b []byte) []byte {
	if len(b) == 0 {
		return append(dst, "[]"...)
	}
	dst = append(slices.Grow(dst, 2*len(b)+2), '[')
	for chunk := range slices.Chunk(b, 256) {
		dst = slices.Grow(dst, 4*len(chunk))
		room, at := dst[len(dst):cap(dst)], 0
		for _, c := range chunk {
			binary.LittleEndian.PutUint32(room[at:], bytePieces.text[c])
			at += int(bytePieces.size[c])
		}
		dst = dst[:len(dst)+at]
	}
	dst[len(dst)-1] = ']' // the last comma
	return dst
}
