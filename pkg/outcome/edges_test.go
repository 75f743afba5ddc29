package outcome_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/outcome"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// TestAPublishThatTheDeadlineCutsOffIsDeadlineExceeded, and no failure of the topic's.
func TestAPublishThatTheDeadlineCutsOffIsDeadlineExceeded(t *testing.T) {
	p := outcome.NewPublisher(&topic{err: errors.New("cut off")}, topicARN)
	r := result(t, 0, provision.StatusCreated, bucket.Facets())
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for want, ctx := range map[fault.Code]context.Context{fault.PublishFailed: t.Context(), fault.DeadlineExceeded: ended} {
		if err := p.Provisioned(ctx, r, from); !fault.Is(err, want) || !strings.Contains(err.Error(), topicARN) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// warningsOf returns the warnings of an outcome with n of them, each of a length.
func warningsOf(t *testing.T, n, length int) []string {
	t.Helper()
	var all []string
	for i := range n {
		all = append(all, strings.Repeat("w", length-3)+fmt.Sprintf("%03d", i))
	}
	var e struct{ Warnings []string }
	if err := json.Unmarshal(published(t, outcome.Provisioned(result(t, 0, provision.StatusCreated, nil, all...), from, noon)), &e); err != nil {
		t.Fatal(err)
	}
	return e.Warnings
}

// TestAsManyWarningsAsFitAreAllShown, and of more the number that is left out.
func TestAsManyWarningsAsFitAreAllShown(t *testing.T) {
	most := 0
	for n := 1; n < 200; n++ {
		got := warningsOf(t, n, 10)
		last := got[len(got)-1]
		if strings.HasSuffix(last, "more warnings") {
			if most = n - 1; last != "2 more warnings" || len(got) != most {
				t.Errorf("%d warnings became %d, the last one %q", n, len(got), last)
			}
			break
		}
		if len(got) != n {
			t.Errorf("%d warnings became %d", n, len(got))
		}
	}
	if most == 0 {
		t.Error("warnings without end")
	}
}

// TestALongWarningKeepsAllTheBytesThatItMay: what ends it counts, too.
func TestALongWarningKeepsAllTheBytesThatItMay(t *testing.T) {
	most := len(warningsOf(t, 1, 5000)[0])
	if whole := warningsOf(t, 1, most)[0]; strings.HasSuffix(whole, "…") || len(whole) != most {
		t.Errorf("%d bytes are shortened", most)
	}
	for _, n := range []int{most + 1, most + 2, most + 3} {
		if got := warningsOf(t, 1, n)[0]; !strings.HasSuffix(got, "…") || len(got) != most {
			t.Errorf("%d bytes became %d, the longest is %d", n, len(got), most)
		}
	}
}

func TestAControlCharacterBecomesASpace(t *testing.T) {
	e := outcome.Failed("xmsqa1", fault.New(fault.Internal, "a\nb\x00c"), from, noon)
	if text := string(published(t, e)); !strings.Contains(text, "a b c") {
		t.Errorf("got %s", text)
	}
}
