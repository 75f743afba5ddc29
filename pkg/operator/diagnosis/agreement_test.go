package diagnosis_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/provision"
)

// sights are what a name can be like.
var sights = map[string]func(w *world, name string){
	"absent": func(*world, string) {},
	"ready":  func(w *world, name string) { w.s3.Put(name, w.ready(name)) },
	"half":   func(w *world, name string) { w.s3.Put(name, w.half()) },
	"folderless": func(w *world, name string) {
		b := w.ready(name)
		b.Objects, b.AccessBlock = nil, &allOn
		w.s3.Put(name, b)
	},
	"of a deleted user": func(w *world, name string) {
		b := w.ready(name)
		b.Policy = strings.ReplaceAll(b.Policy, user, "AIDAEXAMPLE000000002")
		w.s3.Put(name, b)
	},
	"damaged": func(w *world, name string) {
		b := w.ready(name)
		b.Policy, b.AccessBlock = strings.ReplaceAll(b.Policy, "/pub/*", "/*"), &allOn
		w.s3.Put(name, b)
	},
	"with a live public statement":     func(w *world, name string) { w.put(name, with(w.ready(name).Policy, publicRead("Theirs", name)), nil) },
	"with a sleeping public statement": func(w *world, name string) { w.put(name, alone(publicRead("Theirs", name)), &allOn) },
	"with a dead principal":            func(w *world, name string) { w.put(name, alone(grants("AROAEXAMPLE000000003", name)), nil) },
	"right beside a dead principal": func(w *world, name string) {
		w.put(name, with(w.ready(name).Policy, grants("AROAEXAMPLE000000003", name)), nil)
	},
	"with a conflict": func(w *world, name string) { w.put(name, alone(publicRead(bucket.SidPublicRead, name)), nil) },
	"another's": func(w *world, name string) {
		w.s3.Put(name, s3fake.Bucket{Region: w.naming.Region, Tags: map[string]string{"OrgId": "other"}})
	},
	"untagged": func(w *world, name string) { w.s3.Put(name, s3fake.Bucket{Region: w.naming.Region}) },
	"mistagged": func(w *world, name string) {
		w.s3.Put(name, s3fake.Bucket{Region: w.naming.Region, Tags: map[string]string{"OrgId": "xmsqa1 "}})
	},
	"a stranger's":         func(w *world, name string) { w.s3.Put(name, s3fake.Bucket{Owner: stranger, Region: w.naming.Region}) },
	"a stranger's far off": func(w *world, name string) { w.s3.Put(name, s3fake.Bucket{Owner: stranger, Region: "eu-west-1"}) },
	"elsewhere":            func(w *world, name string) { w.s3.Put(name, s3fake.Bucket{Region: "eu-west-1", Tags: ours()}) },
	"hidden":               func(w *world, name string) { w.put(name, alone(hides(name)), &allOn) },
	"a hidden home":        func(w *world, name string) { w.put(name, with(w.ready(name).Policy, hides(name)), nil) },
}

func (w *world) put(name, policy string, block *s3fake.AccessBlock) {
	w.s3.Put(name, s3fake.Bucket{Region: w.naming.Region, Tags: ours(), Policy: policy, AccessBlock: block, Objects: map[string]s3fake.Object{"pub/": {}}})
}

// surroundings are what the account can be like.
var surroundings = map[string]func(w *world){
	"all well":             func(*world) {},
	"without the user":     func(w *world) { w.removeUser() },
	"in a blocked account": func(w *world) { w.blockAccount(allOn) },
	"in a restricted account": func(w *world) {
		w.blockAccount(s3fake.AccessBlock{RestrictPublicBuckets: true})
	},
	"at the quota":        func(w *world) { w.setQuota(0) },
	"in all this trouble": func(w *world) { w.removeUser(); w.blockAccount(allOn); w.setQuota(0) },
}

// TestADiagnosisAgreesWithWhatAMessageDoes holds diagnoses against messages in
// every combination of what two names can be like, in one of the account's
// surroundings, in a Region with an account-regional namespace and in one without.
//
// In these worlds the two have to agree in everything. Where they can't, and why:
//
//   - What S3 doesn't say who hides is unknown, while a message ends as
//     OwnershipUnproved (TestWhatNobodyKnowsWhoHidesItIsUnknown).
//   - What the operator may not look at or ask is unknown or unchecked, while the
//     function may (TestAnOperatorWhoMayNot…, TestWhatCannotBeAskedIsSaid).
//   - What the function alone may not do ends as AccessDenied, while the diagnosis
//     says that it would work (TestWhatOnlyTheFunctionIsDeniedIsNotSeen).
//   - What passes within seconds is waited for by a message
//     (TestADiagnosisDoesNotWait).
func TestADiagnosisAgreesWithWhatAMessageDoes(t *testing.T) {
	verdicts := map[diagnosis.Verdict]int{}
	all := slices.Sorted(maps.Keys(sights))
	around := slices.Sorted(maps.Keys(surroundings))
	claims := []string{"", n1, n2, given}
	for i, first := range all {
		for j, second := range all {
			claim := claims[(i+3*j)%len(claims)]
			// Only this account can have an account-regional name, and only here.
			if !strings.HasPrefix(second, "a stranger's") && second != "elsewhere" {
				verdicts[agreeIn(t, "us-east-1", first, second, around[(i+j)%len(around)], claim)]++
			}
			verdicts[agreeIn(t, "me-south-1", first, second, around[(2*i+j)%len(around)], "")]++
		}
	}
	for _, want := range []diagnosis.Verdict{diagnosis.Healthy, diagnosis.WouldWork, diagnosis.Blocked} {
		if verdicts[want] < 50 {
			t.Errorf("only %d worlds were %s: this shows little", verdicts[want], want)
		}
	}
}

func agreeIn(t *testing.T, region, first, second, around, claim string) (verdict diagnosis.Verdict) {
	t.Helper()
	inRegion(t, region, func(w *world) {
		names := w.candidates()
		sights[first](w, names[0].Name)
		sights[second](w, names[1].Name)
		surroundings[around](w)
		if claim != "" {
			w.claim(claim)
		}
		w.speaksOfThePolicy()
		if verdict = w.agree(); w.t.Failed() {
			w.t.Fatalf("in %s, the first name %s, the second %s, %s, claimed %q", region, first, second, around, claim)
		}
	})
	return verdict
}

// agree diagnoses, then delivers a message, and compares.
func (w *world) agree() diagnosis.Verdict {
	w.t.Helper()
	d := w.organization()
	result, err := w.provision()
	if err != nil {
		// Whether somebody who is named by an id lives only S3 knows, so another obstacle
		// is named before that one.
		doubt := fault.Is(err, fault.ForeignPrincipalInvalid) && (d.Verdict == diagnosis.Unknown || d.Verdict == diagnosis.Blocked)
		if !doubt && (d.Verdict != diagnosis.Blocked || d.Code != fault.Of(err).Code) {
			w.t.Errorf("diagnosed %s %s (%s), but a message ended as %v", d.Verdict, d.Code, d.Reason, err)
		}
		return d.Verdict
	}
	want := diagnosis.WouldWork
	if result.Status == provision.StatusUnchanged {
		want = diagnosis.Healthy
	}
	switch {
	case d.Verdict != want || len(d.Unchecked) > 0:
		w.t.Errorf("diagnosed %s %s (%s; unchecked: %v), but a message ended as %s of %s", d.Verdict, d.Code, d.Reason, d.Unchecked, result.Status, result.Bucket)
	case !slices.Equal(d.Changes, result.Changes) && len(d.Changes)+len(result.Changes) > 0:
		w.t.Errorf("diagnosed changes %v, but a message made %v", d.Changes, result.Changes)
	case d.Bucket != "" && d.Bucket != result.Bucket:
		w.t.Errorf("diagnosed home %s, but a message found %s", d.Bucket, result.Bucket)
	case d.Bucket == "" && !strings.Contains(d.Reason, "would create bucket "+result.Bucket):
		w.t.Errorf("diagnosed %q, but a message created %s", d.Reason, result.Bucket)
	}
	for _, warning := range result.Warnings {
		if !slices.Contains(d.Warnings, warning) {
			w.t.Errorf("the warning %q of the outcome isn't among %q", warning, d.Warnings)
		}
	}
	return d.Verdict
}
