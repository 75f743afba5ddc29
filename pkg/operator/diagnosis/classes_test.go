package diagnosis_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/fake/s3fake"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/operator/diagnosis"
	"github.com/fusionpos/orgbucket/pkg/org"
)

var update = flag.Bool("update", false, "write the golden files anew")

const message = `{"type":"OrganizationCreated","orgId":"xmsqa1","correlationId":"signup-17"}`

// classes has a world for each class that a message can be in. What the
// diagnosis says is in testdata, a file for each.
var classes = []struct {
	file    string
	region  string
	prepare func(w *world)
	body    string // message if empty
	verdict diagnosis.Verdict
	code    fault.Code
}{
	{file: "healthy", prepare: func(w *world) { w.s3.Put(n1, w.ready(n1)) }, verdict: diagnosis.Healthy},
	{file: "would-create", prepare: func(*world) {}, verdict: diagnosis.WouldWork},
	{file: "would-create-the-alternative", prepare: func(w *world) { w.s3.Put(n1, s3fake.Bucket{Owner: stranger}) }, verdict: diagnosis.WouldWork},
	{file: "would-repair", prepare: func(w *world) { w.s3.Put(n1, w.half()) }, verdict: diagnosis.WouldWork},
	{file: "would-work-unchecked", prepare: func(w *world) {
		w.cannotTell("user", "account block", "organization block", "headroom")
	}, verdict: diagnosis.WouldWork},
	{file: "MalformedMessage", prepare: func(*world) {}, body: `{"orgId":`, verdict: diagnosis.Never, code: fault.MalformedMessage},
	{file: "UnexpectedEventType", prepare: func(*world) {}, body: `{"type":"OrganizationDeleted","orgId":"xmsqa1"}`, verdict: diagnosis.Never, code: fault.UnexpectedEventType},
	{file: "InvalidOrganizationID", prepare: func(*world) {}, body: `{"orgId":"Xmsqa1","correlationId":"signup-17"}`, verdict: diagnosis.Never, code: fault.InvalidOrganizationID},
	{file: "InvalidOrganizationID-of-its-names", prepare: func(*world) {}, body: `{"orgId":"x-an"}`, verdict: diagnosis.Never, code: fault.InvalidOrganizationID},
	{file: "ClientUserNotFound", prepare: func(w *world) { w.removeUser() }, verdict: diagnosis.Blocked, code: fault.ClientUserNotFound},
	{file: "ClientUserNotFound-deleted", prepare: func(w *world) { w.s3.Put(n1, w.ready(n1)); w.removeUser() }, verdict: diagnosis.Blocked, code: fault.ClientUserNotFound},
	{file: "PublicPolicyBlocked", prepare: func(w *world) { w.blockAccount(allOn) }, verdict: diagnosis.Blocked, code: fault.PublicPolicyBlocked},
	{file: "OwnershipUnproved", prepare: func(w *world) { w.s3.Put(n1, s3fake.Bucket{}) }, verdict: diagnosis.Blocked, code: fault.OwnershipUnproved},
	{file: "OwnershipUnproved-hidden", prepare: func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Tags: ours(), Policy: alone(hides(n1))})
		w.speaksOfThePolicy()
	}, verdict: diagnosis.Blocked, code: fault.OwnershipUnproved},
	{file: "BucketInAnotherRegion", prepare: func(w *world) { w.s3.Put(n1, s3fake.Bucket{Region: "eu-west-1", Tags: ours()}) }, verdict: diagnosis.Blocked, code: fault.BucketInAnotherRegion},
	{file: "MultipleHomes", prepare: func(w *world) { w.s3.Put(n1, w.ready(n1)); w.s3.Put(n2, w.ready(n2)) }, verdict: diagnosis.Blocked, code: fault.MultipleHomes},
	{file: "OnHold", prepare: func(w *world) {
		held := w.ready(n1)
		held.Tags["OrgbucketHold"] = "files leaked, ticket 7"
		w.s3.Put(n1, held)
	}, verdict: diagnosis.Blocked, code: fault.OnHold},
	{file: "ClaimsUnavailable", prepare: func(w *world) { w.s3.Remove(homes) }, verdict: diagnosis.Blocked, code: fault.ClaimsUnavailable},
	{file: "HomeOutOfReach", prepare: func(w *world) { w.s3.Put("old-xmsqa1", s3fake.Bucket{Tags: ours()}) }, verdict: diagnosis.Blocked, code: fault.HomeOutOfReach},
	{file: "found-under-another-name", prepare: func(w *world) { w.s3.Put(given, w.ready(given)) }, verdict: diagnosis.Healthy},
	{file: "claimed-under-another-name", prepare: func(w *world) { w.claim(given); w.s3.Put(given, w.ready(given)) }, verdict: diagnosis.Healthy},
	{file: "claimed-and-gone", prepare: func(w *world) { w.claim(n1) }, verdict: diagnosis.Blocked, code: fault.OwnershipUnproved},
	{file: "closed", prepare: func(w *world) {
		closed := w.ready(n1)
		closed.AccessBlock = &allOn
		w.s3.Put(n1, closed)
	}, verdict: diagnosis.WouldWork},
	{file: "ForeignPublicStatement", prepare: func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Tags: ours(), AccessBlock: &allOn, Policy: alone(publicRead("Theirs", n1))})
	}, verdict: diagnosis.Blocked, code: fault.ForeignPublicStatement},
	{file: "ForeignStatementUndecided", prepare: func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Tags: ours(), AccessBlock: &allOn, Policy: alone(strings.Replace(publicRead("Theirs", n1), `"Effect"`, `"Condition":{"StringLike":{"aws:Referer":"https://example.com/*"}},"Effect"`, 1))})
	}, verdict: diagnosis.Blocked, code: fault.ForeignStatementUndecided},
	{file: "ForeignPrincipalInvalid", prepare: func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Tags: ours(), Policy: alone(grants("AIDAEXAMPLE000000001", n1))})
	}, verdict: diagnosis.Unknown, code: fault.ForeignPrincipalInvalid},
	{file: "PolicyConflict", prepare: func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Tags: ours(), Policy: alone(publicRead(bucket.SidClientList, n1))})
	}, verdict: diagnosis.Blocked, code: fault.PolicyConflict},
	{file: "PolicyConflict-unreadable", prepare: func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Tags: ours(), Policy: `{"Version":"2012-10-17","statement":[]}`})
	}, verdict: diagnosis.Blocked, code: fault.PolicyConflict},
	{file: "PolicyTooLarge", prepare: func(w *world) {
		w.s3.Put(n1, s3fake.Bucket{Tags: ours(), Policy: alone(strings.Replace(grants(account, n1), "/x", "/"+strings.Repeat("x", 20_000), 1))})
	}, verdict: diagnosis.Blocked, code: fault.PolicyTooLarge},
	{file: "BucketQuotaExceeded", prepare: func(w *world) { w.setQuota(0) }, verdict: diagnosis.Blocked, code: fault.BucketQuotaExceeded},
	{file: "NoBucketNameAvailable", region: "me-south-1", prepare: func(w *world) {
		for _, c := range w.candidates() {
			w.s3.Put(c.Name, s3fake.Bucket{Owner: stranger, Region: "eu-west-1"})
		}
	}, verdict: diagnosis.Blocked, code: fault.NoBucketNameAvailable},
	{file: "AccessDenied", prepare: func(w *world) {
		w.s3.Put(n1, w.ready(n1))
		for _, who := range []string{"operator", "function"} {
			w.s3.SetIdentity(who, s3fake.Identity{Lacks: []string{"s3:GetBucketPolicy"}})
		}
	}, verdict: diagnosis.Unknown, code: fault.AccessDenied},
	{file: "Throttled", prepare: func(w *world) {
		w.s3.SetFault(s3fake.Always("", s3fake.Fault{Status: http.StatusServiceUnavailable, Code: "SlowDown", Message: "Please reduce your request rate."}))
	}, verdict: diagnosis.Unknown, code: fault.Throttled},
	{file: "ServiceUnavailable", prepare: func(w *world) {
		w.s3.SetFault(s3fake.Always("", s3fake.Fault{Status: http.StatusInternalServerError, Code: "InternalError", Message: "We encountered an internal error. Please try again."}))
	}, verdict: diagnosis.Unknown, code: fault.ServiceUnavailable},
}

func TestEachClassIsDiagnosedAndIsWhatAMessageMeets(t *testing.T) {
	for _, c := range classes {
		t.Run(c.file, func(t *testing.T) {
			region, body := c.region, c.body
			if region == "" {
				region = "us-east-1"
			}
			if body == "" {
				body = message
			}
			inRegion(t, region, func(w *world) {
				c.prepare(w)
				got := w.message(body)
				if got.Verdict != c.verdict || got.Code != c.code {
					t.Errorf("diagnosed %s %s, want %s %s: %s", got.Verdict, got.Code, c.verdict, c.code, got.Reason)
				}
				if (got.Code == "") != (got.Hint == "") || got.Reason == "" {
					t.Errorf("code %q, hint %q, reason %q", got.Code, got.Hint, got.Reason)
				}
				golden(t, c.file+".json", got)
				if code := w.fails(body); code != c.code {
					t.Errorf("a message ends as %q, diagnosed was %q", code, c.code)
				}
			})
		})
	}
}

func TestEveryCodeThatCanBeSeenIsDiagnosed(t *testing.T) {
	// These are of the delivery or its caller alone, or of a creation; nothing that can be looked at tells of them.
	unseen := map[fault.Code]bool{fault.TagsAtCreationUnsupported: true, fault.AccountProblem: true, fault.CredentialsRefused: true, fault.ClockSkewed: true, fault.RequestRefused: true, fault.OperationConflict: true, fault.DeadlineExceeded: true, fault.PublishFailed: true, fault.Internal: true}
	for _, c := range classes {
		unseen[c.code] = true
	}
	for _, code := range fault.Codes() {
		if !unseen[code] {
			t.Errorf("no world has %s", code)
		}
	}
}

// fails does what the function does with the body, and returns the failure's code.
func (w *world) fails(body string) fault.Code {
	event, err := org.Parse([]byte(body))
	if err == nil {
		_, err = w.service.Provision(w.t.Context(), event.OrgID, "m", nil)
	}
	if err == nil {
		return ""
	}
	return fault.Of(err).Code
}

func (w *world) candidates() []bucket.Candidate {
	spec, err := w.naming.Spec(id)
	if err != nil {
		w.t.Fatal(err)
	}
	return spec.Candidates
}

// golden holds v against a file that scripts rely on.
func golden(t *testing.T, name string, v any) {
	t.Helper()
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out.Bytes(), want) {
		t.Errorf("%s differs (go test -update writes it anew)\ngot:\n%s\nwant:\n%s", path, out.Bytes(), want)
	}
}
