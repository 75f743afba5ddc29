package s3rules

import (
	"strings"
	"testing"
)

func TestNamesThatS3TakesAndRefuses(t *testing.T) {
	const account, own, suffix = "000000000000", "account-regional", "-000000000000-us-east-1-an"
	for name, c := range map[string]struct {
		bucket, namespace, code string
	}{
		"an ordinary name": {"fusion-rms-names", "", ""},
		"an ordinary name in the global namespace by name":       {"fusion-rms-global", "global", ""},
		"a name of the account's own":                            {"fusion-rms-x" + suffix, own, ""},
		"such a name may have 63 characters":                     {strings.Repeat("x", 63-len(suffix)) + suffix, own, ""},
		"such a name may not have 64":                            {strings.Repeat("x", 64-len(suffix)) + suffix, own, "InvalidBucketName"},
		"such a name without the header":                         {"fusion-rms-y" + suffix, "", "MissingNamespaceHeader"},
		"such a name in the global namespace":                    {"fusion-rms-y" + suffix, "global", "MissingNamespaceHeader"},
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
		"two characters":                                         {"ab", "", "InvalidBucketName"},
		"two dots in a row":                                      {"a..b", "", "InvalidBucketName"},
		"a hyphen at its start":                                  {"-abc", "", "InvalidBucketName"},
		"a suffix of directory buckets":                          {"fusion--x-s3", "", "InvalidBucketName"},
		"upper case":                                             {"Fusion", "", "InvalidBucketName"},
		"an IP address":                                          {"192.168.5.4", "", "InvalidBucketName"},
	} {
		got := ""
		if refusal := CheckName(c.bucket, c.namespace, account, "us-east-1"); refusal != nil {
			got = refusal.Code
		}
		if got != c.code {
			t.Errorf("%s: %s gives %q, want %q", name, c.bucket, got, c.code)
		}
	}
}
