package bucket

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/fault"
	"github.com/fusionpos/orgbucket/pkg/org"
)

const (
	maxNameLength     = 63
	maxUserNameLength = 64
	hashLength        = 10
	// globalAlternatives is how many other names are tried where the
	// account-regional namespace isn't available.
	globalAlternatives = 3
)

// Naming is a deployment's part of every organization's names. Two deployments
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
}

// NamingError is what is wrong with one of the settings.
type NamingError struct {
	Setting string // the field's name
	Reason  string
}

// Error gives the reason, which has the setting's value.
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
	check(IsAccountID(n.Account), "Account", "account %q isn't 12 digits", n.Account)
	_, err := partitionOf(n.Region)
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
	check(IsAccountID(n.ClientAccount), "ClientAccount", "client account %q isn't 12 digits", n.ClientAccount)
	check(madeOf(n.ClientUserPrefix, upper+lowerCase+digits+"+=,.@_-") && len(n.ClientUserPrefix) < maxUserNameLength,
		"ClientUserPrefix", "client user prefix %q isn't fewer than %d letters, digits and +=,.@_-", n.ClientUserPrefix, maxUserNameLength)
	return errs
}

// Spec is what the organization shall have. The error is InvalidOrganizationID
// if one of the names that the id yields isn't legal. The settings must be valid.
func (n Naming) Spec(id org.ID) (Spec, error) {
	partition, err := partitionOf(n.Region)
	if err != nil {
		return Spec{}, fmt.Errorf("names for %s: %w", id, err)
	}
	conventional := n.BucketPrefix + string(id)
	if err := checkName(conventional); err != nil {
		return Spec{}, fault.New(fault.InvalidOrganizationID, "organization id %q: its bucket's name %v", id, err)
	}
	user := n.ClientUserPrefix + string(id)
	if len(user) > maxUserNameLength {
		return Spec{}, fault.New(fault.InvalidOrganizationID, "organization id %q: its IAM user's name %q has %d characters, at most %d are allowed", id, user, len(user), maxUserNameLength)
	}
	return Spec{
		OrgID:         id,
		Account:       n.Account,
		Region:        n.Region,
		Candidates:    append([]Candidate{{Name: conventional}}, n.alternatives(id)...),
		ClientUserARN: fmt.Sprintf("arn:%s:iam::%s:user/%s", partition.id, n.ClientAccount, user),
		partition:     partition,
	}, nil
}

// alternatives are the names after the conventional one. In the account-regional
// namespace a single one is enough: no other account can ever take it.
func (n Naming) alternatives(id org.ID) []Candidate {
	if hasAccountRegionalNamespace(n.Region) {
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

// alternativeRoom is how many characters an alternative name has between the
// prefix and whatever must be at its end.
func (n Naming) alternativeRoom() int {
	room := maxNameLength - len(n.BucketPrefix)
	if hasAccountRegionalNamespace(n.Region) {
		room -= len(n.regionalSuffix())
	}
	return room
}

// regionalSuffix marks names of the account-regional namespace
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html).
func (n Naming) regionalSuffix() string { return fmt.Sprintf("-%s-%s-an", n.Account, n.Region) }

// fit gives the id if it has room, and otherwise its start with a hash of the
// whole. No id has a double hyphen, so that is never another id's literal name.
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

var lowerBase32 = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// hash is 50 bits of everything that the name depends on.
func (n Naming) hash(id org.ID, try int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "orgbucket/name/1\n%s\n%s\n%s\n%d", id, n.Account, n.Region, try))
	return lowerBase32.EncodeToString(sum[:])[:hashLength]
}
