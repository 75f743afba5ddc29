package bucket_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/fusionpos/orgbucket/pkg/fault"
)

// with writes a statement of somebody who isn't us; rest are its elements.
func with(rest string) string { return `{"Sid":"Theirs",` + rest + `}` }

// TestWhatWouldBecomePublicIsLeftAsleep: each statement that could open more
// than the folder stops the plan while the access block holds it back, and is
// only warned of once it's alive anyway.
func TestWhatWouldBecomePublicIsLeftAsleep(t *testing.T) {
	const allow, read, folder = `"Effect":"Allow",`, `"Action":"s3:GetObject",`, `"Resource":"` + homeARN + `/pub/*"`
	const public, undecided = fault.ForeignPublicStatement, fault.ForeignStatementUndecided
	anyone := allow + `"Principal":"*",`
	for name, c := range map[string]struct {
		statement string
		code      fault.Code // empty: it opens nothing more
	}{
		"everything in the bucket":                {with(anyone + read + `"Resource":"` + homeARN + `/*"`), public},
		"everything everywhere":                   {with(anyone + `"Action":"*","Resource":"*"`), public},
		"a file outside the folder":               {with(anyone + read + `"Resource":"` + homeARN + `/private/x"`), public},
		"what starts like the folder":             {with(anyone + read + `"Resource":"` + homeARN + `/pub*"`), public},
		"the folder's name without its slash":     {with(anyone + read + `"Resource":"` + homeARN + `/pub"`), public},
		"the folder in another case":              {with(anyone + read + `"Resource":"` + homeARN + `/PUB/*"`), public},
		"the folder by a pattern":                 {with(anyone + read + `"Resource":"` + homeARN + `/p?b/*"`), public},
		"the folder by a variable":                {with(anyone + read + `"Resource":"` + homeARN + `/${aws:username}/*"`), public},
		"this folder in every bucket":             {with(anyone + read + `"Resource":"arn:aws:s3:::*/pub/*"`), public},
		"the folder and more":                     {with(anyone + read + `"Resource":["` + homeARN + `/pub/*","` + homeARN + `/x"]`), public},
		"writing into the folder":                 {with(anyone + `"Action":"s3:PutObject",` + folder), public},
		"reading and writing in the folder":       {with(anyone + `"Action":["s3:GetObject","s3:PutObject"],` + folder), public},
		"old versions in the folder":              {with(anyone + `"Action":"s3:GetObjectVersion",` + folder), public},
		"a pattern of readings in the folder":     {with(anyone + `"Action":"s3:GetObject*",` + folder), public},
		"listing the bucket":                      {with(anyone + `"Action":"s3:ListBucket","Resource":"` + homeARN + `"`), public},
		"anyone by type":                          {with(allow + `"Principal":{"AWS":["*"]},` + read + `"Resource":"` + homeARN + `/*"`), public},
		"anyone among others":                     {with(allow + `"Principal":{"AWS":["111122223333","*"]},` + read + `"Resource":"` + homeARN + `/*"`), public},
		"anyone signed in elsewhere":              {with(allow + `"Principal":{"Federated":"*"},` + read + `"Resource":"` + homeARN + `/*"`), undecided},
		"any service":                             {with(allow + `"Principal":{"Service":"*"},` + read + `"Resource":"` + homeARN + `/*"`), undecided},
		"all but one":                             {with(allow + `"NotPrincipal":{"AWS":"111122223333"},` + read + `"Resource":"` + homeARN + `/*"`), undecided},
		"all but one, in the folder":              {with(allow + `"NotPrincipal":{"AWS":"111122223333"},` + read + folder), ""},
		"all actions but one":                     {with(anyone + `"NotAction":"s3:PutObject",` + folder), undecided},
		"all resources but one":                   {with(anyone + read + `"NotResource":"` + homeARN + `/private/*"`), undecided},
		"under a condition":                       {strings.Replace(foreignPublicWhen, "aws:VpcSourceIp", "aws:SourceIp", 1), ""},
		"under a condition that S3 doesn't count": {foreignPublicWhen, undecided},
		"with an element nobody knows":            {foreignUnknown, undecided},
		"with its principal twice":                {with(allow + `"Principal":{"AWS":"111122223333"},"Principal":"*",` + read + `"Resource":"` + homeARN + `/*"`), undecided},
		"with its principal in another case":      {with(allow + `"principal":"*",` + read + `"Resource":"` + homeARN + `/*"`), undecided},
		"with an escaped star":                    {with(allow + `"Principal":"\u002a",` + read + `"Resource":"` + homeARN + `/*"`), public},
		"a Deny that can't be understood":         {with(`"Effect":"Deny","Effect":"Allow","Principal":"*",` + read + `"Resource":"` + homeARN + `/*"`), undecided},
		"an effect nobody knows":                  {with(`"Effect":"deny","Principal":"*",` + read + `"Resource":"` + homeARN + `/*"`), undecided},
		"the folder":                              {with(anyone + read + folder), ""},
		"a part of the folder":                    {with(anyone + `"Action":"S3:GETOBJECT","Resource":["` + homeARN + `/pub/a/*","` + homeARN + `/pub/b?.png"]`), ""},
		"the folder under a condition":            {foreignFolder, ""},
		"another account":                         {foreignAllow, ""},
		"a Deny for everyone":                     {foreignDeny, ""},
		"a role whose deleted id has no pattern":  {with(allow + `"Principal":{"AWS":"arn:aws:iam::111122223333:role/x"},"NotAction":"s3:PutObject","NotResource":"x"`), ""},
		"a user whose name is like anyone's name": {with(allow + `"Principal":{"AWS":"arn:aws:iam::111122223333:user/star"},` + read + `"Resource":"` + homeARN + `/*"`), ""},
	} {
		t.Run(name, func(t *testing.T) {
			text := policyText(ourRead, c.statement, ourObjects)
			plan, err := xmsqa1(t).Plan(observed(t, "AIPR", text, false))
			if c.code == "" && err != nil || c.code != "" && (!fault.Is(err, c.code) || !plan.Empty()) {
				t.Fatalf("asleep: %v, want %q", err, c.code)
			}
			if would := map[fault.Code]string{public: "would make more", undecided: "may make more"}[c.code]; c.code != "" && (!strings.Contains(err.Error(), "statement, 2") || !strings.Contains(err.Error(), would)) {
				t.Errorf("the statement isn't named, or what it would do: %v", err)
			}
			plan, err = xmsqa1(t).Plan(observed(t, "AIP.", text, false))
			warned := fault.Code("")
			for _, w := range plan.Warnings {
				if w.Code == public || w.Code == undecided {
					warned = w.Code
				}
			}
			if err != nil || warned != c.code {
				t.Errorf("alive: %v, warnings %q, want %q", err, plan.Warnings, c.code)
			}
		})
	}
}

// TestWhatIsKnownToOpenMoreIsReportedFirst, wherever it stands: a person can act on it.
func TestWhatIsKnownToOpenMoreIsReportedFirst(t *testing.T) {
	for statement, order := range map[string][]string{
		`statement, 2 ("Everything"), that would`: {foreignPublicWhen, foreignPublic, foreignUnknown},
		`statement, 1 ("Everything"), that would`: {foreignPublic, foreignPublicWhen},
		`statement, 1 ("Office"), that may`:       {foreignPublicWhen, foreignUnknown},
	} {
		if _, err := xmsqa1(t).Plan(observed(t, "AIPR", policyText(order...), true)); err == nil || !strings.Contains(err.Error(), statement) {
			t.Errorf("got %v, want %s", err, statement)
		}
	}
}

func TestADenyOverWhatIsAllowedIsWarnedOf(t *testing.T) {
	deny := func(rest string) string {
		return with(`"Effect":"Deny","Resource":"` + homeARN + `/*",` + rest)
	}
	for name, c := range map[string]struct {
		statement string
		warns     bool
	}{
		"for everyone":                      {foreignDeny, true},
		"for the client":                    {deny(`"Principal":{"AWS":"` + client + `"},"Action":"s3:PutObject"`), true},
		"for the client's account":          {deny(`"Principal":{"AWS":"935799716578"},"Action":"s3:put*"`), true},
		"for the client's account's root":   {deny(`"Principal":{"AWS":"arn:aws:iam::935799716578:root"},"Action":"*"`), true},
		"for all but somebody":              {deny(`"NotPrincipal":{"AWS":"111122223333"},"Action":"s3:G?tObject"`), true},
		"of all actions but one":            {deny(`"Principal":"*","NotAction":"s3:GetObject"`), true},
		"that can't be understood":          {deny(`"Principal":{"AWS":"111122223333"},"Action":"s3:GetObject","Unless":1`), true},
		"for somebody else":                 {deny(`"Principal":{"AWS":"111122223333"},"Action":"s3:*"`), false},
		"of something else":                 {deny(`"Principal":"*","Action":["s3:DeleteBucket","s3:GetObjectVersion","s3:Put"]`), false},
		"whose pattern looks like a regexp": {deny(`"Principal":"*","Action":["s3:GetObjec.","s3:(GetObject)","[s]3:GetObject","s3:GetObject|x","\\*"]`), false},
		"of an action that isn't there":     {deny(`"Principal":"*","Action":[]`), false},
	} {
		t.Run(name, func(t *testing.T) {
			plan, err := xmsqa1(t).Plan(observed(t, "....", policyText(c.statement, ourRead, ourObjects, ourList), true))
			warned := slices.ContainsFunc(plan.Warnings, func(w fault.Warning) bool { return w.Code == fault.ForeignDeny })
			if err != nil || warned != c.warns || !plan.Empty() {
				t.Errorf("got %q, %v, %q; want a warning: %v", written(plan), err, plan.Warnings, c.warns)
			}
		})
	}
}

func TestAUniqueIDBesideARightPolicyIsWarnedOf(t *testing.T) {
	plan, err := xmsqa1(t).Plan(observed(t, "....", policyText(ourRead, ourObjects, ourList, foreignDead), true))
	if err != nil || !plan.Empty() || len(plan.Warnings) != 1 || plan.Warnings[0].Code != fault.ForeignPrincipalInvalid {
		t.Errorf("got %q, %v, %q", written(plan), err, plan.Warnings)
	}
}

// TestAnotherAccountThatIsLetInWithThePublicIsWarnedOf: RestrictPublicBuckets kept it out as
// long as the policy was public.
func TestAnotherAccountThatIsLetInWithThePublicIsWarnedOf(t *testing.T) {
	partner := with(`"Effect":"Allow","Resource":"` + homeARN + `/shared/*","Principal":{"AWS":"111122223333"},"Action":"s3:GetObject"`)
	for name, c := range map[string]struct {
		statement   string
		neutralised bool
		warns       bool
	}{
		"another account, closed":   {partner, true, true},
		"another account, open":     {partner, false, false},
		"our own account, closed":   {with(`"Effect":"Allow","Resource":"` + homeARN + `/*","Principal":{"AWS":"935799716578"},"Action":"s3:GetObject"`), true, false},
		"a Deny of another, closed": {with(`"Effect":"Deny","Resource":"` + homeARN + `/*","Principal":{"AWS":"111122223333"},"Action":"s3:GetObject"`), true, false},
	} {
		t.Run(name, func(t *testing.T) {
			o := observed(t, "....", policyText(c.statement, ourRead, ourObjects, ourList), true)
			o.Neutralised = c.neutralised
			var warned []string
			for _, w := range xmsqa1(t).Compare(o).Warnings() {
				if w.Code == fault.CrossAccountGrant {
					warned = append(warned, w.Text)
				}
			}
			if (len(warned) == 1) != c.warns || c.warns && !strings.Contains(warned[0], "statement 1") {
				t.Errorf("warnings %q, want one: %v", warned, c.warns)
			}
		})
	}
}
