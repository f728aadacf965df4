package harness

import (
	"fmt"
	"strings"
	"time"
)

// Typed is a duration as a person types it: 90s and 2m, not 1m30s and 2m0s. It
// is as exact as a second, from a second on.
func Typed(d time.Duration) string {
	if d >= time.Second {
		d = d.Round(time.Second)
	}
	if d >= time.Minute && d < 2*time.Minute && d%time.Minute != 0 {
		return fmt.Sprintf("%.0fs", d.Seconds())
	}
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}
