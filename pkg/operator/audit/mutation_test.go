package audit_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// mutation is one thing that somebody does to a bucket that was just made.
type mutation struct {
	name string
	do   func(w *world, spec bucket.Spec, name string)
	// want is what is reported of the bucket; %s is its organization.
	want string
}

// edits is a mutation of the bucket's state.
func edits(edit func(*s3fake.Bucket)) func(*world, bucket.Spec, string) {
	return func(w *world, _ bucket.Spec, name string) { w.s3.Change(name, edit) }
}

// rewrites is a mutation of its policy.
func rewrites(edit func([]statement) []statement) func(*world, bucket.Spec, string) {
	return func(w *world, _ bucket.Spec, name string) { w.editPolicy(name, edit) }
}

// adds is a statement more.
func adds(s func(name string) statement) func(*world, bucket.Spec, string) {
	return func(w *world, _ bucket.Spec, name string) { w.add(name, s(name)) }
}

const (
	policyDrift = "findings %s(tag), error Drift[policy]"
	blockDrift  = "findings %s(tag), error Drift[publicAccessBlock], warning Reopened"
)

var mutations = []mutation{
	{"nothing", func(*world, bucket.Spec, string) {}, "healthy %s(tag)"},

	{"BlockPublicPolicy is switched on", edits(func(b *s3fake.Bucket) { b.AccessBlock = on(s3fake.AccessBlock{BlockPublicPolicy: true}) }), blockDrift},
	{"RestrictPublicBuckets is switched on", edits(func(b *s3fake.Bucket) { b.AccessBlock = on(s3fake.AccessBlock{RestrictPublicBuckets: true}) }), blockDrift},
	{"all four are switched on", edits(func(b *s3fake.Bucket) { b.AccessBlock = on(allOn) }), blockDrift},
	{"the flags about ACLs are switched off", edits(func(b *s3fake.Bucket) { b.AccessBlock = on(s3fake.AccessBlock{}) }), "healthy %s(tag)"},
	{"the access block is deleted", edits(func(b *s3fake.Bucket) { b.AccessBlock = nil }), "healthy %s(tag)"},

	{"the folder is deleted", edits(func(b *s3fake.Bucket) { delete(b.Objects, "pub/") }), "findings %s(tag), error Drift[folder]"},
	{"the folder has content", edits(func(b *s3fake.Bucket) { b.Objects["pub/"] = s3fake.Object{Body: []byte("x")} }), "healthy %s(tag)"},

	{"the policy is deleted", edits(func(b *s3fake.Bucket) { b.Policy = "" }), "findings %s(tag), error Unfinished[policy]"},
	{"the public statement is removed", rewrites(without(bucket.SidPublicRead)), policyDrift + ", warning Reopened"},
	{"the client's objects are removed", rewrites(without(bucket.SidClientObjects)), policyDrift},
	{"the client's list is removed", rewrites(without(bucket.SidClientList)), policyDrift},
	{"the public statement is for somebody", rewrites(with(bucket.SidPublicRead, "Principal", map[string]any{"AWS": stranger})), policyDrift},
	{"the client's objects are everybody's", rewrites(with(bucket.SidClientObjects, "Principal", "*")), policyDrift},
	{"the client's list is a stranger's", rewrites(with(bucket.SidClientList, "Principal", map[string]any{"AWS": stranger})), policyDrift},
	{"the public statement is of another folder", rewrites(with(bucket.SidPublicRead, "Resource", "arn:aws:s3:::elsewhere/*")), policyDrift},
	{"the client's objects are those of one folder", func(w *world, _ bucket.Spec, name string) {
		w.editPolicy(name, with(bucket.SidClientObjects, "Resource", "arn:aws:s3:::"+name+"/pub/*"))
	}, policyDrift},
	{"the client's list is of the objects", func(w *world, _ bucket.Spec, name string) {
		w.editPolicy(name, with(bucket.SidClientList, "Resource", "arn:aws:s3:::"+name+"/*"))
	}, policyDrift},
	{"the client's objects have another action", rewrites(with(bucket.SidClientObjects, "Action", "s3:GetObject")), "findings %s(tag), error PolicyConflict"},
	{"the client's list has a condition", rewrites(with(bucket.SidClientList, "Condition", map[string]any{"Bool": map[string]any{"aws:SecureTransport": "true"}})), "findings %s(tag), error PolicyConflict"},
	{"the client's objects are denied", rewrites(with(bucket.SidClientObjects, "Effect", "Deny")), "findings %s(tag), error PolicyConflict, warning ForeignDeny"},
	{"a Sid is changed", rewrites(with(bucket.SidClientList, "Sid", "ByHand")), "healthy %s(tag)"},

	{"a statement opens all to the public", adds(everything), "findings %s(tag), error ForeignPublicStatement"},
	{"a statement denies the client", adds(deny), "findings %s(tag), warning ForeignDeny"},
	{"a statement's role is deleted", adds(deadRole), "findings %s(tag), warning ForeignPrincipalInvalid"},
	{"a statement lets another account in", adds(func(name string) statement {
		return statement{"Effect": "Allow", "Principal": map[string]any{"AWS": stranger}, "Action": "s3:*", "Resource": "arn:aws:s3:::" + name + "/*"}
	}), "healthy %s(tag)"},

	{"the client's user is deleted", func(w *world, spec bucket.Spec, _ string) { w.s3.RemoveUser(spec.ClientUserARN) }, "findings %s(tag), error ClientGrantDead[policy]"},
	{"the client's user is made again", func(w *world, spec bucket.Spec, _ string) {
		w.s3.RemoveUser(spec.ClientUserARN)
		w.s3.AddUser(spec.ClientUserARN)
	}, "findings %s(tag), error ClientGrantDead[policy]"},

	{"its tags are removed", edits(func(b *s3fake.Bucket) { b.Tags = nil }), "findings %s(name), error OwnershipUnproved"},
	{"its tag gets a blank", edits(func(b *s3fake.Bucket) { b.Tags["OrgId"] += " " }), "findings %s(name), error OwnershipUnproved"},
	{"its tag's key gets another case", edits(func(b *s3fake.Bucket) { b.Tags = map[string]string{"orgid": b.Tags["OrgId"]} }), "findings %s(name), error OwnershipUnproved"},
	{"it is tagged for somebody else", edits(func(b *s3fake.Bucket) { b.Tags["OrgId"] = "somebody-else" }), "findings somebody-else(tag), error TagNameMismatch\nfindings %s(claim), error OwnershipUnproved"},
	{"it gets another tag", edits(func(b *s3fake.Bucket) { b.Tags["Name"] = "x" }), "healthy %s(tag)"},
}

var regions = []string{"us-east-1", "eu-central-1", "me-south-1"}

// A bucket that was made just now has no findings, and whatever somebody does to
// it returns exactly the finding that says so.
func TestEachMutationGivesExactlyItsFinding(t *testing.T) {
	for _, m := range mutations {
		t.Run(m.name, func(t *testing.T) { m.check(t, "us-east-1", id, true) })
	}
}

// The same holds in any Region, for any organization, and if the first name isn't free.
func TestSoDoesAnyMutationOfAnyOrganizationsBucket(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		m := rapid.SampledFrom(mutations).Draw(r, "mutation")
		region := rapid.SampledFrom(regions).Draw(r, "region")
		id := org.ID(rapid.StringMatching(`[a-z0-9]([a-z0-9]-?){0,25}[a-z0-9]`).Draw(r, "id"))
		if m.check(t, region, id, rapid.Bool().Draw(r, "free")); t.Failed() {
			r.Fatalf("%s: %s in %s", m.name, id, region)
		}
	})
}

// check makes a bucket, mutates it and audits, in virtual time: a claim made just now is
// looked at again.
func (m mutation) check(t *testing.T, region string, id org.ID, free bool) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { m.audited(newWorld(t, region), id, free) })
}

func (m mutation) audited(w *world, id org.ID, free bool) {
	w.t.Helper()
	spec, err := w.naming.Spec(id)
	if err != nil {
		return // the id yields no legal names
	}
	if !free {
		w.s3.Put(spec.Candidates[0].Name, s3fake.Bucket{Owner: stranger})
	}
	name := w.made(id)
	m.do(w, spec, name)
	want := m.want
	if hashed := strings.Contains(name, "--"); hashed {
		want = forHashed(want) // only its tag tells whose it is
	}
	var rows []string
	for row := range strings.SplitSeq(strings.ReplaceAll(want, "%s", string(id)), "\n") {
		rows = append(rows, name+" "+row)
	}
	w.reports(rows...)
}

// forHashed is what is reported of a bucket whose name has a hash: without its
// tag only the claim tells the organization.
func forHashed(want string) string {
	if want == "findings %s(name), error OwnershipUnproved" {
		return "findings, error OwnershipUnproved\nfindings %s(claim), error OwnershipUnproved"
	}
	return want
}
