package timespan

import (
	"testing"
	"time"
)

func TestText(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0s", 40 * time.Millisecond: "0s", 120 * time.Millisecond: "0.1s", 999 * time.Millisecond: "1s", 1500 * time.Millisecond: "1.5s",
		10 * time.Second: "10s", 10*time.Second + 400*time.Millisecond: "10s", 2 * time.Minute: "2m", 20*time.Minute + 30*time.Second: "20m30s",
		time.Hour: "1h", time.Hour + 5*time.Minute + 20*time.Second: "1h5m", 30 * time.Hour: "30h", 10 * time.Minute: "10m",
	} {
		if got := Text(d); got != want {
			t.Errorf("%v: %q, not %q", d, got, want)
		}
	}
}
