package proof

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/org"
)

const user = "arn:aws:iam::935799716578:user/rms_xmsqa1"

// paths are all paths, but the stranger's who leaves in the middle.
func paths() []path {
	return slices.Concat(newPaths(), resumedPaths(), foundPaths(), blockedPaths(), othersPaths(), messagePaths())
}

// newPaths have no bucket of the organization yet.
func newPaths() []path {
	return []path{
		{name: "first run", home: n1},
		{name: "first run, without the account's own namespace", region: bahrain},
		{name: "account rules: namespace, tags and ownership", before: func(w *world) {
			w.s3.SetRules(s3fake.Rules{AccountRegional: true, Tags: map[string]string{"CostCenter": "media"}, OwnerEnforced: true})
		}, settings: map[string]string{"BUCKET_NAMESPACE": "account-regional", "BUCKET_TAGS": "CostCenter=media", "BUCKET_OWNERSHIP": "BucketOwnerEnforced"}, home: n2},
		{name: "name foreign", before: there(n1, of(stranger, virginia)), home: n2},
		{name: "name foreign, in another Region", before: there(n1, of(stranger, "eu-west-1")), home: n2},
		{name: "name foreign, a trap", before: there(n1, of(stranger, virginia), open, folder, policy(wideOpen, `{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::BUCKET","arn:aws:s3:::BUCKET/*"]}`)), home: n2},
		{name: "name foreign, without the account's own namespace", region: bahrain, before: there(n1, of(stranger, bahrain))},
		{name: "name another organization's", before: there(n1, open, folder, files, policy(partner), tagged("OrgId", "other1")), home: n2},
	}
}

// resumedPaths begin where a delivery was cut off.
func resumedPaths() []path {
	return []path{
		{name: "resumed after the bucket", before: there(n1), home: n1},
		{name: "resumed after the access block", before: there(n1, open), home: n1},
		{name: "resumed after the folder", before: there(n1, folder), home: n1},
		{name: "resumed after access block and folder", before: there(n1, open, folder), home: n1},
		{name: "resumed after the policy", before: there(n1, open, folder, policy(publicRead, clientObjects, clientList)), was: n1, home: n1},
		{name: "resumed under the alternative name", before: all(there(n1, of(stranger, virginia)), there(n2, folder)), home: n2},
	}
}

// foundPaths have a home.
func foundPaths() []path {
	return []path{
		{name: "unchanged", before: there(n1, complete), was: n1, home: n1},
		{name: "repair: a statement is missing", before: there(n1, complete, policy(publicRead, partner, clientList, tlsOnly), old), was: n1, home: n1},
		{name: "repair: a damaged statement sleeps", before: there(n1, complete, policy(tooWide, partner, clientObjects, clientList), func(b *bucketOf) { b.AccessBlock = blocked() }), was: n1, home: n1},
		{name: "repair: blocked again, and the folder is gone", before: there(n1, complete, func(b *bucketOf) { b.AccessBlock = blocked(); delete(b.Objects, "pub/") }), was: n1, home: n1},
		{name: "replay after the stranger left", before: there(n2, complete), was: n2, home: n2},
		{name: "a stray bucket without a tag beside the home", before: all(there(n1, untagged), there(n2, complete)), was: n2, home: n2},
		{name: "repair: the user was made anew", before: all(there(n1, complete, policy(publicRead, partner, marked(clientObjects), clientList)), anew), was: n1, home: n1},
		{name: "repair: the user was made anew, and a statement has no Sid", before: all(there(n1, complete), anew), was: n1, home: n1},
		{name: "repair: others' live role is shown by its id", before: all(there(n1, complete, policy(publicRead, backup, clientList)), shown), was: n1, home: n1},
		{name: "others' statement for a network of theirs sleeps", before: there(n1, files, policy(network)), home: n1},
		{name: "others' accounts nearly fill the policy", before: there(n1, files, policy(partners())), home: n1},
		{name: "another stage's bucket has the same tag", before: there("fusion-rmsdev-xmsqa1", folder), settings: map[string]string{"SIBLING_PREFIXES": "fusion-rmsdev-"}, home: n1},
		{name: "two homes, one has the policy", before: all(there(n1), there(n2, complete)), was: n2, home: n2},
		{name: "two homes, neither has the policy", before: all(there(n1), there(n2)), home: n1},
		{name: "a home under a hand-given name", before: all(there(n1, of(stranger, virginia)), there(n3, complete)), was: n3, home: n3},
		{name: "a home under a hand-given name, half made", before: there(n3, folder), home: n3},
		{name: "two homes, one is claimed", before: all(there(n1, complete), there(n2, complete), claimed(n2)), was: n2, home: n2},
		{name: "claimed, unchanged", before: all(there(n1, complete), claimed(n1)), was: n1, home: n1},
		{name: "claimed, the policy is gone", before: all(there(n1, open, folder, files), claimed(n1)), was: n1, home: n1},
	}
}

// blockedPaths need a person.
func blockedPaths() []path {
	return []path{
		{name: "user missing", before: func(w *world) { w.s3.RemoveUser(user) }, mend: func(w *world) { w.s3.AddUser(user) }, home: n1},
		{name: "a leftover beside the home, whose tag is gone", before: all(there(n1), there(n2, complete, untagged)), mend: there(n2, complete), was: n2, home: n2},
		{name: "a leftover beside the home, which can't be read", before: all(there(n1, complete, policy(publicRead, clientObjects, clientList, hidden)), there(n2)), mend: there(n1, complete), was: n1, home: n1},
		{name: "the home's tag was mistyped", before: there(n1, complete, tagged("OrgId", "xmsqa2")), mend: there(n1, complete), was: n1, home: n1},
		{name: "tag stripped", before: there(n1, complete, untagged), mend: there(n1, complete), was: n1, home: n1},
		{name: "a home out of reach", before: there("billing-xmsqa1", complete), mend: gone("billing-xmsqa1"), home: n1},
		{name: "two homes of before the claims, both with the policy", before: all(there(n1, complete), there(n2, complete)), mend: keepTheClaimed, was: n2, home: n2},
		{name: "others' statement for any address sleeps", before: there(n1, files, policy(anyAddress)), mend: there(n1, files, policy(partner)), home: n1},
		{name: "others' public statement with a condition sleeps", before: there(n1, files, policy(offices)), mend: there(n1, files, policy(partner)), home: n1},
		{name: "others' deleted role is in the policy", before: all(there(n1, complete, policy(publicRead, backup, clientList)), withoutRole), mend: edited(n1, policy(publicRead, clientList)), was: n1, home: n1},
		{name: "others' public statement sleeps", before: there(n1, files, policy(wideOpen)), mend: there(n1, files, policy(partner)), home: n1},
		{name: "ours, but it can't be looked at", before: there(n1, untagged, policy(hidden)), mend: gone(n1), home: n1},
		{name: "ours, but in another Region", before: there(n1, of(account, "eu-west-1")), mend: gone(n1), home: n1},
		{name: "quota reached", before: func(w *world) { w.s3.SetQuota(0) }, mend: func(w *world) { w.s3.SetQuota(100) }, home: n1},
		{name: "the account blocks public policies", before: accountBlock(*blocked()), mend: accountBlock(openBlock), home: n1},
		{name: "account rules: its own namespace only, which the stage doesn't know", before: func(w *world) { w.s3.SetRules(s3fake.Rules{AccountRegional: true}) }, mend: func(w *world) { w.s3.SetRules(s3fake.Rules{}) }, home: n1},
		{name: "the Region takes no tags at creation", before: func(w *world) { w.s3.SetRules(s3fake.Rules{NoTags: true}) }, mend: func(w *world) { w.s3.SetRules(s3fake.Rules{}) }, home: n1},
		{name: "account block: it restricts public buckets", before: accountBlock(s3fake.AccessBlock{RestrictPublicBuckets: true}), mend: accountBlock(openBlock), home: n1},
		{name: "account block: it restricts a finished bucket", before: all(there(n1, complete), accountBlock(s3fake.AccessBlock{RestrictPublicBuckets: true})), mend: accountBlock(openBlock), was: n1, home: n1},
	}
}

// keepTheClaimed deletes the bucket that isn't claimed; if none is, the conventional one.
func keepTheClaimed(w *world) {
	if w.check.claim(id) == n1 {
		gone(n2)(w)
		return
	}
	gone(n1)(w)
}

// othersPaths have somebody come in between.
func othersPaths() []path {
	at := func(operation, bucket string) target { return target{toS3, operation, bucket, 1} }
	return []path{
		{name: "user appears after the policy was refused", before: func(w *world) { w.s3.RemoveUser(user) },
			meanwhile: map[target]func(*world){{toQueue, "ChangeMessageVisibility", "", 2}: func(w *world) { w.s3.AddUser(user) }}, home: n1},
		{name: "somebody puts a policy in between", meanwhile: map[target]func(*world){at("PutObject", n1): edited(n1, policy(tlsOnly, partner))}, home: n1},
		{name: "somebody puts a policy between two attempts", before: there(n1, open, folder),
			meanwhile: map[target]func(*world){{toQueue, "ChangeMessageVisibility", "", 1}: func(*world) {}, at("PutBucketPolicy", n1): func(*world) {}}, home: n1},
		{name: "another delivery was faster when the stranger left", before: there(n1, of(stranger, virginia)),
			meanwhile: map[target]func(*world){at("CreateBucket", n2): func(w *world) {
				all(there(n1, open, folder, policy(publicRead, clientObjects, clientList)), claimed(n1))(w)
				w.check.homes[id] = n1
			}}, home: n1},
		{name: "another delivery was faster under the alternative name",
			meanwhile: map[target]func(*world){at("CreateBucket", n1): func(w *world) {
				all(there(n2, open, folder, policy(publicRead, clientObjects, clientList)), claimed(n2))(w)
				w.check.homes[id] = n2
			}}, home: n2},
		{name: "given away in between", before: there(n1),
			meanwhile: map[target]func(*world){at("GetPublicAccessBlock", n1): edited(n1, tagged("OrgId", "other1"))}},
		{name: "given away in between, though it is open", before: there(n1, open),
			meanwhile: map[target]func(*world){at("GetPublicAccessBlock", n1): edited(n1, tagged("OrgId", "other1"))}},
		{name: "the claimed bucket is somebody else's", before: all(there(n1, tagged("OrgId", "other1")), claimed(n1)), mend: edited(n1, tagged("OrgId", string(id))), home: n1},
		{name: "the claimed bucket is on hold", before: all(there(n1, complete, tagged("OrgbucketHold", "incident 7"), func(b *bucketOf) { b.AccessBlock = blocked() }), claimed(n1)), mend: there(n1, complete), was: n1, home: n1},
	}
}

// messagePaths are about messages.
func messagePaths() []path {
	return []path{
		{name: "message malformed", ids: []org.ID{}, bodies: []string{`{"orgId":"XMSQA1"}`}},
		{name: "three at once, one malformed", ids: []org.ID{id, "b2"}, bodies: []string{"}"}, home: n1},
		{name: "a batch with the organization twice", ids: []org.ID{id, id}, home: n1},
		{name: "delivered twice at once", twice: true, home: n1},
	}
}

// leavingPaths have the stranger who has the conventional name leave right
// before each of the calls in turn.
func leavingPaths(t *testing.T) (all []path) {
	const prefix = "stranger leaves before "
	if *onlyPath != "" && !strings.HasPrefix(*onlyPath, prefix) {
		return nil
	}
	for _, region := range []string{virginia, bahrain} {
		p := path{region: region, before: there(n1, of(stranger, region)), leaving: true}
		for _, at := range p.alone(t, nil).distinct() {
			p.name = fmt.Sprintf("%s%s (%s)", prefix, at, region)
			p.meanwhile = map[target]func(*world){at: gone(n1)}
			all = append(all, p)
		}
	}
	return all
}
