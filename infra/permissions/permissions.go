// Package permissions is what the function may do, statement by statement: the
// one place that both the deployed role and the local run's IAM user are made
// from. It imports neither CDK nor the SDK, so that a reviewer reads rules only.
package permissions

import (
	"encoding/json"
	"fmt"
)

// Statement is one statement of an IAM policy
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).
type Statement struct {
	Sid         string
	Effect      string
	Action      []string                       `json:",omitempty"`
	NotAction   []string                       `json:",omitempty"`
	Resource    []string                       `json:",omitempty"`
	NotResource []string                       `json:",omitempty"`
	Condition   map[string]map[string][]string `json:",omitempty"`
}

// Scope is where the statements hold.
type Scope struct {
	Partition    string // aws, aws-cn or aws-us-gov
	Account      string // owner of the buckets
	BucketPrefix string // "fusion-rms-"
}

// Buckets is the ARN of all buckets in scope; the objects in them begin with it.
func (s Scope) Buckets() string {
	return fmt.Sprintf("arn:%s:s3:::%s*", s.Partition, s.BucketPrefix)
}

// Document is the statements as an IAM policy.
func Document(statements []Statement) ([]byte, error) {
	policy, err := json.Marshal(struct {
		Version   string
		Statement []Statement
	}{"2012-10-17", statements})
	if err != nil {
		return nil, fmt.Errorf("encode IAM policy: %w", err)
	}
	return policy, nil
}
