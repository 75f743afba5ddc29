package permissions_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/infra/permissions"
)

// operators are the policies of docs/iam by their files. Each adds to the one
// before it.
var operators = map[string]func(permissions.Stage) []permissions.Statement{
	"operator-read":   permissions.OperatorRead,
	"operator-replay": permissions.OperatorAct,
	"operator-adopt":  permissions.OperatorAdopt,
	"guardrail-scp": func(s permissions.Stage) []permissions.Statement {
		return permissions.Guardrail(s, "QUALIFIER", "arn:aws:iam::ACCOUNT:role/OPERATORS")
	},
}

// placeholders are what a reader of docs/iam puts his own values in for.
var placeholders = permissions.Stage{
	Scope: permissions.Scope{Partition: "aws", Account: "ACCOUNT", BucketPrefix: "PREFIX", HomesBucket: "orgbucket-STAGE-homes-ACCOUNT-REGION-an"},
	Name:  "STAGE", Region: "REGION", ClientAccount: "ACCOUNT", ClientUserPrefix: "rms_",
}

// TestTheOperatorsPoliciesInTheDocumentationAreTheseOnes: the files are for
// copying, the functions for reviewing and for the tests in infra.
func TestTheOperatorsPoliciesInTheDocumentationAreTheseOnes(t *testing.T) {
	for name, statements := range operators {
		sameAsFile(t, "../../docs/iam/"+name+".json", statements(placeholders))
	}
}

// TestAnOperatorsPolicyFitsIntoAManagedPolicy: IAM counts all characters but
// white space (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
// The room is for longer names than the placeholders.
func TestAnOperatorsPolicyFitsIntoAManagedPolicy(t *testing.T) {
	const most, room = 6144, 1500
	for name, statements := range operators {
		document, err := permissions.Document(statements(placeholders))
		if err != nil {
			t.Fatal(err)
		}
		if len(document) > most-room {
			t.Errorf("%s has %d characters, at most %d are allowed", name, len(document), most)
		}
	}
}

// withoutResources are the actions that IAM knows no resource for, or that AWS wants for
// all of them, so that it takes nothing but "*". All of them only read.
var withoutResources = []string{
	"s3:ListAllMyBuckets", "s3:GetAccountPublicAccessBlock", "iam:ListUsers", "tag:GetResources",
	"lambda:ListEventSourceMappings", "ce:ListCostAllocationTags", "ce:ListCostAllocationTagBackfillHistory", "ce:GetCostAndUsage", "cloudwatch:DescribeAlarms",
}

func TestAnOperatorsStatementsNameActionsAndResources(t *testing.T) {
	seen := map[string]bool{}
	for name, statements := range operators {
		for _, s := range statements(placeholders) {
			if s.Sid == "" || seen[s.Sid] {
				t.Errorf("%s: Sid %q", name, s.Sid)
			}
			seen[s.Sid] = true
			if len(s.Action) == 0 || len(s.Resource) == 0 || len(s.NotAction)+len(s.NotResource) > 0 {
				t.Errorf("%s: %s doesn't say what it allows on what", name, s.Sid)
			}
			for _, a := range s.Action {
				if strings.ContainsAny(a, "*?") {
					t.Errorf("%s: %s has the pattern %s", name, s.Sid, a)
				}
				if slices.Contains(s.Resource, "*") != slices.Contains(withoutResources, a) {
					t.Errorf("%s: %s has %s on %v", name, s.Sid, a, s.Resource)
				}
			}
			for _, r := range s.Resource {
				if r != "*" && !strings.Contains(r, "ACCOUNT") && !strings.HasPrefix(r, "arn:aws:s3:::PREFIX") {
					t.Errorf("%s: %s reaches %s, which isn't this account's", name, s.Sid, r)
				}
			}
		}
	}
}

// writes are the beginnings of the names of actions that change something; of
// those, looking needs one.
var writes = []string{"Put", "Create", "Delete", "Send", "Tag", "Untag", "Set", "Subscribe", "Unsubscribe", "Publish", "Purge", "Update", "Start", "Change", "Add", "Remove"}

func TestLookingChangesNothingButForHowLongADeadLetterIsHidden(t *testing.T) {
	for _, s := range permissions.OperatorRead(placeholders) {
		for _, a := range s.Action {
			_, verb, _ := strings.Cut(a, ":")
			if slices.ContainsFunc(writes, func(w string) bool { return strings.HasPrefix(verb, w) }) && a != "sqs:ChangeMessageVisibility" {
				t.Errorf("%s allows %s", s.Sid, a)
			}
		}
	}
}

func TestOperatorsPoliciesAreInTheStagesPartition(t *testing.T) {
	china := placeholders
	china.Partition = "aws-cn"
	for name, statements := range operators {
		for _, s := range statements(china) {
			for _, r := range s.Resource {
				if r != "*" && !strings.HasPrefix(r, "arn:aws-cn:") {
					t.Errorf("%s: %s has %s", name, s.Sid, r)
				}
			}
		}
	}
}
