package queue

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"

	"github.com/fusionpos/orgbucket/pkg/operator/retry"
)

// An entry that fails by no fault of the sender is tried four times. The pauses
// between the attempts double.
const (
	attempts   = 4
	firstPause = 200 * time.Millisecond
)

// batchCall sends one batch, which has the entries of part, and returns the ids of
// those that worked and those that failed. An entry's id is its position in part.
type batchCall func(ctx context.Context, part []int) (done []*string, failed []types.BatchResultErrorEntry, err error)

// inBatches calls call for n entries, as many at a time as SQS takes; size returns
// an entry's bytes. Entries that failed by no fault of ours are tried again. The
// result has an error or nil for each entry.
func (q *Queue) inBatches(ctx context.Context, doing operation, n int, size func(i int) int, call batchCall) []error {
	errs := make([]error, n)
	left := make([]int, n)
	for i := range left {
		left[i] = i
	}
	retry.Do(ctx, attempts, firstPause, func() bool {
		var again []int
		for _, part := range split(left, size) {
			again = append(again, q.batch(ctx, doing, part, errs, call)...)
		}
		left = again
		return len(left) > 0
	})
	return errs
}

// batch makes one call, sets each entry's error in errs, and returns the entries to
// try again.
func (q *Queue) batch(ctx context.Context, doing operation, part []int, errs []error, call batchCall) (again []int) {
	set := func(err error) {
		for _, i := range part {
			errs[i] = err
		}
	}
	err := ctx.Err()
	var done []*string
	var failed []types.BatchResultErrorEntry
	if err == nil {
		done, failed, err = call(ctx, part)
	}
	if err != nil {
		set(q.classify(err, doing))
		return nil
	}
	set(q.failf(doing, "SQS's answer doesn't say what became of the message"))
	for _, id := range done {
		if i, ok := position(id, part); ok {
			errs[i] = nil
		}
	}
	for _, f := range failed {
		i, ok := position(f.Id, part)
		if !ok {
			continue
		}
		errs[i] = q.refused(doing, f)
		if !f.SenderFault {
			again = append(again, i)
		}
	}
	return again
}

// position returns the entry that has an id.
func position(id *string, part []int) (i int, ok bool) {
	p, err := strconv.Atoi(aws.ToString(id))
	if err != nil || p < 0 || p >= len(part) {
		return 0, false
	}
	return part[p], true
}

// refused is the error of one entry.
func (q *Queue) refused(doing operation, f types.BatchResultErrorEntry) error {
	whose := smithy.FaultServer
	if f.SenderFault {
		whose = smithy.FaultClient
	}
	err := q.classify(&smithy.GenericAPIError{Code: aws.ToString(f.Code), Message: aws.ToString(f.Message), Fault: whose}, doing)
	switch {
	case doing == sending && f.SenderFault:
		return &marked{err, ErrRefused}
	case doing != sending && notHeld(f):
		return &marked{err, ErrNotHeld}
	}
	return err
}

// marked is an error that wraps one of the package's own errors, too.
type marked struct {
	error
	kind error
}

func (m *marked) Unwrap() []error { return []error{m.error, m.kind} }

// notHeld reports whether an entry failed because its message isn't held by its
// handle. An expired handle is InvalidParameterValue; in a batch that deletes or
// holds messages the handle is the only parameter that can be wrong.
func notHeld(f types.BatchResultErrorEntry) bool {
	code := aws.ToString(f.Code)
	return strings.HasSuffix(code, "MessageNotInflight") || code == "ReceiptHandleIsInvalid" || code == "InvalidParameterValue"
}

// split splits entries into batches that SQS takes. An entry that is too large gets
// a batch of its own, so that only it is refused.
func split(entries []int, size func(i int) int) [][]int {
	var parts [][]int
	from, bytes := 0, 0
	for at, i := range entries {
		s := size(i)
		if at-from == BatchLimit || at > from && bytes+s > SizeLimit {
			parts = append(parts, entries[from:at])
			from, bytes = at, 0
		}
		bytes += s
	}
	if from < len(entries) {
		parts = append(parts, entries[from:])
	}
	return parts
}
