package bucket

import (
	"fmt"
	"net/netip"
	"strings"
)

var (
	reservedPrefixes = []string{"xn--", "sthree-", "amzn-s3-demo-"}
	reservedSuffixes = []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3", "-an"}
)

// checkName holds a name of the global namespace to S3's rules
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html).
// The error is a predicate that follows "its name".
func checkName(name string) error {
	switch {
	case len(name) < 3 || len(name) > maxNameLength:
		return fmt.Errorf("%q has %d characters, 3 to %d are allowed", name, len(name), maxNameLength)
	case !madeOf(name, lowerCase+digits+".-"), !madeOf(name[:1]+name[len(name)-1:], lowerCase+digits):
		return fmt.Errorf("%q isn't lower-case letters, digits, dots and hyphens with a letter or digit at both ends", name)
	case strings.Contains(name, ".."):
		return fmt.Errorf("%q has two dots in a row", name)
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return fmt.Errorf("%q looks like an IP address", name)
	}
	for _, p := range reservedPrefixes {
		if strings.HasPrefix(name, p) {
			return fmt.Errorf("%q starts with %q, which S3 reserves", name, p)
		}
	}
	for _, s := range reservedSuffixes {
		if strings.HasSuffix(name, s) {
			return fmt.Errorf("%q ends with %q, which S3 reserves", name, s)
		}
	}
	return nil
}
