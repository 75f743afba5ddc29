package bucket

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/arn"
	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
)

const (
	digits    = "0123456789"
	lowerCase = "abcdefghijklmnopqrstuvwxyz"
	upperCase = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

	maxNameLength     = 63
	maxUserNameLength = 64
	hashLength        = 10
	// globalAlternatives is how many other names are tried where the
	// account-regional namespace isn't available.
	globalAlternatives = 3
)

// Naming is a stage's part of every organization's names. Two stages
// with the same naming find the same buckets: names come from these settings
// and the organization's id alone, never from what was stored before.
type Naming struct {
	// Account owns the buckets, 12 digits.
	Account string
	// Region holds the buckets.
	Region string
	// BucketPrefix comes before the organization's id, "fusion-rms-" by default.
	BucketPrefix string
	// ClientAccount owns the clients' IAM users, 12 digits.
	ClientAccount string
	// ClientUserPrefix comes before the organization's id in the name of its
	// IAM user, "rms_" by default.
	ClientUserPrefix string
	// SiblingPrefixes are the bucket prefixes of other stages that may be in this
	// account, separated by commas. Buckets that begin with one aren't this stage's homes.
	SiblingPrefixes string
	// Rules are those for new buckets.
	Rules
}

// NamingError is an error of one of the settings.
type NamingError struct {
	Setting string // the field's name
	Reason  string
}

// Error returns the reason, which has the setting's value.
func (e *NamingError) Error() string { return e.Reason }

// Validate checks the settings and lists everything that's wrong, one
// *NamingError each, in the order of the fields.
func (n Naming) Validate() []error {
	var errs []error
	check := func(ok bool, setting, reason string, args ...any) bool {
		if !ok {
			errs = append(errs, &NamingError{setting, fmt.Sprintf(reason, args...)})
		}
		return ok
	}
	check(arn.IsAccount(n.Account), "Account", "account %q isn't 12 digits", n.Account)
	_, err := arn.PartitionOf(n.Region)
	check(err == nil, "Region", "%v", err)
	legal := check(isPrefix(n.BucketPrefix),
		"BucketPrefix", "bucket prefix %q isn't lower-case letters, digits and single hyphens with a hyphen at its end", n.BucketPrefix)
	if legal {
		err := checkName(n.BucketPrefix + "x")
		legal = check(err == nil, "BucketPrefix", "bucket prefix %q: %v", n.BucketPrefix, err)
	}
	if legal {
		missing := 1 + len("--") + hashLength - n.alternativeRoom()
		check(missing <= 0, "BucketPrefix", "bucket prefix %q is %d characters too long for alternative names in %s", n.BucketPrefix, missing, n.Region)
	}
	check(arn.IsAccount(n.ClientAccount), "ClientAccount", "client account %q isn't 12 digits", n.ClientAccount)
	check(madeOf(n.ClientUserPrefix, upperCase+lowerCase+digits+"+=,.@_-") && len(n.ClientUserPrefix) < maxUserNameLength,
		"ClientUserPrefix", "client user prefix %q isn't fewer than %d letters, digits and +=,.@_-", n.ClientUserPrefix, maxUserNameLength)
	for _, prefix := range n.siblings() {
		check(isPrefix(prefix), "SiblingPrefixes", "%q in the prefixes of other stages isn't a bucket prefix", prefix)
	}
	n.check(n.Region, check)
	return errs
}

func (n Naming) siblings() []string {
	return slices.DeleteFunc(strings.Split(n.SiblingPrefixes, ","), func(p string) bool { return p == "" })
}

// Sibling reports whether a bucket of this name is another stage's.
func (n Naming) Sibling(name string) bool {
	return slices.ContainsFunc(n.siblings(), func(p string) bool { return strings.HasPrefix(name, p) }) && !strings.HasPrefix(name, n.BucketPrefix)
}

// Spec returns the desired state of the organization's bucket. The error is InvalidOrganizationID
// if one of the names that the id yields isn't legal. The settings must be valid.
func (n Naming) Spec(id org.ID) (Spec, error) {
	partition, err := arn.PartitionOf(n.Region)
	if err != nil {
		return Spec{}, fmt.Errorf("names for %s: %w", id, err)
	}
	candidates := n.alternatives(id)
	if !n.accountRegional() {
		conventional := n.BucketPrefix + string(id)
		if err := checkName(conventional); err != nil {
			return Spec{}, fault.New(fault.InvalidOrganizationID, "organization id %q: its bucket's name %v", id, err)
		}
		candidates = append([]Candidate{{Name: conventional}}, candidates...)
	}
	user := n.ClientUserPrefix + string(id)
	if len(user) > maxUserNameLength {
		return Spec{}, fault.New(fault.InvalidOrganizationID, "organization id %q: its IAM user's name %q has %d characters, at most %d are allowed", id, user, len(user), maxUserNameLength)
	}
	return Spec{
		OrgID:         id,
		Account:       n.Account,
		Region:        n.Region,
		Candidates:    candidates,
		ClientUserARN: fmt.Sprintf("arn:%s:iam::%s:user/%s", partition.ID, n.ClientAccount, user),
		Rules:         n.Rules,
		partition:     partition,
	}, nil
}

// alternatives returns the names after the conventional one, or instead of it if only
// the account's own namespace is used. In the account-regional
// namespace a single one is enough: no other account can ever take it.
func (n Naming) alternatives(id org.ID) []Candidate {
	if HasAccountRegionalNamespace(n.Region) {
		short := n.fit(id, n.alternativeRoom())
		return []Candidate{{Name: n.BucketPrefix + short + n.regionalSuffix(), AccountRegional: true}}
	}
	room := n.alternativeRoom() - len("--") - hashLength
	short := trim(id, room)
	var all []Candidate
	for i := range globalAlternatives {
		all = append(all, Candidate{Name: n.BucketPrefix + short + "--" + n.hash(id, i+1)})
	}
	return all
}

// alternativeRoom returns how many characters an alternative name has between the
// prefix and the suffix that its namespace demands.
func (n Naming) alternativeRoom() int {
	room := maxNameLength - len(n.BucketPrefix)
	if HasAccountRegionalNamespace(n.Region) {
		room -= len(n.regionalSuffix())
	}
	return room
}

// regionalSuffix returns the end of names of the account-regional namespace
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html).
func (n Naming) regionalSuffix() string { return fmt.Sprintf("-%s-%s-an", n.Account, n.Region) }

// fit returns the id if it has at most room characters, and otherwise its start and a
// hash of the whole id. They are separated by a double hyphen, which no id has, so the
// result is never another id's conventional name.
func (n Naming) fit(id org.ID, room int) string {
	if len(id) <= room {
		return string(id)
	}
	return trim(id, room-len("--")-hashLength) + "--" + n.hash(id, 0)
}

// trim cuts the id to room characters and never leaves a hyphen at its end.
func trim(id org.ID, room int) string {
	if len(id) <= room {
		return string(id)
	}
	return strings.TrimRight(string(id)[:room], "-")
}

var lowerBase32 = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567")

// hash returns 50 bits of a hash of everything that the name depends on.
func (n Naming) hash(id org.ID, try int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "orgbucket/name/1\n%s\n%s\n%s\n%d", id, n.Account, n.Region, try))
	return lowerBase32.EncodeToString(sum[:])[:hashLength]
}

var (
	reservedPrefixes = []string{"xn--", "sthree-", "amzn-s3-demo-"}
	reservedSuffixes = []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3", "-an"}
)

// checkName checks a name of the global namespace by S3's rules
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html).
// The error is a predicate that follows "its name".
func checkName(name string) error {
	switch {
	case len(name) < 3 || len(name) > maxNameLength:
		return fmt.Errorf("%q has %d characters, 3 to %d are allowed", name, len(name), maxNameLength)
	case !madeOf(name, lowerCase+digits+".-"), !madeOf(name[:1]+name[len(name)-1:], lowerCase+digits):
		return fmt.Errorf("%q isn't lower-case letters, digits, dots and hyphens with a letter or digit at both ends", name)
	case strings.Contains(name, ".."):
		return fmt.Errorf("%q has two dots in a row", name)
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return fmt.Errorf("%q looks like an IP address", name)
	}
	for _, p := range reservedPrefixes {
		if strings.HasPrefix(name, p) {
			return fmt.Errorf("%q starts with %q, which S3 reserves", name, p)
		}
	}
	for _, s := range reservedSuffixes {
		if strings.HasSuffix(name, s) {
			return fmt.Errorf("%q ends with %q, which S3 reserves", name, s)
		}
	}
	return nil
}

// CheckHomesBucket checks the name of the bucket that keeps the claims. It mustn't be
// one that an organization's bucket could have.
func (n Naming) CheckHomesBucket(name string) error {
	if err := checkAnyName(name); err != nil {
		return fmt.Errorf("the bucket of the claims: %w", err)
	}
	if strings.HasPrefix(name, n.BucketPrefix) {
		return fmt.Errorf("the bucket of the claims: %q begins with %q, as organizations' buckets do", name, n.BucketPrefix)
	}
	return nil
}

// CheckHome checks the name of a bucket that is claimed as a home: whoever wrote the
// claim may have named no bucket, or one that this system must not touch.
func (n Naming) CheckHome(name string) error {
	if err := checkAnyName(name); err != nil {
		return err
	}
	if !strings.HasPrefix(name, n.BucketPrefix) {
		return fmt.Errorf("%q doesn't begin with %q, as organizations' buckets do", name, n.BucketPrefix)
	}
	return nil
}

// checkAnyName checks a name of either namespace.
func checkAnyName(name string) error {
	return checkName(strings.TrimSuffix(name, "-an"))
}

// isPrefix reports whether text is lower-case letters, digits and single hyphens,
// with a hyphen at its end and none at its start.
func isPrefix(text string) bool {
	return len(text) > 1 && text[0] != '-' && text[len(text)-1] == '-' &&
		madeOf(text, lowerCase+digits+"-") && !strings.Contains(text, "--")
}

// madeOf reports whether text consists of these characters only, or is empty.
func madeOf(text, characters string) bool { return strings.Trim(text, characters) == "" }

// HasAccountRegionalNamespace reports whether buckets can be created in the
// account-regional namespace, which every Region has but Bahrain and UAE
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html).
func HasAccountRegionalNamespace(region string) bool {
	return region != "me-south-1" && region != "me-central-1"
}
