package sqsbatch

import (
	"math/rand/v2"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fault"
)

// Redelivery is when a failed message is delivered again.
type Redelivery struct {
	// Min is the delay after the first receive; each one after that is four
	// times as long, at most Max.
	Min, Max time.Duration
}

// growth is the factor between two delays.
const growth = 4

// delay returns how long a message that failed stays invisible after its n-th
// receive. A message that can never succeed is delivered again at once, so that it
// reaches the dead-letter queue in seconds.
func (r Redelivery) delay(kind fault.Kind, n int) time.Duration {
	if kind == fault.Invalid {
		return 0
	}
	d := min(r.Min, r.Max)
	for range n - 1 {
		if d >= r.Max/growth {
			d = r.Max
			break
		}
		d *= growth
	}
	return min(jitter(d), r.Max)
}

// jitter returns 80 to 120 % of d, so that messages that failed together spread.
func jitter(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return d*4/5 + rand.N(d*2/5+1)
}

// seconds rounds up to whole seconds, the unit of SQS visibility timeouts.
func seconds(d time.Duration) int32 {
	return int32((d + time.Second - 1) / time.Second)
}
