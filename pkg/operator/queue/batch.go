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

// attempts is how often an entry is tried that fails by no fault of the sender.
const attempts = 4

// firstPause is about how long the first pause between two attempts is; each
// next one is twice as long.
const firstPause = 200 * time.Millisecond

// answered is what SQS said of the entries of one batch, by their position.
type answered struct {
	done   []string // ids of entries that worked
	failed []types.BatchResultErrorEntry
}

// inBatches calls call for n entries, as many at a time as SQS takes: size gives
// an entry's bytes. Entries that failed by no fault of ours are tried again. The
// result has an error or nil for each entry.
func (q *Queue) inBatches(ctx context.Context, doing operation, n int, size func(i int) int, call func(ctx context.Context, part []int) (answered, error)) []error {
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

// batch makes one call, enters what became of each entry into errs and gives
// those that may work if they're tried again.
func (q *Queue) batch(ctx context.Context, doing operation, part []int, errs []error, call func(context.Context, []int) (answered, error)) (again []int) {
	set := func(err error) {
		for _, i := range part {
			errs[i] = err
		}
	}
	if err := ctx.Err(); err != nil {
		set(q.classify(err, doing))
		return nil
	}
	got, err := call(ctx, part)
	if err != nil {
		set(q.classify(err, doing))
		return nil
	}
	set(q.failf(doing, "SQS's answer doesn't say what became of the message"))
	for _, id := range got.done {
		if i, ok := position(&id, part); ok {
			errs[i] = nil
		}
	}
	for _, f := range got.failed {
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

// position finds the entry that an id in an answer stands for.
func position(id *string, part []int) (i int, ok bool) {
	p, err := strconv.Atoi(aws.ToString(id))
	if err != nil || p < 0 || p >= len(part) {
		return 0, false
	}
	return part[p], true
}

// refused is the error of one entry.
func (q *Queue) refused(doing operation, f types.BatchResultErrorEntry) error {
	err := q.classify(&entryError{f}, doing)
	switch {
	case doing == sending && f.SenderFault:
		return &marked{err, ErrRefused}
	case doing != sending && notHeld(f):
		return &marked{err, ErrNotHeld}
	}
	return err
}

// marked is an error of a kind that callers ask for.
type marked struct {
	error
	kind error
}

func (m *marked) Unwrap() []error { return []error{m.error, m.kind} }

// notHeld tells whether an entry failed since its message isn't held by its
// handle. A handle that has run out is InvalidParameterValue; of a batch to
// delete or to hold messages the handle is the only parameter that can be wrong.
func notHeld(f types.BatchResultErrorEntry) bool {
	code := aws.ToString(f.Code)
	return strings.HasSuffix(code, "MessageNotInflight") || code == "ReceiptHandleIsInvalid" || code == "InvalidParameterValue"
}

// entryError is the failure of one entry of a batch, as an API's error.
type entryError struct {
	entry types.BatchResultErrorEntry
}

var _ smithy.APIError = (*entryError)(nil)

func (e *entryError) Error() string        { return e.ErrorCode() + ": " + e.ErrorMessage() }
func (e *entryError) ErrorCode() string    { return aws.ToString(e.entry.Code) }
func (e *entryError) ErrorMessage() string { return aws.ToString(e.entry.Message) }

// ErrorFault says whose fault it was.
func (e *entryError) ErrorFault() smithy.ErrorFault {
	if e.entry.SenderFault {
		return smithy.FaultClient
	}
	return smithy.FaultServer
}

// split cuts entries into batches that SQS takes. One that is too large alone
// gets a batch of its own, so that only it is refused.
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
