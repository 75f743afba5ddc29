package provision_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

func TestTheAccountsRulesAreMetByTheStagesSettings(t *testing.T) {
	tags := map[string]string{"CostCenter": "media", "Owner": "platform"}
	for name, c := range map[string]struct {
		asked s3fake.Rules
		set   bucket.Rules
		home  string
		says  []string // of the message, if it fails
	}{
		"its own namespace only":               {asked: s3fake.Rules{AccountRegional: true}, set: bucket.Rules{Namespace: "account-regional"}, home: n2},
		"its own namespace only, not set":      {asked: s3fake.Rules{AccountRegional: true}, says: []string{"service control policy", "namespace account-regional"}},
		"tags":                                 {asked: s3fake.Rules{Tags: tags}, set: bucket.Rules{Tags: tags}, home: n1},
		"tags, not set":                        {asked: s3fake.Rules{Tags: tags}, says: []string{"bucketTags"}},
		"tags, another value":                  {asked: s3fake.Rules{Tags: tags}, set: bucket.Rules{Tags: map[string]string{"CostCenter": "media", "Owner": "x"}}, says: []string{"namespace"}},
		"ownership":                            {asked: s3fake.Rules{OwnerEnforced: true}, set: bucket.Rules{Ownership: "BucketOwnerEnforced"}, home: n1},
		"ownership, not set":                   {asked: s3fake.Rules{OwnerEnforced: true}, says: []string{"bucketOwnership BucketOwnerEnforced"}},
		"all of them":                          {asked: s3fake.Rules{AccountRegional: true, Tags: tags, OwnerEnforced: true}, set: bucket.Rules{Namespace: "account-regional", Tags: tags, Ownership: "BucketOwnerEnforced"}, home: n2},
		"something else, with all settings on": {asked: s3fake.Rules{Tags: map[string]string{"x": "y"}}, set: bucket.Rules{Namespace: "account-regional", Tags: tags, Ownership: "BucketOwnerEnforced"}, says: []string{"service control policy"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, "us-east-1", c.set)
				w.s3.SetRules(c.asked)
				if c.home == "" {
					f := w.fails(fault.AccessDenied, fault.StepCreate)
					for _, says := range c.says {
						if !strings.Contains(f.Message, says) {
							t.Errorf("%q says nothing of %s", f.Message, says)
						}
					}
					if strings.Contains(f.Message, "bucketTags") && c.set.Tags != nil {
						t.Errorf("it advises what is set: %q", f.Message)
					}
					return
				}
				w.ready(c.home, provision.StatusCreated, bucket.Facets()...)
				b, _ := w.s3.Bucket(c.home)
				for key, value := range c.set.Tags {
					if b.Tags[key] != value {
						t.Errorf("the tags are %v", b.Tags)
					}
				}
				w.ready(c.home, provision.StatusUnchanged)
			})
		})
	}
}

// A home of before the setting stays the home, since the claim names it.
func TestAHomeOfTheGlobalNamespaceStaysTheHome(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "us-east-1", bucket.Rules{Namespace: "account-regional", Tags: map[string]string{"Owner": "x"}})
		w.s3.Put(n1, s3fake.Bucket{Tags: ourTags(), AccessBlock: block(allOn)})
		w.claim(n1)
		w.ready(n1, provision.StatusRepaired, "publicAccessBlock", "folder", "policy")
	})
}

// S3 doesn't always say what denies.
func TestADenialNamesTheSettingsThatMayMeetIt(t *testing.T) {
	const may, meets = "; if a service control policy denies it, a setting of the stage may meet that: namespace account-regional", "; a setting of the stage may meet that policy: namespace account-regional"
	for said, advises := range map[string]string{
		"Access Denied": may,
		"User: arn:aws:sts::935799716578:assumed-role/r/s is not authorized to perform: s3:CreateBucket on resource: \"arn:aws:s3:::b\" because no service control policy allows the s3:CreateBucket action": meets,
		"User: arn:aws:sts::935799716578:assumed-role/r/s is not authorized to perform: s3:CreateBucket on resource: \"arn:aws:s3:::b\" because no identity-based policy allows the s3:CreateBucket action":  "",
		"User: arn:aws:sts::935799716578:assumed-role/r/s is not authorized to perform: s3:CreateBucket on resource: \"arn:aws:s3:::b\" because no permissions boundary allows the s3:CreateBucket action":   "",
		"User: arn:aws:sts::935799716578:assumed-role/r/s is not authorized to perform: s3:CreateBucket on resource: \"arn:aws:s3:::b\" because no session policy allows the s3:CreateBucket action":         "",
		"User: arn:aws:sts::935799716578:assumed-role/boundary/s is not authorized to perform: s3:CreateBucket on resource: \"arn:aws:s3:::b\" with an explicit deny in a service control policy":            meets,
	} {
		inWorld(t, func(w *world) {
			w.s3.SetFault(s3fake.Always("CreateBucket", s3fake.Fault{Status: 403, Code: "AccessDenied", Message: said}))
			f := w.fails(fault.AccessDenied, fault.StepCreate)
			if !strings.Contains(f.Message, advises) || advises == "" && strings.Contains(f.Message, "setting of the stage") {
				t.Errorf("it says %q, want %q", f.Message, advises)
			}
		})
	}
}

// TestADenialOfABucketThatMeetsAllRulesAdvisesNothing: there's no setting left to try.
func TestADenialOfABucketThatMeetsAllRulesAdvisesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, "us-east-1", bucket.Rules{Namespace: "account-regional", Tags: map[string]string{"Owner": "x"}, Ownership: "BucketOwnerEnforced"})
		w.s3.SetFault(s3fake.Always("CreateBucket", s3fake.Fault{Status: 403, Code: "AccessDenied", Message: "Access Denied"}))
		if f := w.fails(fault.AccessDenied, fault.StepCreate); strings.Contains(f.Message, "setting of the stage") {
			t.Errorf("it advises: %s", f.Message)
		}
	})
}

func TestWhatIsNoDenialAdvisesNothing(t *testing.T) {
	inWorld(t, func(w *world) {
		w.s3.SetFault(s3fake.Always("CreateBucket", s3fake.Fault{Status: 500, Code: "InternalError", Message: "We encountered an internal error"}))
		if f := w.fails(fault.ServiceUnavailable, fault.StepCreate); strings.Contains(f.Message, "setting of the stage") {
			t.Errorf("it advises: %s", f.Message)
		}
	})
}
