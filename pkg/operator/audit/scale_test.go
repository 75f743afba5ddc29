package audit_test

import (
	"context"
	"runtime"
	"testing"
	"testing/synctest"

	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/org"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// heapInUse is what is reachable while all workers wait for the reader.
func heapInUse() int64 {
	synctest.Wait()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// peak is the most memory that was taken at any of the moments that were looked
// at, garbage included.
func peak(most int64) int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return max(most, int64(m.HeapAlloc))
}

// A hundred thousand buckets take no more memory than ten thousand.
func TestMemoryDoesNotGrowWithTheNumberOfBuckets(t *testing.T) {
	synctest.Test(t, measureMemory)
}

func measureMemory(t *testing.T) {
	const small, large = 10_000, 100_000
	s := &simulated{buckets: large}
	s.examine = func(_ context.Context, id org.ID) (provision.Examination, error) {
		return examined(id, id[len(id)-1] != '3') // every tenth has a finding
	}
	var given, early, earlyPeak, late, latePeak int64
	summary, err := s.auditor(t).Run(t.Context(), audit.Options{}, func(audit.Row) error {
		given++
		if given%100 == 0 {
			if given <= small {
				earlyPeak = peak(earlyPeak)
			} else {
				latePeak = peak(latePeak)
			}
		}
		switch given {
		case small:
			early = heapInUse()
		case large - 100: // the list is still ahead
			late = heapInUse()
		}
		return nil
	})
	if err != nil || !summary.Complete || summary.Done != large || summary.Findings[audit.Drift] != large/10 {
		t.Fatalf("%+v, %v", summary, err)
	}
	t.Logf("live after %d buckets: %d KiB, after %d: %d KiB; peaks: %d and %d KiB", small, early>>10, large, late>>10, earlyPeak>>10, latePeak>>10)
	if grown := late - early; grown > 128<<10 {
		t.Errorf("the live heap grew by %d KiB", grown>>10)
	}
	if grown := latePeak - earlyPeak; grown > 4<<20 {
		t.Errorf("the peak grew by %d KiB", grown>>10)
	}
}
