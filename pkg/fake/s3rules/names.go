// Package s3rules has the rules of S3 that the fake and the local S3 server share:
// which names a bucket may have, and which policies are public. It is written from
// AWS's documentation alone.
package s3rules

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var (
	nameForm         = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	addressForm      = regexp.MustCompile(`^\d+\.\d+\.\d+\.\d+$`)
	reservedPrefixes = []string{"xn--", "sthree-", "amzn-s3-demo-"}
	reservedSuffixes = []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"}
	// regionalForm is a name of an account's own namespace.
	regionalForm = regexp.MustCompile(`^.+-(\d{12})-([a-z]{2,}(?:-[a-z]+)+-\d+)-an$`)
)

// noNamespace are the Regions that have no account-regional namespace.
var noNamespace = []string{"me-south-1", "me-central-1"}

// Refusal is an error of S3, of status 400.
type Refusal struct{ Code, Message string }

// CheckName returns why S3 refuses to create a bucket of a name, or nil. That a bad
// name is a 400 is documented; the codes of the namespace are those that users report
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html and
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html).
func CheckName(name, namespace, account, region string) *Refusal {
	if !nameForm.MatchString(name) || strings.Contains(name, "..") || addressForm.MatchString(name) ||
		slices.ContainsFunc(reservedPrefixes, func(p string) bool { return strings.HasPrefix(name, p) }) ||
		slices.ContainsFunc(reservedSuffixes, func(p string) bool { return strings.HasSuffix(name, p) }) {
		return &Refusal{"InvalidBucketName", "The specified bucket is not valid."}
	}
	regional := regionalForm.FindStringSubmatch(name)
	switch own := namespace == "account-regional"; {
	case own && slices.Contains(noNamespace, region):
		return &Refusal{"InvalidBucketNamespace", "The account-regional namespace isn't available in " + region + "."}
	case own && regional == nil:
		return &Refusal{"InvalidNamespaceHeader", fmt.Sprintf("The bucket name does not end with -%s-%s-an.", account, region)}
	case own && (regional[1] != account || regional[2] != region):
		return &Refusal{"InvalidBucketNamespace", fmt.Sprintf("The bucket name must end with -%s-%s-an.", account, region)}
	case !own && regional != nil:
		return &Refusal{"MissingNamespaceHeader", "The bucket name is in the account-regional namespace, but the request lacks the x-amz-bucket-namespace header."}
	case !own && strings.HasSuffix(name, "-an"):
		return &Refusal{"InvalidBucketName", "The specified bucket is not valid."}
	case !own && namespace != "" && namespace != "global":
		return &Refusal{"InvalidNamespaceHeader", "The x-amz-bucket-namespace header must be account-regional or global."}
	}
	return nil
}
