package s3fake

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/fake/s3rules"
)

// AddUser creates an IAM user or role, so that policies may name its ARN, or its unique
// id.
func (s *Server) AddUser(arn string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.users[arn] == "" {
		s.createdUsers++
		s.users[arn] = fmt.Sprintf("%sFAKE%012d", idPrefix(arn), s.createdUsers)
	}
}

// idPrefix begins the unique ids of users and of roles
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-prefixes).
func idPrefix(arn string) string {
	if strings.Contains(arn, ":role/") {
		return "AROA"
	}
	return "AIDA"
}

// RemoveUser deletes an IAM user or role. Policies that name it have its unique id
// from then on, even if one of that name is created again
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-users).
func (s *Server) RemoveUser(arn string) {
	s.ShowAsID(arn)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.users, arn)
}

// ShowAsID has policies show an IAM user or role that exists by its unique id, as S3
// does with live roles for a while (https://github.com/go-to-k/cdkd/pull/1515). S3
// takes the id back in a put as long as its owner exists.
func (s *Server) ShowAsID(arn string) (id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id = s.users[arn]; id == "" {
		return ""
	}
	for name := range s.buckets {
		if config := s.truth(name); config != nil && strings.Contains(config.Policy, `"`+arn+`"`) {
			policy := renamePrincipal(config.Policy, arn, id)
			s.change(name, func(b *Bucket) { b.Policy = policy })
		}
	}
	return id
}

// renamePrincipal replaces a principal wherever the policy names it as one.
func renamePrincipal(document, from, to string) string {
	var doc map[string]json.RawMessage
	mustDecode(document, &doc)
	var statements s3rules.OneOrMany[map[string]json.RawMessage]
	mustDecode(string(doc["Statement"]), &statements)
	for _, st := range statements {
		for _, element := range []string{"Principal", "NotPrincipal"} {
			if st[element] != nil {
				st[element] = json.RawMessage(strings.ReplaceAll(string(st[element]), `"`+from+`"`, `"`+to+`"`))
			}
		}
	}
	doc["Statement"] = mustEncode(statements)
	return string(mustEncode(doc))
}

// exists reports whether a policy may name the principal. Accounts always exist; a
// unique id is as good as the ARN of whoever has it.
func (s *Server) exists(principal string) bool {
	if principal == "*" || accountOf(principal) != "" || s.users[principal] != "" {
		return true
	}
	for _, id := range s.users {
		if id == principal {
			return true
		}
	}
	return false
}

// invalidPrincipal reports whether the policy names someone who doesn't exist.
func (s *Server) invalidPrincipal(p policy) bool {
	return slices.ContainsFunc(p.Statement, func(st statement) bool {
		absent := func(name string) bool { return !s.exists(name) }
		return slices.ContainsFunc(st.Principal["AWS"], absent) || slices.ContainsFunc(st.NotPrincipal["AWS"], absent)
	})
}

func mustDecode(document string, into any) {
	if err := json.Unmarshal([]byte(document), into); err != nil {
		panic("s3fake: decode a stored policy: " + err.Error())
	}
}

func mustEncode(v any) json.RawMessage {
	data, err := json.Marshal(v)
	if err != nil {
		panic("s3fake: encode a stored policy: " + err.Error())
	}
	return data
}
