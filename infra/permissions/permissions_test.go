package permissions_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/infra/permissions"
	"github.com/fusionpos/orgbucket/pkg/bucket"
)

var update = flag.Bool("update", false, "write the golden files anew")

// role is the function's in production. What it allows is asked of a policy engine in infra.
var role = permissions.Scope{Partition: "aws", Account: "935799716578", BucketPrefix: "fusion-rms-", HomesBucket: "orgbucket-prod-homes-935799716578-us-east-1-an"}

// TestTheRolesAreAsTheyWereReviewed: a change to what a function may do has to be
// seen in a diff.
func TestTheRolesAreAsTheyWereReviewed(t *testing.T) {
	for path, statements := range map[string][]permissions.Statement{
		"testdata/role.json": permissions.S3(role), "testdata/audit-role.json": permissions.Audit(role),
	} {
		sameAsFile(t, path, statements)
	}
}

// sameAsFile compares statements with the policy in a file, or writes it anew.
func sameAsFile(t *testing.T, path string, statements []permissions.Statement) {
	t.Helper()
	document, err := permissions.Document(statements)
	if err != nil {
		t.Fatal(err)
	}
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, document, "", "  "); err != nil {
		t.Fatal(err)
	}
	pretty.WriteByte('\n')
	if *update {
		if err := os.WriteFile(path, pretty.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(pretty.Bytes(), want) {
		t.Errorf("%s differs (go test ./infra/permissions -update writes it anew)\ngot:\n%s", path, pretty.Bytes())
	}
}

func TestStatementsAreNamedAndComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range permissions.S3(role) {
		if s.Sid == "" || seen[s.Sid] {
			t.Errorf("Sid %q", s.Sid)
		}
		seen[s.Sid] = true
		if (len(s.Action) == 0) == (len(s.NotAction) == 0) || (len(s.Resource) == 0) == (len(s.NotResource) == 0) {
			t.Errorf("%s: exactly one of Action and NotAction, Resource and NotResource is needed", s.Sid)
		}
		for _, a := range s.Action {
			if s.Effect == "Allow" && strings.ContainsAny(a, "*?") {
				t.Errorf("%s allows the pattern %s", s.Sid, a)
			}
		}
	}
}

// TestTheLongestPolicyFitsIntoARole: IAM takes 10,240 characters, white space aside
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html), and says so
// at deployment only.
func TestTheLongestPolicyFitsIntoARole(t *testing.T) {
	long := role
	long.Partition, long.BucketPrefix = "aws-us-gov", strings.Repeat("p", 19)+"-"
	long.HomesBucket = strings.Repeat("h", 63)
	long.Rules = bucket.Rules{Namespace: bucket.NamespaceAccountRegional, Ownership: bucket.OwnershipEnforced, Tags: map[string]string{}}
	for i := range 10 { // 1,000 bytes with what is between them; keys count most
		long.Rules.Tags[fmt.Sprint(i, strings.Repeat("k", 97))] = ""
	}
	naming := bucket.Naming{Account: role.Account, Region: "us-gov-west-1", BucketPrefix: long.BucketPrefix, ClientAccount: role.Account, ClientUserPrefix: "rms_", Rules: long.Rules}
	if errs := naming.Validate(); len(errs) > 0 {
		t.Fatal(errs)
	}
	arn := "arn:aws-us-gov:sqs:us-gov-west-1:935799716578:" + strings.Repeat("n", 80)
	document, err := permissions.Document(slices.Concat(permissions.S3(long), permissions.Queue(arn), permissions.Outcomes(arn, arn, "us-gov-west-1"), permissions.Logs(arn)))
	if err != nil || len(document) > 10240 {
		t.Errorf("%d characters (%v)", len(document), err)
	}
	t.Logf("%d of 10,240 characters", len(document))
}
