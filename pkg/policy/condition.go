package policy

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/arn"
)

// Condition is one key of a statement's condition. All conditions of a statement have
// to hold, each for one of its values.
type Condition struct {
	Operator string
	Key      string // lower case
	Values   []string
}

func (c Condition) compare(d Condition) int {
	return cmp.Or(cmp.Compare(c.Operator, d.Operator), cmp.Compare(c.Key, d.Key), slices.Compare(c.Values, d.Values))
}

// limiting are the keys by whose fixed values S3 judges a statement for everyone not
// public, with what a fixed value is
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status).
var limiting = map[string]func(string) bool{
	"aws:sourceip": isFixedRange, "s3:dataaccesspointarn": isFixedAccessPoint,
	"aws:sourcearn": isFixedValue, "aws:sourcevpc": isFixedValue, "aws:sourcevpce": isFixedValue, "aws:sourceowner": isFixedValue,
	"aws:sourceaccount": isFixedValue, "aws:userid": isFixedValue, "aws:principalorgid": isFixedValue, "aws:principalorgpaths": isFixedValue,
	"s3:x-amz-server-side-encryption-aws-kms-key-id": isFixedValue, "s3:dataaccesspointaccount": isFixedValue,
}

// matching are the operators that hold only for a request that has the key with one of
// the values. The others exclude values, or hold without the key.
var matching = []string{"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike"}

// limits reports whether the condition keeps the public out, as S3 judges it.
func (c Condition) limits() bool {
	fixed, listed := limiting[c.Key]
	operator := strings.TrimPrefix(c.Operator, "ForAnyValue:")
	fits := slices.Contains(matching, operator)
	if c.Key == "aws:sourceip" {
		fits = operator == "IpAddress"
	}
	return listed && fits && len(c.Values) > 0 && !slices.ContainsFunc(c.Values, func(v string) bool { return !fixed(v) })
}

// isFixedValue reports whether a value has neither a wildcard nor a variable.
func isFixedValue(v string) bool { return v != "" && !strings.ContainsAny(v, "*?$") }

// isFixedRange reports whether a value is an address or a range of addresses that S3
// doesn't call very broad: at least /8, for IPv6 /32.
func isFixedRange(v string) bool {
	if _, err := netip.ParseAddr(v); err == nil {
		return true
	}
	r, err := netip.ParsePrefix(v)
	if err != nil {
		return false
	}
	if r.Addr().Is4() {
		return r.Bits() >= 8
	}
	return r.Bits() >= 32
}

// isFixedAccessPoint reports whether a value is the ARN of an access point, or of all
// of an account: the name may have wildcards.
func isFixedAccessPoint(v string) bool {
	a, _ := arn.Parse(v) // what is no ARN has no resource
	name, isPoint := strings.CutPrefix(a.Resource, "accesspoint/")
	return isPoint && arn.IsAccount(a.Account) && !strings.Contains(name, "$") && isFixedValue(a.Partition) && isFixedValue(a.Service) && isFixedValue(a.Region)
}
