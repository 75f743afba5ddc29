package s3server

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/versity/versitygw/auth"
	"github.com/versity/versitygw/s3err"
)

// Rules are what the organization's service control policy asks of new buckets. The
// zero value asks nothing. versitygw knows no such policies.
type Rules struct {
	AccountRegional bool              // of the account's own namespace
	Tags            map[string]string // with these tags
	OwnerEnforced   bool              // with the object ownership BucketOwnerEnforced in the request
}

// rulesInForce keeps the rules.
type rulesInForce struct {
	mu  sync.Mutex
	now Rules
}

// SetRules sets the rules for all requests from now on.
func (s *Server) SetRules(r Rules) {
	s.rules.mu.Lock()
	defer s.rules.mu.Unlock()
	s.rules.now = r
}

// allow reports whether a bucket may be created so, with these headers.
func (r *rulesInForce) allow(in *s3.CreateBucketInput, namespace, ownership string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	has := map[string]string{}
	if c := in.CreateBucketConfiguration; c != nil {
		for _, t := range c.Tags {
			has[aws.ToString(t.Key)] = aws.ToString(t.Value)
		}
	}
	for key, value := range r.now.Tags {
		if has[key] != value {
			return false
		}
	}
	return (!r.now.AccountRegional || namespace == string(types.BucketNamespaceAccountRegional)) &&
		(!r.now.OwnerEnforced || ownership == string(types.ObjectOwnershipBucketOwnerEnforced))
}

// deniedByRule is what AWS answers to whom a service control policy denies something; it
// doesn't say what the policy asks for
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html).
func deniedByRule(ctx context.Context, bucket string) error {
	caller, _ := ctx.Value("account").(auth.Account)
	return s3err.APIError{
		Code: "AccessDenied", HTTPStatusCode: http.StatusForbidden,
		Description: fmt.Sprintf("User: %s is not authorized to perform: s3:CreateBucket on resource: %q with an explicit deny in a service control policy", caller.Arn, auth.ResourceArnPrefix+bucket),
	}
}
