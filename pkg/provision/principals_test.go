package provision_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

const (
	backup      = "arn:aws:iam::935799716578:role/backup"
	backupReads = `{"Version":"2012-10-17","Statement":[{"Sid":"Backup","Effect":"Allow","Principal":{"AWS":"` + backup + `"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::` + n1 + `/*"}]}`
	madeByHand  = `{"Version":"2012-10-17","Statement":[` + handPublic + `,` + handObjects + `,` + handList + `]}`
	handPublic  = `{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::` + n1 + `/pub/*"}`
	handObjects = `{"Effect":"Allow","Principal":{"AWS":"` + user + `"},"Action":["s3:GetObject","s3:PutObject","s3:DeleteObject"],"Resource":"arn:aws:s3:::` + n1 + `/*"}`
	handList    = `{"Effect":"Allow","Principal":{"AWS":"` + user + `"},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::` + n1 + `"}`
)

// S3 shows a live role by its id for a while, and takes the id back.
func TestALiveRoleThatS3ShowsByItsIDIsNoObstacle(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.AddUser(backup)
		w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), Policy: backupReads})
		roleID := w.s3.ShowAsID(backup)
		r := w.ready(n1, provision.StatusRepaired, "folder", "policy")
		if b, _ := w.s3.Bucket(n1); !strings.Contains(b.Policy, roleID) {
			t.Errorf("the role's statement is gone: %s", b.Policy)
		}
		for _, v := range r.Warnings {
			if v.Code == fault.ForeignPrincipalInvalid && !strings.Contains(v.Text, "for a while of one that lives") {
				t.Errorf("it says %s of a role that lives", v)
			}
		}
	})
}

func TestOnlyS3sRefusalMakesAPrincipalInvalid(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.AddUser(backup)
		w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), Policy: backupReads})
		w.s3.RemoveUser(backup)
		w.fails(fault.ForeignPrincipalInvalid, fault.StepPolicy)
		if !slices.ContainsFunc(w.s3.Calls(), func(c s3fake.Call) bool { return c.Operation == "PutBucketPolicy" }) {
			t.Error("S3 wasn't asked")
		}
	})
}

// The user of a policy that was made by hand was deleted and made again.
func TestAPolicyMadeByHandOfAUserWhoWasMadeAgainIsPutRight(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), Policy: madeByHand, Objects: map[string]s3fake.Object{"pub/": {}}})
		w.s3.RemoveUser(user)
		w.s3.AddUser(user)
		w.ready(n1, provision.StatusRepaired, "policy")
	})
}

// While RestrictPublicBuckets is on, a public policy lets in nobody of another account.
func TestAnotherAccountsGrantThatOpensWithTheBucketIsWarnedOf(t *testing.T) {
	const partner = `{"Sid":"Partner","Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::` + n1 + `/shared/*"}`
	const organization = `{"Sid":"Org","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::` + n1 + `/shared/*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}}`
	const own = `{"Sid":"Own","Effect":"Allow","Principal":{"AWS":"935799716578"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::` + n1 + `/*"}`
	for name, c := range map[string]struct {
		statements string
		block      s3fake.AccessBlock
		warns      bool
	}{
		"an account beside ours, closed":              {handPublic + "," + handObjects + "," + handList + "," + partner, allOn, true},
		"an account beside a part of ours, closed":    {handPublic + "," + partner, allOn, true},
		"an organization beside ours, closed":         {handPublic + "," + organization, allOn, true},
		"our own account":                             {handPublic + "," + own, allOn, false},
		"an account that was let in all the time":     {partner, allOn, false},
		"an account in a bucket that is open already": {handPublic + "," + partner, s3fake.AccessBlock{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: &c.block, Policy: `{"Version":"2012-10-17","Statement":[` + c.statements + `]}`})
				report := w.deliver()
				var warned []fault.Warning
				for _, v := range report.Result.Warnings {
					if v.Code == fault.CrossAccountGrant {
						warned = append(warned, v)
					}
				}
				if report.Failure != nil || (len(warned) == 1) != c.warns || c.warns && !strings.Contains(warned[0].Text, "statement") {
					t.Errorf("%v, warnings %v", report.Failure, report.Result.Warnings)
				}
			})
		})
	}
}
