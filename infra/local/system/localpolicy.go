package system

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/infra/permissions"
)

// knownKeys are the condition keys that versitygw fills in for S3 requests, in
// lower case. To it, a condition on any other key is one that never holds.
var knownKeys = []string{
	"aws:sourceip", "aws:currenttime", "aws:epochtime", "aws:securetransport", "aws:useragent", "aws:referer",
	"aws:principalarn", "aws:username", "aws:userid", "s3:prefix", "s3:delimiter", "s3:max-keys", "s3:x-amz-acl", "s3:versionid",
}

// localize makes the role's statements ones that versitygw can judge: conditions
// on keys that it doesn't know are left out. An Allow is wider for it, a Deny
// would be stricter; everything else stays as it is deployed. The differences
// are for the screen, one line for each key.
func localize(role []permissions.Statement) (local []permissions.Statement, differences []string) {
	without := map[string][]string{} // key → Sids
	for _, statement := range role {
		statement.Condition = knownConditions(statement, without)
		local = append(local, statement)
	}
	for _, key := range slices.Sorted(maps.Keys(without)) {
		differences = append(differences, fmt.Sprintf("no condition on %s, which versitygw doesn't know (%s)", key, strings.Join(without[key], ", ")))
	}
	return local, differences
}

// knownConditions returns the conditions that can be kept, and adds the others to
// without.
func knownConditions(statement permissions.Statement, without map[string][]string) map[string]map[string][]string {
	var kept map[string]map[string][]string
	for operator, keys := range statement.Condition {
		for key, values := range keys {
			if !slices.Contains(knownKeys, strings.ToLower(key)) {
				if !slices.Contains(without[key], statement.Sid) {
					without[key] = append(without[key], statement.Sid)
				}
				continue
			}
			if kept == nil {
				kept = map[string]map[string][]string{}
			}
			if kept[operator] == nil {
				kept[operator] = map[string][]string{}
			}
			kept[operator][key] = values
		}
	}
	return kept
}
