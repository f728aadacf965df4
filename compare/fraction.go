package compare

// ParseFraction reads a share as goals write it: 5% or 0.05, from 0 to below 1.
func ParseFraction(s string) (float64, error) {
	var f fraction
	err := f.UnmarshalText([]byte(s))
	return float64(f), err
}
