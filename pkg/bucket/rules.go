package bucket

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// The namespaces in which a deployment names new buckets.
const (
	// NamespaceGlobal: the conventional name comes first, the account's own namespace second.
	NamespaceGlobal = "global"
	// NamespaceAccountRegional: only the account's own namespace
	// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html).
	NamespaceAccountRegional = "account-regional"
)

// OwnershipEnforced is the object ownership that switches a bucket's ACLs off
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html).
const OwnershipEnforced = "BucketOwnerEnforced"

// maxTags is how many further tags there may be, and maxTagsText how many bytes they may
// have as TagsText. S3 takes 50 longer ones, but each key is four times in the policy of
// the function's role, and each value twice, and IAM limits that to 10,240 characters
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html).
const (
	maxTags     = 10
	maxTagsText = 1000
)

// Rules are what the account's or the organization's rules demand of new buckets.
type Rules struct {
	// Namespace is where new buckets are named. Empty: NamespaceGlobal.
	Namespace string
	// Tags are further tags, beside OrgId.
	Tags map[string]string
	// Ownership is OwnershipEnforced if it has to be sent. Empty: S3's default.
	Ownership string
}

// accountRegional reports whether only names of the account's own namespace are used.
func (r Rules) accountRegional() bool { return r.Namespace == NamespaceAccountRegional }

// check lists what is wrong, by the field.
func (r Rules) check(region string, report func(ok bool, setting, reason string, args ...any) bool) {
	if report(slices.Contains([]string{"", NamespaceGlobal, NamespaceAccountRegional}, r.Namespace),
		"Namespace", "namespace %q isn't %s or %s", r.Namespace, NamespaceGlobal, NamespaceAccountRegional) {
		report(!r.accountRegional() || HasAccountRegionalNamespace(region), "Namespace", "namespace %s: Region %s doesn't have it", r.Namespace, region)
	}
	report(len(r.Tags) <= maxTags, "Tags", "%d tags for new buckets, at most %d are possible", len(r.Tags), maxTags)
	report(len(r.TagsText()) <= maxTagsText, "Tags", "the tags for new buckets have %d bytes, at most %d are possible", len(r.TagsText()), maxTagsText)
	seen := map[string]bool{strings.ToLower(TagKey): true, strings.ToLower(HoldTagKey): true}
	for _, key := range slices.Sorted(maps.Keys(r.Tags)) {
		lower := strings.ToLower(key)
		// IAM's condition keys don't tell upper from lower case, hence neither do these.
		report(!seen[lower], "Tags", "tag %q for new buckets: the key is this system's own, or comes twice", key)
		seen[lower] = true
		report(isTagText(key, 128) && key != "" && !strings.Contains(key, "=") && !strings.HasPrefix(lower, "aws:"),
			"Tags", "tag %q for new buckets: the key isn't 1 to 128 letters, digits, spaces and _.:/+-@ without aws: before them", key)
		report(isTagText(r.Tags[key], 256), "Tags", "tag %q for new buckets: the value %q isn't at most 256 letters, digits, spaces and _.:/=+-@", key, r.Tags[key])
	}
	report(r.Ownership == "" || r.Ownership == OwnershipEnforced, "Ownership", "ownership %q isn't %s", r.Ownership, OwnershipEnforced)
}

// isTagText reports whether text can be a tag's key or value
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/CostAllocTagging.html), and be in
// the role's policy, which has no letters after Latin 1
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html).
func isTagText(text string, most int) bool {
	return len([]rune(text)) <= most && strings.IndexFunc(text, func(c rune) bool {
		return c > unicode.MaxLatin1 || !unicode.IsLetter(c) && !unicode.IsDigit(c) && !strings.ContainsRune(" _.:/=+-@", c)
	}) < 0
}

// ParseTags reads tags as TagsText writes them: key=value,key=value.
func ParseTags(text string) (map[string]string, error) {
	if text == "" {
		return nil, nil
	}
	tags := map[string]string{}
	for pair := range strings.SplitSeq(text, ",") {
		key, value, ok := strings.Cut(pair, "=")
		if _, twice := tags[key]; !ok || twice {
			return nil, fmt.Errorf("%q isn't key=value,key=value with each key once", text)
		}
		tags[key] = value
	}
	return tags, nil
}

// TagsText returns the tags as one text, sorted by their keys.
func (r Rules) TagsText() string {
	pairs := make([]string, 0, len(r.Tags))
	for _, key := range slices.Sorted(maps.Keys(r.Tags)) {
		pairs = append(pairs, key+"="+r.Tags[key])
	}
	return strings.Join(pairs, ",")
}

// Lacking returns those of the further tags that a bucket's tags don't have, as TagsText.
func (r Rules) Lacking(tags map[string]string) string {
	lacks := Rules{Tags: maps.Clone(r.Tags)}
	maps.DeleteFunc(lacks.Tags, func(key, value string) bool { have, ok := tags[key]; return ok && have == value })
	return lacks.TagsText()
}

// Remedies returns which settings would meet a rule that denies the creation of this
// bucket, if one of those that aren't set is what the rule asks for.
func (r Rules) Remedies(c Candidate) string {
	var all []string
	if !c.AccountRegional {
		all = append(all, "namespace account-regional, if only names of the account's own namespace are allowed")
	}
	if len(r.Tags) == 0 {
		all = append(all, "bucketTags, if further tags are asked for")
	}
	if r.Ownership == "" {
		all = append(all, "bucketOwnership "+OwnershipEnforced+", if ACLs have to be off from the start")
	}
	return strings.Join(all, "; ")
}
