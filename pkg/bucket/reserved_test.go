package bucket_test

import (
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
)

func TestAnIDThatYieldsAReservedNameIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ prefix, id, says string }{
		"an alone, as account-regional names end": {"fusion-rms-", "an", `"-an"`},
		"an at the end":                 {"fusion-rms-", "x-an", `"-an"`},
		"a whole account-regional name": {"fusion-rms-", "x-935799716578-us-east-1-an", `"-an"`},
		"s3alias alone":                 {"fusion-rms-", "s3alias", `"-s3alias"`},
		"s3alias at the end":            {"fusion-rms-", "foo-s3alias", `"-s3alias"`},
		"a demo bucket's start":         {"amzn-s3-", "demo-x", `"amzn-s3-demo-"`},
		"an S3 Access Grants start":     {"sthree-x-", "y", `"sthree-"`},
		"a name of 64 characters":       {"fusion-rms-x-", strings.Repeat("a", 51), "64 characters"},
	} {
		t.Run(name, func(t *testing.T) {
			n := naming("us-east-1")
			n.BucketPrefix = c.prefix
			spec, err := n.Spec(org.ID(c.id))
			if !fault.Is(err, fault.InvalidOrganizationID) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %+v, %v; want InvalidOrganizationID that says %s", spec, err, c.says)
			}
		})
	}
}

func TestAnIDThatOnlyLooksReservedIsAllowed(t *testing.T) {
	for _, id := range []string{"pan", "an1", "an-x", "s3alias1", "as3alias", "x-s3", "ol-s3", "table-s3", "xn-x", "sthree", "sthree-x", "amzn-s3-demo-x", "mrap", "null", "1-1-1-1"} {
		if spec := mustSpec(t, naming("us-east-1"), id); spec.Candidates[0].Name != "fusion-rms-"+id {
			t.Errorf("%q gives %q", id, spec.Candidates[0].Name)
		}
	}
}

func TestAnIDThatYieldsAUserNameOver64CharactersIsRefused(t *testing.T) {
	n := naming("us-east-1")
	n.ClientUserPrefix = strings.Repeat("u", 13)
	if spec := mustSpec(t, n, strings.Repeat("a", 51)); !strings.HasSuffix(spec.ClientUserARN, n.ClientUserPrefix+strings.Repeat("a", 51)) {
		t.Errorf("64 characters give %s", spec.ClientUserARN)
	}
	if _, err := n.Spec(org.ID(strings.Repeat("a", 52))); !fault.Is(err, fault.InvalidOrganizationID) {
		t.Errorf("65 characters: %v", err)
	}
}
