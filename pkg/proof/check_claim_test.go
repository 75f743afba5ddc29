package proof

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/fake/functiontest"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/org"
)

const homes = functiontest.HomesBucket

// claimedIn reads the bucket that a claim names, "" if it names none.
func claimedIn(text []byte) string {
	var c struct{ Bucket string }
	if json.Unmarshal(text, &c) != nil {
		return ""
	}
	return c.Bucket
}

// claimOf tells whose claim a call is about.
func (c call) claimOf() org.ID {
	_, key, _ := strings.Cut(strings.TrimPrefix(c.request.URL.Path, "/"), "/")
	return org.ID(strings.TrimPrefix(key, "homes/"))
}

// askedClaim checks a call about a claim before it's sent. The wire is held.
func (k *checker) askedClaim(c call) {
	if c.operation != "PutObject" {
		return
	}
	body, err := io.ReadAll(c.request.Body)
	if err != nil {
		panic("a claim in memory can't be read: " + err.Error())
	}
	c.request.Body = io.NopCloser(bytes.NewReader(body))
	name := claimedIn(body)
	c.by.told.claiming[c.claimOf()] = name
	switch {
	case c.request.Header.Get("If-None-Match") != "*":
		k.violate(ClaimWrittenOnce, "%s would overwrite a claim", c.target)
	case !c.by.told.proved[name]:
		k.violate(ClaimWrittenOnce, "%s claims %q, which the delivery wasn't told is the organization's", c.target, name)
	}
}

// answeredClaim hears what the delivery is told of a claim. The wire is held.
func (k *checker) answeredClaim(c call, answer *http.Response) {
	switch {
	case answer.StatusCode != http.StatusOK:
	case c.operation == "PutObject":
		c.by.told.claimed[c.claimOf()] = c.by.told.claiming[c.claimOf()]
	default:
		c.by.told.claimed[c.claimOf()] = claimedIn(peek(answer))
	}
}

// claims checks what a call made of the claims.
func (k *checker) keptClaims(c call, was, is s3fake.Bucket) {
	for key, o := range was.Objects {
		if !sameObject(o, is.Objects[key]) {
			k.violate(ClaimWrittenOnce, "%s changed the claim %s", c.target, key)
		}
	}
	for key := range is.Objects {
		if _, there := was.Objects[key]; !there {
			k.overlook(c, org.ID(strings.TrimPrefix(key, "homes/")))
		}
	}
	if was.Policy != is.Policy || is.Owner != account || !sameBlock(was.AccessBlock, is.AccessBlock) {
		k.violate(OthersKept, "%s changed the bucket of the claims", c.target)
	}
}

// overlook notes the buckets of which the delivery that claims another one was told
// more than once, against the truth, that they aren't there, aren't tagged or have no
// policy.
func (k *checker) overlook(c call, id org.ID) {
	for _, name := range k.world.names(id) {
		if c.by.told.overlooked[name] > 1 || c.by.told.noPolicies[name] > 1 && k.before[name].bucket.Policy != "" {
			k.overlooked[id] = append(k.overlooked[id], name)
		}
	}
}

// claim is the bucket that an organization's claim truly names, "" without one.
func (k *checker) claim(id org.ID) string {
	return claimedIn(k.before[homes].bucket.Objects["homes/"+string(id)].Body)
}

// claimed claims a bucket for xmsqa1 as another delivery would.
func claimed(name string) func(*world) {
	return func(w *world) {
		b, _ := w.s3.Bucket(homes)
		if b.Objects == nil {
			b.Objects = map[string]s3fake.Object{}
		}
		b.Objects["homes/"+string(id)] = s3fake.Object{ContentType: "application/json", Body: []byte(`{"bucket":"` + name + `","messageId":"another"}`)}
		w.s3.Put(homes, b)
	}
}
