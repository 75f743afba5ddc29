package proof

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// statement is one of a stored policy, read anew here.
type statement struct {
	meaning string // the same for statements that mean the same, Sid aside
	exact   string // as it was written, Sid and all, white space aside
	ours    bool   // it means what one of the three means
	damaged bool   // it has one of our Sids and means something else
	public  bool   // it allows everybody something
	inPub   bool   // no more than to read what is in pub/
}

// ownNetwork is the one condition of the paths by which S3 judges a statement not public.
const ownNetwork = `{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}`

var userID = regexp.MustCompile(`"AIDA[A-Z0-9]+"`)

// root is an account as a principal, which in a policy that is nearly full may be
// written as its number instead.
var root = regexp.MustCompile(`"arn:aws:iam::([0-9]{12}):root"`)

const nearlyFull = 16 * 1024

var sids = []string{"OrgbucketPublicRead", "OrgbucketClientObjects", "OrgbucketClientList"}

// wanted are the meanings of the statements that the organization's bucket shall
// have, as the documentation has them.
func (k *checker) wanted(name string) (all []string) {
	const form = `{"Statement":[
		{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::%[1]s/pub/*"},
		{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::%[2]s:user/rms_%[3]s"},"Action":["s3:GetObject","s3:PutObject","s3:DeleteObject"],"Resource":"arn:aws:s3:::%[1]s/*"},
		{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::%[2]s:user/rms_%[3]s"},"Action":"s3:ListBucket","Resource":"arn:aws:s3:::%[1]s"}]}`
	for _, raw := range statementsOf(fmt.Sprintf(form, name, account, k.orgOf(name))) {
		all = append(all, meaning(raw))
	}
	return all
}

// statements reads a stored policy.
func (k *checker) statements(name, policy string) (all []statement) {
	if policy == "" {
		return nil
	}
	wanted := k.wanted(name)
	if len(policy) > nearlyFull {
		policy = root.ReplaceAllString(policy, `"$1"`)
	}
	for _, raw := range statementsOf(policy) {
		s := statement{meaning: meaning(raw), exact: text(raw)}
		s.ours = slices.Contains(wanted, s.meaning)
		sid, _ := raw["Sid"].(string)
		// The client's user of before, who was deleted, is shown by an id.
		former := slices.Contains(wanted, userID.ReplaceAllString(s.meaning, `"arn:aws:iam::`+account+`:user/rms_`+string(k.orgOf(name))+`"`))
		s.damaged = !s.ours && (former || slices.Contains(sids, sid))
		s.public = raw["Effect"] == "Allow" && !strings.Contains(text(raw["Condition"]), ownNetwork) && (raw["NotPrincipal"] != nil || strings.Contains(text(raw["Principal"]), `"*"`))
		s.inPub = reflectsPub(raw, name)
		all = append(all, s)
	}
	return all
}

// reflectsPub reports whether a statement allows no more than to read in pub/.
func reflectsPub(raw map[string]any, name string) bool {
	resources := list(raw["Resource"])
	return slices.Equal(list(raw["Action"]), []string{"s3:GetObject"}) && len(resources) > 0 &&
		!slices.ContainsFunc(resources, func(r string) bool { return !strings.HasPrefix(r, "arn:aws:s3:::"+name+"/pub/") })
}

func statementsOf(policy string) []map[string]any {
	var doc struct{ Statement []map[string]any }
	if err := json.Unmarshal([]byte(policy), &doc); err != nil {
		panic(fmt.Sprintf("a stored policy isn't one: %v: %s", err, policy))
	}
	return doc.Statement
}

// meaning is the statement without its Sid, with sets sorted.
func meaning(raw map[string]any) string {
	normal := map[string]any{}
	for key, value := range raw {
		switch key {
		case "Sid":
		case "Action", "Resource":
			normal[key] = list(value)
		case "Principal":
			if value == "*" {
				value = map[string]any{"AWS": "*"}
			}
			normal[key] = value
		default:
			normal[key] = value
		}
	}
	return text(normal)
}

// list returns one string or many as a sorted list.
func list(v any) []string {
	var all []string
	switch v := v.(type) {
	case string:
		all = []string{v}
	case []any:
		for _, item := range v {
			all = append(all, fmt.Sprint(item))
		}
	}
	slices.Sort(all)
	return all
}

func text(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err) // it came from JSON
	}
	return string(data)
}
