package provision_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

var everything = bucket.Facets()

func TestAFirstRunMakesTheBucketInFiveCallsOneAfterTheOther(t *testing.T) {
	inWorld(t, func(w *world) {
		began := time.Now()
		r := w.ready(n1, provision.StatusCreated, everything...)
		if depth := time.Since(began) / call; depth > 5 {
			t.Errorf("%d calls one after the other, at most 5 are allowed", depth)
		}
		if len(r.Warnings) > 0 {
			t.Errorf("warnings %v", r.Warnings)
		}
		if names := w.names(); !slices.Equal(names, []string{n1}) {
			t.Errorf("buckets %v", names)
		}
		if b, _ := w.s3.Bucket(n1); !b.AccessBlock.BlockPublicAcls || !b.AccessBlock.IgnorePublicAcls {
			t.Errorf("the ACL flags of a new bucket were switched off: %+v", *b.AccessBlock)
		}
	})
}

func TestAReplayFindsEverythingInThreeCallsAndWritesNothing(t *testing.T) {
	inWorld(t, func(w *world) {
		w.ready(n1, provision.StatusCreated, everything...)
		w.s3.ForgetCalls()
		began := time.Now()
		w.ready(n1, provision.StatusUnchanged)
		if depth := time.Since(began) / call; depth > 3 {
			t.Errorf("%d calls one after the other, at most 3 are allowed", depth)
		}
		w.noWriteTo(n1)
	})
}

func TestAStrangersBucketLeadsToTheAlternativeName(t *testing.T) {
	tests := []struct{ name, region string }{
		{"seen as 403 in our Region", "us-east-1"},
		{"seen as 301 in another Region", "eu-west-1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.s3.Put(n1, s3fake.Bucket{Owner: stranger, Region: test.region})
				began := time.Now()
				w.ready(n2, provision.StatusCreated, everything...)
				if depth := time.Since(began) / call; depth > 6 {
					t.Errorf("%d calls one after the other, at most 6 are allowed", depth)
				}
				if b, _ := w.s3.Bucket(n1); b.Owner != stranger || b.Tags != nil || b.Policy != "" || len(b.Objects) > 0 {
					t.Errorf("the stranger's bucket is now %+v", b)
				}
				w.s3.Remove(n1) // the stranger leaves
				w.s3.ForgetCalls()
				w.ready(n2, provision.StatusUnchanged)
				w.noWriteTo(n2)
				if names := w.names(); !slices.Equal(names, []string{n2}) {
					t.Errorf("buckets %v, want one home for good", names)
				}
			})
		})
	}
}

func TestAnotherOrganizationsBucketIsLeftAlone(t *testing.T) {
	inWorld(t, func(w *world) {
		theirs := s3fake.Bucket{Tags: map[string]string{"OrgId": "other"}, AccessBlock: block(allOn)}
		w.s3.Put(n1, theirs)
		w.ready(n2, provision.StatusCreated, everything...)
		w.noWriteTo(n1)
	})
}

func TestInARegionWithoutTheNamespaceThreeNamesAreTried(t *testing.T) {
	inRegion(t, "me-south-1", func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Owner: stranger, Region: "me-south-1"})
		r := w.ready(w.candidates()[1].Name, provision.StatusCreated, everything...)
		if !strings.HasPrefix(r.Bucket, n1+"--") {
			t.Errorf("alternative name %s", r.Bucket)
		}
	})
	inRegion(t, "me-south-1", func(w *world) {
		for _, c := range w.candidates() {
			w.s3.Put(c.Name, s3fake.Bucket{Owner: stranger, Region: "eu-west-1"})
		}
		w.fails(fault.NoBucketNameAvailable, fault.StepCreate)
	})
}

func TestADoubtfulBucketIsForAPerson(t *testing.T) {
	tests := []struct {
		name string
		put  map[string]s3fake.Bucket
		code fault.Code
		step fault.Step
	}{
		{"conventional name without tag", map[string]s3fake.Bucket{n1: {}}, fault.OwnershipUnproved, fault.StepObserve},
		{"with other tags only", map[string]s3fake.Bucket{n1: {Tags: map[string]string{"orgid": "xmsqa1"}}}, fault.OwnershipUnproved, fault.StepObserve},
		{"with a mistyped tag", map[string]s3fake.Bucket{n1: {Tags: map[string]string{"OrgId": "xmsqa1 "}}}, fault.OwnershipUnproved, fault.StepObserve},
		{"alternative name without tag, though the conventional one is free", map[string]s3fake.Bucket{n2: {}}, fault.OwnershipUnproved, fault.StepObserve},
		{"our own in another Region", map[string]s3fake.Bucket{n1: {Region: "eu-west-1", Tags: ourTags()}}, fault.BucketInAnotherRegion, fault.StepCreate},
		{"ours, but its policy denies us to look", map[string]s3fake.Bucket{n1: {Policy: denyTagging}}, fault.OwnershipUnproved, fault.StepCreate},
		{"alternative name that can't be read", map[string]s3fake.Bucket{n2: {Policy: strings.ReplaceAll(denyTagging, n1, n2)}}, fault.OwnershipUnproved, fault.StepObserve},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				for name, b := range test.put {
					w.s3.Put(name, b)
				}
				w.fails(test.code, test.step)
				for _, c := range w.s3.Writes() {
					if c.Operation != "CreateBucket" || c.Status < 400 {
						t.Errorf("%s on %s was answered with %d", c.Operation, c.Bucket, c.Status)
					}
				}
			})
		})
	}
}

const denyTagging = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:GetBucketTagging","Resource":"arn:aws:s3:::` + n1 + `"}]}`

func TestABucketThatAnOperatorTaggedIsAdopted(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{AccessBlock: block(allOn), Objects: map[string]s3fake.Object{"old": {Body: []byte("x")}}})
		w.fails(fault.OwnershipUnproved, fault.StepObserve)
		b, _ := w.s3.Bucket(n1)
		b.Tags = map[string]string{"OrgId": string(id), "Cost": "42"}
		w.s3.Put(n1, b)
		w.ready(n1, provision.StatusRepaired, bucket.FacetAccessBlock, bucket.FacetFolder, bucket.FacetPolicy)
		if b, _ := w.s3.Bucket(n1); b.Tags["Cost"] != "42" || string(b.Objects["old"].Body) != "x" {
			t.Errorf("something was taken away: %+v", b)
		}
	})
}

func TestATagThatComesAMomentLaterIsWaitedFor(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{AccessBlock: block(allOn)})
		time.AfterFunc(time.Second, func() { w.s3.Put(n1, s3fake.Bucket{AccessBlock: block(allOn), Tags: ourTags()}) })
		w.ready(n1, provision.StatusRepaired, bucket.FacetAccessBlock, bucket.FacetFolder, bucket.FacetPolicy)
	})
}

func TestEachMissingFacetAloneIsRepaired(t *testing.T) {
	facets := []struct {
		name   string
		damage func(*s3fake.Bucket)
		facet  bucket.Facet
	}{
		{"access block", func(b *s3fake.Bucket) { b.AccessBlock = block(allOn) }, bucket.FacetAccessBlock},
		{"folder", func(b *s3fake.Bucket) { delete(b.Objects, "pub/") }, bucket.FacetFolder},
		{"policy", func(b *s3fake.Bucket) { b.Policy = "" }, bucket.FacetPolicy},
		{"client user in the policy", func(b *s3fake.Bucket) { b.Policy = strings.ReplaceAll(b.Policy, user, "AIDAFAKE1") }, bucket.FacetPolicy},
		{"resource in the policy", func(b *s3fake.Bucket) { b.Policy = strings.ReplaceAll(b.Policy, "/pub/*", "/pub/old/*") }, bucket.FacetPolicy},
	}
	for _, f := range facets {
		t.Run(f.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.ready(n1, provision.StatusCreated, everything...)
				b, _ := w.s3.Bucket(n1)
				f.damage(&b)
				w.s3.Put(n1, b)
				w.ready(n1, provision.StatusRepaired, f.facet)
				if n := len(w.statementsOf(n1)); n != 3 {
					t.Errorf("%d statements", n)
				}
				w.s3.ForgetCalls()
				w.ready(n1, provision.StatusUnchanged)
				w.noWriteTo(n1)
			})
		})
	}
}

// Without the right to list the bucket a folder that can't be read looks absent.
func TestAFolderThatCannotBeSeenIsNoChange(t *testing.T) {
	inWorld(t, func(w *world) {
		w.ready(n1, provision.StatusCreated, everything...)
		w.s3.SetFault(s3fake.Always("HeadObject", s3fake.Fault{Status: 403}))
		w.ready(n1, provision.StatusUnchanged)
	})
}

func TestAMissingUserKeepsTheBucketPrivateUntilItAppears(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.RemoveUser(user)
		if f := w.fails(fault.ClientUserNotFound, fault.StepPolicy); !strings.Contains(f.Message, "the client's IAM user "+user) {
			t.Errorf("the failure doesn't say who is missing: %v", f)
		}
		if w.s3.AnonymousCanRead(n1, "pub/x") {
			t.Error("the bucket is public")
		}
		w.s3.AddUser(user)
		w.ready(n1, provision.StatusRepaired, bucket.FacetPolicy)
	})
}

func TestASleepingPublicStatementIsNotWoken(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn), Policy: publicEverything})
		w.fails(fault.ForeignPublicStatement, fault.StepPolicy)
		w.noWriteTo(n1)
		if w.s3.AnonymousCanRead(n1, "secret") {
			t.Error("the bucket is public")
		}
	})
}

const publicEverything = `{"Version":"2012-10-17","Statement":[{"Sid":"Theirs","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::` + n1 + `/*"}]}`

func TestALivePublicStatementIsWarnedOf(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), Policy: publicEverything})
		report := w.deliver()
		if report.Failure != nil || len(report.Result.Warnings) != 1 || report.Result.Warnings[0].Code != fault.ForeignPublicStatement {
			t.Fatalf("got %+v %v", report.Failure, report.Result.Warnings)
		}
		if st := w.statementsOf(n1); len(st) != 4 || st[0]["Sid"] != "Theirs" {
			t.Errorf("statements %v", st)
		}
	})
}

func TestOurOwnStatementThatOpensTooMuchIsPutRightBeforeItWakes(t *testing.T) {
	inWorld(t, func(w *world) {
		tooWide := strings.ReplaceAll(policyOf(t, n1), n1+"/pub/*", n1+"/*")
		w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn), Policy: tooWide})
		w.s3.SetFault(func(s3fake.Request) *s3fake.Fault { // before every call
			if w.s3.AnonymousCanRead(n1, "secret") {
				t.Error("a file outside pub/ is public")
			}
			return nil
		})
		w.ready(n1, provision.StatusRepaired, bucket.FacetAccessBlock, bucket.FacetFolder, bucket.FacetPolicy)
	})
}

func TestAnAccountsBlockIsNamed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.SetAccountBlock(account, allOn)
		w.fails(fault.PublicPolicyBlocked, fault.StepPolicy)
		w.s3.SetAccountBlock(account, s3fake.AccessBlock{})
		w.ready(n1, provision.StatusRepaired, bucket.FacetPolicy)
	})
}

func TestTheQuotaIsNamed(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.SetQuota(0)
		w.fails(fault.BucketQuotaExceeded, fault.StepCreate)
	})
}

func TestAMissingPermissionIsNamed(t *testing.T) {
	tests := []struct {
		action string
		step   fault.Step
		facet  bucket.Facet
	}{
		{"s3:CreateBucket", fault.StepCreate, bucket.FacetBucket},
		{"s3:PutBucketPublicAccessBlock", fault.StepAccessBlock, bucket.FacetAccessBlock},
		{"s3:PutObject", fault.StepFolder, bucket.FacetFolder},
		{"s3:PutBucketPolicy", fault.StepPolicy, bucket.FacetPolicy},
	}
	for _, test := range tests {
		t.Run(test.action, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.claim(n1) // writing the claim needs one of the rights, too
				w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn)})
				if test.step == fault.StepCreate {
					w.s3.Remove(n1)
					w.s3.Put(homes, s3fake.Bucket{})
				}
				w.s3.SetIdentity("function", s3fake.Identity{Lacks: []string{test.action}})
				report := w.deliver()
				if report.Failure == nil || report.Failure.Code != fault.AccessDenied || report.Failure.Step != test.step {
					t.Fatalf("got %+v, want AccessDenied at %s", report.Failure, test.step)
				}
				if slices.Contains(report.Result.Changes, test.facet) {
					t.Errorf("it is said to have changed %v", report.Result.Changes)
				}
			})
		})
	}
}
