package system

import (
	"reflect"
	"testing"

	"github.com/fusionpos/orgbucket/infra/permissions"
)

type conditions = map[string]map[string][]string

func TestOnlyConditionsThatTheServerCantJudgeAreLeftOut(t *testing.T) {
	role := []permissions.Statement{
		{Sid: "One", Effect: "Allow", Action: []string{"s3:GetBucketPolicy"}, Resource: []string{"*"}, Condition: conditions{
			"StringEquals": {"s3:ResourceAccount": {"1"}, "aws:UserName": {"x"}}, "Bool": {"aws:SecureTransport": {"true"}},
		}},
		{Sid: "Two", Effect: "Deny", NotAction: []string{"s3:PutObject"}, NotResource: []string{"b"}, Condition: conditions{
			"StringEquals": {"s3:ResourceAccount": {"1"}}, "Null": {"s3:ResourceAccount": {"false"}},
		}},
		{Sid: "Three", Effect: "Allow", Action: []string{"s3:CreateBucket"}, Resource: []string{"*"}},
	}
	local, differences := localize(role)
	want := []permissions.Statement{role[0], role[1], role[2]}
	want[0].Condition = conditions{"StringEquals": {"aws:UserName": {"x"}}, "Bool": {"aws:SecureTransport": {"true"}}}
	want[1].Condition = nil
	if !reflect.DeepEqual(local, want) {
		t.Errorf("got  %+v\nwant %+v", local, want)
	}
	if text := []string{"no condition on s3:ResourceAccount, which versitygw doesn't know (One, Two)"}; !reflect.DeepEqual(differences, text) {
		t.Errorf("differences are %q, want %q", differences, text)
	}
}

func TestTheRolesStatementsStayButForTheirConditions(t *testing.T) {
	role := permissions.S3(permissions.Scope{Partition: "aws", Account: account, BucketPrefix: "fusion-rms-", HomesBucket: homesBucket})
	local, differences := localize(role)
	if len(local) != len(role) || len(differences) == 0 {
		t.Fatalf("%d statements became %d, with the differences %q", len(role), len(local), differences)
	}
	for i := range role {
		want := role[i]
		want.Condition = nil
		if !reflect.DeepEqual(local[i], want) {
			t.Errorf("statement %s became %+v, want %+v", role[i].Sid, local[i], want)
		}
	}
}
