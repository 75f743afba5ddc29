package s3server

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func TestNamesThatCreateBucketTakesAndRefuses(t *testing.T) {
	const own = types.BucketNamespaceAccountRegional
	suffix := "-" + server.Account() + "-" + server.Region() + "-an"
	for name, c := range map[string]struct {
		bucket    string
		namespace types.BucketNamespace
		code      string
	}{
		"an ordinary name": {"fusion-rms-names", "", ""},
		"an ordinary name in the global namespace by name":       {"fusion-rms-global", types.BucketNamespaceGlobal, ""},
		"a name of the account's own":                            {"fusion-rms-x" + suffix, own, ""},
		"such a name may have 63 characters":                     {strings.Repeat("x", 63-len(suffix)) + suffix, own, ""},
		"such a name may not have 64":                            {strings.Repeat("x", 64-len(suffix)) + suffix, own, "InvalidBucketName"},
		"such a name without the header":                         {"fusion-rms-y" + suffix, "", "MissingNamespaceHeader"},
		"such a name in the global namespace":                    {"fusion-rms-y" + suffix, types.BucketNamespaceGlobal, "MissingNamespaceHeader"},
		"an ordinary name with the header":                       {"fusion-rms-z", own, "InvalidNamespaceHeader"},
		"another account's name":                                 {"fusion-rms-y-111122223333-us-east-1-an", own, "InvalidBucketNamespace"},
		"another Region's name":                                  {"fusion-rms-y-000000000000-eu-west-1-an", own, "InvalidBucketNamespace"},
		"a namespace that doesn't exist":                         {"fusion-rms-z", "regional", "InvalidNamespaceHeader"},
		"the suffix without account and Region":                  {"fusion-rms-an", "", "InvalidBucketName"},
		"the suffix without account and Region, with the header": {"fusion-rms-an", own, "InvalidNamespaceHeader"},
		"a prefix for internationalized names":                   {"xn--fusion", "", "InvalidBucketName"},
		"a prefix that S3 keeps":                                 {"sthree-fusion", "", "InvalidBucketName"},
		"a prefix of AWS's examples":                             {"amzn-s3-demo-fusion", "", "InvalidBucketName"},
		"a suffix of access points":                              {"fusion-s3alias", "", "InvalidBucketName"},
		"a suffix of object lambdas":                             {"fusion--ol-s3", "", "InvalidBucketName"},
		"a suffix of multi-Region access points":                 {"fusion.mrap", "", "InvalidBucketName"},
		"a suffix of table buckets":                              {"fusion--table-s3", "", "InvalidBucketName"},
		"upper case":                                             {"Fusion", "", "InvalidBucketName"},
		"an IP address":                                          {"192.168.5.4", "", "InvalidBucketName"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := server.RootClient().CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &c.bucket, BucketNamespace: c.namespace})
			if c.code == "" {
				must(t, err)
				return
			}
			wantCode(t, err, 400, c.code)
		})
	}
}

// The SDK treats this suffix as its own kind of bucket and never asks for it in the usual way.
func TestTheSuffixOfDirectoryBucketsIsReserved(t *testing.T) {
	if err := checkName("fusion--x-s3", "", server.Account(), server.Region()); err == nil {
		t.Error("the name is taken")
	}
}

func TestPermissionIsSettledBeforeTheName(t *testing.T) {
	bucket := "fusion-s3alias"
	_, err := server.Client(newUser(t)).CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket})
	wantCode(t, err, 403, "AccessDenied")
}
