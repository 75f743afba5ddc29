package diagnosis_test

import (
	"strings"
	"testing"
	"time"

	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
)

// lacks makes the operator's credentials be without an action.
func (w *world) lacks(action string) {
	w.s3.SetIdentity("operator", s3fake.Identity{Lacks: []string{action}})
}

// unknownFor expects that it can't be told, for want of a permission.
func (w *world) unknownFor(permission string) {
	w.t.Helper()
	d := w.organization()
	if d.Verdict != diagnosis.Unknown || d.Code != fault.AccessDenied || !strings.Contains(d.Reason, permission) {
		w.t.Errorf("diagnosed %s %s: %s; want that %s is missing", d.Verdict, d.Code, d.Reason, permission)
	}
	if strings.Contains(d.Hint, "role") {
		w.t.Errorf("the hint %q is about the function's role, but it's the operator who lacks something", d.Hint)
	}
}

func (w *world) wouldWork(reason string) {
	w.t.Helper()
	if d := w.organization(); d.Verdict != diagnosis.WouldWork || !strings.Contains(d.Reason, reason) {
		w.t.Errorf("diagnosed %s %s: %s; want that it would work: %s", d.Verdict, d.Code, d.Reason, reason)
	}
}

func TestAnOperatorWhoLacksAPermissionIsToldSo(t *testing.T) {
	const tags, list = "s3:GetBucketTagging", "s3:ListAllMyBuckets"
	const claims = "s3:ListBucket"
	const policy, block = "s3:GetBucketPolicy", "s3:GetBucketPublicAccessBlock"
	ready := func(w *world) { w.s3.Put(n1, w.ready(n1)) }
	for name, c := range map[string]struct {
		lacks, says string
		prepare     func(w *world)
	}{
		"tags: the home is there":                    {tags, tags + " on arn:aws:s3:::", ready},
		"tags: the home has the second name":         {tags, tags + " on arn:aws:s3:::", func(w *world) { w.s3.Put(n2, w.ready(n2)) }},
		"tags: an untagged bucket":                   {tags, tags + " on arn:aws:s3:::", func(w *world) { w.s3.Put(n1, s3fake.Bucket{}) }},
		"tags: a stranger has the conventional name": {tags, tags + " on arn:aws:s3:::", func(w *world) { w.s3.Put(n1, s3fake.Bucket{Owner: stranger}); w.s3.Put(n2, w.ready(n2)) }},
		"tags: absent names answer 403, should S3 so": {tags, tags + " on arn:aws:s3:::", func(w *world) {
			w.s3.SetFault(s3fake.Always("GetBucketTagging", s3fake.Fault{Status: 403, Code: "AccessDenied", Message: "Access Denied"}))
		}},
		"list: a stranger's bucket":    {list, list, func(w *world) { w.s3.Put(n1, s3fake.Bucket{Owner: stranger}) }},
		"list: ours far off":           {list, list, func(w *world) { w.s3.Put(n1, s3fake.Bucket{Region: "eu-west-1", Tags: ours()}) }},
		"list: beside a half-made one": {list, list, func(w *world) { w.s3.Put(n1, s3fake.Bucket{Owner: stranger}); w.s3.Put(n2, w.half()) }},
		"the policy":                   {policy, policy + " on bucket " + n1, ready},
		"the claim, if it's absent":    {claims, claims + " for the claim", ready},
		"the access block":             {block, block + " on bucket " + n1, ready},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				c.prepare(w)
				w.lacks(c.lacks)
				w.unknownFor(c.says)
			})
		})
	}
}

func TestWhatDoesNotDependOnAPermissionIsTold(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Owner: stranger})
		w.lacks("s3:GetBucketTagging")
		w.wouldWork("would create bucket " + n2)
		w.s3.Put(n2, w.ready(n2))
		w.lacks("s3:ListAllMyBuckets")
		if d := w.organization(); d.Verdict != diagnosis.Healthy {
			t.Errorf("diagnosed %s %s: %s", d.Verdict, d.Code, d.Reason)
		}
	})
}

func TestWhatNobodyKnowsWhoHidesItIsUnknown(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Tags: ours(), Policy: alone(hides(n1))})
		w.unknownFor("s3:GetBucketTagging on arn:aws:s3:::" + n1 + ", or the bucket's policy denies it; S3 doesn't say which")
		if code := w.fails(message); code != fault.OwnershipUnproved {
			t.Errorf("a message ends as %q", code)
		}
	})
}

func TestAnEarlierDoubtCountsBeforeWhatIsHidden(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{})
		w.s3.Put(n2, s3fake.Bucket{Tags: ours(), Policy: alone(hides(n2))})
		if d := w.organization(); d.Code != fault.OwnershipUnproved || !strings.Contains(d.Reason, n1+" is in this account") {
			t.Errorf("diagnosed %s %s: %s", d.Verdict, d.Code, d.Reason)
		}
	})
}

func TestListingThatFailsIsNoPermissionThatIsMissing(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Owner: stranger})
		w.s3.SetFault(s3fake.Always("ListBuckets", s3fake.Fault{Status: 503, Code: "SlowDown"}))
		if d := w.organization(); d.Verdict != diagnosis.Unknown || d.Code != fault.Throttled {
			t.Errorf("diagnosed %s %s: %s", d.Verdict, d.Code, d.Reason)
		}
	})
}

// TestOthersBucketsThatBeginWithTheNameAreNotTakenForIt: the list is asked for by a prefix.
func TestOthersBucketsThatBeginWithTheNameAreNotTakenForIt(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Owner: stranger})
		w.s3.Put(n1+"0", s3fake.Bucket{})
		w.wouldWork("would create bucket " + n2)
	})
}

func TestWhatOnlyTheFunctionIsDeniedIsNotSeen(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.SetIdentity("function", s3fake.Identity{Lacks: []string{"s3:CreateBucket"}})
		w.wouldWork("would create bucket " + n1)
		if code := w.fails(message); code != fault.AccessDenied {
			t.Errorf("a message ends as %q", code)
		}
	})
}

func TestADiagnosisDoesNotWait(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{AccessBlock: &allOn})
		began := time.Now()
		if d := w.organization(); d.Code != fault.OwnershipUnproved || time.Since(began) > 0 {
			t.Errorf("diagnosed %s %s after %s", d.Verdict, d.Code, time.Since(began))
		}
		time.AfterFunc(time.Second, func() { w.s3.Put(n1, w.half()) })
		if code := w.fails(message); code != "" {
			t.Errorf("a message that may wait ends as %q", code)
		}
	})
}

func TestALookThatFailsForTheOperatorsReasonsComesWithTheirAdvice(t *testing.T) {
	for title, c := range map[string]struct {
		fault  s3fake.Fault
		advice string
	}{
		"the credentials expired": {s3fake.Fault{Status: 400, Code: "ExpiredToken"}, "Log in again"},
		"the key isn't known":     {s3fake.Fault{Status: 403, Code: "InvalidAccessKeyId"}, "AWS_ACCESS_KEY_ID"},
		"the clock is wrong":      {s3fake.Fault{Status: 403, Code: "RequestTimeTooSkewed"}, "clock"},
		"nothing is there":        {s3fake.Fault{Drop: true}, "network"},
	} {
		t.Run(title, func(t *testing.T) {
			inWorld(t, func(w *world) {
				w.s3.SetFault(s3fake.Always("", c.fault))
				if d := w.organization(); d.Verdict != diagnosis.Unknown || !strings.Contains(d.Hint, c.advice) {
					t.Errorf("diagnosed %s %s: %s (%s)", d.Verdict, d.Code, d.Reason, d.Hint)
				}
			})
		})
	}
}
