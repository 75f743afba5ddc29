package bucket

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/rawjson"
)

// The Sids of this system's statements. A statement that has one is ours to put
// right; statements made by hand have none and are known by their meaning.
const (
	SidPublicRead    = "OrgbucketPublicRead"
	SidClientObjects = "OrgbucketClientObjects"
	SidClientList    = "OrgbucketClientList"
)

// maxPolicySize is S3's limit for a bucket policy in bytes
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html).
const maxPolicySize = 20 * 1024

// Statements are the three that the bucket's policy shall have: anyone may read
// what is in the folder, the client's user may get, put and delete every object,
// and the client's user may list the bucket.
func (s Spec) Statements(name string) []Statement {
	arn := s.ARN(name)
	return []Statement{
		allow(SidPublicRead, anyone, arn+"/"+FolderKey+"*", "s3:GetObject"),
		allow(SidClientObjects, s.ClientUserARN, arn+"/*", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"),
		allow(SidClientList, s.ClientUserARN, arn, "s3:ListBucket"),
	}
}

// allow makes a statement with its text. The actions are in the order of their
// names. A test holds its meaning to what reading the text gives.
func allow(sid, principal, resource string, actions ...string) Statement {
	s := Statement{Sid: sid, Effect: "Allow", Principal: Principals{"AWS": {principal}}, Resource: []string{resource}}
	for _, a := range actions {
		s.Action = append(s.Action, lower(a))
	}
	text := struct {
		Sid, Effect       string
		Principal, Action any
		Resource          string
	}{sid, s.Effect, map[string]string{"AWS": principal}, actions, resource}
	if principal == anyone {
		text.Principal = anyone
	}
	if len(actions) == 1 {
		text.Action = actions[0]
	}
	var out bytes.Buffer
	writeJSON(&out, text)
	s.raw = out.Bytes()
	return s
}

// newDocument is a policy without statements.
func newDocument() Document {
	return Document{members: rawjson.Object{
		{Key: "Version", Value: json.RawMessage(`"` + versionNew + `"`)},
		{Key: "Statement", Value: json.RawMessage(`[]`)},
	}}
}

// HasOurPolicy tells whether the policy has all of our statements, so that
// nothing about it needs to be changed.
func (s Spec) HasOurPolicy(name string, d Document) bool {
	_, changed, err := s.Merge(name, d)
	return err == nil && !changed
}

// MentionsOurs tells whether one of the policy's statements is ours, be it damaged.
func (s Spec) MentionsOurs(name string, d Document) bool {
	return slices.ContainsFunc(s.Statements(name), func(want Statement) bool {
		return slices.ContainsFunc(d.Statements, func(have Statement) bool { return have.Sid == want.Sid || have.equal(want) })
	})
}

// Merge gives the policy with our statements put right and everything else kept
// as it is, and whether that differs from what is there. It never makes a
// statement of others say something new: their text, the document's Version and
// Id stay.
//
// A statement is ours if it means the same as one of the three, or has its Sid
// and differs only in principal or resource. The errors are PolicyConflict,
// ForeignPrincipalInvalid and PolicyTooLarge.
func (s Spec) Merge(name string, stored Document) (merged Document, changed bool, err error) {
	merged = stored
	if stored.IsZero() {
		merged = newDocument()
	}
	merged.Statements = slices.Clone(stored.Statements)
	for _, want := range s.Statements(name) {
		fixed, err := merged.putRight(want)
		if err != nil {
			return Document{}, false, err
		}
		changed = changed || fixed
	}
	if !changed {
		return stored, false, nil
	}
	if err := s.checkWritable(name, merged); err != nil {
		return Document{}, false, err
	}
	return merged, true, nil
}

// putRight makes the document say what want says, once, at the place where it
// or its damaged form stood.
func (d *Document) putRight(want Statement) (changed bool, err error) {
	var damaged []int
	right := slices.IndexFunc(d.Statements, want.equal)
	for i, have := range d.Statements {
		switch {
		case have.Sid != want.Sid || have.equal(want):
		case have.sameButWhoAndWhere(want):
			damaged = append(damaged, i)
		default:
			return false, fault.New(fault.PolicyConflict, "the bucket policy's statement %s uses the Sid %q, but says something else than this system's", d.name(i), want.Sid)
		}
	}
	if right < 0 && len(damaged) == 0 {
		d.Statements = append(d.Statements, want)
		return true, nil
	}
	if right < 0 {
		d.Statements[damaged[0]] = want
		damaged = damaged[1:]
		changed = true
	}
	for _, i := range slices.Backward(damaged) {
		d.Statements = slices.Delete(d.Statements, i, i+1)
		changed = true
	}
	return changed, nil
}

// checkWritable finds out beforehand why S3 would refuse the document.
func (s Spec) checkWritable(name string, d Document) error {
	for i, st := range d.Statements {
		if dead := st.deadPrincipal(); dead != "" {
			return fault.New(fault.ForeignPrincipalInvalid, "the bucket policy's statement %s names %s, a user or role that was deleted", d.name(i), dead)
		}
	}
	if size := len(d.JSON()); size > maxPolicySize {
		return fault.New(fault.PolicyTooLarge, "the policy of %s would have %d bytes with this system's statements, at most %d are allowed", name, size, maxPolicySize)
	}
	return nil
}
