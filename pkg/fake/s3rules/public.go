package s3rules

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// IsPublic reports whether S3 would call a bucket policy public: it has an Allow for
// everybody that no condition ties to fixed values
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status).
// A document that can't be read is public: whatever it grants isn't known to be limited.
func IsPublic(document []byte) bool {
	var policy struct{ Statement OneOrMany[statement] }
	if json.Unmarshal(document, &policy) != nil {
		return true
	}
	return slices.ContainsFunc(policy.Statement, statement.public)
}

type statement struct {
	Effect       string
	Principal    principals
	NotPrincipal json.RawMessage
	Condition    Condition
}

func (s statement) public() bool {
	everybody := slices.Contains(s.Principal, "*") || s.NotPrincipal != nil
	return s.Effect == "Allow" && everybody && !s.Condition.Limits()
}

// fixing are the condition keys (in lower case) that make a statement for
// everybody non-public when they are given fixed values.
var fixing = []string{
	"aws:sourceip", "aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner", "aws:sourceaccount",
	"aws:principalorgid", "aws:principalorgpaths", "aws:userid", "s3:dataaccesspointaccount",
	"s3:dataaccesspointarn", "s3:x-amz-server-side-encryption-aws-kms-key-id",
}

// Condition is a statement's, by operator and key.
type Condition map[string]map[string]OneOrMany[any]

// Limits reports whether the condition limits a statement to fixed values.
// Operators that exclude, or that hold when the key is absent, limit nothing.
func (c Condition) Limits() bool {
	for operator, keys := range c {
		if strings.Contains(operator, "Not") || strings.HasSuffix(operator, "IfExists") || strings.HasPrefix(operator, "ForAllValues") || operator == "Null" {
			continue
		}
		for key, values := range keys {
			key = strings.ToLower(key)
			if slices.Contains(fixing, key) && !slices.ContainsFunc(values, func(v any) bool { return open(key, v) }) {
				return true
			}
		}
	}
	return false
}

// accessPoints are the access points of one account, whose names may be open.
var accessPoints = regexp.MustCompile(`^arn:[a-z-]+:s3:[a-z0-9-]+:[0-9]{12}:accesspoint/[^$]*$`)

// open reports whether a value of a condition leaves the choice to the caller. So does
// a range of addresses wider than /8, for IPv6 /32.
func open(key string, value any) bool {
	text, ok := value.(string)
	if address, bits, isRange := strings.Cut(text, "/"); key == "aws:sourceip" && isRange {
		n, err := strconv.Atoi(bits)
		return err != nil || n < 8 || strings.Contains(address, ":") && n < 32
	}
	if key == "s3:dataaccesspointarn" && accessPoints.MatchString(text) {
		return false
	}
	return !ok || strings.ContainsAny(text, "*?$")
}

// principals are all names in a Principal element, of whatever kind.
type principals []string

// UnmarshalJSON reads "*" or principals by type.
func (p *principals) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '{' {
		var kinds map[string]OneOrMany[string]
		err := json.Unmarshal(data, &kinds)
		for _, names := range kinds {
			*p = append(*p, names...)
		}
		return err
	}
	return json.Unmarshal(data, (*OneOrMany[string])(p))
}

// OneOrMany is what a policy may write as a single value or as a list.
type OneOrMany[T any] []T

// UnmarshalJSON reads a list, or a single value as a list of one.
func (o *OneOrMany[T]) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '[' {
		return json.Unmarshal(data, (*[]T)(o))
	}
	var one T
	err := json.Unmarshal(data, &one)
	*o = []T{one}
	return err
}
