package bucket_test

import (
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/policy"
)

// statementOf draws a statement: ours in every form, those of the tables, and
// any mixture of elements.
var statementOf = rapid.OneOf(
	rapid.SampledFrom([]string{ourRead, ourObjects, ourList, handRead, handObjects, handList}),
	rapid.SampledFrom([]string{wideRead, wideObjects, wideList, narrowRead, deadObjects}),
	rapid.SampledFrom([]string{
		foreignAllow, foreignVariables, foreignEscapes, foreignUnknown, foreignDeny, foreignFolder, foreignPublic, foreignPublicWhen,
		foreignDead, conflictingActions,
	}),
	rapid.Custom(mixedStatement), rapid.Custom(mixedStatement),
)

func mixedStatement(t *rapid.T) string {
	pick := func(name string, choices ...string) string { return rapid.SampledFrom(choices).Draw(t, name) }
	elements := []string{
		pick("sid", ``, `"Sid":"OrgbucketPublicRead"`, `"Sid":"OrgbucketClientObjects"`, `"Sid":"OrgbucketClientList"`, `"Sid":"Other"`),
		pick("effect", `"Effect":"Allow"`, `"Effect":"Allow"`, `"Effect":"Deny"`),
		pick("principal", `"Principal":"*"`, `"Principal":{"AWS":["*"]}`, `"Principal":{"AWS":"`+client+`"}`, `"Principal":{"AWS":"111122223333"}`,
			`"NotPrincipal":{"AWS":"111122223333"}`, `"Principal":{"AWS":["`+client+`","*"]}`),
		pick("action", `"Action":"s3:GetObject"`, `"Action":["s3:DeleteObject","s3:GetObject","s3:PutObject"]`, `"Action":"s3:ListBucket"`,
			`"Action":"s3:*"`, `"Action":"s3:get*"`, `"NotAction":"s3:GetObject"`, `"Action":"*"`),
		pick("resource", `"Resource":"`+homeARN+`/pub/*"`, `"Resource":"`+homeARN+`/*"`, `"Resource":"`+homeARN+`"`, `"Resource":"`+homeARN+`/pub*"`,
			`"Resource":["`+homeARN+`/pub/a/*","`+homeARN+`/private/*"]`, `"NotResource":"`+homeARN+`/pub/*"`, `"Resource":"*"`),
		pick("condition", ``, ``, `"Condition":{}`, `"Condition":{"Bool":{"aws:SecureTransport":"false"}}`),
	}
	elements = slices.DeleteFunc(elements, func(e string) bool { return e == "" })
	return "{" + strings.Join(rapid.Permutation(elements).Draw(t, "order"), ",") + "}"
}

var documentOf = rapid.Custom(func(t *rapid.T) policy.Document {
	if rapid.IntRange(0, 9).Draw(t, "no policy if 0") == 0 {
		return policy.Document{}
	}
	head := rapid.SampledFrom([]string{`"Version":"2012-10-17",`, `"Version":"2008-10-17","Id":"x",`, ``}).Draw(t, "head")
	statements := rapid.SliceOfN(statementOf, 0, 5).Draw(t, "statements")
	d, err := policy.Parse([]byte("{" + head + `"Statement":[` + strings.Join(statements, ",") + "]}"))
	if err != nil {
		t.Fatal(err)
	}
	return d
})

var observedOf = rapid.Custom(func(t *rapid.T) bucket.Observed {
	return bucket.Observed{
		Name:        home,
		AccessBlock: blockOf(rapid.SampledFrom([]string{"", "R", "P", "PR", "AIPR", "AI", "IR"}).Draw(t, "block")),
		Folder:      rapid.Bool().Draw(t, "folder"),
		Policy:      documentOf.Draw(t, "policy"),
	}
})
