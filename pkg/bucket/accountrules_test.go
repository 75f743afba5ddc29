package bucket_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

func TestTheAccountsOwnNamespaceIsTheOnlyOne(t *testing.T) {
	n := naming("us-east-1")
	n.Namespace = bucket.NamespaceAccountRegional
	spec := mustSpec(t, n, "xmsqa1")
	want := []bucket.Candidate{{Name: "fusion-rms-xmsqa1-935799716578-us-east-1-an", AccountRegional: true}}
	if !reflect.DeepEqual(spec.Candidates, want) || spec.Alternative(want[0].Name) || !spec.Alternative("fusion-rms-xmsqa1") {
		t.Errorf("the candidates are %+v", spec.Candidates)
	}
	n.Namespace = bucket.NamespaceGlobal
	if spec := mustSpec(t, n, "xmsqa1"); len(spec.Candidates) != 2 {
		t.Errorf("with the default: %+v", spec.Candidates)
	}
}

func TestARuleThatCannotBeMetIsRefused(t *testing.T) {
	many := map[string]string{}
	for _, key := range strings.Split("abcdefghijk", "") {
		many[key] = ""
	}
	for name, c := range map[string]struct {
		rules  bucket.Rules
		region string
		errs   []string // "setting: part of the reason"
	}{
		"nothing":                                 {},
		"all of them":                             {rules: bucket.Rules{Namespace: "account-regional", Tags: map[string]string{"Cost Center": "a=b/c", "owner": ""}, Ownership: "BucketOwnerEnforced"}},
		"another namespace":                       {rules: bucket.Rules{Namespace: "regional"}, errs: []string{`Namespace: namespace "regional"`}},
		"a Region without it":                     {rules: bucket.Rules{Namespace: "account-regional"}, region: "me-south-1", errs: []string{"Namespace: namespace account-regional: Region me-south-1"}},
		"our own tag":                             {rules: bucket.Rules{Tags: map[string]string{"orgid": "x"}}, errs: []string{`Tags: tag "orgid"`}},
		"the tag of a hold":                       {rules: bucket.Rules{Tags: map[string]string{"OrgbucketHold": "x"}}, errs: []string{`Tags: tag "OrgbucketHold"`}},
		"a tag in two cases":                      {rules: bucket.Rules{Tags: map[string]string{"Team": "x", "team": "x"}}, errs: []string{`Tags: tag "team"`}},
		"AWS's tag":                               {rules: bucket.Rules{Tags: map[string]string{"AWS:x": "x"}}, errs: []string{`Tags: tag "AWS:x"`}},
		"no key":                                  {rules: bucket.Rules{Tags: map[string]string{"": "x"}}, errs: []string{`Tags: tag ""`}},
		"a key with an equals sign":               {rules: bucket.Rules{Tags: map[string]string{"a=b": "x"}}, errs: []string{`Tags: tag "a=b"`}},
		"a value with a wildcard":                 {rules: bucket.Rules{Tags: map[string]string{"a": "*"}}, errs: []string{`Tags: tag "a" for new buckets: the value "*"`}},
		"a value that's too long":                 {rules: bucket.Rules{Tags: map[string]string{"a": strings.Repeat("é", 257)}}, errs: []string{"Tags: "}},
		"a value that just fits":                  {rules: bucket.Rules{Tags: map[string]string{"a": strings.Repeat("é", 256)}}},
		"a letter that IAM's policies can't have": {rules: bucket.Rules{Tags: map[string]string{"a": "日"}}, errs: []string{`Tags: tag "a" for new buckets: the value`}},
		"tags that just fit":                      {rules: bucket.Rules{Tags: map[string]string{"a": strings.Repeat("x", 256), "b": strings.Repeat("x", 256), "c": strings.Repeat("x", 256), "d": strings.Repeat("x", 221)}}},
		"tags that are too long":                  {rules: bucket.Rules{Tags: map[string]string{"a": strings.Repeat("x", 256), "b": strings.Repeat("x", 256), "c": strings.Repeat("x", 256), "d": strings.Repeat("x", 222)}}, errs: []string{"Tags: the tags for new buckets have 1001 bytes"}},
		"eleven tags":                             {rules: bucket.Rules{Tags: many}, errs: []string{"Tags: 11 tags"}},
		"an ownership that lets ACLs":             {rules: bucket.Rules{Ownership: "ObjectWriter"}, errs: []string{`Ownership: ownership "ObjectWriter"`}},
	} {
		t.Run(name, func(t *testing.T) {
			n := naming("us-east-1")
			if c.region != "" {
				n.Region = c.region
			}
			n.Rules = c.rules
			errs := n.Validate()
			if len(errs) != len(c.errs) {
				t.Fatalf("%v, want %q", errs, c.errs)
			}
			for i, err := range errs {
				e, ok := err.(*bucket.NamingError)
				if !ok || !strings.HasPrefix(e.Setting+": "+e.Reason, c.errs[i]) {
					t.Errorf("%v, want %q", err, c.errs[i])
				}
			}
		})
	}
}

func TestTagsAreReadAsTheyAreWritten(t *testing.T) {
	for text, want := range map[string]map[string]string{
		"": nil, "a=b": {"a": "b"}, "a=,b=c=d": {"a": "", "b": "c=d"},
	} {
		got, err := bucket.ParseTags(text)
		if err != nil || !reflect.DeepEqual(got, want) || (bucket.Rules{Tags: got}).TagsText() != text {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"a", "a=b,", ",", "a=b,a=c"} {
		if got, err := bucket.ParseTags(text); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}

func TestTagsOfBeforeARuleAreLacking(t *testing.T) {
	r := bucket.Rules{Tags: map[string]string{"Team": "media", "Tier": "1"}}
	for want, tags := range map[string]map[string]string{
		"":                  {"Team": "media", "Tier": "1", "x": "y"},
		"Tier=1":            {"Team": "media", "Tier": "2"},
		"Team=media,Tier=1": nil,
	} {
		if got := r.Lacking(tags); got != want {
			t.Errorf("%v lack %q, want %q", tags, got, want)
		}
	}
}
