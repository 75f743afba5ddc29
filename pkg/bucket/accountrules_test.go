package bucket_test

import (
	"reflect"
	"slices"
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
	tags := func(keys string) bucket.Rules {
		all := map[string]string{}
		for _, key := range strings.Split(keys, "") {
			all[key] = ""
		}
		return bucket.Rules{Tags: all}
	}
	tag := func(key, value string) bucket.Rules { return bucket.Rules{Tags: map[string]string{key: value}} }
	for name, c := range map[string]struct {
		rules  bucket.Rules
		region string
		errs   []string // "setting: how the reason begins", with a space after a last word
	}{
		"nothing":                                 {},
		"all of them":                             {rules: bucket.Rules{Namespace: "account-regional", Tags: map[string]string{"Cost Center": "a=b/c", "owner": ""}, Ownership: "BucketOwnerEnforced"}},
		"another namespace":                       {rules: bucket.Rules{Namespace: "regional"}, errs: []string{`Namespace: namespace "regional" isn't global or account-regional `}},
		"a Region without it":                     {rules: bucket.Rules{Namespace: "account-regional"}, region: "me-south-1", errs: []string{"Namespace: namespace account-regional: Region me-south-1"}},
		"the other Region without it":             {rules: bucket.Rules{Namespace: "account-regional"}, region: "me-central-1", errs: []string{"Namespace: namespace account-regional: Region me-central-1"}},
		"our own tag":                             {rules: tag("orgid", "x"), errs: []string{`Tags: tag "orgid"`}},
		"the tag of a hold":                       {rules: tag("OrgbucketHold", "x"), errs: []string{`Tags: tag "OrgbucketHold"`}},
		"a tag in two cases":                      {rules: bucket.Rules{Tags: map[string]string{"Team": "x", "team": "x"}}, errs: []string{`Tags: tag "team"`}},
		"AWS's tag":                               {rules: tag("AWS:x", "x"), errs: []string{`Tags: tag "AWS:x"`}},
		"the default, said":                       {rules: bucket.Rules{Namespace: "global"}},
		"ten tags":                                {rules: tags("abcdefghij")},
		"a key that just fits":                    {rules: tag(strings.Repeat("é", 128), "x")},
		"a key that's too long":                   {rules: tag(strings.Repeat("é", 129), "x"), errs: []string{"Tags: tag"}},
		"a key with a wildcard":                   {rules: tag("a*", "x"), errs: []string{`Tags: tag "a*"`}},
		"letters, digits and signs":               {rules: tag("Aé 09_.:/+-@", "Aé 09_.:/=+-@")},
		"the last letter of Latin 1":              {rules: tag("a", "ÿ")},
		"the first letter after Latin 1":          {rules: tag("a", "Ā"), errs: []string{`Tags: tag "a" for new buckets: the value`}},
		"no key":                                  {rules: tag("", "x"), errs: []string{`Tags: tag ""`}},
		"a key with an equals sign":               {rules: tag("a=b", "x"), errs: []string{`Tags: tag "a=b"`}},
		"a value with a wildcard":                 {rules: tag("a", "*"), errs: []string{`Tags: tag "a" for new buckets: the value "*"`}},
		"a value that's too long":                 {rules: tag("a", strings.Repeat("é", 257)), errs: []string{"Tags: "}},
		"a value that just fits":                  {rules: tag("a", strings.Repeat("é", 256))},
		"a letter that IAM's policies can't have": {rules: tag("a", "日"), errs: []string{`Tags: tag "a" for new buckets: the value`}},
		"tags that just fit":                      {rules: bucket.Rules{Tags: map[string]string{"a": strings.Repeat("x", 256), "b": strings.Repeat("x", 256), "c": strings.Repeat("x", 256), "d": strings.Repeat("x", 221)}}},
		"tags that are too long":                  {rules: bucket.Rules{Tags: map[string]string{"a": strings.Repeat("x", 256), "b": strings.Repeat("x", 256), "c": strings.Repeat("x", 256), "d": strings.Repeat("x", 222)}}, errs: []string{"Tags: the tags for new buckets have 1001 bytes, at most 1000 are possible"}},
		"eleven tags":                             {rules: tags("abcdefghijk"), errs: []string{"Tags: 11 tags for new buckets, at most 10 are possible"}},
		"an ownership that lets ACLs":             {rules: bucket.Rules{Ownership: "ObjectWriter"}, errs: []string{`Ownership: ownership "ObjectWriter" isn't BucketOwnerEnforced `}},
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
				if !ok || !strings.HasPrefix(e.Setting+": "+e.Reason+" ", c.errs[i]) {
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
	if got := (bucket.Rules{Tags: map[string]string{"Team": ""}}).Lacking(map[string]string{"Tier": ""}); got != "Team=" {
		t.Errorf("of a tag without a value %q is lacking", got)
	}
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

// TestOnlyRulesThatArentMetAreRemedies: whoever reads of a creation that was denied tries
// what is named.
func TestOnlyRulesThatArentMetAreRemedies(t *testing.T) {
	const namespace, tags, ownership = "namespace account-regional, ", "bucketTags, ", "bucketOwnership BucketOwnerEnforced, "
	all := bucket.Rules{Tags: map[string]string{"Team": "media"}, Ownership: "BucketOwnerEnforced"}
	for name, c := range map[string]struct {
		rules bucket.Rules
		c     bucket.Candidate
		want  []string
	}{
		"none is set":           {bucket.Rules{}, global, []string{namespace, tags, ownership}},
		"the own namespace":     {bucket.Rules{}, own, []string{tags, ownership}},
		"tags":                  {bucket.Rules{Tags: all.Tags}, global, []string{namespace, ownership}},
		"ownership":             {bucket.Rules{Ownership: all.Ownership}, global, []string{namespace, tags}},
		"all but the namespace": {all, global, []string{namespace}},
		"all":                   {all, own, nil},
	} {
		got := strings.FieldsFunc(c.rules.Remedies(c.c), func(r rune) bool { return r == ';' })
		begins := func(remedy, want string) bool { return strings.HasPrefix(strings.TrimSpace(remedy), want) }
		if !slices.EqualFunc(got, c.want, begins) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
