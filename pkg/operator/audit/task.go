package audit

import (
	"context"
	"iter"
	"net/http"
	"slices"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/retry"
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
		select {
		case r.inOrder <- t:
		case <-ctx.Done():
			return
		}
		r.listed.Add(1)
		r.atWork.Add(1)
		select {
		case r.todo <- t:
		case <-ctx.Done():
			r.atWork.Done()
			t.done <- result{cut: true}
			return
		}
	}
	r.whole = ctx.Err() == nil
}

// tasks yields what is to be examined.
func (r *audit) tasks(ctx context.Context) iter.Seq2[*task, error] {
	a := r.auditor
	return func(yield func(*task, error) bool) {
		for l, err := range a.source.Buckets(ctx, a.naming.BucketPrefix) {
			look := func(ctx context.Context) []Row {
				return again(ctx, changedLately(l.Changed), func() []Row { return a.bucket(ctx, l) })
			}
			if !yield(&task{Row{Bucket: l.Name}, look, make(chan result, 1)}, err) {
				return
			}
		}
		// A claim that a bucket's row has told of isn't examined again.
		r.atWork.Wait()
		for id, err := range a.source.Claims(ctx) {
			if err == nil && r.seen.has(id) {
				continue
			}
			look := func(ctx context.Context) []Row {
				return again(ctx, false, func() []Row { return a.claim(ctx, id) })
			}
			if !yield(&task{Row{OrgID: id, By: ByClaim}, look, make(chan result, 1)}, err) {
				return
			}
		}
	}
}

// work examines until there are no tasks left.
func (r *audit) work(ctx context.Context) {
	for t := range r.todo {
		result := r.attend(ctx, t)
		for _, row := range result.rows {
			if row.claim {
				r.seen.add(row.OrgID)
			}
		}
		r.atWork.Done()
		t.done <- result
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
		r.probe(ctx, &rows[i])
		rows[i].settle(r.ignored)
		cut = cut || ctx.Err() != nil && rows[i].Status == NotExamined
	}
	return result{rows, cut}
}

// probe looks at an organization's home as a stranger, if that is asked for.
func (r *audit) probe(ctx context.Context, row *Row) {
	if r.options.Probe == nil || row.By != ByTag || row.See != "" || !r.auditor.here(row.Region) || slices.ContainsFunc(row.Findings, isNoHome) {
		return
	}
	seen, err := r.options.Probe(ctx, row.Bucket)
	switch {
	case err != nil:
		row.fail(err)
		return
	case seen.Folder != http.StatusOK:
		row.find(PublicReadFails, "an unsigned GET of pub/ is answered with %d", seen.Folder)
	}
	if seen.List != http.StatusForbidden {
		row.find(PublicListAllowed, "an unsigned list is answered with %d, not 403", seen.List)
	}
}

// isNoHome reports whether a finding is of a bucket that isn't in use, or is closed on purpose.
func isNoHome(f Finding) bool {
	return slices.Contains([]Code{OnHold, Reopened, Unfinished, TagNameMismatch, OwnershipUnproved, BucketInAnotherRegion}, f.Code)
}

// young is the age up to which a bucket may still be in the middle of being
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
// It returns the rows of the last look.
func again(ctx context.Context, changing bool, look func() []Row) []Row {
	var rows []Row
	retry.Do(ctx, looks, firstPause, func() bool {
		rows = look()
		return mayPass(rows, changing)
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

// changedLately reports whether a bucket is young. Clocks may differ.
func changedLately(at time.Time) bool { return !at.IsZero() && time.Since(at).Abs() < young }
