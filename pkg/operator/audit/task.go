package audit

import (
	"context"
	"iter"

	"github.com/fusionpos/orgbucket/pkg/fault"
)

// task is a bucket, or an organization, on its way to its rows.
type task struct {
	// what is the row of it before anything is known.
	what Row
	look func(context.Context) []Row
	// done gets the rows, once. The channel has room for them, so that nobody has
	// to wait for a reader.
	done chan result
}

// result is what became of a task.
type result struct {
	rows []Row
	// cut: the audit ended while it was examined.
	cut bool
}

// list takes what is to be examined from the list, as fast as it's given out.
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
		select {
		case r.todo <- t:
		case <-ctx.Done():
			t.done <- result{cut: true}
			return
		}
	}
	r.whole = ctx.Err() == nil
}

// tasks gives what is to be examined.
func (r *audit) tasks(ctx context.Context) iter.Seq2[*task, error] {
	a := r.auditor
	return func(yield func(*task, error) bool) {
		for _, id := range r.options.Organizations {
			look := func(ctx context.Context) []Row {
				return again(ctx, false, func() []Row { return a.organization(ctx, id) })
			}
			if !yield(&task{Row{OrgID: id}, look, make(chan result, 1)}, nil) {
				return
			}
		}
		if len(r.options.Organizations) > 0 {
			return
		}
		for l, err := range a.source.Buckets(ctx, a.naming.BucketPrefix) {
			look := func(ctx context.Context) []Row {
				return again(ctx, changedLately(l.Changed), func() []Row { return a.bucket(ctx, l) })
			}
			if !yield(&task{Row{Bucket: l.Name}, look, make(chan result, 1)}, err) {
				return
			}
		}
	}
}

// work examines until there's nothing left.
func (r *audit) work(ctx context.Context) {
	for t := range r.todo {
		t.done <- r.attend(ctx, t)
	}
}

// attend examines one bucket. Whatever happens there is that bucket's row.
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
