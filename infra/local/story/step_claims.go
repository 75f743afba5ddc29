package story

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/infra/local/s3server"
	"github.com/fusionpos/orgbucket/pkg/bucket"

	"github.com/fusionpos/orgbucket/pkg/proof/access"
)

// claim is the bucket that an organization's claim names.
func (s *scene) claim(orgID string) string {
	if s.err != nil {
		return ""
	}
	text := access.Visitor{Context: s.ctx, Client: s.sys.S3.RootClient()}.Get(s.sys.HomesBucket, bucket.ClaimPrefix+orgID)
	var c struct{ Bucket string }
	if s.gone(json.Unmarshal([]byte(text), &c)) {
		return ""
	}
	return c.Bucket
}

// homeUnderHandGivenName: a person once named an organization's bucket, before this
// system was there.
func homeUnderHandGivenName(s *scene) {
	const name = "fusion-rms-chosen-2"
	owner := s.signUp("chosen")
	s.createByHand(name, map[string]string{"OrgId": "chosen"})
	s.did("a person made %s and tagged it OrgId=chosen; there is no claim yet", name)
	e := s.send(message("chosen"))
	is(s, "outcome repaired", e.Status, "repaired")
	is(s, "the bucket was found by its tag", e.bucketName(), name)
	is(s, "and claimed", s.claim("chosen"), name)
	is(s, "the outcome says that the name is an alternative one", e.Bucket != nil && e.Bucket.AlternativeName, true)
	is(s, "no second bucket", s.bucketsOf("chosen"), []string{name})
	s.provisioned(e, owner)
	mark := s.mark()
	is(s, "the same message again: unchanged", s.send(message("chosen")).Status, "unchanged")
	s.wroteNothing(mark)
	s.claimsAreGuarded("chosen", name)
}

// bucketsOf lists the buckets whose names an organization's can have.
func (s *scene) bucketsOf(orgID string) []string {
	conventional := s.sys.Naming.BucketPrefix + orgID
	return slices.DeleteFunc(s.bucketNames(), func(name string) bool {
		return name != conventional && !strings.HasPrefix(name, conventional+"-")
	})
}

// claimsAreGuarded claims that nobody but the function reads a claim, and that it
// reads them and can't take one away.
func (s *scene) claimsAreGuarded(orgID, name string) {
	if s.err != nil {
		return
	}
	homes, key := s.sys.HomesBucket, bucket.ClaimPrefix+orgID
	var outside []access.Mismatch
	for who, v := range map[string]access.Visitor{"anyone": s.anyone(), "another organization's user": s.as(s.stranger)} {
		outside = append(outside, access.Differs(who+" GET", v.Get(homes, key), access.Refused)...)
		outside = append(outside, access.Differs(who+" LIST", v.List(homes), access.Refused)...)
		outside = append(outside, access.Differs(who+" PUT", v.Put(homes, key, "{}"), access.Refused)...)
	}
	s.check("claims: anyone and another organization's user: GET, LIST, PUT are refused", outside...)
	v := s.as(s.sys.Identity)
	s.check("claims: the function's keys: LIST, DELETE and other keys are refused", slices.Concat(
		access.Differs("LIST", v.List(homes), access.Refused),
		access.Differs("DELETE", v.Remove(homes, key), access.Refused),
		access.Differs("GET of another key", v.Get(homes, "others/"+orgID), access.Refused),
		access.Differs("PUT of another key", v.Put(homes, "others/"+orgID, "x"), access.Refused),
	)...)
	is(s, "the claim is as it was", s.claim(orgID), name)
}

// claimLosesTheRace: somebody else is faster and claims another bucket of the
// organization's, one whose name the function doesn't look at.
func claimLosesTheRace(s *scene) {
	const loser = "fusion-rms-racer"
	winner := s.sys.Naming.BucketPrefix + "racer-2"
	owner := s.signUp("racer")
	root, key := access.Visitor{Context: s.ctx, Client: s.sys.S3.RootClient()}, bucket.ClaimPrefix+"racer"
	made := make(chan error, 5) // as often as the function may ask
	s.sys.S3.OnRequest(func(c s3server.Call) *s3server.Fault {
		if c.Operation != "PutObject" || c.Key != key || c.Who != s.sys.Identity.AccessKeyID {
			return nil
		}
		return &s3server.Fault{Do: func(s3server.Call) {
			made <- create(s.ctx, s.sys.S3.RootClient(), winner, map[string]string{"OrgId": "racer"})
			root.Put(s.sys.HomesBucket, key, claimText(winner))
		}}
	})
	s.did("just before the function's claim arrives, another delivery makes %s and claims it", winner)
	mark := s.mark()
	e := s.send(message("racer"))
	s.sys.S3.OnRequest(nil)
	if len(made) > 0 {
		s.gone(<-made)
	}
	is(s, "the claim was refused: 412", slices.Contains(s.writes(mark), "PutObject homes/racer 412"), true)
	is(s, "the outcome names the claimed bucket", e.bucketName(), winner)
	is(s, "the claim is as the winner put it", s.claim("racer"), winner)
	is(s, "the outcome warns of the second bucket", e.Warnings != nil && strings.Contains(fmt.Sprint(*e.Warnings), loser), true)
	is(s, loser+" has no policy", s.read(loser).policy, "")
	is(s, "no policy was put on it", slices.Contains(s.writes(mark), "PutBucketPolicy "+loser+" 200"), false)
	s.provisioned(e, owner)
	mark = s.mark()
	again := s.send(message("racer"))
	is(s, "the same message again: unchanged, and the same bucket", []string{again.Status, again.bucketName()}, []string{"unchanged", winner})
	s.wroteNothing(mark)
}
