package s3server

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/versity/versitygw/s3err"
)

// namespaceHeader chooses a bucket's namespace at creation. versitygw ignores it.
const namespaceHeader = "X-Amz-Bucket-Namespace"

// accountRegional is the value of namespaceHeader for a name of the account's own.
const accountRegional = "account-regional"

// Names that S3 keeps for itself ("General purpose bucket naming rules"). The
// suffix -an is free again in the account-regional namespace.
var (
	reservedPrefixes = []string{"xn--", "sthree-", "amzn-s3-demo-"}
	reservedSuffixes = []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3", "-an"}
)

// accountRegionalName is the form <prefix>-<account>-<region>-an.
var accountRegionalName = regexp.MustCompile(`^.+-(\d{12})-([a-z]{2}(?:-[a-z]+)+-\d+)-an$`)

// checkName refuses a bucket name that CreateBucket would refuse on AWS and
// versitygw doesn't; characters and length versitygw checks itself. The codes of
// the namespace are those that users of AWS report: MissingNamespaceHeader,
// InvalidNamespaceHeader (the name lacks the suffix), InvalidBucketNamespace
// (another account's or Region's suffix), all with status 400.
func checkName(bucket, namespace, account, region string) error {
	form := accountRegionalName.FindStringSubmatch(bucket)
	switch {
	case namespace != "" && namespace != accountRegional && namespace != "global":
		return refuseName("InvalidNamespaceHeader", "The value of the x-amz-bucket-namespace header must be account-regional or global.")
	case form != nil && namespace != accountRegional:
		return refuseName("MissingNamespaceHeader", "The requested bucket is an account-regional namespace bucket, but your request is missing the required x-amz-bucket-namespace header.")
	case form == nil && namespace == accountRegional:
		return refuseName("InvalidNamespaceHeader", fmt.Sprintf("The x-amz-bucket-namespace header is account-regional, but the bucket name does not end with -%s-%s-an.", account, region))
	case form != nil && (form[1] != account || form[2] != region):
		return refuseName("InvalidBucketNamespace", fmt.Sprintf("The bucket name must end with -%s-%s-an, the account and Region of this request.", account, region))
	case isReserved(bucket, form != nil):
		return s3err.GetBucketErr(s3err.ErrInvalidBucketName, bucket)
	}
	return nil
}

func isReserved(bucket string, inNamespace bool) bool {
	for _, prefix := range reservedPrefixes {
		if strings.HasPrefix(bucket, prefix) {
			return true
		}
	}
	for _, suffix := range reservedSuffixes {
		if strings.HasSuffix(bucket, suffix) && !(suffix == "-an" && inNamespace) {
			return true
		}
	}
	return false
}

func refuseName(code, message string) error {
	return s3err.APIError{Code: code, Description: message, HTTPStatusCode: http.StatusBadRequest}
}
