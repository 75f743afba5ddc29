// Package request is what the contestants of the benchmark share: reading a
// message, and what an organization's bucket should be. It knows no more than a
// first version would: one message format, no rules for ids, fixed names.
package request

import (
	"encoding/json"
	"fmt"
)

// Event is what Lambda hands over of a batch of SQS messages.
type Event struct{ Records []Record }

// Record is one message.
type Record struct{ MessageId, Body string }

// Organization reads an organization's id out of a message's body.
func Organization(body string) (string, error) {
	var message struct {
		OrgID string `json:"orgId"`
	}
	if err := json.Unmarshal([]byte(body), &message); err != nil {
		return "", fmt.Errorf("read the message %q: %w", body, err)
	}
	if message.OrgID == "" {
		return "", fmt.Errorf("the message %q has no orgId", body)
	}
	return message.OrgID, nil
}

// Bucket is the name of an organization's bucket.
func Bucket(organization string) string { return "fusion-rms-" + organization }

// policy has the bucket and the client's IAM user left out.
const policy = `{"Version":"2012-10-17","Statement":[` +
	`{"Sid":"OrgbucketPublicRead","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::%[1]s/pub/*"},` +
	`{"Sid":"OrgbucketClientObjects","Effect":"Allow","Principal":{"AWS":"%[2]s"},"Action":["s3:GetObject","s3:PutObject","s3:DeleteObject"],"Resource":"arn:aws:s3:::%[1]s/*"},` +
	`{"Sid":"OrgbucketClientList","Effect":"Allow","Principal":{"AWS":"%[2]s"},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::%[1]s"}]}`

// Policy is the bucket policy that an organization's bucket should have.
func Policy(account, organization string) string {
	return fmt.Sprintf(policy, Bucket(organization), "arn:aws:iam::"+account+":user/rms_"+organization)
}

// Outcome is a short version of what is published.
func Outcome(organization string) string {
	return fmt.Sprintf(`{"orgId":%q,"status":"created","bucket":{"name":%q}}`, organization, Bucket(organization))
}
