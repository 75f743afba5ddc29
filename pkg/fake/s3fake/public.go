package s3fake

import (
	"slices"
	"strings"
)

// public tells whether S3 calls the policy public: an Allow for everybody that
// no condition ties to fixed values
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status).
func (p policy) public() bool {
	return slices.ContainsFunc(p.Statement, func(s statement) bool {
		return s.Effect == "Allow" && (s.Principal.anyone() || s.NotPrincipal != nil) && !s.tied()
	})
}

// tyingKeys are condition keys, in lower case, that tie a statement down when
// they are given fixed values; from the same page.
var tyingKeys = []string{
	"aws:sourceip", "aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner", "aws:sourceaccount",
	"aws:principalorgid", "aws:principalorgpaths", "aws:principalarn", "aws:principalaccount", "aws:userid",
	"s3:x-amz-server-side-encryption-aws-kms-key-id", "s3:dataaccesspointarn", "s3:dataaccesspointaccount",
}

// tied tells whether a condition limits the statement to fixed values. Operators
// that exclude, or hold if the key is absent, limit nothing.
func (s statement) tied() bool {
	for operator, keys := range s.Condition {
		if strings.Contains(operator, "Not") || strings.HasSuffix(operator, "IfExists") || operator == "Null" {
			continue
		}
		for key, values := range keys {
			if slices.Contains(tyingKeys, strings.ToLower(key)) && !slices.ContainsFunc(values, isOpen) {
				return true
			}
		}
	}
	return false
}

// isOpen tells whether a condition's value leaves a choice: a wildcard, a
// variable, or every address there is.
func isOpen(value any) bool {
	text, isText := value.(string)
	return !isText || strings.ContainsAny(text, "*?$") || strings.HasSuffix(text, "/0")
}
