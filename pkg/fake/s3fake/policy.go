package s3fake

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"

	"github.com/fusionpos/orgbucket/pkg/fake/s3rules"
)

// maxPolicySize is S3's limit in bytes, white space aside
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/add-bucket-policy.html).
const maxPolicySize = 20 * 1024

// getPolicy returns the policy, or S3's error if the bucket has none
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketPolicy.html).
func getPolicy(_ *Server, _ Request, b *Bucket) answer {
	if b.Policy == "" {
		return refuse(http.StatusNotFound, "NoSuchBucketPolicy", "The bucket policy does not exist")
	}
	a := ok(http.StatusOK)
	a.header.Set("Content-Type", "application/json")
	a.body = []byte(b.Policy)
	return a
}

// putPolicy replaces the policy. That S3 checks the public access block last isn't
// documented.
func putPolicy(s *Server, r Request, b *Bucket) answer {
	if refused := s.checkPolicy(r); refused != nil {
		return *refused
	}
	if s3rules.IsPublic(r.Body) && s.restricts(*b).BlockPublicPolicy {
		// The text is the one that S3 gives; the guide has another one
		// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html).
		return unauthorized(s.identity(r.Caller), "s3:PutBucketPolicy", resourceOf(r), "public policies are blocked by the BlockPublicPolicy block public access setting.")
	}
	s.change(r.Bucket, func(b *Bucket) { b.Policy = string(r.Body) })
	return ok(http.StatusNoContent)
}

func deletePolicy(s *Server, r Request, _ *Bucket) answer {
	s.change(r.Bucket, func(b *Bucket) { b.Policy = "" })
	return ok(http.StatusNoContent)
}

// checkPolicy refuses a document that S3 can't use. All such are MalformedPolicy,
// and only the text tells why
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-bucket-user-policy-specifying-principal-intro.html).
func (s *Server) checkPolicy(r Request) *answer {
	var compact bytes.Buffer
	var p policy
	if len(r.Body) == 0 || r.Body[0] != '{' || json.Compact(&compact, r.Body) != nil {
		return malformedPolicy("Policies must be valid JSON and the first byte must be '{'")
	}
	if json.Unmarshal(r.Body, &p) != nil {
		return malformedPolicy("Policy has invalid syntax")
	}
	if compact.Len() > maxPolicySize {
		a := refuse(http.StatusBadRequest, "PolicyTooLarge", "Policy exceeds the maximum allowed document size.")
		return &a
	}
	if len(p.Statement) == 0 {
		return malformedPolicy("Missing required field Statement")
	}
	for _, st := range p.Statement {
		if why := st.invalid(r.Bucket); why != "" {
			return malformedPolicy(why)
		}
	}
	if s.invalidPrincipal(p) {
		return malformedPolicy("Invalid principal in policy")
	}
	return nil
}

func malformedPolicy(why string) *answer {
	a := refuse(http.StatusBadRequest, "MalformedPolicy", why)
	return &a
}

// invalid returns what is wrong with a statement, principals aside, or "".
func (s statement) invalid(bucket string) string {
	resource := regexp.MustCompile(`^arn:[a-z-]+:s3:::` + regexp.QuoteMeta(bucket) + `(/.*)?$`)
	foreign := func(arn string) bool { return !resource.MatchString(arn) }
	switch {
	case s.Effect != "Allow" && s.Effect != "Deny":
		return "Missing required field Effect"
	case s.Principal == nil && s.NotPrincipal == nil:
		return "Missing required field Principal"
	case s.Action == nil && s.NotAction == nil:
		return "Missing required field Action"
	case s.Resource == nil && s.NotResource == nil:
		return "Missing required field Resource"
	case slices.ContainsFunc(s.Resource, foreign), slices.ContainsFunc(s.NotResource, foreign):
		return "Policy has invalid resource"
	}
	return ""
}
