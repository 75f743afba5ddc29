// Package timespan writes durations for people.
package timespan

import (
	"fmt"
	"strings"
	"time"
)

// Text returns a duration without the units at its end that are zero: "0.3s", "20m",
// "1h5m", not "300ms" or "20m0s". It's rounded to tenths of a second up to ten seconds, to
// seconds up to an hour, and then to minutes.
func Text(d time.Duration) string {
	unit := time.Second / 10
	switch {
	case d > time.Hour:
		unit = time.Minute
	case d > 10*time.Second:
		unit = time.Second
	}
	if d = d.Round(unit); d > 0 && d < time.Second {
		return fmt.Sprintf("%.1fs", d.Seconds())
	}
	text := d.String()
	for _, zero := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, zero) {
			text = text[:len(text)-2]
		}
	}
	return text
}
