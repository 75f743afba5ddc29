package audit

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// names finds out by a bucket's name whose it can be.
type names struct {
	naming bucket.Naming
	// suffix ends the names of the account-regional namespace; empty where the
	// Region has none.
	suffix string
}

func newNames(naming bucket.Naming) (names, error) {
	// The suffix is taken from a name, so that only pkg/bucket knows how it is made.
	const probe = org.ID("x")
	spec, err := naming.Spec(probe)
	if err != nil {
		return names{}, fmt.Errorf("the names of an organization: %w", err)
	}
	n := names{naming: naming}
	for _, c := range spec.Candidates {
		if c.AccountRegional {
			n.suffix = strings.TrimPrefix(c.Name, naming.BucketPrefix+string(probe))
		}
	}
	return n, nil
}

// OrganizationOf returns the only organization whose bucket may have this name in a stage.
func OrganizationOf(naming bucket.Naming, name string) (org.ID, bool) {
	if !strings.HasPrefix(name, naming.BucketPrefix) { // most of a long list
		return "", false
	}
	n, err := newNames(naming)
	if err != nil {
		return "", false
	}
	return n.organization(name)
}

// organization returns the only organization whose bucket may have this name. It
// reports false for shortened names, which don't have the whole id.
func (n names) organization(name string) (org.ID, bool) {
	rest, _ := strings.CutPrefix(name, n.naming.BucketPrefix)
	if n.suffix != "" {
		rest = strings.TrimSuffix(rest, n.suffix)
	}
	id, err := org.ParseID(rest)
	if err != nil || !n.candidate(id, name) {
		return "", false
	}
	return id, true
}

// candidate reports whether the organization's bucket may have this name.
func (n names) candidate(id org.ID, name string) bool {
	return slices.Contains(n.of(id), name)
}

// of returns the names that the organization's bucket may have, none if its id
// yields no legal ones.
func (n names) of(id org.ID) []string {
	spec, err := n.naming.Spec(id)
	if err != nil {
		return nil
	}
	all := make([]string, len(spec.Candidates))
	for i, c := range spec.Candidates {
		all[i] = c.Name
	}
	return all
}

// shortenedForm is an id's start and a hash, as alternative names have it.
var shortenedForm = regexp.MustCompile(`^([a-z0-9][a-z0-9-]*[a-z0-9]|[a-z0-9])--[a-z2-7]{10}$`)

// shortened returns the start of the id if the name has the start of an id and a
// hash.
func (n names) shortened(name string) (start string, ok bool) {
	rest, ok := strings.CutPrefix(name, n.naming.BucketPrefix)
	if ok && n.suffix != "" {
		rest, ok = strings.CutSuffix(rest, n.suffix)
	}
	m := shortenedForm.FindStringSubmatch(rest)
	if !ok || m == nil {
		return "", false
	}
	return m[1], true
}

// regionalForm is any name of an account-regional namespace
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html).
var regionalForm = regexp.MustCompile(`-([0-9]{12})-([a-z]{2,4}(?:-[a-z]+)+-[0-9]+)-an$`)

// otherRegions returns the Region of an account-regional name, or "" if it is the
// stage's or the name has none.
func (n names) otherRegions(name string) string {
	m := regionalForm.FindStringSubmatch(name)
	if m == nil || m[2] == n.naming.Region {
		return ""
	}
	return m[2]
}
