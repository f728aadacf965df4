package harness

import (
	"fmt"
	"strings"

	"xbench/harness/config"
)

// lastDigits is how far numbers may be apart to have been meant as equal: a
// sum in another order differs less, another algorithm more.
const lastDigits = 1e-9

// forgiving names the least forgiving comparison under which two results that
// differ would be equal, as whoever wrote them may have meant: other line ends,
// another order, another layout, another last digit. It is "" where there is
// none, or where the results are not whole.
func forgiving(a, b []byte, same config.SameOutput, configured bool) string {
	if len(a) >= maxOutput || len(b) >= maxOutput {
		return ""
	}
	layouts := []string{"lines", "sorted-lines"}
	if structured(a) && structured(b) {
		layouts = []string{"json"}
	}
	for _, tolerance := range []float64{same.FloatTolerance, lastDigits} {
		for _, as := range layouts {
			other := config.SameOutput{As: as, FloatTolerance: tolerance}
			if tolerance >= same.FloatTolerance && other != same && firstDifference(a, b, other) == "" {
				return "; equal with " + inWords(other, configured)
			}
		}
	}
	return ""
}

// structured reports whether a result is a JSON object or list.
func structured(b []byte) bool {
	v, err := decodeJSON(b)
	if err != nil {
		return false
	}
	switch v.(type) {
	case map[string]any, []any:
		return true
	}
	return false
}

// inWords is a comparison as it is asked for: in the configuration, or by flags.
func inWords(same config.SameOutput, configured bool) string {
	fields, flags := []string{"as: " + same.As}, []string{"--same-output " + same.As}
	if same.FloatTolerance > 0 {
		tolerance := strings.Replace(fmt.Sprint(same.FloatTolerance), "e-0", "e-", 1)
		fields, flags = append(fields, "float_tolerance: "+tolerance), append(flags, "--float-tolerance "+tolerance)
	}
	if configured {
		return "same_output: {" + strings.Join(fields, ", ") + "}"
	}
	return strings.Join(flags, " ")
}
