package audit

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/fusionpos/orgbucket/pkg/bucket"
	"github.com/fusionpos/orgbucket/pkg/org"
)

// names tells from a bucket's name whose it can be.
type names struct {
	naming bucket.Naming
	// suffix ends the names of the account-regional namespace; empty where the
	// Region has none.
	suffix string
}

func newNames(naming bucket.Naming) (names, error) {
	// The suffix is read off a name, so that one place alone knows how it is made.
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

// organization gives the one organization that may have a bucket of this name.
// Of shortened names it can't be told.
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

// candidate tells whether the organization's bucket may have this name.
func (n names) candidate(id org.ID, name string) bool {
	return slices.Contains(n.of(id), name)
}

// of lists the names that the organization's bucket may have, none if its id
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

// shortened gives the start of the id if this is a name that stands for a whole
// id by its start and a hash.
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

// otherRegions gives the Region if the name is of another one's namespace.
func (n names) otherRegions(name string) string {
	m := regionalForm.FindStringSubmatch(name)
	if m == nil || m[2] == n.naming.Region {
		return ""
	}
	return m[2]
}
