// Package s3source gives the audit what package s3store lists. Neither knows the
// other, so that the function doesn't link the audit.
package s3source

import (
	"context"
	"iter"

	"github.com/fusionpos/orgbucket/pkg/operator/audit"
	"github.com/fusionpos/orgbucket/pkg/s3store"
)

// Source implements audit.Source.
type Source struct{ list *s3store.List }

// New takes what lists the deployment's account.
func New(list *s3store.List) Source { return Source{list} }

// Buckets lists the account's buckets.
func (s Source) Buckets(ctx context.Context, prefix string) iter.Seq2[audit.Listed, error] {
	return func(yield func(audit.Listed, error) bool) {
		for l, err := range s.list.Buckets(ctx, prefix) {
			if !yield(audit.Listed(l), err) {
				return
			}
		}
	}
}

// Tags reads a bucket's tags.
func (s Source) Tags(ctx context.Context, name, region string) (audit.Tagging, error) {
	t, err := s.list.Tags(ctx, name, region)
	return audit.Tagging(t), err
}

// HasFolder tells whether the folder's object is there, or can't be seen.
func (s Source) HasFolder(ctx context.Context, name string) (bool, error) {
	return s.list.HasFolder(ctx, name)
}
