package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestTheRulesTellOfOthersAndNotOfTheFunction: events as AWS documents them, judged by
// what EventBridge's patterns mean
// (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html).
func TestTheRulesTellOfOthersAndNotOfTheFunction(t *testing.T) {
	tpl := shared().stacks["prod"]
	role := "arn:aws:sts::" + account + ":assumed-role/" + strings.TrimPrefix(tpl.resolved(tpl.Outputs["RoleArn"].Value).(string), "arn:aws:iam::"+account+":role/") + "/orgbucket-prod-provision-bucket"
	const eve = "arn:aws:iam::" + account + ":user/eve"
	tag := func(bucket, key string, version int) map[string]any {
		return map[string]any{"source": "aws.tag", "detail-type": "Tag Change on Resource", "resources": []any{"arn:aws:s3:::" + bucket}, "detail": map[string]any{
			"changed-tag-keys": []any{key}, "service": "s3", "resource-type": "bucket", "version": float64(version), "tags": map[string]any{key: "x"},
		}}
	}
	call := func(source, event, by string, parameters map[string]any) map[string]any {
		return map[string]any{"source": source, "detail-type": "AWS API Call via CloudTrail", "detail": map[string]any{
			"eventName": event, "userIdentity": map[string]any{"arn": by}, "requestParameters": parameters,
		}}
	}
	s3 := func(event, bucket, by string) map[string]any {
		return call("aws.s3", event, by, map[string]any{"bucketName": bucket})
	}
	refused := s3("PutBucketPolicy", "fusion-rms-xmsqa1", eve)
	refused["detail"].(map[string]any)["errorCode"] = "AccessDenied"
	for name, c := range map[string]struct {
		event map[string]any
		rule  string // that tells of it; empty if none does
	}{
		"a bucket is given to another organization": {tag("fusion-rms-xmsqa1", "OrgId", 3), "Retagged"},
		"a bucket is put on hold":                   {tag("fusion-rms-xmsqa1", "OrgbucketHold", 2), "Retagged"},
		"a bucket is created":                       {tag("fusion-rms-xmsqa1", "OrgId", 1), ""},
		"a bucket gets a cost center":               {tag("fusion-rms-xmsqa1", "CostCenter", 2), ""},
		"another stage's bucket is tagged":          {tag("fusion-rmsdev-xmsqa1", "OrgId", 2), ""},
		"somebody writes a policy":                  {s3("PutBucketPolicy", "fusion-rms-xmsqa1", eve), "Touched"},
		"somebody in another role writes a policy":  {s3("PutBucketPolicy", "fusion-rms-xmsqa1", "arn:aws:sts::"+account+":assumed-role/admin/eve"), "Touched"},
		"somebody is refused":                       {refused, ""},
		"somebody deletes a bucket":                 {s3("DeleteBucket", "fusion-rms-xmsqa1", eve), "Touched"},
		"somebody closes a bucket":                  {s3("PutBucketPublicAccessBlock", "fusion-rms-xmsqa1", eve), "Touched"},
		"somebody has new files under a key":        {s3("PutBucketEncryption", "fusion-rms-xmsqa1", eve), "Touched"},
		"somebody has the public pay":               {s3("PutBucketRequestPayment", "fusion-rms-xmsqa1", eve), "Touched"},
		"somebody stops the claims' versions":       {s3("PutBucketVersioning", homesBucket, eve), "Touched"},
		"the function writes a policy":              {s3("PutBucketPolicy", "fusion-rms-xmsqa1", role), ""},
		"the function opens a bucket":               {s3("PutBucketPublicAccessBlock", "fusion-rms-xmsqa1", role), ""},
		"a deployment writes the claims' policy":    {s3("PutBucketPolicy", homesBucket, "arn:aws:sts::"+account+":assumed-role/cdk-hnb659fds-cfn-exec-role-"+account+"-us-east-1/AWSCloudFormation"), ""},
		"somebody lists a bucket":                   {s3("ListObjects", "fusion-rms-xmsqa1", eve), ""},
		"somebody writes another bucket's policy":   {s3("PutBucketPolicy", "fusion-backups", eve), ""},
		"somebody disables a topic's key":           {call("aws.kms", "DisableKey", eve, map[string]any{"keyId": tpl.reference(keyID(tpl), "Arn")}), "KeyTouched"},
		"somebody disables another key":             {call("aws.kms", "DisableKey", eve, map[string]any{"keyId": "another"}), ""},
	} {
		for _, id := range []string{"Retagged", "Touched", "KeyTouched"} {
			pattern := tpl.resolved(tpl.only(t, "AWS::Events::Rule", id).Properties["EventPattern"])
			if got := matches(t, pattern, c.event); got != (c.rule == id) {
				t.Errorf("%s: %s tells of it: %t", name, id, got)
			}
		}
	}
}

// matches judges an event by a pattern, as far as the stack's patterns go: exact values,
// prefix, anything-but with prefixes, exists, and numeric with >.
func matches(t *testing.T, pattern, event any) bool {
	t.Helper()
	switch p := pattern.(type) {
	case map[string]any:
		for key, sub := range p {
			if !matches(t, sub, get(event, key)) {
				return false
			}
		}
		return true
	case []any:
		values, isList := event.([]any)
		if !isList {
			values = []any{event}
		}
		for _, want := range p {
			for _, value := range values {
				if matchesValue(t, want, value) {
					return true
				}
			}
		}
		return false
	}
	t.Fatalf("a pattern that this test can't judge: %v", pattern)
	return false
}

func matchesValue(t *testing.T, want, value any) bool {
	t.Helper()
	operator, ok := want.(map[string]any)
	if !ok {
		return want == value
	}
	text, isText := value.(string)
	switch {
	case operator["prefix"] != nil:
		return isText && strings.HasPrefix(text, operator["prefix"].(string))
	case operator["exists"] != nil:
		return operator["exists"] == (value != nil)
	case operator["numeric"] != nil:
		compare := operator["numeric"].([]any)
		number, isNumber := value.(float64)
		return compare[0] == ">" && len(compare) == 2 && isNumber && number > compare[1].(float64)
	case get(operator, "anything-but", "prefix") != nil:
		for _, prefix := range list(get(operator, "anything-but", "prefix")) {
			if strings.HasPrefix(text, prefix) {
				return false
			}
		}
		return isText
	}
	unknown, _ := json.Marshal(want)
	t.Fatalf("an operator that this test can't judge: %s", unknown)
	return false
}
