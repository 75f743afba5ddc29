package story

import (
	"time"

	"github.com/fusionpos/orgbucket/infra/local/system"

	"github.com/fusionpos/orgbucket/pkg/proof/access"
)

// ending is how a message ended: its outcome, as the topic's subscriber got it.
type ending struct {
	system.Outcome
	took time.Duration // from sending to the outcome
}

// bucketName is the bucket's, empty if there is none.
func (e ending) bucketName() string {
	if e.Bucket == nil {
		return ""
	}
	return e.Bucket.Name
}

// code is the failure's, empty if there is none.
func (e ending) code() string {
	if e.Error == nil {
		return ""
	}
	return string(e.Error.Code)
}

// short says in a word how the message ended.
func (e ending) short() string {
	if code := e.code(); code != "" {
		return code
	}
	return e.Status
}

// changed lists what an outcome changed, in its order.
func changed(o system.Outcome) []string {
	facets := []string{}
	if o.Changes != nil {
		for _, f := range *o.Changes {
			facets = append(facets, string(f))
		}
	}
	return facets
}

// check is something that must hold.
type check struct {
	claim string
	wrong []access.Mismatch // empty if the claim holds
}

// held reports whether the claim holds.
func (c check) held() bool { return len(c.wrong) == 0 }
