package permissions_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/infra/permissions"
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
