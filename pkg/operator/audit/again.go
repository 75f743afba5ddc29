package audit

import (
	"context"
	"slices"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/retry"
)

// young is how long after its last change a bucket may be in the middle of being
// made, or S3 may show it as it was before: configuration is eventually consistent
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html#ConsistencyModel).
const young = 2 * time.Minute

// Such a bucket is looked at this often, with a pause of about three and then six
// seconds between.
const (
	looks      = 3
	firstPause = 3 * time.Second
)

// again looks, and looks again where a moment may make a difference. What is
// seen last is reported.
func again(ctx context.Context, changing bool, look func() []Row) []Row {
	var rows []Row
	retry.Do(ctx, looks, firstPause, func() bool {
		rows = look()
		return mayPass(rows, changing)
	})
	return rows
}

// mayPass tells whether what was seen may be so for a moment only.
func mayPass(rows []Row, changing bool) bool {
	if changing && len(rows) == 0 {
		return true // listed, but not seen yet
	}
	return slices.ContainsFunc(rows, func(r Row) bool {
		if changing && len(r.Findings)+len(r.Unread) > 0 {
			return true
		}
		return slices.ContainsFunc(r.Unread, func(u Unread) bool { return u.Code == fault.OperationConflict })
	})
}

// changedLately tells whether a bucket is young. Clocks may differ.
func changedLately(at time.Time) bool { return !at.IsZero() && time.Since(at).Abs() < young }
