package graphs

import "strconv"

// suffix is what a nonce adds to an input.
func suffix(nonce uint64) string {
	if nonce == 0 {
		return ""
	}
	return "#" + strconv.FormatUint(nonce, 10)
}

func parity(n int) string {
	if n%2 == 0 {
		return "even"
	}
	return "odd"
}

func again(n, rounds int) string {
	if n >= rounds {
		return "end"
	}
	return "continue"
}
