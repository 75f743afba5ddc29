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
	anyone := allow + `"Principal":"*",`
	for name, c := range map[string]struct {
		statement string
		opens     bool
	}{
		"everything in the bucket":                {with(anyone + read + `"Resource":"` + homeARN + `/*"`), true},
		"everything everywhere":                   {with(anyone + `"Action":"*","Resource":"*"`), true},
		"a file outside the folder":               {with(anyone + read + `"Resource":"` + homeARN + `/private/x"`), true},
		"what starts like the folder":             {with(anyone + read + `"Resource":"` + homeARN + `/pub*"`), true},
		"the folder's name without its slash":     {with(anyone + read + `"Resource":"` + homeARN + `/pub"`), true},
		"the folder in another case":              {with(anyone + read + `"Resource":"` + homeARN + `/PUB/*"`), true},
		"the folder by a pattern":                 {with(anyone + read + `"Resource":"` + homeARN + `/p?b/*"`), true},
		"the folder by a variable":                {with(anyone + read + `"Resource":"` + homeARN + `/${aws:username}/*"`), true},
		"this folder in every bucket":             {with(anyone + read + `"Resource":"arn:aws:s3:::*/pub/*"`), true},
		"the folder and more":                     {with(anyone + read + `"Resource":["` + homeARN + `/pub/*","` + homeARN + `/x"]`), true},
		"writing into the folder":                 {with(anyone + `"Action":"s3:PutObject",` + folder), true},
		"reading and writing in the folder":       {with(anyone + `"Action":["s3:GetObject","s3:PutObject"],` + folder), true},
		"old versions in the folder":              {with(anyone + `"Action":"s3:GetObjectVersion",` + folder), true},
		"a pattern of readings in the folder":     {with(anyone + `"Action":"s3:GetObject*",` + folder), true},
		"listing the bucket":                      {with(anyone + `"Action":"s3:ListBucket","Resource":"` + homeARN + `"`), true},
		"anyone by type":                          {with(allow + `"Principal":{"AWS":["*"]},` + read + `"Resource":"` + homeARN + `/*"`), true},
		"anyone among others":                     {with(allow + `"Principal":{"AWS":["111122223333","*"]},` + read + `"Resource":"` + homeARN + `/*"`), true},
		"anyone signed in elsewhere":              {with(allow + `"Principal":{"Federated":"*"},` + read + `"Resource":"` + homeARN + `/*"`), true},
		"any service":                             {with(allow + `"Principal":{"Service":"*"},` + read + `"Resource":"` + homeARN + `/*"`), true},
		"all but one":                             {with(allow + `"NotPrincipal":{"AWS":"111122223333"},` + read + `"Resource":"` + homeARN + `/*"`), true},
		"all but one, in the folder":              {with(allow + `"NotPrincipal":{"AWS":"111122223333"},` + read + folder), false},
		"all actions but one":                     {with(anyone + `"NotAction":"s3:PutObject",` + folder), true},
		"all resources but one":                   {with(anyone + read + `"NotResource":"` + homeARN + `/private/*"`), true},
		"under a condition":                       {foreignPublicWhen, true},
		"with an element nobody knows":            {foreignUnknown, true},
		"with its principal twice":                {with(allow + `"Principal":{"AWS":"111122223333"},"Principal":"*",` + read + `"Resource":"` + homeARN + `/*"`), true},
		"with its principal in another case":      {with(allow + `"principal":"*",` + read + `"Resource":"` + homeARN + `/*"`), true},
		"with an escaped star":                    {with(allow + `"Principal":"\u002a",` + read + `"Resource":"` + homeARN + `/*"`), true},
		"a Deny that can't be understood":         {with(`"Effect":"Deny","Effect":"Allow","Principal":"*",` + read + `"Resource":"` + homeARN + `/*"`), true},
		"an effect nobody knows":                  {with(`"Effect":"deny","Principal":"*",` + read + `"Resource":"` + homeARN + `/*"`), true},
		"the folder":                              {with(anyone + read + folder), false},
		"a part of the folder":                    {with(anyone + `"Action":"S3:GETOBJECT","Resource":["` + homeARN + `/pub/a/*","` + homeARN + `/pub/b?.png"]`), false},
		"the folder under a condition":            {foreignFolder, false},
		"another account":                         {foreignAllow, false},
		"a Deny for everyone":                     {foreignDeny, false},
		"a role whose deleted id has no pattern":  {with(allow + `"Principal":{"AWS":"arn:aws:iam::111122223333:role/x"},"NotAction":"s3:PutObject","NotResource":"x"`), false},
		"a user whose name is like anyone's name": {with(allow + `"Principal":{"AWS":"arn:aws:iam::111122223333:user/star"},` + read + `"Resource":"` + homeARN + `/*"`), false},
	} {
		t.Run(name, func(t *testing.T) {
			text := policyText(ourRead, c.statement, ourObjects)
			plan, err := xmsqa1(t).Plan(observed(t, "AIPR", text, false))
			if fault.Is(err, fault.ForeignPublicStatement) != c.opens || !c.opens && err != nil || c.opens && !plan.Empty() {
				t.Errorf("asleep: %v, want it to be stopped: %v", err, c.opens)
			}
			if c.opens && !strings.Contains(err.Error(), "statement, 2") {
				t.Errorf("the statement isn't named: %v", err)
			}
			plan, err = xmsqa1(t).Plan(observed(t, "AIP.", text, false))
			warned := slices.ContainsFunc(plan.Warnings, func(w fault.Warning) bool { return w.Code == fault.ForeignPublicStatement })
			if err != nil || warned != c.opens {
				t.Errorf("alive: %v, warnings %q, want one: %v", err, plan.Warnings, c.opens)
			}
		})
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
