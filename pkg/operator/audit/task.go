package audit

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/retry"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// task is a bucket that is examined.
type task struct {
	// what is its row before anything is known.
	what Row
	look func(context.Context) []Row
	// done receives the rows, once. It is buffered, so that a worker never waits for
	// a reader.
	done chan result
}

// result is the outcome of a task.
type result struct {
	rows []Row
	// cut: the audit ended while it was examined.
	cut bool
}

// list hands the tasks to the workers, no faster than their rows are given out.
func (r *audit) list(ctx context.Context) {
	defer close(r.todo)
	defer close(r.inOrder)
	defer fault.Catch(&r.listErr)
	for t, err := range r.tasks(ctx) {
		if err != nil {
			r.listErr = err
			return
		}
		r.open.Add(1)
		select {
		case r.inOrder <- t:
		case <-ctx.Done():
			r.open.Done()
			return
		}
		r.listed.Add(1)
		select {
		case r.todo <- t:
		case <-ctx.Done():
			t.done <- result{cut: true}
			return
		}
	}
	r.whole = ctx.Err() == nil
}

// tasks yields what is to be examined, from the position on.
func (r *audit) tasks(ctx context.Context) iter.Seq2[*task, error] {
	return func(yield func(*task, error) bool) {
		from := r.at
		if from.Claim == "" && !r.buckets(ctx, from.Bucket, yield) {
			return
		}
		r.open.Wait()
		r.claims(ctx, from.Claim, yield)
	}
}

// buckets yields those after a name, and reports whether more is wanted.
func (r *audit) buckets(ctx context.Context, after string, yield func(*task, error) bool) bool {
	a := r.auditor
	for l, err := range a.source.Buckets(ctx, a.naming.BucketPrefix) {
		if err == nil && l.Name <= after {
			continue
		}
		look := func(ctx context.Context) []Row {
			return again(ctx, func() ([]Row, time.Time) { return a.bucket(ctx, l), l.Changed })
		}
		if !yield(&task{Row{Bucket: l.Name}, look, make(chan result, 1)}, err) {
			return false
		}
	}
	return true
}

// claims yields those after an organization. A claim that a bucket's row has told of
// isn't examined again.
func (r *audit) claims(ctx context.Context, after org.ID, yield func(*task, error) bool) {
	told := make(map[org.ID]bool, len(r.at.Told))
	for _, id := range r.at.Told {
		told[id] = true
	}
	for id, err := range r.auditor.source.Claims(ctx) {
		if err == nil && (id <= after || told[id]) {
			continue
		}
		look := func(ctx context.Context) []Row {
			return again(ctx, func() ([]Row, time.Time) { return r.auditor.claim(ctx, id) })
		}
		if !yield(&task{Row{OrgID: id, By: ByClaim}, look, make(chan result, 1)}, err) {
			return
		}
	}
}

// work examines until there are no tasks left.
func (r *audit) work(ctx context.Context) {
	for t := range r.todo {
		t.done <- r.attend(ctx, t)
	}
}

// attend carries out one task. An error or a panic becomes its row.
func (r *audit) attend(ctx context.Context, t *task) result {
	var rows []Row
	err := func() (err error) {
		defer fault.Catch(&err)
		rows = t.look(ctx)
		return nil
	}()
	if err != nil {
		row := t.what
		row.fail(err)
		rows = []Row{row}
	}
	cut := false
	for i := range rows {
		rows[i].settle(r.ignored)
		cut = cut || ctx.Err() != nil && rows[i].Status == NotExamined
	}
	return result{rows, cut}
}

// young is the age up to which a bucket or its claim may still be in the middle of being
// provisioned, or S3 may show an earlier state: configuration is eventually consistent
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html#ConsistencyModel).
const young = 2 * time.Minute

// Such a bucket is looked at this often, with a pause of about three and then six
// seconds between.
const (
	looks      = 3
	firstPause = 3 * time.Second
)

// again looks, and looks again after a pause while what was seen may be temporary.
// A look returns when the bucket was changed or claimed. The rows are the last look's.
func again(ctx context.Context, look func() ([]Row, time.Time)) (rows []Row) {
	retry.Do(ctx, looks, firstPause, func() bool {
		var changed time.Time
		rows, changed = look()
		return mayPass(rows, changedLately(changed))
	})
	return rows
}

// mayPass reports whether what was seen may be temporary.
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

// changedLately reports whether what was changed then is young. Clocks may differ.
func changedLately(at time.Time) bool { return !at.IsZero() && time.Since(at).Abs() < young }
