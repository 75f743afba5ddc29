package story

import (
	"context"
	"fmt"
	"slices"

	"github.com/fusionpos/orgbucket/infra/local/s3server"

	"github.com/fusionpos/orgbucket/pkg/proof/access"
)

// tenAtOnce is a full batch: nine organizations, and a message that can't be read.
func tenAtOnce(s *scene) {
	const poison = 5 // its place among the ten
	var bodies []string
	var owners []s3server.Credentials
	for i := range 10 {
		if i == poison {
			bodies = append(bodies, `{"type":"OrganizationCreated","orgId":`)
			continue
		}
		id := fmt.Sprintf("batch%d", i)
		owners = append(owners, s.signUp(id))
		bodies = append(bodies, message(id))
	}
	s.did("ten messages gather in the queue, so that they come in one batch")
	endings := s.sendBatch(bodies)
	s.oneBatch(endings)
	good := slices.Concat(endings[:poison], endings[poison+1:])
	var wrong []access.Mismatch
	for _, e := range good {
		wrong = append(wrong, access.Differs(string(e.OrgID), e.Status, "created")...)
		wrong = append(wrong, access.Differs(string(e.OrgID), e.Source.ReceiveCount, 1)...)
	}
	s.check("nine outcomes created, on the first receive", wrong...)
	s.failed(endings[poison], "MalformedMessage")
	s.allProvisioned(good, owners)
}

// oneBatch claims that messages came to the function in one invocation.
func (s *scene) oneBatch(endings []ending) {
	if s.err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	batch, err := s.sys.Batch(ctx, endings[0].Source.MessageID)
	if s.gone(err) {
		return
	}
	is(s, "all ten came in one batch", len(batch.MessageIDs), len(endings))
}
