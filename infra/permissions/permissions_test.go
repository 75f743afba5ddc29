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

const account, bucketARN = "935799716578", "arn:aws:s3:::fusion-rms-xmsqa1"

func document(t *testing.T, partition string) []byte {
	t.Helper()
	data, err := permissions.Document(permissions.S3(permissions.Scope{Partition: partition, Account: account, BucketPrefix: "fusion-rms-"}))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestTheRoleIsAsItWasReviewed: a change to what the function may do has to be
// seen in a diff.
func TestTheRoleIsAsItWasReviewed(t *testing.T) {
	var pretty bytes.Buffer
	if err := json.Indent(&pretty, document(t, "aws"), "", "  "); err != nil {
		t.Fatal(err)
	}
	pretty.WriteByte('\n')
	const path = "testdata/role.json"
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
		t.Errorf("%s differs (go test -update writes it anew)\ngot:\n%s", path, pretty.Bytes())
	}
}

// keys gives condition keys; own adds those of a bucket of our account.
func keys(pairs ...string) map[string][]string {
	m := map[string][]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = append(m[pairs[i]], pairs[i+1])
	}
	return m
}

func own(pairs ...string) map[string][]string {
	return keys(append(pairs, "s3:ResourceAccount", account)...)
}

func TestTheFunctionCanDoItsJob(t *testing.T) {
	for name, c := range map[string]call{
		"create a bucket":               {"s3:CreateBucket", bucketARN, keys("aws:TagKeys", "OrgId", "aws:RequestTag/OrgId", "xmsqa1")},
		"tag it while creating it":      {"s3:TagResource", bucketARN, keys("aws:TagKeys", "OrgId", "aws:RequestTag/OrgId", "xmsqa1")},
		"see whose it is":               {"s3:GetBucketTagging", bucketARN, own()},
		"read the public access block":  {"s3:GetBucketPublicAccessBlock", bucketARN, own()},
		"read the policy":               {"s3:GetBucketPolicy", bucketARN, own()},
		"write the public access block": {"s3:PutBucketPublicAccessBlock", bucketARN, own()},
		"write the policy":              {"s3:PutBucketPolicy", bucketARN, own()},
		"see the folder":                {"s3:GetObject", bucketARN + "/pub/", own()},
		"create the folder":             {"s3:PutObject", bucketARN + "/pub/", own("s3:if-none-match", "*")},
	} {
		for _, partition := range []string{"aws", "aws-cn", "aws-us-gov"} {
			c.resource = strings.Replace(c.resource, "arn:aws:", "arn:"+partition+":", 1)
			if !allows(t, document(t, partition), c) {
				t.Errorf("in %s it can't %s", partition, name)
			}
			c.resource = strings.Replace(c.resource, "arn:"+partition+":", "arn:aws:", 1)
		}
	}
}

// never is what the function must not be able to do.
var never = map[string]call{
	"read a client's file":                        {"s3:GetObject", bucketARN + "/private/x", own()},
	"read a public file":                          {"s3:GetObject", bucketARN + "/pub/x", own()},
	"read a file whose key ends like the folder":  {"s3:GetObject", bucketARN + "/private/pub/", own()},
	"read an old version of the folder's object":  {"s3:GetObjectVersion", bucketARN + "/pub/", own()},
	"write a client's file":                       {"s3:PutObject", bucketARN + "/private/x", own("s3:if-none-match", "*")},
	"write a public file":                         {"s3:PutObject", bucketARN + "/pub/x", own("s3:if-none-match", "*")},
	"write a file whose key ends like the folder": {"s3:PutObject", bucketARN + "/private/pub/", own("s3:if-none-match", "*")},
	"overwrite the folder's object":               {"s3:PutObject", bucketARN + "/pub/", own()},
	"overwrite it if it's what it was":            {"s3:PutObject", bucketARN + "/pub/", own("s3:if-none-match", "abc")},
	"delete a file":                               {"s3:DeleteObject", bucketARN + "/pub/", own()},
	"delete a version":                            {"s3:DeleteObjectVersion", bucketARN + "/pub/", own()},
	"list a bucket":                               {"s3:ListBucket", bucketARN, own()},
	"list versions":                               {"s3:ListBucketVersions", bucketARN, own()},
	"list all buckets":                            {"s3:ListAllMyBuckets", "*", own()},
	"delete a bucket":                             {"s3:DeleteBucket", bucketARN, own()},
	"re-tag a bucket":                             {"s3:PutBucketTagging", bucketARN, own()},
	"untag a bucket":                              {"s3:UntagResource", bucketARN, own("aws:TagKeys", "OrgId")},
	"create a bucket with another tag":            {"s3:TagResource", bucketARN, keys("aws:TagKeys", "Env", "aws:RequestTag/Env", "x")},
	"create a bucket with one tag more":           {"s3:TagResource", bucketARN, keys("aws:TagKeys", "OrgId", "aws:TagKeys", "Env", "aws:RequestTag/OrgId", "xmsqa1", "aws:RequestTag/Env", "x")},
	"tag without a tag":                           {"s3:TagResource", bucketARN, nil},
	"tag a file":                                  {"s3:PutObjectTagging", bucketARN + "/pub/", own()},
	"give a file's rights away":                   {"s3:PutObjectAcl", bucketARN + "/pub/", own()},
	"give a bucket's rights away":                 {"s3:PutBucketAcl", bucketARN, own()},
	"switch ACLs on":                              {"s3:PutBucketOwnershipControls", bucketARN, own()},
	"delete a policy":                             {"s3:DeleteBucketPolicy", bucketARN, own()},
	"open the account's public access block":      {"s3:PutAccountPublicAccessBlock", "*", own()},
	"replicate a bucket":                          {"s3:PutReplicationConfiguration", bucketARN, own()},
	"serve a bucket as a website":                 {"s3:PutBucketWebsite", bucketARN, own()},
	"let files expire":                            {"s3:PutLifecycleConfiguration", bucketARN, own()},
	"put a policy on another account's bucket":    {"s3:PutBucketPolicy", bucketARN, keys("s3:ResourceAccount", "111122223333")},
	"put a policy on nobody knows whose bucket":   {"s3:PutBucketPolicy", bucketARN, nil},
	"open another account's bucket":               {"s3:PutBucketPublicAccessBlock", bucketARN, keys("s3:ResourceAccount", "111122223333")},
	"write into another account's folder":         {"s3:PutObject", bucketARN + "/pub/", keys("s3:ResourceAccount", "111122223333", "s3:if-none-match", "*")},
	"put a policy on a bucket of another prefix":  {"s3:PutBucketPolicy", "arn:aws:s3:::payroll", own()},
	"create a bucket of another prefix":           {"s3:CreateBucket", "arn:aws:s3:::fusion-rm", keys("aws:TagKeys", "OrgId", "aws:RequestTag/OrgId", "xmsqa1")},
	"see the folder of another prefix":            {"s3:GetObject", "arn:aws:s3:::payroll/pub/", own()},
	"reach into another partition":                {"s3:CreateBucket", "arn:aws-cn:s3:::fusion-rms-xmsqa1", keys("aws:TagKeys", "OrgId", "aws:RequestTag/OrgId", "xmsqa1")},
	"make users":                                  {"iam:CreateUser", "arn:aws:iam::" + account + ":user/rms_xmsqa1", nil},
}

func TestTheFunctionCanNeverDoMore(t *testing.T) {
	role := document(t, "aws")
	for name, c := range never {
		if allows(t, role, c) {
			t.Errorf("it can %s: %+v", name, c)
		}
	}
}

// granted adds to the role what a bucket policy, which the function may write,
// could grant it: everything in S3 on everything.
func granted(t *testing.T, partition string) []byte {
	t.Helper()
	all := permissions.S3(permissions.Scope{Partition: partition, Account: account, BucketPrefix: "fusion-rms-"})
	data, err := permissions.Document(append(all, permissions.Statement{Effect: "Allow", Action: []string{"*"}, Resource: []string{"*"}}))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestNoBucketPolicyCanGrantTheFunctionClientsFiles: whoever may put a policy
// could name itself in it, so what matters is denied.
func TestNoBucketPolicyCanGrantTheFunctionClientsFiles(t *testing.T) {
	role := granted(t, "aws")
	accessPoint := "arn:aws:s3:us-east-1:" + account + ":accesspoint/files"
	for name, c := range map[string]call{
		"read a file":                         {"s3:GetObject", bucketARN + "/private/x", own()},
		"read a file ending like the folder":  {"s3:GetObject", bucketARN + "/private/pub/", own()},
		"write a file ending like the folder": {"s3:PutObject", bucketARN + "/private/pub/", own()},
		"read a public file":                  {"s3:GetObject", bucketARN + "/pub/x", own()},
		"write a file":                        {"s3:PutObject", bucketARN + "/pub/x", own()},
		"delete a file":                       {"s3:DeleteObject", bucketARN + "/private/x", own()},
		"read a version":                      {"s3:GetObjectVersion", bucketARN + "/private/x", own()},
		"list":                                {"s3:ListBucket", bucketARN, own()},
		"delete the bucket":                   {"s3:DeleteBucket", bucketARN, own()},
		"re-tag":                              {"s3:PutBucketTagging", bucketARN, own()},
		"give rights away":                    {"s3:PutBucketAcl", bucketARN, own()},
		"read through an access point":        {"s3:GetObject", accessPoint + "/object/private/x", own()},
		"list through an access point":        {"s3:ListBucket", accessPoint, own()},
		"delete through an access point":      {"s3:DeleteObject", accessPoint + "/object/private/x", own()},
	} {
		if allows(t, role, c) {
			t.Errorf("a bucket policy could let it %s", name)
		}
	}
	if !allows(t, role, call{"sns:Publish", "arn:aws:sns:us-east-1:" + account + ":outcomes", nil}) {
		t.Error("the Deny also hits what isn't S3")
	}
}

func TestStatementsAreNamedAndComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range permissions.S3(permissions.Scope{Partition: "aws", Account: account, BucketPrefix: "fusion-rms-"}) {
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
