package bucket

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// name says which statement it is.
func (d Document) name(i int) string {
	if sid := d.Statements[i].Sid; sid != "" {
		return fmt.Sprintf("%d (%+.60q)", i+1, sid)
	}
	return fmt.Sprint(i + 1)
}

// isDead tells a principal's id, which S3 shows in place of an ARN once its user
// or role was deleted
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html).
func isDead(principal string) bool {
	return len(principal) > 4 && (strings.HasPrefix(principal, "AIDA") || strings.HasPrefix(principal, "AROA")) && madeOf(principal, upper+digits)
}

// deadPrincipal gives a deleted user or role that the statement names. S3
// refuses to store any policy that has one.
func (s Statement) deadPrincipal() string {
	for _, p := range []Principals{s.Principal, s.NotPrincipal} {
		if i := slices.IndexFunc(p["AWS"], isDead); i >= 0 {
			return p["AWS"][i]
		}
	}
	return ""
}

// public tells whether the statement speaks of everyone, signed in or not. What
// can't be decided counts as public, and so do conditions: whether one keeps the
// public out is for a person to judge.
func (s Statement) public() bool {
	if s.opaque || s.NotPrincipal != nil || s.Principal == nil {
		return true
	}
	for kind, set := range s.Principal {
		if slices.ContainsFunc(set, func(p string) bool { return !fixed(kind, p) }) {
			return true
		}
	}
	return false
}

// fixed tells whether a principal is somebody in particular, as S3 understands it
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html):
// an account, user or role, or an AWS service. Whoever signed in elsewhere
// (Federated) may be anybody.
func fixed(kind, principal string) bool {
	switch kind {
	case "AWS", "Service":
		return !strings.ContainsAny(principal, "*?")
	case "CanonicalUser":
		return len(principal) == 64 && madeOf(principal, digits+"abcdef")
	}
	return false
}

// opensMore tells whether the statement allows the public more than to read
// what is in the folder of the bucket with this ARN.
func (s Statement) opensMore(arn string) bool {
	switch {
	case !s.opaque && s.Effect == "Deny":
		return false
	case !s.public():
		return false
	case s.opaque, s.Action == nil, s.Resource == nil:
		return true // NotAction, NotResource or not understood: undecidable
	}
	reads := func(action string) bool { return action == "s3:getobject" }
	inFolder := func(resource string) bool { return strings.HasPrefix(resource, arn+"/"+FolderKey) }
	return !all(s.Action, reads) || !all(s.Resource, inFolder)
}

func all(set []string, f func(string) bool) bool {
	return !slices.ContainsFunc(set, func(s string) bool { return !f(s) })
}

// clientAndPublicActions are what our statements allow, in lower case.
var clientAndPublicActions = []string{"s3:getobject", "s3:putobject", "s3:deleteobject", "s3:listbucket"}

// deniesOurs tells whether the statement may deny what our statements allow:
// each of them covers the whole bucket for the client, so any resource counts.
func (s Statement) deniesOurs(clientUserARN string) bool {
	if s.Effect != "Deny" {
		return false
	}
	if s.opaque {
		return true
	}
	account := strings.Split(clientUserARN, ":")[4]
	hits := s.public() || slices.Contains(s.Principal["AWS"], clientUserARN) || slices.Contains(s.Principal["AWS"], account)
	if s.NotAction != nil {
		return hits
	}
	return hits && slices.ContainsFunc(s.Action, func(pattern string) bool {
		return slices.ContainsFunc(clientAndPublicActions, func(action string) bool { return matches(pattern, action) })
	})
}

// matches tells whether a policy's pattern, with * and ?, covers text.
func matches(pattern, text string) bool {
	quoted := regexp.QuoteMeta(pattern)
	quoted = strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(quoted)
	return regexp.MustCompile(`^(?s:` + quoted + `)$`).MatchString(text)
}
