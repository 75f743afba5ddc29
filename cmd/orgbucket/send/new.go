package send

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/fusionpos/orgbucket/cmd/orgbucket/cli"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// looksAtOnce is how many organizations are looked at concurrently.
const looksAtOnce = 8

// whatIsNew says which organizations have no bucket yet, or may have none, in lines;
// it is empty if all have one.
func (s *command) whatIsNew(ctx context.Context, at *cli.Connection, ids []org.ID) string {
	s.progress.Begin("organizations", len(ids))
	defer s.progress.End()
	diagnoser := at.Diagnoser()
	seen := make([]diagnosis.Diagnosis, len(ids))
	var group errgroup.Group
	group.SetLimit(looksAtOnce)
	for i, id := range ids {
		group.Go(func() error {
			seen[i] = diagnoser.Organization(ctx, id)
			s.progress.Add(1)
			return nil
		})
	}
	_ = group.Wait() // none of them fails
	var fresh, hidden []org.ID
	for i, d := range seen {
		switch {
		case d.Bucket != "":
		case d.Verdict == diagnosis.Unknown:
			hidden = append(hidden, ids[i])
		default:
			fresh = append(fresh, ids[i])
		}
	}
	var lines []string
	if len(fresh) > 0 {
		lines = append(lines, fmt.Sprintf("%s no bucket yet, and would get one: %s", cli.Have(len(fresh)), cli.Some(fresh)))
	}
	if len(hidden) > 0 {
		lines = append(lines, fmt.Sprintf("Whether %s a bucket isn't known: %s", cli.Have(len(hidden)), cli.Some(hidden)))
	}
	return strings.Join(lines, "\n")
}
