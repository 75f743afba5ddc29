package s3fake

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/fake/s3rules"
)

// policy is a bucket policy, with the elements that this package enforces
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).
type policy struct {
	Statement s3rules.OneOrMany[statement]
}

type statement struct {
	Effect                  string
	Principal, NotPrincipal principals
	Action, NotAction       s3rules.OneOrMany[string]
	Resource, NotResource   s3rules.OneOrMany[string]
	Condition               s3rules.Condition
}

// principals are principals by type. "*" is {"AWS": "*"}
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html).
type principals map[string]s3rules.OneOrMany[string]

// UnmarshalJSON reads either form.
func (p *principals) UnmarshalJSON(data []byte) error {
	var all string
	if json.Unmarshal(data, &all) == nil {
		*p = principals{"AWS": {all}}
		return nil
	}
	return json.Unmarshal(data, (*map[string]s3rules.OneOrMany[string])(p))
}

// include reports whether the caller is among the principals. A principal without
// a name of its own, an account, includes all of the account.
func (p principals) include(id Identity) bool {
	return slices.ContainsFunc(p["AWS"], func(name string) bool {
		return name == "*" || !id.anonymous() && (name == id.ARN || accountOf(name) == id.Account)
	})
}

var accountForm = regexp.MustCompile(`^(?:arn:[a-z-]+:iam::)?(\d{12})(?::root)?$`)

// accountOf returns the account if the principal is one.
func accountOf(principal string) string {
	if m := accountForm.FindStringSubmatch(principal); m != nil {
		return m[1]
	}
	return ""
}

// parsePolicy reads a stored policy; one that can't be read allows and denies nothing.
func parsePolicy(document string) policy {
	var p policy
	if json.Unmarshal([]byte(document), &p) != nil {
		return policy{}
	}
	return p
}

// mostParsed bounds the memory of long storms.
const mostParsed = 1000

// policy reads a stored policy, each text once: every request asks, and few change it.
func (s *Server) policy(document string) policy {
	p, known := s.parsed[document]
	if !known {
		if len(s.parsed) == mostParsed {
			clear(s.parsed)
		}
		p = parsePolicy(document)
		s.parsed[document] = p
	}
	return p
}

// allows and denies decide conditions as is worse for privacy: an Allow's hold, but
// those that keep the public out, and a Deny's don't.
func (p policy) allows(id Identity, action, resource string) bool {
	return slices.ContainsFunc(p.Statement, func(s statement) bool {
		return s.Effect == "Allow" && !(id.anonymous() && s.Condition.Limits()) && s.covers(id, action, resource)
	})
}

func (p policy) denies(id Identity, action, resource string) bool {
	return slices.ContainsFunc(p.Statement, func(s statement) bool {
		return s.Effect == "Deny" && len(s.Condition) == 0 && s.covers(id, action, resource)
	})
}

// covers reports whether the statement applies to a caller, an action and a resource.
func (s statement) covers(id Identity, action, resource string) bool {
	who := s.Principal.include(id)
	if s.NotPrincipal != nil {
		who = !s.NotPrincipal.include(id)
	}
	what := matchesAny(s.Action, strings.ToLower(action), strings.ToLower)
	if s.NotAction != nil {
		what = !matchesAny(s.NotAction, strings.ToLower(action), strings.ToLower)
	}
	where := matchesAny(s.Resource, resource, inPartitionAWS)
	if s.NotResource != nil {
		where = !matchesAny(s.NotResource, resource, inPartitionAWS)
	}
	return who && what && where
}

var partitionForm = regexp.MustCompile(`^arn:[a-z-]+:s3:::`)

// inPartitionAWS returns an ARN of S3 in the partition aws, so that ARNs of all
// partitions can be compared.
func inPartitionAWS(arn string) string { return partitionForm.ReplaceAllString(arn, "arn:aws:s3:::") }

func matchesAny(patterns []string, text string, normalize func(string) string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(normalize(p), text) })
}

// matches compares with * for any characters and ? for any one.
func matches(pattern, text string) bool {
	if pattern == "" || text == "" {
		return strings.Trim(pattern, "*") == text
	}
	switch pattern[0] {
	case '*':
		return matches(pattern[1:], text) || matches(pattern, text[1:])
	case '?', text[0]:
		return matches(pattern[1:], text[1:])
	}
	return false
}
