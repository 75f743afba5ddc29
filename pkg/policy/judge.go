package policy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/arn"
)

// isUniqueID reports whether a principal is a user's or role's unique id, which S3
// shows in place of the ARN of one that was deleted
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html),
// and for a while of one that lives.
func isUniqueID(principal string) bool {
	return len(principal) > 4 && (strings.HasPrefix(principal, "AIDA") || strings.HasPrefix(principal, "AROA")) &&
		strings.Trim(principal, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// UniqueID returns the unique id of a user (AIDA…) or role (AROA…) that the statement
// names, or "". Only S3 knows whether it lives: S3 takes the id of one that does, and
// refuses to store any policy with one that was deleted.
func (s Statement) UniqueID() string {
	for _, p := range []Principals{s.Principal, s.NotPrincipal} {
		if i := slices.IndexFunc(p["AWS"], isUniqueID); i >= 0 {
			return p["AWS"][i]
		}
	}
	return ""
}

// UniqueID returns the first unique id that the policy names, and the name of the
// statement that does; "" if there is none.
func (d Document) UniqueID() (id, statement string) {
	for i, s := range d.Statements {
		if id := s.UniqueID(); id != "" {
			return id, d.StatementName(i)
		}
	}
	return "", ""
}

// Public reports whether the statement is about everyone, signed in or not, as S3
// judges it: conditions that S3 takes to limit it make it not public. It is true if
// that can't be decided.
func (s Statement) Public() bool {
	return s.forAnyone() && (s.opaque || !slices.ContainsFunc(s.Condition, Condition.limits))
}

// forAnyone reports whether the principal may be anyone, whatever the conditions.
func (s Statement) forAnyone() bool {
	if s.opaque || s.NotPrincipal != nil || s.Principal == nil {
		return true
	}
	for kind, set := range s.Principal {
		if slices.ContainsFunc(set, func(p string) bool { return !isFixed(kind, p) }) {
			return true
		}
	}
	return false
}

// AllowsPublic reports whether the statement allows something to the public. It is true if
// that can't be decided.
func (s Statement) AllowsPublic() bool { return (s.opaque || s.Effect != "Deny") && s.Public() }

// Public reports whether S3 calls the policy public: one statement is enough.
func (d Document) Public() bool { return slices.ContainsFunc(d.Statements, Statement.AllowsPublic) }

// AllowsOthers reports whether the statement allows something to somebody of another
// account, but not to the public: by a principal, or to anyone under a condition that
// keeps the public out. Which account a CanonicalUser is isn't known, so it counts
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-bucket-user-policy-specifying-principal-intro.html).
func (s Statement) AllowsOthers(account string) bool {
	if s.Effect != "Allow" || s.Public() {
		return false
	}
	other := func(principal string) bool {
		a, isARN := arn.Parse(principal)
		return isARN && a.Account != account || arn.IsAccount(principal) && principal != account
	}
	return s.forAnyone() || len(s.Principal["CanonicalUser"]) > 0 || slices.ContainsFunc(s.Principal["AWS"], other)
}

// Undecided reports whether it isn't known what the statement means for the public:
// something in it wasn't understood, says who or what is excluded, or is a condition
// that S3 doesn't take to keep the public out, though it may.
func (s Statement) Undecided() bool {
	return s.opaque || s.Effect != "Allow" || s.NotPrincipal != nil || s.Action == nil || s.Resource == nil ||
		len(s.Condition) > 0 || !slices.Contains(s.Principal["AWS"], Anyone)
}

// isFixed reports whether a principal is what S3 calls a fixed value
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html):
// an account, a user, a role or an AWS service. A Federated principal may be anybody.
func isFixed(kind, principal string) bool {
	switch kind {
	case "AWS", "Service":
		return !strings.ContainsAny(principal, "*?")
	case "CanonicalUser":
		return len(principal) == 64 && strings.Trim(principal, "0123456789abcdef") == ""
	}
	return false
}

// OpensMore reports whether the statement allows the public anything but one
// action, in lower case, on resources whose ARNs begin with prefix. It is true if
// that can't be decided.
func (s Statement) OpensMore(action, prefix string) bool {
	if !s.AllowsPublic() {
		return false
	}
	if s.opaque || s.Action == nil || s.Resource == nil {
		return true // NotAction, NotResource or not understood: undecidable
	}
	other := func(a string) bool { return a != action }
	outside := func(resource string) bool { return !strings.HasPrefix(resource, prefix) }
	return slices.ContainsFunc(s.Action, other) || slices.ContainsFunc(s.Resource, outside)
}

// MayDeny reports whether the statement may deny one of the actions, in lower
// case, to the IAM user with this ARN or to the public. It is true if that can't
// be decided, also if it names a CanonicalUser, which may be the user's account.
// Resources aren't looked at.
func (s Statement) MayDeny(userARN string, actions ...string) bool {
	if s.Effect != "Deny" {
		return false
	}
	if s.opaque {
		return true
	}
	user, _ := arn.Parse(userARN)
	hits := s.forAnyone() || len(s.Principal["CanonicalUser"]) > 0 || slices.Contains(s.Principal["AWS"], userARN) || slices.Contains(s.Principal["AWS"], user.Account)
	if s.NotAction != nil {
		return hits
	}
	return hits && slices.ContainsFunc(s.Action, func(pattern string) bool {
		return slices.ContainsFunc(actions, func(action string) bool { return matches(pattern, action) })
	})
}

// matches reports whether a pattern of a policy, with * and ?, matches text.
func matches(pattern, text string) bool {
	quoted := regexp.QuoteMeta(pattern)
	quoted = strings.NewReplacer(`\*`, `.*`, `\?`, `.`).Replace(quoted)
	return regexp.MustCompile(`^(?s:` + quoted + `)$`).MatchString(text)
}
