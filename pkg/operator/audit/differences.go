package audit

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/bucket"
)

// difference is one way in which a bucket isn't what it shall be.
type difference struct {
	facet bucket.Facet
	text  string
	// dead: a grant of ours names a deleted user.
	dead bool
}

// differences puts into words what a plan would change.
func differences(spec bucket.Spec, o bucket.Observed) (all []difference) {
	var on []string
	if o.AccessBlock.BlockPublicPolicy {
		on = append(on, "BlockPublicPolicy")
	}
	if o.AccessBlock.RestrictPublicBuckets {
		on = append(on, "RestrictPublicBuckets")
	}
	if len(on) > 0 {
		all = append(all, difference{facet: bucket.FacetAccessBlock, text: "the public access block is on (" + strings.Join(on, ", ") + ")"})
	}
	if !o.Folder {
		all = append(all, difference{facet: bucket.FacetFolder, text: bucket.FolderKey + " is missing"})
	}
	for _, want := range spec.Statements(o.Name) {
		all = append(all, statementDifferences(want, o.Policy)...)
	}
	return all
}

// statementDifferences are those of one of our statements.
func statementDifferences(want bucket.Statement, policy bucket.Document) (all []difference) {
	add := func(dead bool, format string, args ...any) {
		all = append(all, difference{bucket.FacetPolicy, fmt.Sprintf(format, args...), dead})
	}
	there := slices.ContainsFunc(policy.Statements, func(s bucket.Statement) bool { return same(s, want) })
	for i, s := range policy.Statements {
		switch dead := deadUser(s); {
		case s.Sid != want.Sid || same(s, want):
		case dead != "":
			add(true, "the policy's statement %d (%s) names %s, a deleted user", i+1, want.Sid, dead)
			there = true // it is here, and reported
		case !principalsEqual(s, want):
			add(false, "the policy's statement %d (%s) has another principal: %s", i+1, want.Sid, principals(s))
			there = true
		default:
			add(false, "the policy's statement %d (%s) has another resource: %+.200q", i+1, want.Sid, s.Resource)
			there = true
		}
	}
	if !there {
		add(false, "the policy lacks the statement %s", want.Sid)
	}
	return all
}

// same tells whether two statements mean the same.
func same(a, b bucket.Statement) bool {
	return bucket.SameMeaning(bucket.Document{Statements: []bucket.Statement{a}}, bucket.Document{Statements: []bucket.Statement{b}})
}

// damaged tells whether a statement with our Sid differs from ours at most in
// principal and resource, so that it is ours to put right.
func damaged(s, want bucket.Statement) bool {
	s.Principal, s.Resource = want.Principal, want.Resource
	return same(s, want)
}

func principalsEqual(a, b bucket.Statement) bool {
	a.Resource = b.Resource
	return same(a, b)
}

// principals shows whom a statement speaks of.
func principals(s bucket.Statement) string {
	text := fmt.Sprintf("%+q", s.Principal)
	const most = 200
	if len(text) > most {
		text = text[:most] + "…"
	}
	return strings.TrimPrefix(text, "map")
}

// deadForm is how S3 shows a principal whose user was deleted
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html).
var deadForm = regexp.MustCompile(`^AIDA[A-Z0-9]+$`)

// deadUser gives a deleted user that the statement allows something.
func deadUser(s bucket.Statement) string {
	i := slices.IndexFunc(s.Principal["AWS"], deadForm.MatchString)
	if i < 0 {
		return ""
	}
	return s.Principal["AWS"][i]
}
